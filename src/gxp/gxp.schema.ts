/**
 * Tables of people, machines, audit trail and signatures, for each level's migrations. Instants are milliseconds UTC.
 * Audit entries and signatures are written once: a trigger refuses to change or remove them (21 CFR 11.10(e)).
 */
export const gxpSchema = `
create table user_account (
  user_id uuid primary key,
  user_name text not null,
  user_key text not null unique,
  full_name text not null,
  roles text[] not null,
  state text not null check (state in ('active', 'locked', 'disabled')),
  failures int not null default 0,
  locked_until bigint,
  password_hash text,
  password_change_needed boolean not null default false,
  password_history text[] not null default '{}',
  badge_hash text unique,
  pin_hash text,
  issuer text,
  provider_subject text,
  source text,
  created_at bigint not null,
  last_sign_in_at bigint,
  unique (issuer, provider_subject)
) with (fillfactor = 80);

create table people_revision (
  source text primary key,
  revision bigint not null,
  changed_at bigint not null
);

create table user_session (
  token_hash text primary key,
  session_id uuid not null unique,
  user_id uuid not null references user_account,
  via text not null check (via in ('password', 'badge', 'provider')),
  created_at bigint not null,
  last_seen_at bigint not null,
  ends_at bigint not null
) with (fillfactor = 60);
create index user_session_user on user_session (user_id);
create index user_session_end on user_session (ends_at);

create table provider_request (
  state_hash text primary key,
  purpose text not null check (purpose in ('sign-in', 'sign')),
  user_id uuid references user_account,
  nonce text not null,
  code_verifier text not null,
  back text not null,
  expires_at bigint not null
);

create table signing_ticket (
  ticket_hash text primary key,
  user_id uuid not null references user_account,
  expires_at bigint not null
);

create table machine_credential (
  credential_id uuid primary key,
  name text not null,
  role text not null,
  owner text,
  environment text not null check (environment in ('production', 'validation')),
  token_hash text unique,
  certificate_sha256 text,
  created_at bigint not null,
  last_used_at bigint,
  revoked_at bigint,
  check ((token_hash is null) <> (certificate_sha256 is null))
) with (fillfactor = 80);
create unique index machine_credential_name on machine_credential (name, coalesce(owner, '')) where revoked_at is null;
create unique index machine_credential_certificate on machine_credential (certificate_sha256) where revoked_at is null;

create table audit_head (
  chain text primary key,
  seq bigint not null,
  hash text not null
) with (fillfactor = 60);

create table audit_entry (
  chain text not null,
  seq bigint not null,
  at bigint not null,
  owner text,
  actor_kind text not null check (actor_kind in ('person', 'machine', 'system')),
  actor_id text not null,
  actor_name text not null,
  action text not null,
  subject text not null,
  before_json text not null,
  after_json text not null,
  reason text,
  trace_id text,
  previous text not null,
  hash text not null,
  primary key (chain, seq)
);
create index audit_entry_at on audit_entry (at, chain, seq);
create index audit_entry_subject on audit_entry (subject, at);
create index audit_entry_actor on audit_entry (actor_id, at);

create table signature (
  signature_id uuid primary key,
  record text not null,
  record_hash text not null,
  user_id uuid not null,
  user_name text not null,
  full_name text not null,
  meaning text not null,
  right_used text not null,
  owner text,
  signed_at bigint not null,
  hash text not null
);
create index signature_record on signature (record, signed_at);

create table duty (
  subject text not null,
  right_used text not null,
  user_id uuid not null,
  first_at bigint not null,
  primary key (subject, right_used, user_id)
);

create function refuse_change() returns trigger language plpgsql as $body$
begin
  raise exception '% is written once', tg_table_name using errcode = 'restrict_violation';
end
$body$;
create trigger audit_entry_written_once before update or delete or truncate on audit_entry for each statement execute function refuse_change();
create trigger signature_written_once before update or delete or truncate on signature for each statement execute function refuse_change();
`;
