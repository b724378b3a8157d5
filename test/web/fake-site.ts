import type { Recipe } from "../../src/contract/line-api.ts";
import {
  type DeliveryView,
  type OrderView,
  type Reconciliation,
  siteApi,
  type WorkOrder,
} from "../../src/contract/site-api.ts";
import { signatureMeanings } from "../../src/contract/signature-meanings.ts";
import { ok, refuse } from "../../src/kernel/base/result.ts";
import type { FakeParts } from "./fake-level.ts";

export const orderId = "018f2000-0000-7000-8000-000000000001";
const deliveryId = "018f3000-0000-7000-8000-000000000001";

const order: WorkOrder = {
  workOrderId: orderId,
  owner: "9521234000006",
  environment: "production",
  market: "eu",
  marketRulesVersion: 1,
  gtin: "09521234543213",
  productName: "Auroxin 20 mg, 30 tablets",
  productVersion: 2,
  companyPrefixLength: 7,
  lot: "L2611A",
  expiry: "281100",
  quantity: 2000,
  packsPerCase: 24,
  casesPerPallet: 10,
  site: "9521234000013",
};
const recipe: Recipe = {
  recipeId: "auroxin-30",
  version: 2,
  packsPerCase: 24,
  casesPerPallet: 10,
  consecutiveRejectsMax: 5,
  gradeMin: 1.5,
  textScoreMin: 0.7,
  checkText: true,
  overagePercent: 5,
  overageMin: 20,
};

function reconciliationOf(): Reconciliation {
  const level = (name: "pack" | "case" | "pallet", allocated: number, good: number) => ({
    level: name,
    allocated,
    returned: allocated - good - 19,
    deactivated: 0,
    invalid: 2,
    labelSampled: 0,
    labelScrapped: 15,
    everCommissioned: good + 2,
    good,
    sampled: 0,
    destroyed: 2,
    decommissioned: 0,
    packed: good,
    loose: 0,
    unaccounted: 0,
  });
  return {
    workOrderId: orderId,
    levels: [level("pack", 2200, 2000), level("case", 110, 84), level("pallet", 30, 9)],
    rejects: { printVerify: 15, downstream: 2 },
    crossChecks: [
      { source: "printer", what: "packs printed", expected: 2019, counted: 2019, agrees: true },
      { source: "camera", what: "pictures taken", expected: 2019, counted: 2019, agrees: true },
      { source: "conveyor", what: "packs into the reject bin", expected: 17, counted: 17, agrees: true },
      { source: "bin", what: "packs counted by hand", expected: 17, counted: 16, agrees: false },
      { source: "packml", what: "processed count", expected: 2000, counted: 2000, agrees: true },
    ],
    integrity: [
      {
        rule: "children-count",
        severity: "warning",
        at: "095212340000010845",
        message: "The last case is partial: 8 of 24.",
      },
    ],
    balanced: true,
  };
}

export function registerSite({ server, sessions, clock, random }: FakeParts): void {
  const started = clock.now();
  const view = (state: OrderView["state"], workOrderId: string, lot: string): OrderView => ({
    order: { ...order, workOrderId, lot },
    state,
    lineId: state === "numbered" ? null : "line-1",
    runId: state === "numbered" ? null : "018f1000-0000-7000-8000-000000000001",
    recipe: state === "numbered" ? null : recipe,
    numbers: { pack: 2200, case: 110, pallet: 30 },
    journal: { entries: 6120, lastSeq: 6120 },
    progress:
      state === "numbered"
        ? { commissioned: 0, packed: 0, cases: 0, pallets: 0, rejected: 0 }
        : { commissioned: 2002, packed: 2000, cases: 84, pallets: 9, rejected: 17 },
    submission: { documents: state === "submitted" ? 4 : 0, waiting: 0, accepted: state === "submitted" },
    commands: {
      ask: state === "received" ? null : "The order has its numbers.",
      cancel: state === "received" || state === "numbered" ? null : "Only an order that no line has can be cancelled.",
      assign: state === "numbered" ? null : "The order is on a line.",
      reconcile:
        state === "completed" ? null : state === "numbered" ? "The run is not complete." : "The order is reconciled.",
      close: state === "reconciled" ? null : "The order is not reconciled.",
    },
  });
  const orders: OrderView[] = [
    view("numbered", "018f2000-0000-7000-8000-000000000002", "L2611B"),
    {
      ...view("received", "018f2000-0000-7000-8000-000000000004", "L2611D"),
      numbersRefused: "42 numbers where 44 were asked for",
    },
    view("completed", orderId, "L2611A"),
    view("submitted", "018f2000-0000-7000-8000-000000000003", "L2610C"),
  ];
  const find = (workOrderId: string) => orders.find((each) => each.order.workOrderId === workOrderId);
  server.route(siteApi.orders, () => orders);
  server.route(siteApi.order, ({ params }) => find(params.workOrderId) ?? refuse("http.not-found"));
  server.route(siteApi.reconciliation, ({ params }) => ({ ...reconciliationOf(), workOrderId: params.workOrderId }));
  server.route(siteApi.assign, ({ params, body }) => {
    const found = find(params.workOrderId);
    if (found === undefined) return refuse("http.not-found");
    found.state = "on-line";
    found.lineId = body.lineId;
    found.recipe = recipe;
    return ok(found);
  });
  server.route(siteApi.askNumbers, ({ params }) => {
    const at = orders.findIndex((each) => each.order.workOrderId === params.workOrderId);
    orders[at] = view("numbered", params.workOrderId, "L2611D");
    return ok(orders[at]);
  });
  server.route(siteApi.cancel, ({ params }) => {
    const found = find(params.workOrderId);
    if (found === undefined) return refuse("http.not-found");
    return ok(Object.assign(found, view("cancelled", params.workOrderId, found.order.lot)));
  });
  server.route(siteApi.reconcile, ({ params, body }) => {
    const signed = sessions.sign(body.signature, signatureMeanings.reconciliation);
    if (!signed.ok) return signed;
    const found = find(params.workOrderId);
    if (found !== undefined) Object.assign(found, { ...view("reconciled", params.workOrderId, found.order.lot) });
    return ok({ ...reconciliationOf(), workOrderId: params.workOrderId });
  });
  server.route(siteApi.close, ({ params, body }) => {
    const signed = sessions.sign(body.signature, signatureMeanings.closing);
    if (!signed.ok) return signed;
    const found = find(params.workOrderId);
    if (found === undefined) return refuse("http.not-found");
    if (reconciliationOf().integrity.some(({ rule }) => !body.waivers?.some((each) => each.rule === rule)))
      return refuse("site.not-waived");
    Object.assign(found, view("closed", params.workOrderId, found.order.lot));
    return ok(found);
  });
  server.route(siteApi.recipes, () => [
    { recipe: { ...recipe, version: 3, gradeMin: 2 }, state: "draft" as const, approval: null },
    {
      recipe,
      state: "approved" as const,
      approval: {
        signatureId: random.uuid7(),
        userId: "018f0000-0000-7000-8000-000000000003",
        userName: "quinn",
        meaning: "approved for production",
        at: started - 8e8,
        recordHash: "b".repeat(64),
      },
    },
  ]);
  server.route(siteApi.lines, () => [
    {
      lineId: "line-1",
      url: "http://127.0.0.1:4002",
      alive: true,
      lastSeq: 6120,
      lastHeardAt: clock.now() - 800,
      orders: [orderId],
    },
    { lineId: "line-2", url: "http://127.0.0.1:4012", alive: false, lastSeq: 0, lastHeardAt: null, orders: [] },
  ]);

  const delivery: DeliveryView = {
    delivery: {
      deliveryId,
      owner: "9521234000006",
      environment: "production",
      shipTo: "9521235000005",
      purchaseOrder: "PO-4471",
      lines: [{ gtin: order.gtin, lot: "L2610C", quantity: 480 }],
    },
    state: "open",
    candidates: ["095212340000020011", "095212340000020028"].map((sscc) => ({
      sscc,
      level: "pallet" as const,
      gtin: order.gtin,
      lot: "L2610C",
      expiry: "281000",
      packs: 240,
    })),
    loaded: [],
  };
  server.route(siteApi.deliveries, () => [delivery]);
  server.route(siteApi.load, ({ body }) => {
    delivery.loaded = body.scans.map((scan) => scan.replace(/^\D*00/, "").slice(-18));
    delivery.state = "loaded";
    return ok(delivery);
  });
}
