/**
 * Documents of any size, kept in parts as they come, and what became of them. The parts stay: they are the document as
 * received. A job's id is that of its capture, which its events name.
 */
export const captureJobSchema = `
create table capture_job (
  job_id uuid primary key,
  owner text not null,
  environment text not null check (environment in ('production', 'validation')),
  name text not null,
  content_type text not null,
  partner text,
  by_actor jsonb not null,
  trace_id text not null,
  state text not null check (state in ('receiving', 'waiting', 'capturing', 'captured', 'refused')),
  created_at bigint not null,
  changed_at bigint not null,
  bytes bigint not null default 0,
  parts int not null default 0,
  sha256 bytea,
  events_total int,
  events_done int not null default 0,
  captured int not null default 0,
  duplicate int not null default 0,
  exceptions int not null default 0,
  findings jsonb,
  refusal jsonb
);
create index capture_job_newest on capture_job (owner, environment, created_at desc);
create index capture_job_open on capture_job (owner, environment, created_at) where state in ('receiving', 'waiting', 'capturing');

create table capture_part (
  job_id uuid not null,
  part int not null,
  packed bytea not null,
  primary key (job_id, part)
);
alter table capture_part alter packed set storage external;
`;
