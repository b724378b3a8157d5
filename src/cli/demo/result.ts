/** What `packtrail demo --json` prints: one object, counts as numbers. Its keys are an interface. */
export type DemoResult = {
  readonly seed: number;
  readonly market: "us" | "eu";
  readonly packs: {
    readonly allocated: number;
    readonly returned: number;
    readonly deactivated: number;
    readonly invalid: number;
    readonly labelSampled: number;
    readonly labelScrapped: number;
    readonly everCommissioned: number;
    readonly good: number;
    readonly sampled: number;
    readonly destroyed: number;
    readonly decommissioned: number;
    readonly packed: number;
    readonly loose: number;
    readonly unaccounted: number;
  };
  readonly rejects: { readonly printVerify: number; readonly downstream: number };
  readonly cases: number;
  readonly pallets: number;
  readonly events: { readonly captured: number; readonly byCompany: Readonly<Record<string, number>> };
  readonly lot: { readonly gtin: string; readonly lot: string; readonly expiry: string; readonly released: boolean };
  readonly reports: { readonly sent: number; readonly accepted: number };
  readonly verification: { readonly verified: boolean };
  readonly trace: readonly {
    readonly at: string;
    readonly company: string;
    readonly bizStep: string;
    readonly disposition: string;
    readonly parent: string | null;
    readonly source: string;
  }[];
  /** `violations` names each of the `violated`. */
  readonly invariants: { readonly checked: number; readonly violated: number; readonly violations: readonly string[] };
  readonly seconds: Readonly<Record<string, number>>;
};
