domain environment_name text CHECK ((VALUE = ANY (ARRAY['production'::text, 'validation'::text])))

domain owner_gln text CHECK ((VALUE ~ '^[0-9]{13}$'::text))

table audit_entry
  chain text not null
  seq bigint not null
  at bigint not null
  owner text
  actor_kind text not null
  actor_id text not null
  actor_name text not null
  action text not null
  subject text not null
  before_json text not null
  after_json text not null
  reason text
  trace_id text
  previous text not null
  hash text not null
  constraint audit_entry_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'machine'::text, 'system'::text])))
  constraint audit_entry_pkey PRIMARY KEY (chain, seq)
  CREATE INDEX audit_entry_actor ON public.audit_entry USING btree (actor_id, at)
  CREATE INDEX audit_entry_at ON public.audit_entry USING btree (at, chain, seq)
  CREATE INDEX audit_entry_subject ON public.audit_entry USING btree (subject, at)
  CREATE TRIGGER audit_entry_written_once BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table audit_head with (fillfactor=60)
  chain text not null
  seq bigint not null
  hash text not null
  constraint audit_head_pkey PRIMARY KEY (chain)

table batch with (fillfactor=50)
  work_order_id uuid not null
  owner owner_gln not null
  environment environment_name not null
  first_seq bigint not null
  last_seq bigint not null
  first_hash text not null
  last_hash text not null
  entries bigint not null
  fold text not null
  constraint batch_pkey PRIMARY KEY (work_order_id)
  constraint batch_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES work_order(work_order_id)

table delivery
  delivery_id uuid not null
  owner owner_gln not null
  environment environment_name not null
  state text not null
  delivery text not null
  trace_id text not null
  received_at bigint not null
  loaded_by uuid
  loaded_at bigint
  report_message uuid
  constraint delivery_pkey PRIMARY KEY (delivery_id)
  constraint delivery_report_message_key UNIQUE (report_message)
  constraint delivery_state_check CHECK ((state = ANY (ARRAY['open'::text, 'loaded'::text, 'reported'::text])))
  CREATE INDEX delivery_received ON public.delivery USING btree (received_at)

table duty
  subject text not null
  right_used text not null
  user_id uuid not null
  first_at bigint not null
  constraint duty_pkey PRIMARY KEY (subject, right_used, user_id)

table finding
  work_order_id uuid not null
  seq bigint not null
  position integer not null
  owner owner_gln not null
  environment environment_name not null
  rule text not null
  severity text not null
  at text not null
  message text not null
  constraint finding_pkey PRIMARY KEY (work_order_id, seq, "position")
  constraint finding_severity_check CHECK ((severity = ANY (ARRAY['error'::text, 'warning'::text])))
  constraint finding_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES work_order(work_order_id)

table inbox
  message_id uuid not null
  sender text not null
  owner text not null
  environment text not null
  request_hash text not null
  received_at bigint not null
  status integer not null
  content_type text not null
  reply bytea not null
  constraint inbox_environment_check CHECK ((environment = ANY (ARRAY['production'::text, 'validation'::text])))
  constraint inbox_pkey PRIMARY KEY (message_id)
  CREATE INDEX inbox_received ON public.inbox USING btree (received_at)

table journal_entry
  line_id text not null
  seq bigint not null
  owner owner_gln
  environment environment_name not null
  work_order_id uuid
  run_id uuid not null
  at bigint not null
  offset_minutes smallint not null
  kind text not null
  moved_to smallint
  body text not null
  previous_hash text not null
  hash text not null
  constraint journal_entry_pkey PRIMARY KEY (line_id, seq)
  CREATE INDEX journal_entry_events ON public.journal_entry USING btree (work_order_id, seq) WHERE ((kind = ANY (ARRAY['aggregated'::text, 'disaggregated'::text])) OR (moved_to = ANY (ARRAY[7, 8, 9, 10])))
  CREATE INDEX journal_entry_order ON public.journal_entry USING btree (work_order_id, seq)

table line_journal with (fillfactor=50)
  line_id text not null
  environment environment_name not null
  seq bigint not null
  hash text not null
  heard_at bigint not null
  constraint line_journal_pkey PRIMARY KEY (line_id)

table machine_credential with (fillfactor=80)
  credential_id uuid not null
  name text not null
  role text not null
  owner text
  environment text not null
  token_hash text
  certificate_sha256 text
  created_at bigint not null
  last_used_at bigint
  revoked_at bigint
  constraint machine_credential_check CHECK (((token_hash IS NULL) <> (certificate_sha256 IS NULL)))
  constraint machine_credential_environment_check CHECK ((environment = ANY (ARRAY['production'::text, 'validation'::text])))
  constraint machine_credential_pkey PRIMARY KEY (credential_id)
  constraint machine_credential_token_hash_key UNIQUE (token_hash)
  CREATE UNIQUE INDEX machine_credential_certificate ON public.machine_credential USING btree (certificate_sha256) WHERE (revoked_at IS NULL)
  CREATE UNIQUE INDEX machine_credential_name ON public.machine_credential USING btree (name, COALESCE(owner, ''::text)) WHERE (revoked_at IS NULL)

table migration
  position integer not null
  id text not null
  hash text not null
  applied_at bigint not null
  constraint migration_id_key UNIQUE (id)
  constraint migration_pkey PRIMARY KEY ("position")

table number with (fillfactor=60)
  level smallint not null
  item text not null
  number text not null
  owner owner_gln not null
  environment environment_name not null
  work_order_id uuid not null
  ordinal integer not null
  state smallint not null
  cause text
  sent_seq bigint
  encoded_seq bigint
  judged_seq bigint
  verified_seq bigint
  commissioned_seq bigint
  parent text
  closed_seq bigint
  children integer
  constraint number_level_check CHECK (((level >= 0) AND (level <= 2)))
  constraint number_pkey PRIMARY KEY (level, item, number)
  constraint number_state_check CHECK (((state >= 0) AND (state <= 11)))
  constraint number_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES work_order(work_order_id)
  CREATE UNIQUE INDEX number_order ON public.number USING btree (work_order_id, level, ordinal)
  CREATE INDEX number_parent ON public.number USING btree (parent) WHERE (parent IS NOT NULL)

table order_message
  message_id uuid not null
  work_order_id uuid not null
  owner owner_gln not null
  environment environment_name not null
  purpose text not null
  position integer not null
  level smallint
  quantity integer not null
  state text not null default 'waiting'::text
  detail text
  constraint order_message_pkey PRIMARY KEY (message_id)
  constraint order_message_purpose_check CHECK ((purpose = ANY (ARRAY['allocation'::text, 'run'::text, 'return'::text, 'document'::text, 'submission'::text])))
  constraint order_message_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'refused'::text])))
  constraint order_message_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES work_order(work_order_id)
  constraint order_message_work_order_id_purpose_position_key UNIQUE (work_order_id, purpose, "position")

table outbox with (fillfactor=80)
  message_id uuid not null
  lane text not null
  seq bigint not null
  destination text not null
  method text not null
  path text not null
  content_type text not null
  owner text not null
  environment text not null
  trace_id text not null
  created_at bigint not null
  state text not null default 'waiting'::text
  attempts integer not null default 0
  next_at bigint not null default 0
  settled_at bigint
  reply_status integer
  last_error text
  body bytea not null
  constraint outbox_environment_check CHECK ((environment = ANY (ARRAY['production'::text, 'validation'::text])))
  constraint outbox_pkey PRIMARY KEY (message_id)
  constraint outbox_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'ambiguous'::text, 'refused'::text, 'sent'::text, 'skipped'::text])))
  constraint outbox_trace_id_check CHECK ((trace_id ~ '^[0-9a-f]{32}$'::text))
  CREATE UNIQUE INDEX outbox_lane_seq ON public.outbox USING btree (lane, seq)
  CREATE INDEX outbox_open ON public.outbox USING btree (lane, seq) WHERE (state = ANY (ARRAY['waiting'::text, 'ambiguous'::text, 'refused'::text]))
  CREATE INDEX outbox_settled ON public.outbox USING btree (settled_at) WHERE (settled_at IS NOT NULL)

table outbox_lane with (fillfactor=50)
  lane text not null
  destination text not null
  waiting bigint not null
  last_seq bigint not null
  stopped boolean not null default false
  next_at bigint not null default 0
  claim uuid
  claimed_until bigint not null default 0
  last_error text
  constraint outbox_lane_pkey PRIMARY KEY (lane)
  CREATE INDEX outbox_lane_due ON public.outbox_lane USING btree (next_at) WHERE ((waiting > 0) AND (NOT stopped))

table people_passed_on
  line_id text not null
  environment environment_name not null
  revision bigint not null
  constraint people_passed_on_pkey PRIMARY KEY (line_id)

table people_revision
  source text not null
  revision bigint not null
  changed_at bigint not null
  constraint people_revision_pkey PRIMARY KEY (source)

table provider_request
  state_hash text not null
  purpose text not null
  user_id uuid
  nonce text not null
  code_verifier text not null
  back text not null
  expires_at bigint not null
  constraint provider_request_pkey PRIMARY KEY (state_hash)
  constraint provider_request_purpose_check CHECK ((purpose = ANY (ARRAY['sign-in'::text, 'sign'::text])))
  constraint provider_request_user_id_fkey FOREIGN KEY (user_id) REFERENCES user_account(user_id)

table recipe
  recipe_id text not null
  version integer not null
  owner owner_gln not null
  environment environment_name not null
  state text not null
  recipe text not null
  author uuid not null
  written_at bigint not null
  approval text
  constraint recipe_check CHECK (((state = 'draft'::text) = (approval IS NULL)))
  constraint recipe_pkey PRIMARY KEY (recipe_id, version)
  constraint recipe_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'approved'::text, 'retired'::text])))
  constraint recipe_version_check CHECK ((version > 0))
  CREATE UNIQUE INDEX recipe_approved ON public.recipe USING btree (recipe_id) WHERE (state = 'approved'::text)

table signature
  signature_id uuid not null
  record text not null
  record_hash text not null
  user_id uuid not null
  user_name text not null
  full_name text not null
  meaning text not null
  right_used text not null
  owner text
  signed_at bigint not null
  hash text not null
  constraint signature_pkey PRIMARY KEY (signature_id)
  CREATE INDEX signature_record ON public.signature USING btree (record, signed_at)
  CREATE TRIGGER signature_written_once BEFORE DELETE OR UPDATE OR TRUNCATE ON public.signature FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table signing_ticket
  ticket_hash text not null
  user_id uuid not null
  expires_at bigint not null
  constraint signing_ticket_pkey PRIMARY KEY (ticket_hash)
  constraint signing_ticket_user_id_fkey FOREIGN KEY (user_id) REFERENCES user_account(user_id)

table stock
  sscc text not null
  owner owner_gln not null
  environment environment_name not null
  work_order_id uuid not null
  level smallint not null
  gtin text not null
  lot text not null
  expiry text not null
  expires_on text not null
  packs integer not null
  delivery_id uuid
  loaded_at bigint
  constraint stock_level_check CHECK ((level = ANY (ARRAY[1, 2])))
  constraint stock_packs_check CHECK ((packs > 0))
  constraint stock_pkey PRIMARY KEY (sscc)
  constraint stock_work_order_id_fkey FOREIGN KEY (work_order_id) REFERENCES work_order(work_order_id)
  CREATE INDEX stock_candidates ON public.stock USING btree (owner, gtin, lot, expires_on, sscc) WHERE (delivery_id IS NULL)
  CREATE INDEX stock_delivery ON public.stock USING btree (delivery_id) WHERE (delivery_id IS NOT NULL)

table user_account with (fillfactor=80)
  user_id uuid not null
  user_name text not null
  user_key text not null
  full_name text not null
  roles text[] not null
  state text not null
  failures integer not null default 0
  locked_until bigint
  password_hash text
  password_change_needed boolean not null default false
  password_history text[] not null default '{}'::text[]
  badge_hash text
  pin_hash text
  issuer text
  provider_subject text
  source text
  created_at bigint not null
  last_sign_in_at bigint
  constraint user_account_badge_hash_key UNIQUE (badge_hash)
  constraint user_account_issuer_provider_subject_key UNIQUE (issuer, provider_subject)
  constraint user_account_pkey PRIMARY KEY (user_id)
  constraint user_account_state_check CHECK ((state = ANY (ARRAY['active'::text, 'locked'::text, 'disabled'::text])))
  constraint user_account_user_key_key UNIQUE (user_key)

table user_session with (fillfactor=60)
  token_hash text not null
  session_id uuid not null
  user_id uuid not null
  via text not null
  created_at bigint not null
  last_seen_at bigint not null
  ends_at bigint not null
  constraint user_session_pkey PRIMARY KEY (token_hash)
  constraint user_session_session_id_key UNIQUE (session_id)
  constraint user_session_user_id_fkey FOREIGN KEY (user_id) REFERENCES user_account(user_id)
  constraint user_session_via_check CHECK ((via = ANY (ARRAY['password'::text, 'badge'::text, 'provider'::text])))
  CREATE INDEX user_session_end ON public.user_session USING btree (ends_at)
  CREATE INDEX user_session_user ON public.user_session USING btree (user_id)

table work_order with (fillfactor=80)
  work_order_id uuid not null
  owner owner_gln not null
  environment environment_name not null
  state text not null
  work_order text not null
  trace_id text not null
  received_at bigint not null
  line_id text
  run_id uuid
  recipe text
  recipe_approval text
  assigned_at bigint
  batch_record text
  batch_record_hash text
  constraint work_order_pkey PRIMARY KEY (work_order_id)
  constraint work_order_run_id_key UNIQUE (run_id)
  constraint work_order_state_check CHECK ((state = ANY (ARRAY['received'::text, 'numbered'::text, 'on-line'::text, 'completed'::text, 'reconciled'::text, 'closed'::text, 'submitted'::text, 'cancelled'::text])))
  CREATE INDEX work_order_line ON public.work_order USING btree (line_id, assigned_at) WHERE (line_id IS NOT NULL)
  CREATE INDEX work_order_received ON public.work_order USING btree (received_at)

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is written once', tg_table_name using errcode = 'restrict_violation';
end
$function$
