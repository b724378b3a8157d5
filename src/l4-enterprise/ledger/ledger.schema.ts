/**
 * The store of level 4. Owner and environment stand in `scope`; every class of identifiers belongs to one scope, and
 * an object's key begins with its class, so that a row can only be reached from its own scope.
 *
 * Three kinds of rows hold state: `chunk` has 1,024 consecutive numbers of one of our own pools, `pack_delta` one of
 * those numbers that was touched alone, `item` and `container` everything else. State in them is a cache of what the
 * history (`hist`: keys of events, in the order they arrived) says; `event` is the truth.
 *
 * Ready for Citus: `scope`, `epc_class`, `epc_name`, `lot` and `place` as reference tables, the others distributed by
 * `bucket`, which stands in each of their primary keys.
 */
export const ledgerSchema = `
create table scope (
  scope smallint generated always as identity primary key,
  owner text not null,
  environment text not null,
  unique (owner, environment)
);

-- name: a GTIN, 'sscc', or 'other' for identifiers of any other kind
create table epc_class (
  class_id int generated always as identity (maxvalue 16777215) primary key,
  scope smallint not null references scope,
  name text not null,
  bucket smallint not null,
  unique (scope, name)
);

-- spells out keys that hold only a hash (serials outside [0-9A-Z], identifiers that are not GS1 keys)
create table epc_name (
  epc uuid primary key,
  name text not null
);

create table lot (
  lot_id int generated always as identity primary key,
  class_id int not null references epc_class,
  lot_no text not null,
  expiry text,
  unique (class_id, lot_no)
);

create table place (
  place_id int generated always as identity primary key,
  place text not null unique
);

create table chunk (
  pool int not null,
  chunk_no bigint not null,
  bucket smallint not null,
  lot_id int not null,
  checksum int not null,
  version int not null,
  parents bytea not null,
  parent bytea not null,
  disp bytea not null,
  hist bytea not null,
  primary key (pool, chunk_no, bucket)
) with (fillfactor = 70, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.02);
alter table chunk alter parents set storage main, alter parent set storage main, alter disp set storage main, alter hist set storage main;

create table pack_delta (
  counter bigint not null,
  pool int not null,
  parent uuid,
  lot_id int not null,
  version int not null,
  bucket smallint not null,
  disp smallint not null,
  hist bytea not null,
  primary key (pool, counter, bucket)
) with (fillfactor = 80);

create table item (
  epc uuid not null,
  parent uuid,
  lot_id int not null,
  version int not null,
  bucket smallint not null,
  disp smallint not null,
  hist bytea not null,
  primary key (epc, bucket)
) partition by hash (bucket);

create table container (
  epc uuid not null,
  parent uuid,
  lot_id int not null,
  version int not null,
  bucket smallint not null,
  disp smallint not null,
  hist bytea not null,
  primary key (epc, bucket)
) with (fillfactor = 80);

-- kept in slots, so that two lines packing one lot do not wait for one row; a count is the sum of its slots
create table lot_stat (
  lot_id int not null,
  disp smallint not null,
  slot smallint not null,
  n bigint not null,
  primary key (lot_id, disp, slot)
) with (fillfactor = 50);

create table capture (
  capture_id uuid primary key,
  owner text not null,
  environment text not null,
  message_id text,
  captured_at bigint not null,
  source smallint not null,
  partner text,
  content_type text not null,
  sha256 bytea not null,
  received int not null,
  captured int not null,
  duplicate int not null,
  exceptions int not null
);
create index capture_by_time on capture (owner, environment, captured_at);

-- apart from what is looked at often; packed: 0 as received, 1 Zstandard (RFC 8878)
create table capture_document (
  capture_id uuid primary key,
  packed smallint not null,
  document bytea not null
);
alter table capture_document alter document set storage external;

create table event (
  event_id uuid not null,
  event_time bigint not null,
  record_time bigint not null,
  capture_id uuid not null,
  parent uuid,
  declares uuid,
  read_point int,
  biz_loc int,
  lot_id int,
  n int not null,
  scope smallint not null,
  bucket smallint not null,
  offset_minutes smallint not null,
  type smallint not null,
  action smallint not null,
  biz_step smallint not null,
  disp smallint not null,
  source smallint not null,
  declared boolean not null default false,
  event_ref text,
  members bytea not null,
  body jsonb,
  primary key (event_id, bucket)
) partition by hash (bucket);
create index event_by_place on event (biz_loc, biz_step, event_time);
create index event_by_lot on event (lot_id) where lot_id is not null;
create index event_by_ref on event using hash (event_ref) where event_ref is not null;
create index event_declaring on event (declares) where declares is not null;
create index event_by_record on event (scope, record_time, event_id);

create table ledger_exception (
  exception_id uuid primary key,
  owner text not null,
  environment text not null,
  at bigint not null,
  code text not null,
  severity text not null,
  subject text not null,
  event_id uuid not null,
  message text not null,
  state text not null,
  resolved_at bigint,
  resolved_by text,
  reason text
);
create index ledger_exception_open on ledger_exception (owner, environment, at desc) where state = 'open';
create index ledger_exception_of_subject on ledger_exception (subject);

do $$
begin
  for n in 0..15 loop
    execute format('create table item_%s partition of item for values with (modulus 16, remainder %s) with (fillfactor = 80)', n, n);
    execute format('create table event_%s partition of event for values with (modulus 16, remainder %s)', n, n);
  end loop;
end $$;
`;
