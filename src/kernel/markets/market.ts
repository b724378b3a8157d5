import type { SerialRule } from "../serials/rule.ts";
import { eu } from "./eu/eu-market.ts";
import { us } from "./us/us-market.ts";

/** What a pack, a case or a pallet says about itself. `expiry` is AI 17 as printed in the code: YYMMDD. */
export type PackFacts = {
  readonly gtin: string;
  readonly serial: string;
  readonly lot: string;
  readonly expiry: string;
  /** National number of the country of sale as people know it: NDC with hyphens, PZN, CIP … */
  readonly nationalNumber?: string;
  /** AI 710 to 716 when the national number stands in the code by itself. */
  readonly nationalAi?: string;
};

export type PackFact = "gtin" | "serial" | "lot" | "expiry" | "nationalNumber";

/** One element of the code, in the order it is printed. */
export type CodeElement = {
  readonly ai: "01" | "21" | "17" | "10" | "national";
  readonly fact: PackFact;
  readonly required: boolean;
};

/** `YYYY-MM-DD` leaves the day away when AI 17 has day 00. */
export type DateForm = "YYYY-MM-DD" | "MM/YYYY";

/** One line beside the code: `label` and a space, then the fact. */
export type TextLine = { readonly label: string; readonly fact: PackFact; readonly required: boolean };

export type CarrierRule = {
  readonly symbologies: readonly ("gs1-datamatrix" | "gs1-128")[];
  readonly identifiedBy: readonly ("sgtin" | "sscc")[];
  readonly elements: readonly CodeElement[];
  readonly lines: readonly TextLine[];
  readonly dateForm: DateForm;
  readonly source: string;
};

/** A report to an authority that must be accepted before the step may happen. */
export type ReportRule = {
  readonly code: string;
  readonly title: string;
  readonly before: "release" | "shipping";
  readonly source: string;
};

/** A document that the trading partner gets with the goods; no authority sees it unless it asks. */
export type PartnerDocumentRule = { readonly code: string; readonly title: string; readonly source: string };

/** Records are kept for `years` from the moment named; the latest of all rules counts. */
export type RetentionRule = {
  readonly years: number;
  readonly from: "expiry" | "release" | "transaction";
  readonly source: string;
};

export type Market = {
  readonly code: MarketCode;
  readonly title: string;
  /** Changes with every change of the rules below; a lot is pinned to the one it was started with. */
  readonly version: string;
  readonly carriers: { readonly pack: CarrierRule; readonly case: CarrierRule; readonly pallet: CarrierRule };
  readonly serial: SerialRule;
  readonly aggregation: "required" | "customary" | "not-required";
  readonly reports: readonly ReportRule[];
  readonly partnerDocuments: readonly PartnerDocumentRule[];
  readonly retention: readonly RetentionRule[];
};

export const marketCodes = ["us", "eu"] as const;
export type MarketCode = (typeof marketCodes)[number];

export const markets: Readonly<Record<MarketCode, Market>> = { us, eu };

/** Reports of the market that must be accepted before a lot is released, or before it is shipped. */
export function reportsBefore(market: Market, step: "release" | "shipping"): readonly ReportRule[] {
  // What had to precede the release precedes the shipping too.
  return market.reports.filter((report) => report.before === step || step === "shipping");
}
