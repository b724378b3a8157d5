import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wrongAccess } from "../../test/support/endpoint-access.ts";
import { type SiteWorld, siteWorld } from "../../test/support/site-world.ts";
import { siteApi } from "../contract/site-api.ts";
import type { Endpoint } from "../contract/endpoint.ts";
import type { Statement } from "../runtime/machine.ts";
import { EVENT_PAGE, JOURNAL_PAGE } from "./lines/journal.store.ts";
import { NUMBERS_BY_NAME, NUMBERS_OF_ORDER, NUMBERS_SAVE } from "./number-buffer/number.store.ts";
import { COUNTS, OF_ORDER, OPEN_COUNT } from "./orders/order-message.store.ts";
import { ORDER_OF_RUN, ORDERS } from "./orders/order.store.ts";
import { NUMBER_COUNTS } from "./reconciliation/reconciliation.store.ts";
import { DELIVERIES } from "./warehouse/delivery.store.ts";
import { CANDIDATES, OF_DELIVERIES } from "./warehouse/stock.store.ts";

let world: SiteWorld;
beforeAll(async () => {
  world = await siteWorld({ everyRole: true });
});
afterAll(() => world.close());

describe("the site's database", () => {
  test("names an owner and an environment in every table about somebody's goods", async () => {
    const rows = await world.scratch.database.run<{ name: string }>({
      text: `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind = 'r' and not exists (
  select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'environment')
order by 1`,
    });
    // Of people, the trail, lanes and migrations: this instance's own, and an instance has one environment.
    const own = [
      "audit_entry",
      "audit_head",
      "duty",
      "migration",
      "outbox_lane",
      "people_revision",
      "provider_request",
      "signature",
      "signing_ticket",
      "user_account",
      "user_session",
    ];
    expect(rows.map(({ name }) => name)).toEqual(own);
  });

  test.each<[string, Statement, string]>([
    ["numbers that entries name", NUMBERS_BY_NAME, "number_pkey"],
    ["numbers that entries change", NUMBERS_SAVE, "number_pkey"],
    ["numbers of an order", NUMBERS_OF_ORDER, "number_order"],
    ["the balance of an order", NUMBER_COUNTS, "number_order"],
    ["the order of a run", ORDER_OF_RUN, "work_order_run_id_key"],
    ["orders, newest first", ORDERS, "work_order_received"],
    ["messages of an order", OF_ORDER, "order_message_work_order_id_purpose_position_key"],
    ["messages not taken yet", OPEN_COUNT, "order_message_work_order_id_purpose_position_key"],
    ["messages counted", COUNTS, "order_message_work_order_id_purpose_position_key"],
    ["a page of a line's journal", JOURNAL_PAGE, "journal_entry_pkey"],
    ["a page of what becomes events", EVENT_PAGE, "journal_entry_events"],
    ["candidates for a delivery", CANDIDATES, "stock_candidates"],
    ["containers of deliveries", OF_DELIVERIES, "stock_delivery"],
    ["deliveries, newest first", DELIVERIES, "delivery_received"],
  ])("finds %s by an index", async (_, statement, index) => {
    const plan = await world.scratch.database.transaction(async (sql) => {
      await sql.run({ text: "set local enable_seqscan = off" });
      await sql.run({ text: "set local enable_sort = off" });
      const rows = await sql.run<{ "QUERY PLAN": string }>({ text: `explain (generic_plan) ${statement.text}` });
      return rows.map((row) => row["QUERY PLAN"]).join("\n");
    });
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan on (number|work_order|order_message|journal_entry|stock|delivery)/);
  });
});

describe("the site's endpoints", () => {
  test("are all served", () => {
    const served = world
      .server()
      .endpoints()
      .map(({ method, path }) => `${method} ${path}`);
    const wanted = Object.values<Endpoint>(siteApi).map(({ method, path }) => `${method} ${path}`);
    expect(wanted.filter((each) => !served.includes(each))).toEqual([]);
  });

  test("open to those who hold the right, and to nobody else [REQ-ACC-01]", async () => {
    expect(await wrongAccess(world.server())).toEqual([]);
  });
});
