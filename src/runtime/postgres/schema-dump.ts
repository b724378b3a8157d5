import type { Database, Statement } from "../machine.ts";

// Catalogs of PostgreSQL 15 to 18. What differs between them is left out: since 18 a NOT NULL is a constraint of
// its own (contype n), and it is printed with its column as before.

const TABLES: Statement = {
  text: `select c.oid::text as oid, c.relname as name, c.relkind as kind, c.relispartition as "isPartition",
  pg_get_expr(c.relpartbound, c.oid) as bound, pg_get_partkeydef(c.oid) as "partitionKey",
  (select p.relname from pg_inherits i join pg_class p on p.oid = i.inhparent where i.inhrelid = c.oid) as parent,
  c.reloptions as options, case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as "viewText"
from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
order by c.relname`,
};
const COLUMNS: Statement = {
  text: `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "notNull",
  a.attidentity as identity, a.attgenerated as generated, pg_get_expr(d.adbin, d.adrelid) as "defaultText",
  case when a.attstorage <> t.typstorage then a.attstorage::text end as storage,
  case when a.attcollation <> t.typcollation then (select collname from pg_collation where oid = a.attcollation) end as collation
from pg_attribute a join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped
order by a.attnum`,
};
const CONSTRAINTS: Statement = {
  text: `select conname as name, pg_get_constraintdef(oid) as text from pg_constraint
where conrelid = $1::oid and contype <> 'n' and conislocal and conparentid = 0
order by conname`,
};
const INDEXES: Statement = {
  text: `select pg_get_indexdef(i.indexrelid) as text from pg_index i join pg_class c on c.oid = i.indexrelid
where i.indrelid = $1::oid and not c.relispartition
  and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = i.indrelid)
order by c.relname`,
};
const TRIGGERS: Statement = {
  text: `select pg_get_triggerdef(oid) as text from pg_trigger
where tgrelid = $1::oid and not tgisinternal and tgparentid = 0 order by tgname`,
};
const FUNCTIONS: Statement = {
  text: `select pg_get_functiondef(p.oid) as text from pg_proc p
where p.pronamespace = current_schema()::regnamespace and p.prokind in ('f', 'p')
  and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
order by p.proname, pg_get_function_identity_arguments(p.oid)`,
};
const SEQUENCES: Statement = {
  text: `select s.sequencename as name, s.data_type::text as type, s.start_value as start, s.increment_by as step, s.cycle
from pg_sequences s where s.schemaname = current_schema()
  and not exists (select 1 from pg_depend d
    where d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass and d.deptype in ('a', 'i'))
order by s.sequencename`,
};
const TYPES: Statement = {
  text: `select t.typname as name, t.typtype as kind,
  (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) as labels,
  format_type(t.typbasetype, t.typtypmod) as base,
  (select string_agg(pg_get_constraintdef(k.oid), ' ' order by k.conname) from pg_constraint k where k.contypid = t.oid) as checks
from pg_type t where t.typnamespace = current_schema()::regnamespace and t.typtype in ('e', 'd')
order by t.typname`,
};

type Table = {
  oid: string;
  name: string;
  kind: string;
  isPartition: boolean;
  bound: string | null;
  partitionKey: string | null;
  parent: string | null;
  options: string[] | null;
  viewText: string | null;
};
type Column = {
  name: string;
  type: string;
  notNull: boolean;
  identity: string;
  generated: string;
  defaultText: string | null;
  storage: string | null;
  collation: string | null;
};
type Text = { text: string };

/**
 * Everything in the current schema as text: the same for the same schema on PostgreSQL 15 to 18, in the order of
 * names, and meant to be read in a diff (the embedded PostgreSQL brings no pg_dump). It cannot be run.
 */
export async function dumpSchema(database: Database): Promise<string> {
  const blocks: string[] = [];
  for (const type of await database.run<{
    name: string;
    kind: string;
    labels: string | null;
    base: string;
    checks: string | null;
  }>(TYPES)) {
    blocks.push(
      type.kind === "e"
        ? `enum ${type.name} (${type.labels})`
        : `domain ${type.name} ${type.base}${type.checks === null ? "" : ` ${type.checks}`}`,
    );
  }
  for (const s of await database.run<{ name: string; type: string; start: string; step: string; cycle: boolean }>(
    SEQUENCES,
  )) {
    blocks.push(`sequence ${s.name} ${s.type} start ${s.start} step ${s.step}${s.cycle ? " cycle" : ""}`);
  }
  for (const table of await database.run<Table>(TABLES)) blocks.push(await describeTable(database, table));
  for (const { text } of await database.run<Text>(FUNCTIONS)) blocks.push(text.trimEnd());
  return `${blocks.join("\n\n")}\n`;
}

async function describeTable(database: Database, table: Table): Promise<string> {
  const lines: string[] = [heading(table)];
  if (table.viewText !== null) lines.push(...table.viewText.trim().split("\n"));
  else if (!table.isPartition) lines.push(...(await database.run<Column>(COLUMNS, [table.oid])).map(columnText));
  const constraints = await database.run<{ name: string } & Text>(CONSTRAINTS, [table.oid]);
  lines.push(...constraints.map(({ name, text }) => `constraint ${name} ${text}`));
  for (const statement of [INDEXES, TRIGGERS]) {
    lines.push(...(await database.run<Text>(statement, [table.oid])).map(({ text }) => text));
  }
  return lines.join("\n  ");
}

function heading(table: Table): string {
  const kinds: Readonly<Record<string, string>> = { r: "table", p: "table", v: "view", m: "materialized view" };
  const words = [`${kinds[table.kind]} ${table.name}`];
  if (table.isPartition) words.push(`partition of ${table.parent} ${table.bound}`);
  if (table.partitionKey !== null) words.push(`partition by ${table.partitionKey}`);
  if (table.options !== null) words.push(`with (${[...table.options].sort().join(", ")})`);
  return words.join(" ");
}

function columnText(column: Column): string {
  const words = [column.name, column.type];
  if (column.collation !== null) words.push(`collate ${column.collation}`);
  if (column.notNull) words.push("not null");
  if (column.identity !== "") words.push(`generated ${column.identity === "a" ? "always" : "by default"} as identity`);
  else if (column.generated !== "")
    words.push(`generated always as (${column.defaultText})${column.generated === "s" ? " stored" : ""}`);
  else if (column.defaultText !== null) words.push(`default ${column.defaultText}`);
  if (column.storage !== null) words.push(`storage ${column.storage}`);
  return words.join(" ");
}
