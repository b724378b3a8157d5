import { existsSync } from "node:fs";
import { join } from "node:path";
import type { JournalEntry } from "../../contract/journal.ts";
import type { RunOrder } from "../../contract/line-api.ts";
import { type EpcisEvent } from "../../kernel/epcis/model.ts";
import { parseEpcisJson } from "../../kernel/epcis/json.ts";
import { parseEpcisXml } from "../../kernel/epcis/xml.ts";
import { must } from "../../kernel/base/result.ts";
import type { ChainVerification } from "../../contract/common-api.ts";
import { verifyAllChains } from "../../gxp/audit/audit.ts";
import { loadDocument } from "../../l4-enterprise/epcis-repository/capture.store.ts";
import { statesOf } from "../../l4-enterprise/ledger/ledger.ts";
import type { LedgerContext, ObjectState } from "../../l4-enterprise/ledger/ledger.ts";
import { openPoolKeys } from "../../l4-enterprise/serial-numbers/pool-keys.ts";
import { identifierOfScan } from "../../l4-enterprise/tracing/scan.ts";
import { readKeyFile } from "../../runtime/key-wrap.ts";
import type { Database, SqliteDatabase } from "../../runtime/machine.ts";
import { openSqlite } from "../../runtime/sqlite.ts";
import { demonstration } from "../demo/demonstration.ts";
import type { Ground } from "./ground.ts";
import type { PhysicalRun } from "./packaging.ts";
import type { Probe } from "./probes.ts";
import type { SimWorld } from "./world.ts";

// What stands in the databases, the journals and the hall when a run is over: read as rows, not asked of the programs.

export const companyNames = ["enterprise-maker", "enterprise-wholesaler", "enterprise-pharmacy"] as const;
export type CompanyName = (typeof companyNames)[number];

export type Allocation = {
  poolId: number;
  from: number;
  to: number;
  level: string;
  workOrderId: string;
  allocationId: string;
};
export type Retired = { poolId: number; from: number; to: number; workOrderId: string };
export type SiteNumber = { level: number; number: string; workOrderId: string; state: number; parent: string | null };
export type SiteOrder = { workOrderId: string; runId: string | null; state: string };
export type OrderMessage = {
  messageId: string;
  workOrderId: string;
  purpose: string;
  level: number | null;
  quantity: number;
  state: string;
};
export type Document = {
  captureId: string;
  messageId: string | null;
  source: "own" | "shared";
  partner: string | null;
  events: readonly EpcisEvent[];
};
export type ShipmentRow = {
  deliveryId: string;
  direction: "outbound" | "inbound";
  partner: string;
  state: string;
  contents: string[];
  packs: number;
  shippedAt: number | null;
  receivedAt: number | null;
  documentMessage: string | null;
  documentState: string | null;
  lines: { gtin: string; lot: string }[];
};
export type LotRow = { gtin: string; lot: string; expiry: string; status: string; market: string };
export type ReportRow = { reportId: string; gtin: string; lot: string; state: string; answeredAt: number | null };
export type AuditRow = { action: string; subject: string; at: number; after: unknown };

export type Store = {
  readonly chains: readonly ChainVerification[];
  readonly audit: readonly AuditRow[];
  readonly inbox: ReadonlySet<string>;
  /** Messages that have not come to a good end. */
  readonly open: readonly {
    readonly messageId: string;
    readonly state: string;
    readonly path: string;
    readonly error: string | null;
  }[];
  /** Everything that any row says of its environment and its owner. */
  readonly environments: readonly string[];
};

export type CompanyFacts = Store & {
  readonly gln: string;
  readonly documents: readonly Document[];
  readonly shipments: readonly ShipmentRow[];
  readonly lots: readonly LotRow[];
  readonly reports: readonly ReportRow[];
  /** State of everything that the company's documents name, by canonical id. */
  readonly states: ReadonlyMap<string, ObjectState>;
};

export type NetworkMessage = { messageId: string; owner: string; receiver: string; kind: string; state: string };

export type Facts = {
  readonly runs: readonly PhysicalRun[];
  readonly dispensed: readonly string[];
  readonly probes: readonly Probe[];
  readonly line: {
    readonly entries: readonly JournalEntry[];
    readonly orders: readonly RunOrder[];
    readonly inbox: ReadonlySet<string>;
    readonly auditChains: readonly {
      chain: string;
      entries: readonly unknown[];
      head: { seq: number; hash: string };
    }[];
  };
  readonly site: Store & {
    readonly orders: readonly SiteOrder[];
    readonly numbers: readonly SiteNumber[];
    readonly journal: readonly { seq: number; hash: string }[];
    readonly messages: readonly OrderMessage[];
    readonly deliveries: readonly { deliveryId: string; state: string; ssccs: string[] }[];
  };
  readonly companies: Readonly<Record<CompanyName, CompanyFacts>>;
  readonly allocations: readonly Allocation[];
  readonly retired: readonly Retired[];
  readonly network: Store & { readonly messages: readonly NetworkMessage[] };
  readonly acknowledged: SimWorld["network"]["acknowledged"];
};

type Rows = <R>(text: string, values?: readonly unknown[]) => Promise<R[]>;

export async function gatherFacts(
  world: SimWorld,
  ground: Ground,
  seen: {
    readonly runs: readonly PhysicalRun[];
    readonly dispensed: readonly string[];
    readonly probes: readonly Probe[];
  },
): Promise<Facts> {
  const open = new Map<string, Database>();
  const database = (name: string): Database => {
    const known = open.get(name) ?? ground.read(world.databases.get(name) ?? "");
    open.set(name, known);
    return known;
  };
  const rowsOf =
    (name: string): Rows =>
    (text, values) =>
      database(name).run({ text }, values);
  try {
    const companies = {} as Record<CompanyName, CompanyFacts>;
    for (const name of companyNames) companies[name] = await companyFacts(world, name, database(name));
    const maker = rowsOf("enterprise-maker");
    const site = rowsOf("site");
    return {
      ...seen,
      line: lineFacts(join(world.dataDir, "line-1")),
      site: {
        ...(await storeFacts(database("site"))),
        orders: await site<SiteOrder>(
          `select work_order_id as "workOrderId", run_id as "runId", state from work_order`,
        ),
        numbers: await site<SiteNumber>(
          `select level, number, work_order_id as "workOrderId", state, parent from number order by work_order_id, level, ordinal`,
        ),
        journal: (await site<{ seq: string; hash: string }>("select seq, hash from journal_entry order by seq")).map(
          ({ seq, hash }) => ({ seq: Number(seq), hash }),
        ),
        messages: await site<OrderMessage>(
          `select message_id as "messageId", work_order_id as "workOrderId", purpose, level, quantity, state from order_message`,
        ),
        deliveries: await site(
          `select d.delivery_id as "deliveryId", d.state, coalesce(array_agg(s.sscc) filter (where s.sscc is not null), '{}') as ssccs from delivery d left join stock s using (delivery_id) group by 1, 2`,
        ),
      },
      companies,
      allocations: (
        await maker<Record<keyof Allocation, string>>(
          `select pool_id as "poolId", counter_from as "from", counter_to as "to", level, work_order_id as "workOrderId", allocation_id as "allocationId" from number_allocation`,
        )
      ).map((row) => ({ ...row, poolId: Number(row.poolId), from: Number(row.from), to: Number(row.to) })),
      retired: (
        await maker<Record<keyof Retired, string>>(
          `select pool_id as "poolId", counter_from as "from", counter_to as "to", work_order_id as "workOrderId" from number_retired`,
        )
      ).map((row) => ({ ...row, poolId: Number(row.poolId), from: Number(row.from), to: Number(row.to) })),
      network: {
        ...(await storeFacts(database("network"))),
        messages: await rowsOf("network")<NetworkMessage>(
          `select message_id as "messageId", owner, receiver, kind, state from network_message`,
        ),
      },
      acknowledged: world.network.acknowledged,
    };
  } finally {
    for (const each of open.values()) await each.close();
  }
}

async function storeFacts(database: Database): Promise<Store> {
  const rows: Rows = (text, values) => database.run({ text }, values);
  const chains: ChainVerification[] = [];
  for await (const chain of verifyAllChains(database)) chains.push(chain);
  const audit = await rows<{ action: string; subject: string; at: string; after: string }>(
    `select action, subject, at, after_json as "after" from audit_entry`,
  );
  const inbox = await rows<{ id: string }>("select message_id as id from inbox");
  const tables = await rows<{ name: string }>(
    "select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'environment'",
  );
  const environments = new Set<string>();
  for (const { name } of tables)
    for (const { environment } of await rows<{ environment: string }>(`select distinct environment from ${name}`))
      environments.add(environment);
  return {
    chains,
    audit: audit.map((row) => ({ ...row, at: Number(row.at), after: JSON.parse(row.after) as unknown })),
    inbox: new Set(inbox.map(({ id }) => id)),
    open: await rows(
      `select message_id as "messageId", state, path, last_error as error from outbox where state not in ('sent', 'skipped')`,
    ),
    environments: [...environments],
  };
}

const glns = {
  "enterprise-maker": demonstration.maker.gln,
  "enterprise-wholesaler": demonstration.wholesaler.gln,
  "enterprise-pharmacy": demonstration.pharmacy.gln,
} as const;

async function companyFacts(world: SimWorld, name: CompanyName, database: Database): Promise<CompanyFacts> {
  const rows: Rows = (text, values) => database.run({ text }, values);
  const gln = glns[name];
  const ctx: LedgerContext = {
    owner: gln,
    environment: "production",
    keys: openPoolKeys(readKeyFile(join(world.dataDir, "secrets", `${name}.key`))),
  };
  const captures = await rows<{
    id: string;
    messageId: string | null;
    source: number;
    partner: string | null;
    contentType: string;
  }>(
    `select capture_id as id, message_id as "messageId", source, partner, content_type as "contentType" from capture order by captured_at, capture_id`,
  );
  const documents: Document[] = [];
  const states = await database.transaction(async (sql) => {
    for (const { id, messageId, source, partner, contentType } of captures) {
      const bytes = await loadDocument(sql, ctx, id);
      const text = new TextDecoder().decode(bytes);
      const { events } = must(contentType.includes("xml") ? parseEpcisXml(text) : parseEpcisJson(text));
      documents.push({ captureId: id, messageId, source: source === 0 ? "own" : "shared", partner, events });
    }
    const named = new Set(documents.flatMap(({ events }) => events.flatMap(idsOf)));
    return statesOf(sql, ctx, [...named]);
  });
  const shipments = await rows<ShipmentRow & { shippedAt: string | null; receivedAt: string | null }>(
    `select delivery_id as "deliveryId", direction, partner, state, contents, packs, shipped_at as "shippedAt", received_at as "receivedAt", document_message as "documentMessage", document_state as "documentState", lines from shipment`,
  );
  const reports = await rows<ReportRow & { answeredAt: string | null }>(
    `select report_id as "reportId", gtin, lot, state, answered_at as "answeredAt" from market_report`,
  );
  return {
    ...(await storeFacts(database)),
    gln,
    documents,
    states,
    shipments: shipments.map((row) => ({ ...row, shippedAt: whole(row.shippedAt), receivedAt: whole(row.receivedAt) })),
    lots: await rows<LotRow>("select gtin, lot, expiry, status, market from lot_record"),
    reports: reports.map((row) => ({ ...row, answeredAt: whole(row.answeredAt) })),
  };
}

function whole(value: number | string | null): number | null {
  return value === null ? null : Number(value);
}

function lineFacts(dataDir: string): Facts["line"] {
  const file = (name: string): SqliteDatabase | undefined =>
    existsSync(join(dataDir, name)) ? openSqlite(join(dataDir, name)) : undefined;
  const [journal, gateway] = [file("journal.sqlite"), file("gateway.sqlite")];
  type Row = {
    seq: number;
    at: number;
    offset_minutes: number;
    run_id: string;
    body: string;
    previous_hash: string;
    hash: string;
  };
  const entries = (journal?.all<Row>("select * from journal_entry order by seq") ?? []).map(
    (row): JournalEntry => ({
      seq: row.seq,
      at: row.at,
      offsetMinutes: row.offset_minutes,
      runId: row.run_id,
      body: JSON.parse(row.body) as JournalEntry["body"],
      previousHash: row.previous_hash,
      hash: row.hash,
    }),
  );
  const orders = (journal?.all<{ order_json: string }>("select order_json from run") ?? []).map(
    (row) => JSON.parse(row.order_json) as RunOrder,
  );
  const inbox = gateway?.all<{ message_id: string }>("select message_id from inbox") ?? [];
  const heads =
    gateway?.all<{ chain: string; seq: number; hash: string }>("select chain, seq, hash from audit_head") ?? [];
  const auditChains = heads.map(({ chain, seq, hash }) => ({
    chain,
    head: { seq, hash },
    entries: (
      gateway?.all<{ entry_json: string }>("select entry_json from audit_entry where chain = ? order by seq", chain) ??
      []
    ).map((row) => JSON.parse(row.entry_json) as unknown),
  }));
  journal?.close();
  gateway?.close();
  return { entries, orders, inbox: new Set(inbox.map((row) => row.message_id)), auditChains };
}

/** Everything that an event names one by one, as canonical ids. */
export function idsOf(event: EpcisEvent): string[] {
  const named = [
    ...("epcList" in event ? (event.epcList ?? []) : []),
    ...("parentID" in event && event.parentID !== undefined ? [event.parentID] : []),
    ...("childEPCs" in event ? (event.childEPCs ?? []) : []),
  ];
  return named.map(canonicalId);
}

export function canonicalId(text: string): string {
  const scanned = identifierOfScan(text);
  return scanned.ok ? scanned.value.id : text;
}
