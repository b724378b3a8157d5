import { enterpriseApi } from "../../contract/enterprise-api.ts";
import type { LegalHold } from "../../contract/retention-api.ts";
import type { Right } from "../../contract/rights.ts";
import type { SignatureInput } from "../../contract/shapes.ts";
import { signatureMeanings } from "../../contract/signature-meanings.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import type { Gxp } from "../../gxp/gxp.ts";
import { sign } from "../../gxp/signature/signature.handler.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import { personOf } from "../../runtime/http/actor.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { planRetention, runRetention } from "./retention.handler.ts";
import { insertHold, loadHolds, lockHolds, markLifted } from "./retention.store.ts";

const holdsShownMax = 500;

/** What is older than its retention, its deletion, and the legal holds that keep it; each step signed. */
export function retentionRoutes(server: HttpServer<Sql>, company: Company, ctx: LedgerContext, gxp: Gxp): void {
  const { machine, database, owner } = company;

  server.route(enterpriseApi.retention, () =>
    database.transaction((sql) => planRetention(sql, ctx, machine.clock.now())),
  );

  server.route(enterpriseApi.runRetention, ({ body, actor, traceId }) =>
    database.transaction(async (sql) => {
      await lockHolds(sql);
      const person = must(personOf(actor));
      const at = machine.clock.now();
      const { plan, done } = await runRetention(sql, ctx, at);
      if (plan.planSha256 !== body.planSha256) return deny("retention.plan-changed", plan.planSha256);
      if (done.lots === 0) return deny("retention.nothing");
      const record = `retention/${machine.random.uuid7()}`;
      await signed(
        sql,
        { record, hash: plan.planSha256, right: "retention.run", meaning: signatureMeanings.retentionRun },
        body.signature,
        person.name,
        traceId,
      );
      await audit(sql, {
        chain: "retention",
        actor: auditActor(actor),
        action: "retention.run",
        subject: record,
        after: done,
        at,
        traceId,
        owner,
      });
      const { lots, events, objects, documents } = done;
      return { lots, events, objects, documents };
    }),
  );

  server.route(enterpriseApi.legalHolds, () => database.transaction((sql) => loadHolds(sql, company, holdsShownMax)));

  server.route(enterpriseApi.placeHold, ({ body, actor, traceId }) =>
    database.transaction(async (sql) => {
      await lockHolds(sql);
      const person = must(personOf(actor));
      const { kind, subject, reason } = body;
      const holdId = machine.random.uuid7();
      const hold: LegalHold = {
        holdId,
        kind,
        subject,
        reason,
        placedAt: machine.clock.now(),
        placedBy: person.name,
        liftedAt: null,
      };
      const step = { record: `legal-hold/${holdId}/placing`, hash: canonicalHash({ kind, subject, reason }) };
      await signed(
        sql,
        { ...step, right: "legal-hold.write", meaning: signatureMeanings.legalHoldPlaced },
        body.signature,
        person.name,
        traceId,
      );
      await insertHold(sql, company, hold);
      await audit(sql, {
        actor: auditActor(actor),
        action: "legal-hold.place",
        subject: `legal-hold/${holdId}`,
        after: hold,
        reason,
        at: hold.placedAt,
        traceId,
        owner,
      });
      return hold;
    }),
  );

  server.route(enterpriseApi.liftHold, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      await lockHolds(sql);
      const person = must(personOf(actor));
      const { reason } = body;
      const at = machine.clock.now();
      const hold = await markLifted(sql, company, params.holdId, { at, by: person.name, reason });
      if (hold === undefined) return deny("legal-hold.unknown", params.holdId);
      const step = { record: `legal-hold/${hold.holdId}/lifting`, hash: canonicalHash({ hold, reason }) };
      await signed(
        sql,
        { ...step, right: "legal-hold.write", meaning: signatureMeanings.legalHoldLifted },
        body.signature,
        person.name,
        traceId,
      );
      await audit(sql, {
        actor: auditActor(actor),
        action: "legal-hold.lift",
        subject: `legal-hold/${hold.holdId}`,
        before: { ...hold, liftedAt: null },
        after: hold,
        reason,
        at,
        traceId,
        owner,
      });
      return hold;
    }),
  );

  type Step = {
    readonly record: string;
    readonly hash: string;
    readonly right: Right;
    readonly meaning: string;
  };
  async function signed(sql: Sql, step: Step, input: SignatureInput, mustBe: string, traceId: string): Promise<void> {
    const { record, hash, right, meaning } = step;
    const request = {
      record,
      recordHash: hash,
      meaning,
      input,
      right,
      mustBe,
      owner,
      traceId,
    };
    must(await sign(gxp, sql, request));
  }
}
