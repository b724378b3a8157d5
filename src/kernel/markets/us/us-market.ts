import { clearAlphabet, gs1Characters82, serialLengthMax } from "../../serials/rule.ts";
import { ssccCarrier } from "../carriers.ts";
import type { CarrierRule, Market } from "../market.ts";

// FD&C Act §581 (definitions) and §582 (requirements), added by the Drug Supply Chain Security Act.

const productIdentifier: CarrierRule = {
  symbologies: ["gs1-datamatrix"],
  identifiedBy: ["sgtin"],
  elements: [
    { ai: "01", fact: "gtin", required: true },
    { ai: "21", fact: "serial", required: true },
    { ai: "17", fact: "expiry", required: true },
    { ai: "10", fact: "lot", required: true },
  ],
  lines: [
    { label: "NDC", fact: "nationalNumber", required: true },
    { label: "SERIAL", fact: "serial", required: true },
    { label: "LOT", fact: "lot", required: true },
    { label: "EXP", fact: "expiry", required: true },
  ],
  dateForm: "YYYY-MM-DD",
  source: "FD&C Act §581(14), §582(b)(2); FDA guidance, Product Identifiers Under the DSCSA",
};

export const us: Market = {
  code: "us",
  title: "United States (DSCSA)",
  version: "1",
  carriers: {
    pack: productIdentifier,
    // A case of one product and lot bears a product identifier of its own; any other bears an SSCC by custom.
    case: { ...productIdentifier, symbologies: ["gs1-datamatrix", "gs1-128"], identifiedBy: ["sgtin", "sscc"] },
    pallet: ssccCarrier,
  },
  serial: {
    lengthMin: 1,
    lengthMax: serialLengthMax,
    lengthUsual: 12,
    allowed: gs1Characters82,
    alphabetUsual: clearAlphabet,
    // Sequential numbers are legal; ours are a permutation anyway, so only the space has to hold them.
    spaceRatioMin: 1,
  },
  aggregation: "customary",
  reports: [],
  partnerDocuments: [
    {
      code: "us.transaction-information",
      title: "Transaction information (TI)",
      source: "FD&C Act §581(26), §582(c)(1), (g)(1)",
    },
    { code: "us.transaction-statement", title: "Transaction statement (TS)", source: "FD&C Act §581(27)" },
  ],
  retention: [
    { years: 6, from: "transaction", source: "FD&C Act §582(b)(1), (b)(4)" },
    { years: 1, from: "expiry", source: "21 CFR 211.180(a)" },
  ],
};
