import type { SignatureInput } from "../../contract/shapes.ts";
import { signatureMeanings } from "../../contract/signature-meanings.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import type { Gxp } from "../../gxp/gxp.ts";
import { sign } from "../../gxp/signature/signature.handler.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import { type Actor, personOf } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { closeException } from "../ledger/exception.store.ts";
import { addNote, lockException, type NoteKind, setAssigned, type WorkRow } from "./exception-work.store.ts";

export type By = { readonly actor: Actor; readonly traceId: string };
type Person = { readonly userId: string; readonly name: string };

const recordOf = (exceptionId: string): string => `exception/${exceptionId}`;

/** Locked. Throws the refusal `exception.unknown` for one that is not open. */
async function openException(sql: Sql, company: Company, exceptionId: string): Promise<WorkRow> {
  const row = await lockException(sql, company, exceptionId);
  return row?.state === "open" ? row : deny("exception.unknown", exceptionId);
}

async function note(sql: Sql, { machine }: Company, row: WorkRow, by: By, kind: NoteKind, words: string) {
  const at = machine.clock.now();
  await addNote(sql, row.exceptionId, machine.random.uuid7(), { at, by: auditActor(by.actor).name, kind, words });
}

async function told(sql: Sql, company: Company, row: WorkRow, by: By, what: Told): Promise<void> {
  await audit(sql, {
    actor: auditActor(by.actor),
    subject: recordOf(row.exceptionId),
    at: company.machine.clock.now(),
    traceId: by.traceId,
    owner: company.owner,
    ...what,
  });
}
type Told = { readonly action: string; readonly before?: unknown; readonly after: unknown; readonly reason?: string };

/** Gives an open exception to somebody, or to nobody. */
export async function assign(
  sql: Sql,
  company: Company,
  exceptionId: string,
  to: Person | undefined,
  by: By,
): Promise<WorkRow> {
  const row = await openException(sql, company, exceptionId);
  if (row.assignedTo?.userId === to?.userId) return row;
  await setAssigned(sql, exceptionId, to);
  await note(sql, company, row, by, "assigned", to === undefined ? "nobody" : to.name);
  await told(sql, company, row, by, {
    action: "exception.assign",
    before: { assignedTo: row.assignedTo ?? null },
    after: { assignedTo: to ?? null },
  });
  return { ...row, assignedTo: to };
}

/** One that is resolved may still be commented on. */
export async function comment(
  sql: Sql,
  company: Company,
  exceptionId: string,
  words: string,
  by: By,
): Promise<WorkRow> {
  const row = (await lockException(sql, company, exceptionId)) ?? deny("exception.unknown", exceptionId);
  await note(sql, company, row, by, "comment", words);
  await told(sql, company, row, by, { action: "exception.comment", after: { words } });
  return row;
}

/** Closes a warning. Throws `exception.signature-needed` for an error. */
export async function resolve(
  sql: Sql,
  company: Company,
  exceptionId: string,
  reason: string,
  by: By,
): Promise<WorkRow> {
  const row = await openException(sql, company, exceptionId);
  if (row.severity === "error") deny("exception.signature-needed", exceptionId);
  return close(sql, company, row, reason, by);
}

/** Closes one of any severity; the signature is bound to what was found and why it was closed (21 CFR 11.70). */
export async function resolveSigned(
  sql: Sql,
  company: Company,
  gxp: Gxp,
  exceptionId: string,
  { reason, signature }: { readonly reason: string; readonly signature: SignatureInput },
  by: By,
): Promise<WorkRow> {
  const row = await openException(sql, company, exceptionId);
  const { at, code, severity, subject, eventId, message } = row;
  must(
    await sign(gxp, sql, {
      record: recordOf(exceptionId),
      recordHash: canonicalHash({ exceptionId, at, code, severity, subject, eventId, message, reason }),
      meaning: signatureMeanings.exceptionResolution,
      input: signature,
      right: "exception.resolve",
      mustBe: must(personOf(by.actor)).name,
      owner: company.owner,
      traceId: by.traceId,
    }),
  );
  return close(sql, company, row, reason, by);
}

async function close(sql: Sql, company: Company, row: WorkRow, reason: string, by: By): Promise<WorkRow> {
  const at = company.machine.clock.now();
  const who = auditActor(by.actor).name;
  if ((await closeException(sql, company, row.exceptionId, who, reason, at)) === undefined)
    deny("exception.unknown", row.exceptionId);
  await note(sql, company, row, by, "resolved", reason);
  await told(sql, company, row, by, {
    action: "exception.resolve",
    before: { state: "open" },
    after: { state: "resolved" },
    reason,
  });
  return { ...row, state: "resolved", resolvedAt: at, resolvedBy: who, reason };
}
