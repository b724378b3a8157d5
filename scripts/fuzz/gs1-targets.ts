import { checkDigit } from "../../src/kernel/gs1/check-digit.ts";
import { parseBracketed, printBracketed, printHri } from "../../src/kernel/gs1/bracketed.ts";
import type { AiValue } from "../../src/kernel/gs1/ai/value.ts";
import { readCompanyPrefixTable } from "../../src/kernel/gs1/company-prefix.ts";
import { expiryToDate } from "../../src/kernel/gs1/date.ts";
import { parseDigitalLink, printDigitalLink } from "../../src/kernel/gs1/digital-link.ts";
import { buildElementString, parseElementString, scanCharactersMax } from "../../src/kernel/gs1/element-string.ts";
import { parseEpc, printEpc } from "../../src/kernel/gs1/epc.ts";
import { type KeyName, keyTypes } from "../../src/kernel/gs1/key-table.ts";
import { parseKey } from "../../src/kernel/gs1/key.ts";
import { buildFormat06, parseFormat06 } from "../../src/kernel/gs1/pack-scan/format-06.ts";
import { readPackScan } from "../../src/kernel/gs1/pack-scan/pack-scan.ts";
import { parsePpn } from "../../src/kernel/gs1/pack-scan/ppn.ts";
import { parseSpelling, printSpelling, spellings } from "../../src/kernel/gs1/spelling.ts";
import type { Chance } from "./chance.ts";
import { brackets, elementWords, epcs, jsonNests, links, packs, prefixTables, scans, strings } from "./gs1-seeds.ts";
import { accepted, hold, judge, judgeRefusal, reparsed, same, type Target } from "./target.ts";

/** Puts the check digit right behind one run of digits that a key could be, so that what comes after it is reached. */
function withCheckDigit(text: string, chance: Chance): string {
  const runs = [...text.matchAll(/(?<=\D|^)(00|01|02|41\d|253|255|401|402|8003|8006|8017|8018|)(\d{7,17})\d/g)];
  if (runs.length === 0) return text;
  const run = chance.one(runs);
  const [head = "", body = ""] = run.slice(1);
  const cut = head === "01" || head === "02" ? body.slice(0, 13) : body;
  const at = run.index + head.length;
  return `${text.slice(0, at)}${cut}${checkDigit(cut)}${text.slice(at + cut.length + 1)}`;
}

const pairs = (elements: readonly AiValue[]): readonly (readonly [string, string])[] =>
  elements.map(({ ai, value }) => [ai, value] as const);
/** In no order, and once each: GenSpecs 7.8 lets an element stand twice with one value, a Digital Link has it once. */
const sorted = (elements: readonly AiValue[]) =>
  [...new Set(pairs(elements).map(([ai, value]) => `${ai} ${value}`))].toSorted();

const grammar = { words: elementWords, joints: "\x1d(/?&=.:", nests: [["(", ")"]] as const, mend: withCheckDigit };
const keyNames = Object.keys(keyTypes) as KeyName[];

/** The first character says which key. */
const key: Target = {
  ...grammar,
  name: "gs1.key",
  seeds: [...packs.keys, ...packs.badKeys].map(
    ([name, text]) => String.fromCharCode(65 + keyNames.indexOf(name)) + text,
  ),
  attempt(input) {
    const name = keyNames[input.charCodeAt(0) % keyNames.length] ?? "gtin";
    const text = input.slice(1);
    return judge(parseKey(name, text), text, "offset", (value) =>
      same(reparsed(parseKey(name, value), value), value, "a key parses to itself"),
    );
  },
};

const elementString: Target = {
  ...grammar,
  name: "gs1.element-string",
  seeds: strings,
  attempt(input) {
    const strict = judge(parseElementString(input), input, "offset", ({ elements }) => {
      const printed = reparsed(buildElementString(elements), input);
      same(
        pairs(reparsed(parseElementString(printed), printed).elements),
        pairs(elements),
        "print∘parse keeps the elements",
        printed,
      );
      same(
        reparsed(buildElementString(reparsed(parseElementString(printed), printed).elements), printed),
        printed,
        "print∘parse is canonical",
        printed,
      );
    });
    const loose = judge(
      parseElementString(input, { partners: false, keepUnknown: true }),
      input,
      "offset",
      () => undefined,
    );
    hold(strict !== accepted || loose === accepted, "fewer rules refuse no more");
    return strict;
  },
};

const bracketed: Target = {
  ...grammar,
  name: "gs1.bracketed",
  seeds: brackets,
  attempt(input) {
    return judge(parseBracketed(input), input, "offset", (elements) => {
      for (const print of [printBracketed, printHri]) {
        const printed = print(elements);
        if (printed.length > scanCharactersMax) continue;
        const back = reparsed(parseBracketed(printed), printed);
        same(pairs(back), pairs(elements), "print∘parse keeps the elements", printed);
        same(print(back), printed, "print∘parse is canonical");
      }
    });
  },
};

/** Uncompressed and compressed, as resolvers get them. */
const digitalLink: Target = {
  ...grammar,
  name: "gs1.digital-link",
  seeds: links,
  attempt(input) {
    return judge(
      parseDigitalLink(input, { compressed: true, shortGtins: true }),
      input,
      "offset",
      ({ elements, stem }) => {
        const printed = reparsed(printDigitalLink(elements), input);
        const back = reparsed(parseDigitalLink(printed), printed);
        same(sorted(back.elements), sorted(elements), "print∘parse keeps the elements", printed);
        same(reparsed(printDigitalLink(back.elements), printed), printed, "print∘parse is canonical");
        hold(input.startsWith(stem), "the stem is the start of the link");
      },
    );
  },
};

const epc: Target = {
  ...grammar,
  name: "gs1.epc",
  seeds: epcs,
  attempt(input) {
    return judge(parseEpc(input), input, "offset", ({ elements, companyPrefix, kind, scheme }) => {
      if (kind === "idpat" || elements.length === 0) return;
      const printed = reparsed(printEpc(elements, companyPrefix.length), input);
      const back = reparsed(parseEpc(printed), printed);
      same(pairs(back.elements), pairs(elements), "print∘parse keeps the elements", printed);
      same([back.companyPrefix, back.scheme], [companyPrefix, scheme], "print∘parse keeps prefix and scheme", printed);
    });
  },
};

/** Whatever spelling a text is in, all other spellings of it say the same. */
const spelling: Target = {
  ...grammar,
  name: "gs1.spelling",
  seeds: [...strings, ...brackets, ...links, ...epcs],
  attempt(input) {
    return judge(parseSpelling(input), input, "offset", ({ elements, companyPrefixDigits = 7 }) => {
      const options = { companyPrefixDigits };
      const link = printSpelling(elements, "digital-link", options);
      for (const to of spellings) {
        const printed = printSpelling(elements, to, options);
        if (!printed.ok || printed.value.length > scanCharactersMax) continue;
        const back = reparsed(parseSpelling(printed.value, { partners: false }), printed.value);
        if (to === "epc") continue;
        same(sorted(back.elements), sorted(elements), `the spelling ${to} says the same`, printed.value);
        const again = printSpelling(back.elements, "digital-link", options);
        same(
          again.ok && again.value,
          link.ok && link.value,
          `${to} and the input give one Digital Link`,
          printed.value,
        );
      }
    });
  },
};

const packScan: Target = {
  ...grammar,
  name: "gs1.pack-scan",
  seeds: scans,
  attempt(input) {
    const answer = judge(readPackScan(input), input, "offset", (scan) => {
      if (scan.scheme === "chinese") return;
      if (scan.scheme !== "ppn") reparsed(parseKey("gtin", scan.gtin), scan.gtin);
      else reparsed(parsePpn(scan.ppn), scan.ppn);
      if (scan.scheme === "gs1") hold(scan.elements.length > 0, "a pack has elements");
    });
    const chinese = readPackScan(input, { chinese: true });
    if (!chinese.ok) judgeRefusal(chinese.refusal, input, "offset");
    return answer;
  },
};

const format06: Target = {
  ...grammar,
  name: "gs1.format-06",
  seeds: scans.filter((scan) => scan.startsWith("[)>")),
  attempt(input) {
    return judge(parseFormat06(input), input, "offset", (fields) => {
      const printed = buildFormat06(fields);
      if (!printed.ok) return;
      same(
        reparsed(parseFormat06(printed.value), printed.value),
        fields,
        "print∘parse keeps the fields",
        printed.value,
      );
    });
  },
};

const ppn: Target = {
  ...grammar,
  name: "gs1.ppn",
  seeds: ["110375286414", "111234567842", "1199999999", "AB12"],
  attempt: (input) =>
    judge(parsePpn(input), input, "offset", (value) => same(String(value), input, "a PPN is its text")),
};

const expiry: Target = {
  ...grammar,
  name: "gs1.expiry",
  seeds: ["261231", "260200", "000229", "991301", "280229"],
  attempt: (input) =>
    judge(expiryToDate(input), input, "offset", (date) => {
      hold(/^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)), "a date exists", () => date);
    }),
};

const companyPrefixTable: Target = {
  ...grammar,
  name: "gs1.company-prefix-table",
  seeds: prefixTables,
  joints: '{}[],:"',
  nests: jsonNests,
  attempt(input) {
    let json: unknown;
    try {
      json = JSON.parse(input);
    } catch {
      return "not JSON";
    }
    return judge(readCompanyPrefixTable(json), input, "json", (table) => {
      for (const [prefix, digits] of table)
        hold(/^\d{1,12}$/.test(prefix) && digits >= 0 && digits <= 12, "an entry is sound");
    });
  },
};

export const gs1Targets: readonly Target[] = [
  key,
  elementString,
  bracketed,
  digitalLink,
  epc,
  spelling,
  packScan,
  format06,
  ppn,
  expiry,
  companyPrefixTable,
];
