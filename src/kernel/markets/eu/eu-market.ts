import { clearAlphabet, gs1Characters82, serialLengthMax } from "../../serials/rule.ts";
import { ssccCarrier } from "../carriers.ts";
import type { CarrierRule, Market } from "../market.ts";

// Directive 2001/83/EC as amended by 2011/62/EU (falsified medicines); Delegated Regulation (EU) 2016/161.

const uniqueIdentifier: CarrierRule = {
  symbologies: ["gs1-datamatrix"],
  identifiedBy: ["sgtin"],
  elements: [
    { ai: "01", fact: "gtin", required: true },
    { ai: "21", fact: "serial", required: true },
    { ai: "17", fact: "expiry", required: true },
    { ai: "10", fact: "lot", required: true },
    { ai: "national", fact: "nationalNumber", required: false },
  ],
  lines: [
    { label: "PC", fact: "gtin", required: true },
    { label: "SN", fact: "serial", required: true },
    { label: "NN", fact: "nationalNumber", required: false },
    { label: "LOT", fact: "lot", required: true },
    { label: "EXP", fact: "expiry", required: true },
  ],
  dateForm: "MM/YYYY",
  source: "Delegated Regulation (EU) 2016/161 Art. 4, 5, 7; Directive 2001/83/EC Art. 54(h), (m)",
};

export const eu: Market = {
  code: "eu",
  title: "European Union (FMD)",
  version: "1",
  carriers: {
    pack: uniqueIdentifier,
    // Cases are not regulated; they are labelled for logistics.
    case: ssccCarrier,
    pallet: ssccCarrier,
  },
  serial: {
    lengthMin: 1,
    lengthMax: serialLengthMax,
    lengthUsual: 12,
    allowed: gs1Characters82,
    alphabetUsual: clearAlphabet,
    // Art. 4(b): randomised so that the chance to guess one is negligible, in any case below 1 in 10,000.
    spaceRatioMin: 10_000,
  },
  aggregation: "not-required",
  reports: [
    {
      code: "eu.pack-data",
      title: "Upload of the product's and packs' data to the EU Hub",
      before: "release",
      source: "Delegated Regulation (EU) 2016/161 Art. 33(1), (2)",
    },
  ],
  partnerDocuments: [],
  retention: [
    { years: 1, from: "expiry", source: "Delegated Regulation (EU) 2016/161 Art. 15" },
    { years: 5, from: "release", source: "Delegated Regulation (EU) 2016/161 Art. 15; EU GMP 4.11" },
  ],
};

/** AIs of national numbers that stand in the code by themselves; elsewhere they are inside an NTIN or absent. */
export const nationalNumberAis: Readonly<Record<string, string>> = {
  DE: "710",
  FR: "711",
  ES: "712",
  PT: "714",
  IT: "716",
};
