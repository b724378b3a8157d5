import { describe, expect, test } from "vitest";
import { allAis, findAi } from "./ai.ts";
import { lints } from "./lint.ts";
import { refuseValue } from "./value.ts";

/** AI 8110 with nothing optional: company prefix, offer, save value, and one purchase of one item. */
const coupon = ["0061414", "112345", "11", "11", "0", "123"].join("");

/** For each rule: an AI that has it, values it accepts, and values it refuses with the offset that it marks. */
const rules: Readonly<
  Record<string, { ai: string; good: readonly string[]; bad: readonly (readonly [string, string, number])[] }>
> = {
  csum: { ai: "410", good: ["9506000134352"], bad: [["9506000134353", "gs1.check-digit", 12]] },
  csumalpha: {
    ai: "8013",
    good: ["1987654Ad4X4bL5ttr2310c2K"],
    bad: [
      ["1987654Ad4X4bL5ttr2310c2J", "gs1.check-characters", 23],
      ["12", "gs1.check-characters", 0],
    ],
  },
  gcppos1: {
    ai: "8004",
    good: ["0614", "0614A"],
    bad: [
      ["061A4", "gs1.company-prefix", 3],
      ["061", "gs1.company-prefix", 2],
    ],
  },
  gcppos2: { ai: "00", good: ["106141412345678908"], bad: [] },
  hasnondigit: { ai: "8014", good: ["1987654Ad4X4bL5ttr2310c2K"], bad: [["1234569W", "gs1.check-characters", 6]] },
  yymmdd: {
    ai: "4326",
    good: ["240229"],
    bad: [
      ["230229", "gs1.date", 4],
      ["231301", "gs1.date", 2],
      ["230100", "gs1.date", 4],
    ],
  },
  yymmd0: {
    ai: "17",
    good: ["230200", "240229"],
    bad: [
      ["230230", "gs1.date", 4],
      ["230001", "gs1.date", 2],
    ],
  },
  yyyymmdd: {
    ai: "7250",
    good: ["19000228", "20000229"],
    bad: [
      ["19000229", "gs1.date", 6],
      ["20001301", "gs1.date", 4],
      ["20000100", "gs1.date", 6],
    ],
  },
  hh: { ai: "8008", good: ["26010123"], bad: [["26010124", "gs1.time", 6]] },
  mi: { ai: "8008", good: ["2601012359"], bad: [["2601012360", "gs1.time", 8]] },
  ss: {
    ai: "8008",
    good: ["260101235959"],
    bad: [
      ["260101235960", "gs1.time", 10],
      ["26010123595", "gs1.value-length", 11],
    ],
  },
  hhmi: {
    ai: "7003",
    good: ["2601012359"],
    bad: [
      ["2601012459", "gs1.time", 6],
      ["2601012360", "gs1.time", 8],
    ],
  },
  iso3166: {
    ai: "422",
    good: ["276", "040"],
    bad: [
      ["000", "gs1.country", 0],
      ["999", "gs1.country", 0],
    ],
  },
  iso3166999: { ai: "7030", good: ["999ABC", "276A"], bad: [["998A", "gs1.country", 0]] },
  iso3166alpha2: {
    ai: "4307",
    good: ["DE", "CH"],
    bad: [
      ["XX", "gs1.country", 0],
      ["de", "gs1.country", 0],
    ],
  },
  iso4217: { ai: "3912", good: ["978100"], bad: [["000100", "gs1.currency", 0]] },
  pcenc: {
    ai: "4300",
    good: ["A%20B", "%ff", "plain"],
    bad: [
      ["A%2", "gs1.percent-encoding", 1],
      ["%gg", "gs1.percent-encoding", 0],
      ["%%20", "gs1.percent-encoding", 0],
    ],
  },
  couponcode: {
    ai: "8110",
    good: [
      coupon,
      // Second purchase of the same company, third of another; then dates, serial number, retailer, miscellaneous.
      [coupon, "101101239", "2110123", "0123456"].join(""),
      [coupon, "3261231", "4260101", "50123456", "611234567", "90000"].join(""),
    ],
    bad: [
      [`7${coupon.slice(1)}`, "gs1.coupon", 0],
      [`${coupon.slice(0, -1)}X`, "gs1.coupon", 20],
      ["00614141", "gs1.coupon", 7],
      ["00614", "gs1.coupon", 1],
      [coupon.slice(0, 13), "gs1.coupon", 12],
      [`${coupon.slice(0, 13)}01${coupon.slice(15)}`, "gs1.coupon", 13],
      [`${coupon.slice(0, 17)}5123`, "gs1.coupon", 17],
      [`${coupon}7`, "gs1.coupon", 21],
      [`${coupon}3261331`, "gs1.coupon", 22],
      [`${coupon}326123`, "gs1.coupon", 22],
      [`${coupon}32601014260102`, "gs1.coupon", 29],
      [`${coupon}90300`, "gs1.coupon", 23],
    ],
  },
  couponposoffer: {
    ai: "8112",
    good: ["001234561234560123456", "061234567890121234569123456789012345"],
    bad: [
      ["201234561234560123456", "gs1.coupon", 0],
      ["071234561234560123456", "gs1.coupon", 1],
      ["00123456123456", "gs1.coupon", 13],
      ["0012345612345601234567", "gs1.coupon", 21],
      ["00123456123456012345A", "gs1.coupon", 20],
    ],
  },
  nonzero: {
    ai: "8001",
    good: ["12345678901210"],
    bad: [
      ["00005678901210", "gs1.zero", 0],
      ["12345678900010", "gs1.zero", 9],
    ],
  },
  zero: { ai: "8003", good: ["00614141123452400"], bad: [["10614141123452400", "gs1.not-zero", 0]] },
  nozeroprefix: {
    ai: "8011",
    good: ["1", "120"],
    bad: [
      ["012", "gs1.leading-zero", 0],
      ["0", "gs1.leading-zero", 0],
    ],
  },
  winding: { ai: "8001", good: ["12345678901290"], bad: [["12345678901220", "gs1.winding", 12]] },
  pieceoftotal: {
    ai: "8006",
    good: ["040123451234560104", "040123451234560404"],
    bad: [
      ["040123451234560004", "gs1.piece-of-total", 14],
      ["040123451234560504", "gs1.piece-of-total", 16],
      ["040123451234560100", "gs1.piece-of-total", 16],
    ],
  },
  iban: {
    ai: "8007",
    good: ["DE89370400440532013000", "GB82WEST12345698765432"],
    bad: [
      ["DE88370400440532013000", "gs1.iban", 2],
      ["XX89370400440532013000", "gs1.iban", 0],
      ["DEA9370400440532013000", "gs1.iban", 2],
      ["DE89", "gs1.iban", 3],
      ["DE89370400440532_13000", "gs1.iban", 16],
    ],
  },
  importeridx: { ai: "7040", good: ["1ABC", "1AB-"], bad: [["1AB+", "gs1.importer-index", 3]] },
  packagetype: { ai: "7041", good: ["CT", "8", "RB1"], bad: [["XYZ", "gs1.package-type", 0]] },
  mediatype: {
    ai: "7241",
    good: ["01", "10", "80", "99"],
    bad: [
      ["00", "gs1.media-type", 0],
      ["11", "gs1.media-type", 0],
    ],
  },
  iso5218: { ai: "7252", good: ["0", "9"], bad: [["3", "gs1.sex", 0]] },
  posinseqslash: {
    ai: "7258",
    good: ["1/2", "9/9"],
    bad: [
      ["2/1", "gs1.birth-sequence", 2],
      ["0/1", "gs1.birth-sequence", 0],
      ["1-2", "gs1.birth-sequence", 1],
    ],
  },
  latitude: { ai: "4309", good: ["18000000003600000000"], bad: [["18000000013600000000", "gs1.latitude", 0]] },
  longitude: { ai: "4309", good: ["00000000000000000000"], bad: [["00000000003600000001", "gs1.longitude", 10]] },
  yesno: { ai: "4321", good: ["0", "1"], bad: [["2", "gs1.yes-no", 0]] },
  hyphen: { ai: "4330", good: ["001230", "001230-"], bad: [["001230+", "gs1.hyphen", 6]] },
};

const judge = (ai: string, value: string) => refuseValue(findAi(ai)!, value, 0, value.length);

describe("rules on values", () => {
  for (const [name, { ai, good, bad }] of Object.entries(rules)) {
    test(`${name} as AI ${ai} has it`, () => {
      for (const value of good) expect(judge(ai, value), value).toBeUndefined();
      for (const [value, code, at] of bad) {
        expect(judge(ai, value), value).toMatchObject({ refusal: { code, at: String(at) } });
      }
    });
  }

  test("every rule is shown above, and every AI names rules that exist", () =>
    expect(Object.keys(rules).sort()).toEqual(Object.keys(lints).sort()));

  test("letters only are no highly individualised device identifier, digits only neither", () =>
    expect(lints["hasnondigit"]!.find("123456", 0, 6)).toBe(0));

  test("offsets are those of the whole text", () => {
    const text = "xx]230230";
    expect(refuseValue(findAi("17")!, text, 3, 9)).toMatchObject({ refusal: { code: "gs1.date", at: "7" } });
  });
});

describe("the table of AIs", () => {
  test("first two digits tell the length, and predefined lengths are those of GenSpecs 7.8.5", () => {
    const predefined = new Set([...allAis()].filter((ai) => ai.predefined).map((ai) => ai.ai.slice(0, 2)));
    expect([...predefined].sort()).toEqual([
      "00",
      "01",
      "02",
      "03",
      "11",
      "12",
      "13",
      "15",
      "16",
      "17",
      "20",
      "31",
      "32",
      "33",
      "34",
      "35",
      "36",
      "41",
    ]);
    for (const ai of allAis()) if (ai.predefined) expect(ai.min, ai.ai).toBe(ai.max);
  });

  test("no value longer than its AI, none empty, none out of its character set", () => {
    for (const ai of allAis()) {
      expect(judge(ai.ai, ""), ai.ai).toMatchObject({ refusal: { code: "gs1.value-empty" } });
      expect(judge(ai.ai, "1".repeat(ai.max + 1)), ai.ai).toMatchObject({
        refusal: { code: "gs1.value-length", at: String(ai.max) },
      });
      expect(judge(ai.ai, "~".repeat(ai.max)), ai.ai).toMatchObject({
        refusal: { code: "gs1.value-character", at: "0" },
      });
    }
  });
});
