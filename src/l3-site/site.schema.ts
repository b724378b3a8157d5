/**
 * The site's own tables. Instants are milliseconds UTC; documents are JSON text. `owner` is the company whose order,
 * numbers or goods a row is about, `environment` never differs within one database and is there so that a row says so.
 */
export const siteSchema = `
create domain environment_name as text check (value in ('production', 'validation'));
create domain owner_gln as text check (value ~ '^[0-9]{13}$');

create table recipe (
  recipe_id text not null,
  version int not null check (version > 0),
  owner owner_gln not null,
  environment environment_name not null,
  state text not null check (state in ('draft', 'approved', 'retired')),
  recipe text not null,
  author uuid not null,
  written_at bigint not null,
  approval text,
  primary key (recipe_id, version),
  check ((state = 'draft') = (approval is null))
);
create unique index recipe_approved on recipe (recipe_id) where state = 'approved';

create table work_order (
  work_order_id uuid primary key,
  owner owner_gln not null,
  environment environment_name not null,
  state text not null check (state in ('received', 'numbered', 'on-line', 'completed', 'reconciled', 'closed', 'submitted', 'cancelled')),
  work_order text not null,
  trace_id text not null,
  received_at bigint not null,
  line_id text,
  run_id uuid unique,
  recipe text,
  recipe_approval text,
  assigned_at bigint,
  batch_record text,
  batch_record_hash text
) with (fillfactor = 80);
create index work_order_received on work_order (received_at);
create index work_order_line on work_order (line_id, assigned_at) where line_id is not null;

create table order_message (
  message_id uuid primary key,
  work_order_id uuid not null references work_order,
  owner owner_gln not null,
  environment environment_name not null,
  purpose text not null check (purpose in ('allocation', 'run', 'return', 'document', 'submission')),
  position int not null,
  level smallint,
  quantity int not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'refused')),
  detail text,
  unique (work_order_id, purpose, position)
);

create table number (
  level smallint not null check (level between 0 and 2),
  item text not null,
  number text not null,
  owner owner_gln not null,
  environment environment_name not null,
  work_order_id uuid not null references work_order,
  ordinal int not null,
  state smallint not null check (state between 0 and 11),
  cause text,
  sent_seq bigint,
  encoded_seq bigint,
  judged_seq bigint,
  verified_seq bigint,
  commissioned_seq bigint,
  parent text,
  closed_seq bigint,
  children int,
  primary key (level, item, number)
) with (fillfactor = 60);
create unique index number_order on number (work_order_id, level, ordinal);
create index number_parent on number (parent) where parent is not null;

create table line_journal (
  line_id text primary key,
  environment environment_name not null,
  seq bigint not null,
  hash text not null,
  heard_at bigint not null
) with (fillfactor = 50);

create table journal_entry (
  line_id text not null,
  seq bigint not null,
  owner owner_gln,
  environment environment_name not null,
  work_order_id uuid,
  run_id uuid not null,
  at bigint not null,
  offset_minutes smallint not null,
  kind text not null,
  moved_to smallint,
  body text not null,
  previous_hash text not null,
  hash text not null,
  primary key (line_id, seq)
);
create index journal_entry_order on journal_entry (work_order_id, seq);
create index journal_entry_events on journal_entry (work_order_id, seq)
  where kind in ('aggregated', 'disaggregated') or moved_to in (7, 8, 9, 10);

create table batch (
  work_order_id uuid primary key references work_order,
  owner owner_gln not null,
  environment environment_name not null,
  first_seq bigint not null,
  last_seq bigint not null,
  first_hash text not null,
  last_hash text not null,
  entries bigint not null,
  fold text not null
) with (fillfactor = 50);

create table finding (
  work_order_id uuid not null references work_order,
  seq bigint not null,
  position int not null,
  owner owner_gln not null,
  environment environment_name not null,
  rule text not null,
  severity text not null check (severity in ('error', 'warning')),
  at text not null,
  message text not null,
  primary key (work_order_id, seq, position)
);

create table stock (
  sscc text primary key,
  owner owner_gln not null,
  environment environment_name not null,
  work_order_id uuid not null references work_order,
  level smallint not null check (level in (1, 2)),
  gtin text not null,
  lot text not null,
  expiry text not null,
  expires_on text not null,
  packs int not null check (packs > 0),
  delivery_id uuid,
  loaded_at bigint
);
create index stock_candidates on stock (owner, gtin, lot, expires_on, sscc) where delivery_id is null;
create index stock_delivery on stock (delivery_id) where delivery_id is not null;

create table delivery (
  delivery_id uuid primary key,
  owner owner_gln not null,
  environment environment_name not null,
  state text not null check (state in ('open', 'loaded', 'reported')),
  delivery text not null,
  trace_id text not null,
  received_at bigint not null,
  loaded_by uuid,
  loaded_at bigint,
  report_message uuid unique
);
create index delivery_received on delivery (received_at);

create table people_passed_on (
  line_id text primary key,
  environment environment_name not null,
  revision bigint not null
);
`;
