/** A table as a file: one JSON object a row, named like the columns, in the order of the key. */
export type TableFile = {
  readonly file: string;
  readonly table: string;
  readonly key: string;
  /** Columns that stay behind, because they are secrets or tell of this process only. */
  readonly without?: readonly string[];
  /** Of the rows, those that this condition holds for. */
  readonly where?: string;
};

/** What exports and imports themselves did; apart, because a copy's own import is no part of what was copied. */
export const transfersChain = "transfers";

const secretsOfPeople = ["password_hash", "password_history", "badge_hash", "pin_hash", "failures", "locked_until"];

/** What events and state are built on, in the order in which it is written. */
export const foundationFiles: readonly TableFile[] = [
  { file: "scopes.jsonl", table: "scope", key: "scope" },
  { file: "identifier-classes.jsonl", table: "epc_class", key: "class_id" },
  { file: "identifier-names.jsonl", table: "epc_name", key: "epc" },
  { file: "number-pools.jsonl", table: "number_pool", key: "pool_id" },
  { file: "number-allocations.jsonl", table: "number_allocation", key: "allocation_id" },
  { file: "numbers-retired.jsonl", table: "number_retired", key: "pool_id, counter_from" },
  { file: "numbers-registered.jsonl", table: "number_registered", key: "pool_id, counter" },
  { file: "numbers-of-former-system.jsonl", table: "number_of_former_system", key: "class_id, serial" },
  { file: "ledger-lots.jsonl", table: "lot", key: "lot_id" },
  { file: "captures.jsonl", table: "capture", key: "capture_id" },
];

export const documentsFile = "documents.jsonl";
export const eventsFile = "events.jsonl";
export const eventRecordsFile = "event-records.jsonl";

/** Everything that nothing else is built on. */
export const businessFiles: readonly TableFile[] = [
  { file: "history-files.jsonl", table: "history_file", key: "owner, environment, sha256" },
  { file: "capture-jobs.jsonl", table: "capture_job", key: "job_id" },
  { file: "capture-parts.jsonl", table: "capture_part", key: "job_id, part" },
  { file: "legal-holds.jsonl", table: "legal_hold", key: "hold_id" },
  { file: "exceptions.jsonl", table: "ledger_exception", key: "exception_id" },
  { file: "exception-notes.jsonl", table: "exception_note", key: "exception_id, at, note_id" },
  { file: "products.jsonl", table: "trade_item", key: "owner, environment, gtin, version" },
  { file: "parties.jsonl", table: "party", key: "owner, environment, gln" },
  { file: "work-orders.jsonl", table: "work_order", key: "work_order_id" },
  { file: "submissions.jsonl", table: "submission", key: "work_order_id" },
  { file: "lots.jsonl", table: "lot_record", key: "owner, environment, gtin, lot" },
  { file: "reports.jsonl", table: "market_report", key: "report_id" },
  { file: "shipments.jsonl", table: "shipment", key: "delivery_id" },
  { file: "people.jsonl", table: "user_account", key: "user_id", without: secretsOfPeople },
  { file: "people-revisions.jsonl", table: "people_revision", key: "source" },
  { file: "signatures.jsonl", table: "signature", key: "signature_id" },
  { file: "duties.jsonl", table: "duty", key: "subject, right_used, user_id" },
  { file: "audit-trail.jsonl", table: "audit_entry", key: "chain, seq", where: `chain <> '${transfersChain}'` },
  { file: "audit-heads.jsonl", table: "audit_head", key: "chain", where: `chain <> '${transfersChain}'` },
  { file: "messages-received.jsonl", table: "inbox", key: "message_id" },
  { file: "messages-sent.jsonl", table: "outbox", key: "message_id" },
  { file: "message-lanes.jsonl", table: "outbox_lane", key: "lane", without: ["claim", "claimed_until"] },
];

/** Goes along, and counts for no comparison. */
export const transferFiles: readonly TableFile[] = [
  { file: "transfers.jsonl", table: "audit_entry", key: "chain, seq", where: `chain = '${transfersChain}'` },
  { file: "transfers-head.jsonl", table: "audit_head", key: "chain", where: `chain = '${transfersChain}'` },
];

/** Tables with a file of a form of their own. */
export const otherFiles: Readonly<Record<string, string>> = {
  capture_document: documentsFile,
  event: eventsFile,
};

/** Tables that have no file, and why. A table that is neither here nor above fails a test. */
export const notExported: Readonly<Record<string, string>> = {
  migration: "made by the program that imports",
  place: "named in the events",
  chunk: "state, derived from the events again",
  pack_delta: "state, derived from the events again",
  item: "state, derived from the events again",
  container: "state, derived from the events again",
  lot_stat: "counts, derived from the events again",
  user_session: "ends with the system it was opened at",
  provider_request: "a sign-in under way",
  signing_ticket: "a signature under way",
  machine_credential: "machines are given new tokens by the configuration or an administrator",
};

/** What a reader of the directory must know. */
export const remarks: readonly string[] = [
  "events.jsonl has one EPCIS 2.0 JSON-LD event a line; event-records.jsonl has, line by line, what the ledger knows about it.",
  "documents.jsonl has every document as it was received, as text, with the SHA-256 of its bytes.",
  "number-pools.jsonl has the pools' keys wrapped: they open only with the key file of the company that exported.",
  "people.jsonl has no passwords, badges and PINs: people are given new ones. Sessions and tokens of machines stay behind.",
  "Bytes are written as \\x and hex, instants as milliseconds UTC.",
];
