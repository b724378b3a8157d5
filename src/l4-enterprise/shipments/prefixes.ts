import type { Party, Product } from "../../contract/enterprise-api.ts";
import { spell } from "../../kernel/epcis/identifiers.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import { respelledEvent } from "../../kernel/epcis/respell.ts";
import { type CompanyPrefixTable, companyPrefixLengthOf } from "../../kernel/gs1/company-prefix.ts";

/** Company prefixes as the master data tells them: of products, companies and places. */
export function prefixesOf(products: readonly Product[], parties: readonly Party[]): CompanyPrefixTable {
  return new Map([
    ...products.map(
      ({ gtin, companyPrefixLength }) => [gtin.slice(1, 1 + companyPrefixLength), companyPrefixLength] as const,
    ),
    ...parties.map(({ gln, companyPrefixLength }) => [gln.slice(0, companyPrefixLength), companyPrefixLength] as const),
  ]);
}

/** The event with EPC URNs wherever the company prefix is known: EPCIS 1.2 knows no other spelling. */
export function inUrns(event: EpcisEvent, prefixes: CompanyPrefixTable): EpcisEvent {
  return respelledEvent(event, (uri) => spell(uri, "urn", (elements) => companyPrefixLengthOf(prefixes, elements)));
}
