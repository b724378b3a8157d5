import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hubSuccess,
  type PackTransaction,
  packTransactions,
  parseHubAnswer,
  parseHubRequest,
  printHubAnswer,
  printPackData,
  printPackRequest,
} from "./messages.ts";
import { judgePack, judgeUpload, type Known } from "./sandbox-rules.ts";

const pack = { gtin: "09521321000100", serial: "A1", lot: "L1", expiry: "281231" };
const report = {
  kind: "pack-data" as const,
  market: "eu" as const,
  lot: "L1",
  expiry: "281231",
  serials: ["A1", "A2"],
  product: {
    gtin: pack.gtin,
    name: "Auralin",
    commonName: "auralin",
    dosageForm: "Tablet",
    strength: "20 mg",
    packSize: "30",
    manufacturerName: "Maker",
    version: 1,
  },
};

describe("messages", () => {
  test.each(Object.keys(packTransactions) as PackTransaction[])("%s is read as it was printed", (kind) => {
    expect(parseHubRequest(printPackRequest(kind, pack, "t1"))).toEqual({
      ok: true,
      value: { kind, trxId: "t1", pack },
    });
  });

  test("an upload is read as it was printed", () => {
    expect(parseHubRequest(printPackData(report, "t2"))).toMatchObject({
      ok: true,
      value: { kind: "pack-data", trxId: "t2", serials: ["A1", "A2"], lot: "L1", commonName: "auralin" },
    });
  });

  test("whatever stands in a lot or serial survives", () => {
    const text = fc.string({
      minLength: 1,
      maxLength: 20,
      unit: fc.constantFrom(..."!\"%&'()*+,-./09:;<=>?AZ_az".split("")),
    });
    fc.assert(
      fc.property(text, text, (serial, lot) => {
        expect(parseHubRequest(printPackRequest("verify", { ...pack, serial, lot }, "t"))).toMatchObject({
          ok: true,
          value: { pack: { serial, lot } },
        });
      }),
    );
  });

  test("an answer is read as it was printed", () => {
    const request = { kind: "verify" as const, trxId: "t", pack };
    const answer = { code: hubSuccess, description: "Verified.", state: "active" };
    expect(parseHubAnswer(printHubAnswer(request, answer, "2026-11-02T00:00:00.000Z", "h"))).toEqual({
      ok: true,
      value: answer,
    });
  });

  test.each([
    ["nothing", ""],
    ["no XML", "G110"],
    ["cut off", printPackRequest("verify", pack, "t").slice(0, 200)],
    [
      "a document type",
      `<!DOCTYPE x [<!ENTITY a "b">]>${printPackRequest("verify", pack, "t").replace(/^<\?xml.*?\?>/, "")}`,
    ],
    ["no envelope", "<a/>"],
    ["too deep", "<a>".repeat(100) + "</a>".repeat(100)],
    ["another transaction", printPackRequest("verify", pack, "t").replaceAll("G110", "G999")],
  ])("%s is refused, not thrown", (_, text) => {
    expect(parseHubRequest(text)).toMatchObject({ ok: false, refusal: { code: "eu-hub.malformed" } });
  });
});

describe("the sandbox judges as the blueprint's return codes say", () => {
  const known: Known = { product: true, lot: { expiry: "281231" }, pack: { lot: "L1", state: "active" } };
  test.each<[string, PackTransaction, Partial<Known>, Partial<typeof pack>, string, string]>([
    ["an active pack", "verify", {}, {}, hubSuccess, "active"],
    ["supplying it", "supplied", {}, {}, hubSuccess, "supplied"],
    ["supplying it again", "supplied", { pack: { lot: "L1", state: "supplied" } }, {}, "NMVS_NC_PCK_19", "supplied"],
    [
      "destroying a supplied one",
      "destroyed",
      { pack: { lot: "L1", state: "supplied" } },
      {},
      "NMVS_NC_PCK_22",
      "supplied",
    ],
    ["verifying a supplied one", "verify", { pack: { lot: "L1", state: "supplied" } }, {}, hubSuccess, "supplied"],
    ["an unknown serial", "verify", { pack: undefined }, {}, "NMVS_NC_PC_02", ""],
    ["an unknown product", "verify", { product: false }, {}, "NMVS_NC_PC_01", ""],
    ["an unknown batch", "verify", { lot: undefined }, {}, "NMVS_FE_LOT_03", ""],
    ["another batch's serial", "verify", { pack: { lot: "L2", state: "active" } }, {}, "NMVS_FE_LOT_13", ""],
    ["another day", "verify", {}, { expiry: "281200" }, "NMVS_FE_LOT_12", ""],
  ])("%s", (_, kind, change, asked, code, state) => {
    expect(judgePack({ kind, trxId: "t", pack: { ...pack, ...asked } }, { ...known, ...change })).toMatchObject({
      code,
      state,
    });
  });

  test.each([
    ["whole", {}, hubSuccess],
    ["no common name", { commonName: "" }, "A16"],
    ["no packs", { serials: [] }, "A16"],
    ["a serial twice", { serials: ["A1", "A1"] }, "A16"],
  ])("upload: %s", (_, change, code) => {
    const request = {
      kind: "pack-data" as const,
      trxId: "t",
      gtin: pack.gtin,
      lot: "L1",
      expiry: "281231",
      name: "Auralin",
      commonName: "auralin",
      serials: ["A1"],
    };
    expect(judgeUpload({ ...request, ...change }).code).toBe(code);
  });
});
