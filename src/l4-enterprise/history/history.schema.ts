/**
 * What came from a former system: files taken over (once each, by their hash), and serial numbers that were in use there.
 * A pool that is opened later puts those of its domain on record, so that it never issues them.
 */
export const historySchema = `
create table history_file (
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  sha256 text not null,
  name text not null,
  kind text not null check (kind in ('events', 'numbers')),
  body jsonb not null,
  imported_at bigint not null,
  primary key (owner, environment, sha256)
);

create table number_of_former_system (
  class_id int not null references epc_class,
  serial text not null,
  primary key (class_id, serial)
);
`;
