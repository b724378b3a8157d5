import type { Instant } from "../../base/time.ts";
import { readLotData, readTransactionStatement } from "../healthcare.ts";
import { canonicalPath } from "../identifiers.ts";
import type { AggregationEvent, EpcisEvent, EpcisHeader, ObjectEvent } from "../model.ts";
import type { Findings } from "./finding.ts";
import type { Locate } from "./locate.ts";

/** How many identifiers of one document the profile follows; past it, it says so and follows no more. */
export const tracedEpcsMax = 200_000;

/** What one event says of all its objects: shared by them, for there may be very many. */
type Commissioned = { readonly time: Instant; readonly lot: boolean; readonly expiry: boolean; readonly at: string };
type Packed = { readonly parent: string; readonly time: Instant; readonly at: string };
type Shipped = { readonly keys: readonly string[]; readonly time: Instant; readonly at: string };

/**
 * DSCSA's profile of a document between trading partners (GS1 US implementation guideline R1.2):
 * every pack that ships was commissioned in this document with lot and expiry, is packed before it
 * ships, and its product, parties and transaction statement are told. Events are given one by one;
 * `end` answers for the whole.
 */
export class DscsaProfile {
  private readonly findings: Findings;
  private readonly commissioned = new Map<string, Commissioned>();
  private readonly packed = new Map<string, Packed>();
  private readonly children = new Map<string, string[]>();
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
    if (this.commissioned.size + this.packed.size <= tracedEpcsMax) return;
    this.full = true;
    this.findings.warn("dscsa.too-many-packs", locate(), `only the first ${tracedEpcsMax} identifiers are followed`);
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
    event.epcList?.forEach((epc, index) => {
      const key = keyOf(epc);
      if (this.commissioned.has(key))
        this.findings.error("dscsa.commissioned-twice", locate("epcList", index), `${epc} is commissioned twice`);
      this.commissioned.set(key, shared);
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
    const parent = keyOf(parentID);
    const keys = childEPCs.map(keyOf);
    if (action === "DELETE") return this.unpack(parent, keys);
    const shared = { parent, time: event.eventTime.at, at: locate("childEPCs") };
    keys.forEach((key, index) => {
      const before = this.packed.get(key);
      if (before && before.parent !== parent) {
        this.findings.error(
          "dscsa.packed-twice",
          locate("childEPCs", index),
          `${childEPCs[index]} is packed while it is still inside another`,
        );
      }
      this.packed.set(key, shared);
      this.product(key, shared.at);
    });
    this.children.set(parent, [...(this.children.get(parent) ?? []), ...keys]);
  }

  /** Without children named, everything is taken out (EPCIS 2.0 §7.4.3). */
  private unpack(parent: string, keys: readonly string[]): void {
    const out = keys.length > 0 ? keys : (this.children.get(parent) ?? []);
    for (const key of out) if (this.packed.get(key)?.parent === parent) this.packed.delete(key);
  }

  private ship(event: ObjectEvent, locate: Locate): void {
    const keys = (event.epcList ?? []).map(keyOf);
    const at = locate();
    this.shipments.push({ keys, at, time: event.eventTime.at });
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
    for (const shipment of this.shipments) this.checkShipment(shipment);
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
  private checkShipment({ keys, at, time }: Shipped): void {
    if (keys.length === 0) this.findings.error("dscsa.nothing-shipped", at, "a shipping event names what ships");
    const seen = new Set<string>();
    const open = [...keys];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (seen.has(key)) continue;
      seen.add(key);
      this.checkPack(key, at, time);
      const parent = key;
      for (const child of this.children.get(key) ?? []) if (this.packed.get(child)?.parent === parent) open.push(child);
    }
  }

  private checkPack(key: string, at: string, shippedAt: Instant): void {
    const made = this.commissioned.get(key);
    const packed = this.packed.get(key);
    const isContainer = key.startsWith(CONTAINER);
    if (packed && packed.time > shippedAt)
      this.findings.error("dscsa.wrong-order", packed.at, `${key} ships before it was packed`);
    if (!made) {
      const told = `${key} ships, but nothing here tells that it was commissioned`;
      if (isContainer) this.findings.warn("dscsa.container-not-commissioned", at, told);
      else if (!this.full) this.findings.error("dscsa.not-commissioned", at, told);
      return;
    }
    if (made.time > shippedAt || (packed && made.time > packed.time)) {
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
