/**
 * Numbers are computed, not stored: a pool is its domain, its wrapped key and how far its counter has come. Rows are
 * kept of what was allocated, of ranges that came back and are never issued again, and of single numbers that exist
 * already (from an earlier system, or seen on a pack before we issued them).
 */
export const numbersSchema = `
create table number_pool (
  pool_id int generated always as identity primary key,
  owner text not null,
  environment text not null,
  level text not null,
  class_id int not null references epc_class,
  gtin text,
  -- of serials
  alphabet text,
  length smallint,
  prefix text,
  tweak bytea,
  space_ratio_min int,
  wrapped_key bytea,
  challenge_used bigint not null default 0,
  registered bigint not null default 0,
  -- of SSCCs
  extension_digit smallint,
  company_prefix text,
  fixed text,
  next bigint not null default 0,
  closed boolean not null default false,
  created_at bigint not null,
  closed_at bigint
);
create index number_pool_of_class on number_pool (class_id);

create table number_allocation (
  allocation_id uuid primary key,
  owner text not null,
  environment text not null,
  pool_id int not null references number_pool,
  counter_from bigint not null,
  counter_to bigint not null,
  purpose text not null,
  level text not null,
  gtin text not null,
  lot text not null,
  site text not null,
  work_order_id uuid not null,
  at bigint not null
);
create unique index number_allocation_of_counter on number_allocation (pool_id, counter_from);
create index number_allocation_of_order on number_allocation (work_order_id);

create table number_retired (
  pool_id int not null references number_pool,
  counter_from bigint not null,
  counter_to bigint not null,
  owner text not null,
  environment text not null,
  cause text not null,
  work_order_id uuid not null,
  at bigint not null,
  primary key (pool_id, counter_from)
);

-- counters past 2^53 are never issued and need no row
create table number_registered (
  pool_id int not null references number_pool,
  counter bigint not null,
  owner text not null,
  environment text not null,
  cause text not null,
  at bigint not null,
  primary key (pool_id, counter)
);
`;
