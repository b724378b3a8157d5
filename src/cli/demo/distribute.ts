import type { Client } from "../../contract/client.ts";
import type { BodyOf } from "../../contract/endpoint.ts";
import { enterpriseApi, type ShipmentView, type Trace, type Verification } from "../../contract/enterprise-api.ts";
import { siteApi } from "../../contract/site-api.ts";
import { demonstration } from "./demonstration.ts";
import type { World } from "./furnish.ts";
import type { OpenedCase } from "./hall.ts";
import type { Batch } from "./produce.ts";
import type { Progress } from "./progress.ts";
import { press, until } from "./until.ts";

// From the maker's dock to the patient: three companies, each with its own level 4, over the network.

const ssccScan = (sscc: string) => `]C100${sscc}`;

/** Level 3 loads everything of the lot, level 4 ships it, 5 delivers the document, the wholesaler receives. */
export async function shipToWholesaler(world: World, progress: Progress, batch: Batch): Promise<ShipmentView> {
  const { people, urls } = world;
  const { order } = batch;
  return progress.stage("ship", 4, "steps", async (at) => {
    const manager = await people.serialisation.at(urls.maker);
    const ordered = await orderDelivery(manager, {
      shipTo: demonstration.wholesaler.gln,
      purchaseOrder: "PO-1001",
      lines: [{ gtin: order.gtin, lot: order.lot, quantity: order.quantity }],
      site: demonstration.site.gln,
    });
    at(1);
    const loader = await people.warehouse.at(urls.site);
    const { deliveryId } = ordered;
    const found = async () =>
      (await loader.call(siteApi.deliveries)).find((each) => each.delivery.deliveryId === deliveryId);
    const delivery = await until("the site has the delivery and its goods", async () => {
      const seen = await found();
      return seen && seen.candidates.length > 0 ? seen : undefined;
    });
    const scans = delivery.candidates.map((each) => ssccScan(each.sscc));
    await press(
      "the delivery is loaded",
      () => loader.call(siteApi.load, { params: { deliveryId }, body: { scans } }),
      async () => {
        const seen = await found();
        return seen?.state === "open" ? undefined : seen;
      },
    );
    at(2);
    const announced = await inbound(world, "wholesaler", demonstration.maker.gln);
    at(3);
    const received = await receiveAll(world, "wholesaler", announced);
    at(4);
    return received;
  });
}

/** The wholesaler opens the pallet, ships one case on, the pharmacy receives it. */
export async function shipToPharmacy(
  world: World,
  progress: Progress,
  batch: Batch,
  opened: OpenedCase,
): Promise<ShipmentView> {
  return progress.stage("wholesale", 3, "steps", async (at) => {
    const clerk = await world.people.wholesaleClerk.at(world.urls.wholesaler);
    const { deliveryId } = await orderDelivery(clerk, {
      shipTo: demonstration.pharmacy.gln,
      purchaseOrder: "PO-2001",
      lines: [{ gtin: batch.order.gtin, lot: batch.order.lot, quantity: opened.packs }],
    });
    await press(
      "the case is shipped",
      () => clerk.call(enterpriseApi.ship, { params: { deliveryId }, body: { scans: [opened.label] } }),
      () => shipmentSeen(clerk, (each) => each.deliveryId === deliveryId && each.shippedAt !== null),
    );
    at(1);
    const announced = await inbound(world, "pharmacy", demonstration.wholesaler.gln);
    at(2);
    const received = await receiveAll(world, "pharmacy", announced);
    at(3);
    return received;
  });
}

/** The pharmacy verifies one pack where its market says, dispenses it, and the maker asks where it went. */
export async function dispenseAndTrace(
  world: World,
  progress: Progress,
  packScan: string,
): Promise<{ verification: Verification; dispensed: boolean; trace: Trace }> {
  return progress.stage("patient", 3, "steps", async (at) => {
    const pharmacist = await world.people.pharmacist.at(world.urls.pharmacy);
    // A question changes nothing: it may be asked again.
    const verification = await until("the pack is verified", () =>
      pharmacist.call(enterpriseApi.verify, { body: { scan: packScan } }),
    );
    at(1);
    const { dispensed } = await press(
      "the pack is dispensed",
      () => pharmacist.call(enterpriseApi.dispense, { body: { scan: packScan } }),
      async () => {
        const seen = await pharmacist.call(enterpriseApi.trace, { query: { id: packScan } });
        return seen.state.disposition === "dispensed" ? { dispensed: true } : undefined;
      },
    );
    at(2);
    const compliance = await world.people.compliance.at(world.urls.maker);
    const trace = await until("every company on the way has answered", async () => {
      const seen = await compliance.call(enterpriseApi.trace, { query: { id: packScan, ask: true } });
      return seen.asked.some((each) => each.answer === "unreachable") ? undefined : seen;
    });
    at(3);
    return { verification, dispensed, trace };
  });
}

type Receiver = "wholesaler" | "pharmacy";
const clerkOf = { wholesaler: "wholesaleClerk", pharmacy: "pharmacist" } as const;

type DeliveryRequest = BodyOf<typeof enterpriseApi.orderDelivery>;

function orderDelivery(client: Client, body: DeliveryRequest): Promise<ShipmentView> {
  return press(
    `the delivery ${body.purchaseOrder} is ordered`,
    () => client.call(enterpriseApi.orderDelivery, { body }),
    () => shipmentSeen(client, (each) => each.direction === "outbound" && each.purchaseOrder === body.purchaseOrder),
  );
}

async function shipmentSeen(client: Client, which: (each: ShipmentView) => boolean): Promise<ShipmentView | undefined> {
  return (await client.call(enterpriseApi.shipments)).find(which);
}

async function inbound(world: World, company: Receiver, from: string): Promise<ShipmentView> {
  const clerk = await world.people[clerkOf[company]].at(world.urls[company]);
  return until(`the ${company} has the shipment's document`, () =>
    shipmentSeen(clerk, (each) => each.direction === "inbound" && each.partner === from && each.state === "announced"),
  );
}

async function receiveAll(world: World, company: Receiver, announced: ShipmentView): Promise<ShipmentView> {
  const clerk = await world.people[clerkOf[company]].at(world.urls[company]);
  const { deliveryId } = announced;
  return press(
    `the ${company} has received the delivery`,
    () => clerk.call(enterpriseApi.receive, { params: { deliveryId }, body: { scans: announced.contents } }),
    () => shipmentSeen(clerk, (each) => each.deliveryId === deliveryId && each.state === "received"),
  );
}
