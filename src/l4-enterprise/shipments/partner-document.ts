import type { Party, Product } from "../../contract/enterprise-api.ts";
import { transactionStatement } from "../../kernel/epcis/healthcare.ts";
import { printEpcisJson } from "../../kernel/epcis/json.ts";
import type { EpcisDocument, EpcisEvent, MasterDataAttribute, Vocabulary } from "../../kernel/epcis/model.ts";
import { printEpcisXml12 } from "../../kernel/epcis/xml.ts";
import type { MarketCode } from "../../kernel/markets/market.ts";
import { transactionStatement as statementParts } from "../../kernel/markets/us/transaction.ts";
import { placeOf } from "../company-scope.ts";
import { inUrns, prefixesOf } from "./prefixes.ts";

export type Parties = { readonly seller: Party; readonly buyer: Party; readonly places: readonly Party[] };
export type PartnerDocument = {
  readonly market: MarketCode;
  readonly documentId: string;
  readonly at: number;
  /** Commissioning and packing of what is inside, then the shipping. */
  readonly events: readonly EpcisEvent[];
  readonly products: readonly Product[];
  readonly parties: Parties;
};

/** What a market's partners exchange: EPCIS 1.2 XML with the DSCSA parts in the US, EPCIS 2.0 JSON-LD elsewhere. */
export function printPartnerDocument(document: PartnerDocument): {
  readonly mediaType: "application/xml" | "application/ld+json";
  readonly text: string;
} {
  const { market, products, parties, at } = document;
  const everybody = [parties.seller, parties.buyer, ...parties.places];
  const prefixes = prefixesOf(products, everybody);
  const time = { at, offsetMinutes: 0 };
  // When we recorded an event is our own matter; the partner's system says when it did.
  const events = document.events.map(({ recordTime: _recordTime, ...event }) => inUrns(event as EpcisEvent, prefixes));
  const epcis: EpcisDocument = {
    type: "EPCISDocument",
    schemaVersion: market === "us" ? "1.2" : "2.0",
    creationDate: time,
    header: {
      sbdh: {
        headerVersion: "1.0",
        senders: [{ identifier: parties.seller.gln, authority: "GLN" }],
        receivers: [{ identifier: parties.buyer.gln, authority: "GLN" }],
        identification: {
          standard: "EPCglobal",
          typeVersion: "1.0",
          instanceIdentifier: document.documentId,
          type: "Events",
          creationDateAndTime: time,
        },
      },
      masterData: [productVocabulary(products), locationVocabulary(everybody)],
      ...(market === "us" ? { extensions: [statement()] } : {}),
    },
    events,
  };
  if (market !== "us") return { mediaType: "application/ld+json", text: printEpcisJson(epcis) };
  return { mediaType: "application/xml", text: printEpcisXml12(epcis).xml };
}

const mda = "urn:epcglobal:cbv:mda#";
const attribute = (name: string, value: string | undefined): MasterDataAttribute[] =>
  value === undefined ? [] : [{ id: mda + name, value }];

function productVocabulary(products: readonly Product[]): Vocabulary {
  return {
    type: "urn:epcglobal:epcis:vtype:EPCClass",
    elements: products.map((product) => {
      const { gtin, companyPrefixLength: length } = product;
      const body = gtin.slice(1, 13);
      return {
        id: `urn:epc:idpat:sgtin:${body.slice(0, length)}.${gtin[0]}${body.slice(length)}.*`,
        attributes: [
          ...(product.nationalNumber === undefined
            ? []
            : [
                ...attribute("additionalTradeItemIdentification", product.nationalNumber),
                ...attribute("additionalTradeItemIdentificationTypeCode", "FDA_NDC_11"),
              ]),
          ...attribute("regulatedProductName", product.name),
          ...attribute("manufacturerOfTradeItemPartyName", product.manufacturerName),
          ...attribute("dosageFormType", product.dosageForm),
          ...attribute("strengthDescription", product.strength),
          ...attribute("netContentDescription", product.packSize),
        ],
      };
    }),
  };
}

function locationVocabulary(parties: readonly Party[]): Vocabulary {
  const distinct = new Map(parties.map((party) => [party.gln, party]));
  return {
    type: "urn:epcglobal:epcis:vtype:Location",
    elements: [...distinct.values()].map((party) => ({
      id: placeOf(party),
      attributes: [
        ...attribute("name", party.name),
        ...attribute("streetAddressOne", party.address.street),
        ...attribute("city", party.address.city),
        ...attribute("state", party.address.state),
        ...attribute("postalCode", party.address.postalCode),
        ...attribute("countryCode", party.address.countryCode),
      ],
    })),
  };
}

const statement = () =>
  transactionStatement({
    affirmed: true,
    legalNotice: `Seller has complied with each applicable subsection of FDCA Sec. 581(27)(A)-(${String.fromCharCode(64 + statementParts.length)}).`,
  });
