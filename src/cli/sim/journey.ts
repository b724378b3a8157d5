import { type DeliveryView, siteApi } from "../../contract/site-api.ts";
import { enterpriseApi, type ShipmentView } from "../../contract/enterprise-api.ts";
import type { Client } from "../../contract/client.ts";
import { demonstration } from "../demo/demonstration.ts";
import { type People, products } from "./furnish.ts";
import { closeOrder, packOrder, type PhysicalRun } from "./packaging.ts";
import { type Goal, type Person, pursue } from "./people.ts";
import type { Chance } from "./sim-random.ts";
import type { SimWorld } from "./world.ts";

// One work order from level 4 to the patient, by people who press again when nothing came of it.

export type Market = keyof typeof products;
export type OrderPlan = {
  readonly market: Market;
  readonly lot: string;
  readonly quantity: number;
  readonly expiry: string /** Loaded before the lot is released. */;
  readonly eager: boolean;
};
/** Somebody who works at one address. */
export type At = <T>(work: (client: Client) => Promise<T>) => Promise<T>;

export type Journey = {
  readonly world: SimWorld;
  readonly people: People;
  readonly plan: OrderPlan;
  readonly chance: Chance;
  goal<T>(goal: Goal<T>): Promise<T>;
  at(person: Person, url: string): At;
  /** One order on the line at a time. */
  lineFree<T>(work: () => Promise<T>): Promise<T>;
};

export type JourneyResult = { readonly run: PhysicalRun; readonly dispensed: readonly string[] };

export const ssccScan = (sscc: string) => `]C100${sscc}`;
/** Shares: the loader who does not wait for the release; packs that the pharmacy dispenses of one case. */
const eagerShare = 0.5;
const dispensedPacks = 2;
/** Share of the lots loaded early that are held in the same moment in which somebody ships them. */
const heldShare = 0.25;

export function openJourney(world: SimWorld, people: People, plan: OrderPlan, lineFree: Journey["lineFree"]): Journey {
  const chance = world.chance(`journey ${plan.lot}`);
  return {
    world,
    people,
    plan,
    chance,
    lineFree,
    goal: (goal) => pursue(world, chance, { ...goal, what: `lot ${plan.lot}: ${goal.what}` }),
    at: (person, url) => (work) => person.use(url, work),
  };
}

export async function travel(journey: Journey): Promise<JourneyResult> {
  const { chance, plan, lineFree } = journey;
  const workOrderId = await orderIt(journey);
  const run = await lineFree(() => packOrder(journey, workOrderId));
  await closeOrder(journey, workOrderId);
  // A run that was given up in time made nothing that could ship.
  if (run.cases.length === 0) return { run, dispensed: [] };
  const eager = plan.eager || chance.happens(eagerShare);
  const delivery = eager ? await loadForWholesaler(journey, run) : undefined;
  await release(journey);
  if (delivery && chance.happens(heldShare)) {
    await holdWhileShipping(journey, delivery);
    return { run, dispensed: [] };
  }
  await shipToWholesaler(journey, delivery ?? (await loadForWholesaler(journey, run)));
  const shipped = await shipToPharmacy(journey, run);
  return { run, dispensed: shipped ? await dispense(journey, run, shipped) : [] };
}

async function orderIt({ goal, at, people, world, plan }: Journey): Promise<string> {
  const manager = at(people.serialisation, world.urls.maker);
  const { gtin } = products[plan.market];
  const body = { gtin, lot: plan.lot, expiry: plan.expiry, quantity: plan.quantity, site: demonstration.site.gln };
  const { order } = await goal({
    what: "the work order is there",
    reached: () =>
      manager(async (client) =>
        (await client.call(enterpriseApi.workOrders)).find((each) => each.order.lot === plan.lot),
      ),
    press: () => manager((client) => client.call(enterpriseApi.createWorkOrder, { body })),
  });
  return order.workOrderId;
}

/** The market's reports accepted, then the lot released. */
async function release({ goal, at, people, world, plan }: Journey): Promise<void> {
  const compliance = at(people.compliance, world.urls.maker);
  const releaser = at(people.releaser, world.urls.maker);
  const { gtin } = products[plan.market];
  const mine = async (client: Client) =>
    (await client.call(enterpriseApi.reports)).filter((each) => each.subject === `${gtin} lot ${plan.lot}`);
  if (plan.market === "eu") {
    await goal({
      what: "the hub has accepted the report",
      reached: () =>
        compliance(async (client) => {
          const reports = await mine(client);
          return reports.length > 0 && reports.every(({ state }) => state === "accepted") ? reports : undefined;
        }),
      press: () =>
        compliance(async (client) => {
          for (const { reportId, state } of await mine(client)) {
            if (state !== "accepted") await client.call(enterpriseApi.sendReport, { params: { reportId } });
          }
        }),
    });
  }
  const params = { gtin, lot: plan.lot };
  await goal({
    what: "the lot is released",
    reached: () =>
      releaser(async (client) =>
        (await client.call(enterpriseApi.lot, { params })).status === "released" ? true : undefined,
      ),
    press: () =>
      releaser((client) =>
        client.call(enterpriseApi.releaseLot, { params, body: { signature: people.releaser.sign() } }),
      ),
  });
}

type Loaded = { readonly deliveryId: string; readonly ssccs: readonly string[] };

/** Level 4 orders the delivery, the site loads it; whether it may go is for level 4 to say. */
async function loadForWholesaler({ goal, at, people, world, plan }: Journey, run: PhysicalRun): Promise<Loaded> {
  const manager = at(people.serialisation, world.urls.maker);
  const loader = at(people.warehouse, world.urls.site);
  const purchaseOrder = `PO-${plan.lot}`;
  const packs = run.cases.reduce((sum, each) => sum + each.packs.length, 0);
  const lines = [{ gtin: products[plan.market].gtin, lot: plan.lot, quantity: packs }];
  const body = { shipTo: demonstration.wholesaler.gln, purchaseOrder, lines, site: demonstration.site.gln };
  const { deliveryId } = await goal({
    what: "the delivery is ordered",
    reached: () =>
      manager(async (client) =>
        (await client.call(enterpriseApi.shipments)).find((each) => each.purchaseOrder === purchaseOrder),
      ),
    press: () => manager((client) => client.call(enterpriseApi.orderDelivery, { body })),
  });
  const params = { deliveryId };
  const view = (client: Client): Promise<DeliveryView | undefined> =>
    client.call(siteApi.deliveries).then((all) => all.find((each) => each.delivery.deliveryId === deliveryId));
  const { loaded } = await goal({
    what: "the delivery is loaded",
    reached: () =>
      loader(async (client) => {
        const found = await view(client);
        return found && found.state !== "open" ? found : undefined;
      }),
    press: () =>
      loader(async (client) => {
        const found = await view(client);
        if (!found || found.candidates.length === 0) return;
        await client.call(siteApi.load, {
          params,
          body: { scans: found.candidates.map((each) => ssccScan(each.sscc)) },
        });
      }),
  });
  return { deliveryId, ssccs: loaded };
}

const shippedStates: readonly ShipmentView["state"][] = ["shipped", "delivered"];

/** What was loaded too early stands there until somebody ships it; then the wholesaler receives. */
async function shipToWholesaler({ goal, at, people, world }: Journey, { deliveryId, ssccs }: Loaded): Promise<void> {
  const manager = at(people.serialisation, world.urls.maker);
  const warehouse = at(people.warehouse, world.urls.maker);
  await goal({
    what: "the delivery has shipped",
    reached: () =>
      manager(async (client) =>
        (await client.call(enterpriseApi.shipments)).find(
          (each) => each.deliveryId === deliveryId && shippedStates.includes(each.state),
        ),
      ),
    press: () =>
      warehouse(async (client) => {
        const state = (await client.call(enterpriseApi.shipments)).find(
          (each) => each.deliveryId === deliveryId,
        )?.state;
        if (state === "loaded")
          await client.call(enterpriseApi.ship, { params: { deliveryId }, body: { scans: ssccs.map(ssccScan) } });
      }),
  });
  await receiveAll(at(people.wholesaleClerk, world.urls.wholesaler), goal, demonstration.maker.gln, ssccs);
}

/** Quality holds the lot while the warehouse presses its button: one of them comes first. */
async function holdWhileShipping(
  { goal, at, people, world, plan }: Journey,
  { deliveryId, ssccs }: Loaded,
): Promise<void> {
  const qa = at(people.qa, world.urls.maker);
  const warehouse = at(people.warehouse, world.urls.maker);
  const params = { gtin: products[plan.market].gtin, lot: plan.lot };
  const ship = warehouse((client) =>
    client.call(enterpriseApi.ship, { params: { deliveryId }, body: { scans: ssccs.map(ssccScan) } }),
  );
  await Promise.allSettled([
    ship,
    goal({
      what: "the lot is held",
      reached: () =>
        qa(async (client) => ((await client.call(enterpriseApi.lot, { params })).status === "held" ? true : undefined)),
      press: () =>
        qa((client) =>
          client.call(enterpriseApi.holdLot, { params, body: { reason: "complaint", signature: people.qa.sign() } }),
        ),
    }),
  ]);
}

/** Everything that partner announced with one of these containers. */
async function receiveAll(clerk: At, goal: Journey["goal"], from: string, ssccs: readonly string[]): Promise<void> {
  const inbound = async (client: Client) =>
    (await client.call(enterpriseApi.shipments)).find(
      (each) =>
        each.direction === "inbound" &&
        each.partner === from &&
        each.contents.some((id) => ssccs.some((sscc) => id.endsWith(`/00/${sscc}`))),
    );
  await goal({
    what: `what ${from} sent is received`,
    reached: () =>
      clerk(async (client) => {
        const found = await inbound(client);
        return found?.state === "received" ? found : undefined;
      }),
    press: () =>
      clerk(async (client) => {
        const found = await inbound(client);
        if (found?.state === "announced")
          await client.call(enterpriseApi.receive, {
            params: { deliveryId: found.deliveryId },
            body: { scans: found.contents },
          });
      }),
  });
}

/** The wholesaler opens a pallet and sends one case on. Undefined: the run made no case. */
async function shipToPharmacy(
  { goal, at, people, world, plan, chance }: Journey,
  run: PhysicalRun,
): Promise<PhysicalRun["cases"][number] | undefined> {
  const chosen = run.cases[chance.between(0, run.cases.length - 1)];
  if (!chosen) return undefined;
  const clerk = at(people.wholesaleClerk, world.urls.wholesaler);
  const purchaseOrder = `PH-${plan.lot}`;
  const body = {
    shipTo: demonstration.pharmacy.gln,
    purchaseOrder,
    lines: [{ gtin: products[plan.market].gtin, lot: plan.lot, quantity: chosen.packs.length }],
  };
  const { deliveryId } = await goal({
    what: "the pharmacy's delivery is ordered",
    reached: () =>
      clerk(async (client) =>
        (await client.call(enterpriseApi.shipments)).find((each) => each.purchaseOrder === purchaseOrder),
      ),
    press: () => clerk((client) => client.call(enterpriseApi.orderDelivery, { body })),
  });
  await goal({
    what: "the case has shipped to the pharmacy",
    reached: () =>
      clerk(async (client) =>
        (await client.call(enterpriseApi.shipments)).find(
          (each) => each.deliveryId === deliveryId && shippedStates.includes(each.state),
        ),
      ),
    press: () =>
      clerk((client) =>
        client.call(enterpriseApi.ship, { params: { deliveryId }, body: { scans: [ssccScan(chosen.sscc)] } }),
      ),
  });
  await receiveAll(at(people.pharmacist, world.urls.pharmacy), goal, demonstration.wholesaler.gln, [chosen.sscc]);
  return chosen;
}

async function dispense(
  { goal, at, people, world, plan }: Journey,
  _run: PhysicalRun,
  from: PhysicalRun["cases"][number],
): Promise<string[]> {
  const pharmacist = at(people.pharmacist, world.urls.pharmacy);
  const given = from.packs.slice(0, dispensedPacks);
  for (const scan of given) {
    await goal({
      what: "a pack is dispensed",
      reached: () =>
        pharmacist(async (client) => {
          const { state } = await client.call(enterpriseApi.trace, { query: { id: scan } });
          return state.disposition === "retail_sold" || state.disposition === "dispensed" ? true : undefined;
        }),
      press: () => pharmacist((client) => client.call(enterpriseApi.dispense, { body: { scan } })),
    });
  }
  // The wholesaler follows it as far as it may see.
  await goal({
    what: `the wholesaler traces a pack of ${plan.lot}`,
    reached: () =>
      at(
        people.wholesaleClerk,
        world.urls.wholesaler,
      )((client) => client.call(enterpriseApi.trace, { query: { id: given[0] ?? "", ask: true } })),
  });
  return given;
}
