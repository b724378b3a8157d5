/** Rules of the markets: what stands on a pack, national numbers. */
export const marketsRefusals = {
  "markets.missing-fact": {
    status: 422,
    title: "The market wants something on the pack that is not known.",
    remedy: "Complete the product or the lot with the field named.",
  },
  "markets.ndc": {
    status: 422,
    title: "This is not a National Drug Code.",
    remedy: "Write ten digits with hyphens: 4-4-2, 5-3-2 or 5-4-1.",
  },
  "markets.indicator": {
    status: 422,
    title: "The GTIN's indicator digit is not 0 to 8.",
    remedy: "Use 0 for the saleable unit and 1 to 8 for its cases.",
  },
  "markets.not-an-ndc": {
    status: 422,
    title: "The GTIN does not hold a National Drug Code.",
    remedy: "Check the GTIN; one with an NDC has 03 after its first digit.",
  },
} as const;
