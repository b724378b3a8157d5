import { parseInstant, printRecordedTime } from "../../src/kernel/base/time.ts";
import { ndc10OfGtin, ndc11, parseNdc, printNdc } from "../../src/kernel/markets/us/ndc.ts";
import { counterOf, serialsOf } from "../../src/kernel/serials/pool-serials.ts";
import { definePool, inDomain, poolSpace } from "../../src/kernel/serials/pool.ts";
import { clearAlphabet, gs1Characters82, type SerialRule } from "../../src/kernel/serials/rule.ts";
import { ssccCounterOf, ssccSequence, ssccsOf } from "../../src/kernel/serials/sscc.ts";
import { must } from "../../src/kernel/base/result.ts";
import { aesEcb } from "../../src/runtime/aes.ts";
import { hold, judge, reparsed, same, type Target } from "./target.ts";

const plain = { words: ["-", ":", "0", "00", "T", "Z", ".", "+14:00", "-00:00", "24:00"], joints: "-:T.+|", nests: [] };

const instant: Target = {
  ...plain,
  name: "time.instant",
  seeds: [
    "2026-11-23T05:00:00.000+01:00",
    "2026-11-23T05:00:00Z",
    "0001-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.9999999-14:00",
    "2024-02-29T12:30:00.5+05:45",
    "2026-06-30T23:59:60Z",
  ],
  attempt: (input) =>
    judge(parseInstant(input), input, "offset", (time) => {
      const printed = printRecordedTime(time);
      same(reparsed(parseInstant(printed), printed), time, "print∘parse keeps the moment", printed);
      // Half a millisecond past the last one rounds into the next second.
      const rounds = /\.999[5-9]/.test(input);
      hold(rounds || printed.slice(0, 19) === input.slice(0, 19), "a moment keeps its wall clock", () => printed);
    }),
};

const ndc: Target = {
  ...plain,
  name: "markets.ndc",
  seeds: ["1234-5678-90", "12345-678-90", "12345-6789-0", "00312345678906"],
  attempt(input) {
    const asGtin = ndc10OfGtin(input);
    if (asGtin.ok) hold(/^\d{10}$/.test(asGtin.value), "an NDC has ten digits");
    else judge(asGtin, input, "offset", () => undefined);
    return judge(parseNdc(input), input, "offset", (value) => {
      same(printNdc(value), input, "print∘parse is the text");
      hold(/^\d{11}$/.test(ndc11(value)), "eleven digits");
    });
  },
};

const rule: SerialRule = {
  lengthMin: 1,
  lengthMax: 20,
  lengthUsual: 12,
  allowed: gs1Characters82,
  alphabetUsual: clearAlphabet,
  spaceRatioMin: 10_000,
};
const key = aesEcb(Uint8Array.from({ length: 32 }, (_, index) => index));
const pool = must(definePool({ gtin: "09501101530003", prefix: "P7" }, rule, []));
const issued = [0, 1, 1_023, 1_024, 500_000].map((counter) => serialsOf(pool, counter, 1, key)[0] as string);

/** A serial number that somebody read, against the pool that may have issued it. */
const serial: Target = {
  ...plain,
  words: [...issued, "P7", "A", "22222"],
  name: "serials.pool-number",
  seeds: issued,
  attempt: (input) =>
    judge(counterOf(pool, input, key), input, "offset", (counter) => {
      hold(inDomain(pool, input), "a number of the pool is of its domain");
      same(serialsOf(pool, counter, 1, key)[0], input, "the counter gives the number again");
    }),
};

/** `prefix|length|alphabet` of a new pool beside one that is there. */
const definition: Target = {
  ...plain,
  words: ["|", "A", "AB", "0123456789", "ab", "é", " ", "%", "P7"],
  name: "serials.pool-definition",
  seeds: ["A|12|0123456789ABCDEF", "|20|ABCDEFGHJKLMNPQRSTUVWXYZ", "P8|12|23456789ABCDEFGHJKLMNPQRSTUVWXYZ", "|8|01"],
  charsMax: 120,
  attempt(input) {
    const [prefix = "", length = "", alphabet = ""] = input.split("|");
    const defined = definePool({ gtin: pool.gtin, prefix, length: Number(length), alphabet }, rule, [pool]);
    return judge(defined, input, "any", (value) => {
      hold(poolSpace(value) >= 1_000_000n, "a pool has a million numbers");
      const first = serialsOf(value, 0, 1, key)[0] as string;
      hold(inDomain(value, first), "its first number is of its domain", () => first);
      hold(!inDomain(pool, first), "it shares no number with another pool", () => first);
      same(reparsed(counterOf(value, first, key), first), 0, "its first number has counter 0", first);
    });
  },
};

const sequence = must(ssccSequence({ extensionDigit: 3, companyPrefix: "0614141", fixed: "05" }));

const sscc: Target = {
  ...plain,
  words: ["3061414105", "0", "9", "00"],
  name: "serials.sscc",
  seeds: ssccsOf(sequence, 0, 3),
  attempt: (input) =>
    judge(ssccCounterOf(sequence, input), input, "offset", (counter) =>
      same(ssccsOf(sequence, counter, 1)[0], input, "the counter gives the SSCC again"),
    ),
};

export const otherTargets: readonly Target[] = [instant, ndc, serial, definition, sscc];
