/**
 * Tables of the messages between levels, for each level's migrations. `lane` = destination/orderKey: within it messages
 * go out in the order in which their transactions committed, because each takes the lane's row until it commits.
 */
export const messagesSchema = `
create table outbox_lane (
  lane text primary key,
  destination text not null,
  waiting bigint not null,
  last_seq bigint not null,
  stopped boolean not null default false,
  next_at bigint not null default 0,
  claim uuid,
  claimed_until bigint not null default 0,
  last_error text
) with (fillfactor = 50);
create index outbox_lane_due on outbox_lane (next_at) where waiting > 0 and not stopped;

create table outbox (
  message_id uuid primary key,
  lane text not null,
  seq bigint not null,
  destination text not null,
  method text not null,
  path text not null,
  content_type text not null,
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  trace_id text not null check (trace_id ~ '^[0-9a-f]{32}$'),
  created_at bigint not null,
  state text not null default 'waiting' check (state in ('waiting', 'ambiguous', 'refused', 'sent', 'skipped')),
  attempts int not null default 0,
  next_at bigint not null default 0,
  settled_at bigint,
  reply_status int,
  last_error text,
  body bytea not null
) with (fillfactor = 80);
create unique index outbox_lane_seq on outbox (lane, seq);
create index outbox_open on outbox (lane, seq) where state in ('waiting', 'ambiguous', 'refused');
create index outbox_settled on outbox (settled_at) where settled_at is not null;

create table inbox (
  message_id uuid primary key,
  sender text not null,
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  request_hash text not null,
  received_at bigint not null,
  status int not null,
  content_type text not null,
  reply bytea not null
);
create index inbox_received on inbox (received_at);
`;
