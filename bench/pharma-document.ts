import { type BenchSize, bySize } from "./harness.ts";
import { lotElements, transactionStatement } from "../src/kernel/epcis/healthcare.ts";
import { spell } from "../src/kernel/epcis/identifiers.ts";
import type {
  AggregationEvent,
  EpcisDocument,
  EpcisEvent,
  ObjectEvent,
  Vocabulary,
} from "../src/kernel/epcis/model.ts";

/**
 * What a maker of medicines tells a wholesaler, a pallet after the other: packs commissioned case by case with lot and
 * expiry, cases and pallet commissioned, packed, and shipped; the header holds products, places and the transaction
 * statement that DSCSA asks for. The same for the same seed, of any length.
 */

export const packsPerCase = 48;
export const casesPerPallet = 40;
/** A commissioning and a packing of each case, and commissioning, packing and shipping of the pallet. */
export const eventsPerPallet = 2 * casesPerPallet + 3;

const products = 8;
const places = ["00001", "00002", "00003", "00004"].map((reference) => `urn:epc:id:sgln:0614141.${reference}.0`);
const [line, warehouse] = places as [string, string];
const buyer = "urn:epc:id:sgln:0952114.00001.0";
const began = Date.UTC(2026, 8, 21, 6);
const minuteMs = 60_000;
const offsetMinutes = -300;

/** Everything but the events; it says that it was written after the last of `pallets`. */
export function pharmaShell(pallets: number): Omit<EpcisDocument, "events"> {
  const created = { at: began + (pallets + 1) * minuteMs * eventsPerPallet, offsetMinutes };
  return {
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: created,
    header: {
      sbdh: {
        headerVersion: "1.0",
        senders: [{ identifier: line, authority: "SGLN" }],
        receivers: [{ identifier: buyer, authority: "SGLN" }],
        identification: {
          standard: "EPCglobal",
          typeVersion: "1.0",
          instanceIdentifier: `shipment-of-${pallets}`,
          type: "Events",
          creationDateAndTime: created,
        },
      },
      masterData: [productData(), locationData()],
      extensions: [
        transactionStatement({
          affirmed: true,
          legalNotice: "Seller has complied with each applicable subsection of FDCA Sec. 581(27)(A)-(G).",
        }),
      ],
    },
  };
}

function productData(): Vocabulary {
  const elements = Array.from({ length: products }, (_, product) =>
    described(`urn:epc:idpat:sgtin:0614141.${itemReference(product)}.*`, {
      additionalTradeItemIdentification: `12345-${600 + product}-90`,
      additionalTradeItemIdentificationTypeCode: "FDA_NDC_11",
      regulatedProductName: `Examplin ${10 * (product + 1)} mg`,
      manufacturerOfTradeItemPartyName: "Example Pharma",
      dosageFormType: "TABLET, FILM COATED",
      strengthDescription: `${10 * (product + 1)} mg`,
      netContentDescription: "30",
    }),
  );
  return { type: "urn:epcglobal:epcis:vtype:EPCClass", elements };
}

function locationData(): Vocabulary {
  const elements = [...places, buyer].map((id, index) =>
    described(id, {
      name: `Place ${index}`,
      streetAddressOne: `${100 + index} Main Street`,
      city: "Springfield",
      state: "IL",
      postalCode: `6270${index}`,
      countryCode: "US",
    }),
  );
  return { type: "urn:epcglobal:epcis:vtype:Location", elements };
}

function described(id: string, words: Readonly<Record<string, string>>) {
  return {
    id,
    attributes: Object.entries(words).map(([name, value]) => ({ id: `urn:epcglobal:cbv:mda#${name}`, value })),
  };
}

/** The events of one pallet. Every fourth is spelled in Digital Links, as some makers write them, the others in EPC URNs. */
export function palletEvents(seed: number, pallet: number): EpcisEvent[] {
  const random = numbersOf(seed, pallet);
  const product = pallet % products;
  const links = pallet % 4 === 3;
  const events: EpcisEvent[] = [];
  const next = () => ({ at: began + (pallet * eventsPerPallet + events.length) * minuteMs, offsetMinutes });
  const cases = Array.from({ length: casesPerPallet }, (_, index) => ssccOf(pallet * 64 + index, links));
  const top = ssccOf(pallet * 64 + casesPerPallet, links);
  const base = { disposition: "active", readPoint: { id: line }, bizLocation: { id: line } };
  const packs = cases.map(() => Array.from({ length: packsPerCase }, () => sgtinOf(product, serialOf(random), links)));
  const ilmd = lotElements({ lotNumber: `LOT-${pallet >> 4}`, itemExpirationDate: "2029-06-30" });
  const commission = (epcList: readonly string[], lot: boolean) =>
    events.push({
      type: "ObjectEvent",
      ...base,
      eventTime: next(),
      eventID: eventIdOf(random),
      action: "ADD",
      bizStep: "commissioning",
      epcList,
      ...(lot ? { ilmd } : {}),
    });
  const pack = (parentID: string, childEPCs: readonly string[]) =>
    events.push({
      type: "AggregationEvent",
      ...base,
      disposition: "in_progress",
      eventTime: next(),
      eventID: eventIdOf(random),
      action: "ADD",
      bizStep: "packing",
      parentID,
      childEPCs,
    });
  for (const inCase of packs) commission(inCase, true);
  commission([...cases, top], false);
  cases.forEach((sscc, index) => pack(sscc, packs[index] as string[]));
  pack(top, cases);
  events.push({
    type: "ObjectEvent",
    eventTime: next(),
    eventID: eventIdOf(random),
    action: "OBSERVE",
    bizStep: "shipping",
    disposition: "in_transit",
    epcList: [top],
    readPoint: { id: warehouse },
    bizTransactionList: [
      { type: "po", bizTransaction: `urn:epcglobal:cbv:bt:9521141000014:PO-${pallet}` },
      { type: "desadv", bizTransaction: `urn:epcglobal:cbv:bt:0614141000012:ASN-${pallet}` },
    ],
    sourceList: [
      { type: "owning_party", source: line },
      { type: "location", source: warehouse },
    ],
    destinationList: [
      { type: "owning_party", destination: buyer },
      { type: "location", destination: buyer },
    ],
  });
  return events;
}

/** Small events, one of each kind in turn: a pack commissioned, a case of five packed, a case shipped. */
export function smallEvents(seed: number, count: number): EpcisEvent[] {
  const random = numbersOf(seed, -1);
  const events: EpcisEvent[] = [];
  for (let pallet = 0; events.length < count; pallet++) {
    const whole = palletEvents(seed, pallet);
    const packing = whole[casesPerPallet + 1 + (random() % casesPerPallet)] as AggregationEvent;
    const commissioning = whole[random() % casesPerPallet] as ObjectEvent;
    events.push(
      { ...commissioning, epcList: (commissioning.epcList ?? []).slice(0, 1) },
      { ...packing, childEPCs: (packing.childEPCs ?? []).slice(0, 5) },
      whole.at(-1) as EpcisEvent,
    );
  }
  return events.slice(0, count);
}

function itemReference(product: number): string {
  return String(107_300 + product);
}

function sgtinOf(product: number, serial: string, link: boolean): string {
  return spelled(`urn:epc:id:sgtin:0614141.${itemReference(product)}.${serial}`, link);
}

function ssccOf(reference: number, link: boolean): string {
  return spelled(`urn:epc:id:sscc:0614141.1${String(reference).padStart(9, "0")}`, link);
}

function spelled(urn: string, link: boolean): string {
  return link ? spell(urn, "digital-link") : urn;
}

const serialAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const serialCharacters = 14;

function serialOf(random: () => number): string {
  let serial = "";
  for (let i = 0; i < serialCharacters; i++) serial += serialAlphabet[random() >>> 27];
  return serial;
}

function eventIdOf(random: () => number): string {
  const hex = Array.from({ length: 4 }, () => random().toString(16).padStart(8, "0")).join("");
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Numbers below 2^32 drawn by a seed (mulberry32), another stream for each pallet, so that any can be made alone. */
function numbersOf(seed: number, pallet: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(pallet + 2, 0x85ebca6b);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** How many pallets a document of the benches holds: about 270 kB of JSON each. */
export function palletsPerDocument(size: BenchSize): number {
  return bySize(size, { small: 4, normal: 8, full: 8 });
}

export function palletDocument(seed: number, pallets: number): EpcisDocument {
  const events = Array.from({ length: pallets }, (_, pallet) => palletEvents(seed, pallet)).flat();
  return { ...pharmaShell(pallets), events };
}
