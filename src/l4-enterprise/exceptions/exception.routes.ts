import { enterpriseApi, type LedgerException } from "../../contract/enterprise-api.ts";
import { mayUse } from "../../contract/rights.ts";
import { traceApi, type WorkedException } from "../../contract/trace-api.ts";
import type { Gxp } from "../../gxp/gxp.ts";
import { allAccounts } from "../../gxp/people/people.store.ts";
import { deny, must } from "../../kernel/base/result.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import { personOf } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { type ExceptionRow, loadExceptions } from "../ledger/exception.store.ts";
import { thingOf } from "../tracing/subject.ts";
import { assign, comment, resolve, resolveSigned } from "./exception.handler.ts";
import { type Filter, loadNotes, loadWorklist, openCounts, type WorkRow } from "./exception-work.store.ts";

const exceptionsShownMax = 500;
/** Of the worklist, a page. */
export const worklistPageMax = 100;

/** What the events do not agree on, and what people do about it. */
export function exceptionRoutes(server: HttpServer<Sql>, company: Company, gxp: Gxp): void {
  const { database } = company;

  server.route(enterpriseApi.exceptions, () =>
    database.transaction(async (sql) => (await loadExceptions(sql, company, exceptionsShownMax)).map(exceptionView)),
  );
  server.route(enterpriseApi.resolveException, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) =>
      exceptionView(await resolve(sql, company, params.exceptionId, body.reason, { actor, traceId })),
    ),
  );

  server.route(traceApi.workedExceptions, ({ query, actor }) =>
    database.transaction(async (sql) => {
      const mine = query.mine === true ? must(personOf(actor)).userId : undefined;
      const filter: Filter = {
        state: query.state ?? "open",
        severity: query.severity,
        code: query.code,
        subject: query.subject === undefined ? undefined : must(thingOf(query.subject)).id,
        before: query.before,
        ...(mine !== undefined ? { assignedTo: mine } : query.unassigned === true ? { assignedTo: null } : {}),
      };
      const rows = await loadWorklist(sql, company, filter, worklistPageMax + 1);
      const people = (await allAccounts(sql)).filter(
        ({ state, roles }) => state === "active" && mayUse("exception.resolve", roles),
      );
      return {
        exceptions: await workedViews(sql, rows.slice(0, worklistPageMax)),
        more: rows.length > worklistPageMax,
        open: await openCounts(sql, company),
        people: people.map(({ userId, fullName }) => ({ userId, name: fullName })),
      };
    }),
  );

  server.route(traceApi.assignException, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const found =
        body.userId === null
          ? undefined
          : (await allAccounts(sql)).find(({ userId, state }) => userId === body.userId && state === "active");
      const capable = found !== undefined && mayUse("exception.resolve", found.roles);
      if (body.userId !== null && !capable) deny("exception.assignee", "/userId");
      const to = found && { userId: found.userId, name: found.fullName };
      return workedView(sql, await assign(sql, company, params.exceptionId, to, { actor, traceId }));
    }),
  );
  server.route(traceApi.commentException, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) =>
      workedView(sql, await comment(sql, company, params.exceptionId, body.words, { actor, traceId })),
    ),
  );
  server.route(traceApi.signException, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) =>
      workedView(sql, await resolveSigned(sql, company, gxp, params.exceptionId, body, { actor, traceId })),
    ),
  );
}

function exceptionView(row: ExceptionRow): LedgerException {
  const { exceptionId, at, code, severity, subject, eventId, message, state } = row;
  return { exceptionId, at, code, severity, subject, eventId, message, state };
}

async function workedView(sql: Sql, row: WorkRow): Promise<WorkedException> {
  const [view] = await workedViews(sql, [row]);
  return view as WorkedException;
}

async function workedViews(sql: Sql, rows: readonly WorkRow[]): Promise<WorkedException[]> {
  const notes = await loadNotes(
    sql,
    rows.map(({ exceptionId }) => exceptionId),
  );
  return rows.map((row) => ({
    ...row,
    assignedTo: row.assignedTo ?? null,
    resolvedAt: row.resolvedAt ?? null,
    resolvedBy: row.resolvedBy ?? null,
    reason: row.reason ?? null,
    notes: notes.get(row.exceptionId) ?? [],
  }));
}
