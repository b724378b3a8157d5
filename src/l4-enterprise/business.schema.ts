/** Master data, orders, lots, reports and shipments: everything of level 4 that is neither events nor numbers. */
export const businessSchema = `
create table trade_item (
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  gtin text not null,
  version int not null,
  body jsonb not null,
  written_at bigint not null,
  primary key (owner, environment, gtin, version)
);

create table party (
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  gln text not null,
  body jsonb not null,
  written_at bigint not null,
  primary key (owner, environment, gln)
);

create table work_order (
  work_order_id uuid primary key,
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  gtin text not null,
  lot text not null,
  body jsonb not null,
  state text not null check (state in ('released', 'in-progress', 'submitted', 'cancelled')),
  created_at bigint not null
);
create index work_order_newest on work_order (owner, environment, created_at desc);
create index work_order_of_lot on work_order (owner, environment, gtin, lot);

create table submission (
  work_order_id uuid primary key references work_order,
  owner text not null,
  environment text not null,
  body jsonb not null,
  received_at bigint not null
);

create table lot_record (
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  gtin text not null,
  lot text not null,
  expiry text not null,
  market text not null,
  product_version int not null,
  market_rules_version int not null,
  status text not null check (status in ('in-production', 'quarantine', 'released', 'held', 'recalled', 'withdrawn')),
  changed_at bigint not null,
  primary key (owner, environment, gtin, lot)
);

create table market_report (
  report_id uuid primary key,
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  market text not null,
  kind text not null,
  subject text not null,
  gtin text not null,
  lot text not null,
  state text not null check (state in ('generated', 'queued', 'sent', 'accepted', 'refused', 'due-for-correction')),
  packs int not null,
  body jsonb not null,
  message_id uuid,
  created_at bigint not null,
  sent_at bigint,
  answered_at bigint,
  answer text not null default '',
  simulated boolean not null default false
);
create index market_report_newest on market_report (owner, environment, created_at desc);
create index market_report_of_lot on market_report (owner, environment, gtin, lot);
create unique index market_report_message on market_report (message_id) where message_id is not null;

create table shipment (
  delivery_id uuid primary key,
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  direction text not null check (direction in ('outbound', 'inbound')),
  partner text not null,
  purchase_order text not null,
  site text,
  lines jsonb not null,
  state text not null,
  contents text[] not null default '{}',
  packs int not null default 0,
  shipping_event text,
  document_message uuid,
  document_state text,
  created_at bigint not null,
  shipped_at bigint,
  received_at bigint
);
create index shipment_newest on shipment (owner, environment, created_at desc);
create unique index shipment_document on shipment (document_message) where document_message is not null;
create unique index shipment_inbound_event on shipment (owner, environment, partner, shipping_event) where direction = 'inbound';
-- which partners goods went to or came from, by the shipping events in their history: what decides who may ask for a trace
create index shipment_event on shipment (owner, environment, shipping_event) where shipping_event is not null;
`;
