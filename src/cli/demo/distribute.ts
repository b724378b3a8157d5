import { enterpriseApi, type ShipmentView, type Trace, type Verification } from "../../contract/enterprise-api.ts";
import { siteApi } from "../../contract/site-api.ts";
import { demonstration } from "./demonstration.ts";
import type { World } from "./furnish.ts";
import type { OpenedCase } from "./hall.ts";
import type { Batch } from "./produce.ts";
import type { Progress } from "./progress.ts";
import { until } from "./until.ts";

// From the maker's dock to the patient: three companies, each with its own level 4, over the network.

const ssccScan = (sscc: string) => `]C100${sscc}`;

/** Level 3 loads everything of the lot, level 4 ships it, 5 delivers the document, the wholesaler receives. */
export async function shipToWholesaler(world: World, progress: Progress, batch: Batch): Promise<ShipmentView> {
  const { people, urls } = world;
  const { order } = batch;
  return progress.stage("ship", 4, "steps", async (at) => {
    const manager = await people.serialisation.at(urls.maker);
    const ordered = await manager.call(enterpriseApi.orderDelivery, {
      body: {
        shipTo: demonstration.wholesaler.gln,
        purchaseOrder: "PO-1001",
        lines: [{ gtin: order.gtin, lot: order.lot, quantity: order.quantity }],
        site: demonstration.site.gln,
      },
    });
    at(1);
    const loader = await people.warehouse.at(urls.site);
    const delivery = await until("the site has the delivery and its goods", async () => {
      const found = (await loader.call(siteApi.deliveries)).find(
        (each) => each.delivery.deliveryId === ordered.deliveryId,
      );
      return found && found.candidates.length > 0 ? found : undefined;
    });
    await loader.call(siteApi.load, {
      params: { deliveryId: ordered.deliveryId },
      body: { scans: delivery.candidates.map((each) => ssccScan(each.sscc)) },
    });
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
    const ordered = await clerk.call(enterpriseApi.orderDelivery, {
      body: {
        shipTo: demonstration.pharmacy.gln,
        purchaseOrder: "PO-2001",
        lines: [{ gtin: batch.order.gtin, lot: batch.order.lot, quantity: opened.packs }],
      },
    });
    await clerk.call(enterpriseApi.ship, {
      params: { deliveryId: ordered.deliveryId },
      body: { scans: [opened.label] },
    });
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
    const verification = await pharmacist.call(enterpriseApi.verify, { body: { scan: packScan } });
    at(1);
    const { dispensed } = await pharmacist.call(enterpriseApi.dispense, { body: { scan: packScan } });
    at(2);
    const compliance = await world.people.compliance.at(world.urls.maker);
    const trace = await compliance.call(enterpriseApi.trace, { query: { id: packScan, ask: true } });
    at(3);
    return { verification, dispensed, trace };
  });
}

type Receiver = "wholesaler" | "pharmacy";
const clerkOf = { wholesaler: "wholesaleClerk", pharmacy: "pharmacist" } as const;

async function inbound(world: World, company: Receiver, from: string): Promise<ShipmentView> {
  const clerk = await world.people[clerkOf[company]].at(world.urls[company]);
  return until(`the ${company} has the shipment's document`, async () =>
    (await clerk.call(enterpriseApi.shipments)).find(
      (each) => each.direction === "inbound" && each.partner === from && each.state === "announced",
    ),
  );
}

async function receiveAll(world: World, company: Receiver, announced: ShipmentView): Promise<ShipmentView> {
  const clerk = await world.people[clerkOf[company]].at(world.urls[company]);
  return clerk.call(enterpriseApi.receive, {
    params: { deliveryId: announced.deliveryId },
    body: { scans: announced.contents },
  });
}
