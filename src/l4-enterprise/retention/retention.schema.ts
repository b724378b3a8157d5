/** Legal holds, and how much of a capture's document has gone by retention: when all of it has, the document goes. */
export const retentionSchema = `
create table legal_hold (
  hold_id uuid primary key,
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  kind text not null check (kind in ('lot', 'product', 'document', 'company')),
  subject text not null,
  reason text not null,
  placed_at bigint not null,
  placed_by text not null,
  lifted_at bigint,
  lifted_by text,
  lift_reason text
);
create index legal_hold_standing on legal_hold (owner, environment) where lifted_at is null;
alter table capture add column purged int not null default 0;
`;
