/**
 * Every GS1 identification key, one row each (GenSpecs 3). A key's value is a lead, then company prefix and reference,
 * then a check, then a tail:
 *
 * - `ai` the AI that carries it, `lengths` those it is written in, shortest first; none when the AI's range is all there is.
 * - `lead`: `digit`, which an EPC URI writes before the reference (GTIN indicator, SSCC extension); `zero`, which no URI
 *   writes (GRAI); `none`.
 * - `body`: digits of company prefix and reference together; 0 when the reference is alphanumeric and ends the key.
 * - `check`: a check digit, a pair of check characters, or nothing behind the body.
 */
export type KeyType = {
  readonly ai: string;
  readonly lengths: readonly number[];
  readonly lead: "digit" | "zero" | "none";
  readonly body: number;
  readonly check: "digit" | "pair" | "none";
};

export const keyTypes = {
  gtin: { ai: "01", lengths: [8, 12, 13, 14], lead: "digit", body: 12, check: "digit" },
  sscc: { ai: "00", lengths: [18], lead: "digit", body: 16, check: "digit" },
  gln: { ai: "414", lengths: [13], lead: "none", body: 12, check: "digit" },
  pgln: { ai: "417", lengths: [13], lead: "none", body: 12, check: "digit" },
  grai: { ai: "8003", lengths: [], lead: "zero", body: 12, check: "digit" },
  giai: { ai: "8004", lengths: [], lead: "none", body: 0, check: "none" },
  gsrn: { ai: "8018", lengths: [18], lead: "none", body: 17, check: "digit" },
  gsrnp: { ai: "8017", lengths: [18], lead: "none", body: 17, check: "digit" },
  gdti: { ai: "253", lengths: [], lead: "none", body: 12, check: "digit" },
  gcn: { ai: "255", lengths: [], lead: "none", body: 12, check: "digit" },
  cpi: { ai: "8010", lengths: [], lead: "none", body: 0, check: "none" },
  itip: { ai: "8006", lengths: [18], lead: "digit", body: 12, check: "digit" },
  ginc: { ai: "401", lengths: [], lead: "none", body: 0, check: "none" },
  gsin: { ai: "402", lengths: [17], lead: "none", body: 16, check: "digit" },
  gmn: { ai: "8013", lengths: [], lead: "none", body: 0, check: "pair" },
} as const satisfies Record<string, KeyType>;

export type KeyName = keyof typeof keyTypes;

/**
 * How a key is spelled in an EPC URI (TDS 2.0 §6.3): company prefix, reference, and further fields.
 *
 * - `inner`: fields out of the key's tail: their lengths, or 0 for the rest of it.
 * - `outer`: the AI of the last field, an element of its own; `outerDefault` is written where it is absent.
 */
export type EpcScheme = KeyType & {
  readonly name: string;
  readonly kind: "id" | "class";
  readonly inner: readonly number[];
  readonly outer?: string;
  readonly outerDefault?: string;
};

type EpcRow = { readonly key: KeyName; readonly kind?: "class" } & Partial<
  Pick<EpcScheme, "inner" | "outer" | "outerDefault">
>;

const rows: Readonly<Record<string, EpcRow>> = {
  sgtin: { key: "gtin", outer: "21" },
  upui: { key: "gtin", outer: "235" },
  lgtin: { key: "gtin", outer: "10", kind: "class" },
  sscc: { key: "sscc" },
  itip: { key: "itip", inner: [2, 2], outer: "21" },
  sgln: { key: "gln", outer: "254", outerDefault: "0" },
  pgln: { key: "pgln" },
  grai: { key: "grai", inner: [0] },
  giai: { key: "giai" },
  gsrn: { key: "gsrn" },
  gsrnp: { key: "gsrnp" },
  gdti: { key: "gdti", inner: [0] },
  sgcn: { key: "gcn", inner: [0] },
  cpi: { key: "cpi", outer: "8011" },
  ginc: { key: "ginc" },
  gsin: { key: "gsin" },
};

/** Where schemes share a key, the first whose elements are all there is taken. */
export const epcSchemes: readonly EpcScheme[] = Object.entries(rows).map(([name, { key, ...row }]) => ({
  kind: "id",
  inner: [],
  ...keyTypes[key],
  ...row,
  name,
}));
