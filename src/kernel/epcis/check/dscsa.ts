import type { Instant } from "../../base/time.ts";
import { readLotData, readTransactionStatement } from "../healthcare.ts";
import { canonicalPath } from "../identifiers.ts";
import type { AggregationEvent, EpcisEvent, EpcisHeader, ObjectEvent } from "../model.ts";
import type { Findings } from "./finding.ts";
import { IdentifierTable, NumberColumn } from "./identifier-table.ts";
import type { Locate } from "./locate.ts";

/**
 * How many identifiers of one document the profile follows; past it, it says so and follows no more. This is all that
 * grows with a document's length: some 70 bytes each, and about four times that for each event that commissions or packs.
 */
export const tracedEpcsMax = 400_000;
const epcsPerEvent = 4;

/** What one event says of all its objects: shared by them, for there may be very many. */
type Commissioned = { readonly time: Instant; readonly lot: boolean; readonly expiry: boolean; readonly at: string };
type Packed = {
  readonly parent: number;
  readonly children: number[];
  readonly time: Instant;
  readonly at: string;
};
type Shipped = { readonly keys: readonly number[]; readonly time: Instant; readonly at: string };

/**
 * DSCSA's profile of a document between trading partners (GS1 US implementation guideline R1.2):
 * every pack that ships was commissioned in this document with lot and expiry, is packed before it
 * ships, and its product, parties and transaction statement are told. Events are given one by one;
 * `end` answers for the whole.
 */
export class DscsaProfile {
  private readonly findings: Findings;
  /** Identifiers are numbers here: what is kept of each is a few bytes, whatever its length. */
  private readonly keys = new IdentifierTable();
  private readonly commissions: Commissioned[] = [];
  private readonly packings: Packed[] = [];
  /** For each identifier one more than the index of its commissioning, and of its packing; 0 for none. */
  private readonly commissionOf = new NumberColumn();
  private readonly packingOf = new NumberColumn();
  private readonly packingsInto = new Map<number, Packed[]>();
  /** The last shipment that an identifier was found in, counted from 1. */
  private readonly seenIn = new NumberColumn();
  private readonly shipments: Shipped[] = [];
  private readonly products = new Map<string, string>();
  private readonly locations = new Map<string, string>();
  private full = false;

  constructor(findings: Findings) {
    this.findings = findings;
  }

  event(event: EpcisEvent, locate: Locate): void {
    // A declared error takes the event back: what it said is not traced.
    if (event.errorDeclaration || this.full) return;
    if (event.type === "ObjectEvent" && event.bizStep === "commissioning") this.commission(event, locate);
    else if (event.type === "ObjectEvent" && event.bizStep === "shipping") this.ship(event, locate);
    else if (event.type === "AggregationEvent") this.pack(event, locate);
    const events = this.commissions.length + this.packings.length;
    if (this.keys.size + events * epcsPerEvent <= tracedEpcsMax) return;
    this.full = true;
    this.findings.warn("dscsa.too-many-packs", locate(), `at most ${tracedEpcsMax} identifiers are followed`);
  }

  private commission(event: ObjectEvent, locate: Locate): void {
    const { lotNumber, itemExpirationDate } = readLotData(event);
    const at = locate("epcList");
    const shared = {
      time: event.eventTime.at,
      lot: lotNumber !== undefined,
      expiry: itemExpirationDate !== undefined,
      at,
    };
    this.commissions.push(shared);
    event.epcList?.forEach((epc, index) => {
      const key = keyOf(epc);
      const number = this.keys.add(key);
      if (this.commissionOf.get(number) !== 0)
        this.findings.error("dscsa.commissioned-twice", locate("epcList", index), `${epc} is commissioned twice`);
      this.commissionOf.set(number, this.commissions.length);
      this.product(key, at);
    });
  }

  private product(key: string, at: string): void {
    const gtin = gtinOf(key);
    if (gtin !== undefined && !this.products.has(gtin)) this.products.set(gtin, at);
  }

  private pack(event: AggregationEvent, locate: Locate): void {
    const { parentID, childEPCs = [], action } = event;
    if (parentID === undefined || action === "OBSERVE") return;
    const parent = this.keys.add(keyOf(parentID));
    if (action === "DELETE") return this.unpack(parent, childEPCs);
    const shared = {
      parent,
      children: [] as number[],
      time: event.eventTime.at,
      at: locate("childEPCs"),
    };
    this.packings.push(shared);
    childEPCs.forEach((epc, index) => {
      const key = keyOf(epc);
      const number = this.keys.add(key);
      const before = this.packingWith(number);
      if (before && before.parent !== parent) {
        this.findings.error(
          "dscsa.packed-twice",
          locate("childEPCs", index),
          `${epc} is packed while it is still inside another`,
        );
      }
      this.packingOf.set(number, this.packings.length);
      shared.children.push(number);
      this.product(key, shared.at);
    });
    const into = this.packingsInto.get(parent);
    if (into) into.push(shared);
    else this.packingsInto.set(parent, [shared]);
  }

  private packingWith(number: number): Packed | undefined {
    return this.packings[this.packingOf.get(number) - 1];
  }

  /** Without children named, everything is taken out (EPCIS 2.0 §7.4.3). */
  private unpack(parent: number, childEPCs: readonly string[]): void {
    const out = childEPCs.length > 0 ? childEPCs.map((epc) => this.keys.add(keyOf(epc))) : this.childrenOf(parent);
    for (const number of out) if (this.packingWith(number)?.parent === parent) this.packingOf.set(number, 0);
  }

  /** Everything that was ever packed into it. */
  private childrenOf(parent: number): number[] {
    return (this.packingsInto.get(parent) ?? []).flatMap(({ children }) => children);
  }

  private ship(event: ObjectEvent, locate: Locate): void {
    const keys = (event.epcList ?? []).map(keyOf);
    const at = locate();
    this.shipments.push({ keys: keys.map((key) => this.keys.add(key)), at, time: event.eventTime.at });
    const owned = (list: readonly { readonly type: string }[] | undefined) =>
      list?.some(({ type }) => type === "owning_party") ?? false;
    if (!owned(event.sourceList))
      this.findings.error(
        "dscsa.seller-missing",
        at,
        "a shipping event names the seller: a source of type owning_party",
      );
    if (!owned(event.destinationList))
      this.findings.error(
        "dscsa.buyer-missing",
        at,
        "a shipping event names the buyer: a destination of type owning_party",
      );
    if (!event.bizTransactionList?.length)
      this.findings.warn(
        "dscsa.order-missing",
        at,
        "a shipping event names its business transactions: po, desadv, inv",
      );
    if (event.bizLocation)
      this.findings.warn(
        "dscsa.biz-location-on-shipping",
        locate("bizLocation"),
        "goods that are shipped are at no business location",
      );
    event.sourceList?.forEach(({ source }, index) => {
      this.location(source, locate("sourceList", index));
    });
    event.destinationList?.forEach(({ destination }, index) => {
      this.location(destination, locate("destinationList", index));
    });
    for (const key of keys) this.product(key, locate("epcList"));
  }

  private location(id: string, at: string): void {
    const key = keyOf(id);
    if (!this.locations.has(key)) this.locations.set(key, at);
  }

  /** After the last event. `header` may have come before or after them; `root` is where the document begins. */
  end(header: EpcisHeader | undefined, root = ""): void {
    this.shipments.forEach((shipment, index) => this.checkShipment(shipment, index + 1));
    const [first] = this.shipments;
    if (!first) return;
    this.checkMasterData(header);
    const statement = readTransactionStatement(header);
    if (statement?.affirmed !== true) {
      const said = statement
        ? "the transaction statement is not affirmed"
        : "the header has no gs1ushc:dscsaTransactionStatement";
      this.findings.error("dscsa.statement-missing", first.at, `goods are shipped, but ${said}`);
    }
    if (!header?.sbdh)
      this.findings.warn(
        "dscsa.sender-missing",
        root,
        "the document names no sender and receiver (StandardBusinessDocumentHeader)",
      );
  }

  /** The shipped containers and, at any depth, what is inside them. */
  private checkShipment({ keys, at, time }: Shipped, shipment: number): void {
    if (keys.length === 0) this.findings.error("dscsa.nothing-shipped", at, "a shipping event names what ships");
    const open = [...keys];
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      if (this.seenIn.get(number) === shipment) continue;
      this.seenIn.set(number, shipment);
      this.checkPack(number, at, time);
      for (const child of this.childrenOf(number)) if (this.packingWith(child)?.parent === number) open.push(child);
    }
  }

  private checkPack(number: number, at: string, shippedAt: Instant): void {
    const made = this.commissions[this.commissionOf.get(number) - 1];
    const packed = this.packingWith(number);
    const late = packed !== undefined && packed.time > shippedAt;
    const early = made !== undefined && (made.time > shippedAt || (packed !== undefined && made.time > packed.time));
    if (made?.lot && made.expiry && !late && !early) return;
    const key = this.keys.text(number);
    const isContainer = key.startsWith(CONTAINER);
    if (late) this.findings.error("dscsa.wrong-order", packed.at, `${key} ships before it was packed`);
    if (!made) {
      const told = `${key} ships, but nothing here tells that it was commissioned`;
      if (isContainer) this.findings.warn("dscsa.container-not-commissioned", at, told);
      else if (!this.full) this.findings.error("dscsa.not-commissioned", at, told);
      return;
    }
    if (early) {
      this.findings.error("dscsa.wrong-order", made.at, `${key} is packed or shipped before it was commissioned`);
    }
    if (isContainer) return;
    if (!made.lot) this.findings.error("dscsa.lot-missing", made.at, `${key} was commissioned without a lot number`);
    if (!made.expiry)
      this.findings.error("dscsa.expiry-missing", made.at, `${key} was commissioned without an expiry date`);
  }

  private checkMasterData(header: EpcisHeader | undefined): void {
    const vocabularies = header?.masterData ?? [];
    const keys = (type: RegExp) =>
      vocabularies.filter((one) => type.test(one.type)).flatMap((one) => one.elements.map(({ id }) => keyOf(id)));
    const products = new Set(keys(/:EPCClass$/).map(gtinOf));
    for (const [gtin, at] of this.products) {
      if (!products.has(gtin))
        this.findings.error(
          "dscsa.product-data-missing",
          at,
          `the header has no EPCClass master data for GTIN ${gtin}`,
        );
    }
    const locations = new Set(keys(/:(?:Location|BusinessLocation|ReadPoint)$/));
    for (const [key, at] of this.locations) {
      if (!locations.has(key) && !locations.has(otherRole(key)))
        this.findings.error("dscsa.location-data-missing", at, `the header has no Location master data for ${key}`);
    }
  }
}

const CONTAINER = "/00/";
const TRADE_ITEM = "/01/";

/** One spelling for each identifier, and a short one: of GS1's, the path of its canonical Digital Link. */
function keyOf(uri: string): string {
  return canonicalPath(uri) ?? uri;
}

function gtinOf(key: string): string | undefined {
  return key.startsWith(TRADE_ITEM) ? key.slice(TRADE_ITEM.length, TRADE_ITEM.length + 14) : undefined;
}

/** A company's GLN may be told as a party (417) and described as a place (414). */
function otherRole(key: string): string {
  return key.startsWith("/417/")
    ? key.replace("/417/", "/414/")
    : key.replace("/414/", "/417/").replace(/\/254\/.*$/, "");
}
