import type { CarrierRule } from "./market.ts";

/** A pallet's label is the same wherever GS1 is used: an SSCC, GenSpecs 6. */
export const ssccCarrier: CarrierRule = {
  symbologies: ["gs1-128", "gs1-datamatrix"],
  identifiedBy: ["sscc"],
  elements: [],
  lines: [],
  dateForm: "YYYY-MM-DD",
  source: "GS1 General Specifications, section 6 (logistic label)",
};
