import type { Instant } from "../../base/time.ts";

export type TradingParty = { readonly name: string; readonly address: string };

/** Transaction information, FD&C Act §581(26), with the product identifiers of §582(g)(1)(B). */
export type TransactionInformation = {
  readonly productName: string;
  readonly strength: string;
  readonly dosageForm: string;
  readonly ndc: string;
  readonly containerSize: string;
  readonly containerCount: number;
  readonly lots: readonly string[];
  readonly transactionAt: Instant;
  /** Wanted when the goods left more than 24 hours after the transaction. */
  readonly shippedAt?: Instant;
  readonly seller: TradingParty;
  readonly buyer: TradingParty;
  /** Packages, each by GTIN and serial; what is inside closed cases counts as named by its case. */
  readonly packages: readonly { readonly gtin: string; readonly serial: string }[];
};

/** JSON pointers of what is missing or empty; none means that the document may go. */
export function missingTransactionFields(ti: TransactionInformation): string[] {
  const texts: [string, string][] = [
    ["/productName", ti.productName],
    ["/strength", ti.strength],
    ["/dosageForm", ti.dosageForm],
    ["/ndc", ti.ndc],
    ["/containerSize", ti.containerSize],
    ["/seller/name", ti.seller.name],
    ["/seller/address", ti.seller.address],
    ["/buyer/name", ti.buyer.name],
    ["/buyer/address", ti.buyer.address],
  ];
  const missing = texts.filter(([, value]) => value.trim() === "").map(([at]) => at);
  if (!(ti.containerCount > 0)) missing.push("/containerCount");
  if (ti.lots.length === 0 || ti.lots.includes("")) missing.push("/lots");
  if (ti.packages.length === 0) missing.push("/packages");
  return missing;
}

const dayMs = 86_400_000;

/** Whether the shipment date has to be said beside the transaction date. */
export function wantsShipmentDate(transactionAt: Instant, shippedAt: Instant): boolean {
  return shippedAt - transactionAt > dayMs;
}

/** Transaction statement, FD&C Act §581(27): what the seller declares with every transfer of ownership. */
export const transactionStatement = [
  "(A) is authorized as required under the Drug Supply Chain Security Act",
  "(B) received the product from a person that is authorized as required under that Act",
  "(C) received transaction information and a transaction statement from the prior owner of the product, as required under section 582",
  "(D) did not knowingly ship a suspect or illegitimate product",
  "(E) had systems and processes in place to comply with verification requirements under section 582",
  "(F) did not knowingly provide false transaction information",
  "(G) did not knowingly alter the transaction history",
] as const;

/** The sentence that the GS1 US EPCIS extension `dscsaTransactionStatement` carries for all of them. */
export const transactionStatementNotice =
  "Seller has complied with each applicable subsection of FDCA Sec. 581(27)(A)-(G).";
