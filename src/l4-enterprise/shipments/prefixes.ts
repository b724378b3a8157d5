import type { Party, Product } from "../../contract/enterprise-api.ts";
import { spell } from "../../kernel/epcis/identifiers.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import { type CompanyPrefixTable, companyPrefixLengthOf } from "../../kernel/gs1/company-prefix.ts";

/** Company prefixes as the master data tells them: of products, companies and places. */
export function prefixesOf(products: readonly Product[], parties: readonly Party[]): CompanyPrefixTable {
  return new Map([
    ...products.map(({ gtin, companyPrefixLength }) => [gtin.slice(1, 1 + companyPrefixLength), companyPrefixLength] as const),
    ...parties.map(({ gln, companyPrefixLength }) => [gln.slice(0, companyPrefixLength), companyPrefixLength] as const),
  ]);
}

/** The event with EPC URNs wherever the company prefix is known: EPCIS 1.2 knows no other spelling. */
export function inUrns(event: EpcisEvent, prefixes: CompanyPrefixTable): EpcisEvent {
  const urn = (uri: string) => spell(uri, "urn", (elements) => companyPrefixLengthOf(prefixes, elements));
  const { readPoint, bizLocation, sourceList, destinationList } = event;
  const places = {
    ...(readPoint ? { readPoint: { ...readPoint, id: urn(readPoint.id) } } : {}),
    ...(bizLocation ? { bizLocation: { ...bizLocation, id: urn(bizLocation.id) } } : {}),
    ...(sourceList ? { sourceList: sourceList.map((each) => ({ ...each, source: urn(each.source) })) } : {}),
    ...(destinationList ? { destinationList: destinationList.map((each) => ({ ...each, destination: urn(each.destination) })) } : {}),
  };
  switch (event.type) {
    case "ObjectEvent":
      return { ...event, ...places, ...(event.epcList ? { epcList: event.epcList.map(urn) } : {}) };
    case "AggregationEvent":
      return {
        ...event,
        ...places,
        ...(event.parentID === undefined ? {} : { parentID: urn(event.parentID) }),
        ...(event.childEPCs ? { childEPCs: event.childEPCs.map(urn) } : {}),
      };
    default:
      return { ...event, ...places };
  }
}
