/** What traces, lots and places are asked by, and how exceptions are worked off. */
export const tracingSchema = `
-- the latest at a place, whatever the step; nobody asked by step
drop index event_by_place;
create index event_at_place on event (biz_loc, event_time);
create index event_read_at on event (read_point, event_time) where biz_loc is null;
-- a place and its extensions, and the packs of one GTIN, are ranges of bytes whatever the collation
create index place_by_prefix on place (place text_pattern_ops);
create index ledger_exception_by_subject on ledger_exception (subject text_pattern_ops);

create index ledger_exception_worklist on ledger_exception (owner, environment, state, at desc, exception_id desc);

alter table ledger_exception add column assigned_to uuid, add column assigned_name text;

-- what people did about an exception, in the order in which they did it; the audit trail has the same, chained
create table exception_note (
  exception_id uuid not null references ledger_exception,
  at bigint not null,
  note_id uuid not null,
  by_name text not null,
  kind text not null check (kind in ('comment', 'assigned', 'resolved')),
  words text not null,
  primary key (exception_id, at, note_id)
);
`;
