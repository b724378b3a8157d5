import { enterpriseApi, type LotView } from "../../contract/enterprise-api.ts";
import { signatureMeanings } from "../../contract/signature-meanings.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import type { Gxp } from "../../gxp/gxp.ts";
import { sign, type SignRequest } from "../../gxp/signature/signature.handler.ts";
import { signaturesOf } from "../../gxp/signature/signature.store.ts";
import { recordDuty } from "../../gxp/signature/duty.ts";
import { deny, must, type Result } from "../../kernel/base/result.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import { personOf } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { lotCounts } from "../ledger/ledger.ts";
import { reportsOfLot } from "../reports/report.store.ts";
import { lotSubject } from "../work-orders/work-order.handler.ts";
import { ordersOfLot, submissionsOfLot } from "../work-orders/work-order.store.ts";
import { signaturesOfLot } from "./lot-signatures.ts";
import { type Lot, lotAllows, type LotDecision, lotDecisions, mayRelease, statusAfter } from "./lot.ts";
import { loadLot, loadLots, lockLot, setLotStatus } from "./lot.store.ts";

const lotsShownMax = 200;
const decisions = Object.keys(lotDecisions) as LotDecision[];

/** Lots with their status; release, and what is decided of them afterwards, each signed. */
export function lotRoutes(server: HttpServer<Sql>, company: Company, ctx: LedgerContext, gxp: Gxp): void {
  const { machine, database, owner } = company;

  server.route(enterpriseApi.lots, () =>
    database.transaction(async (sql) => {
      const views: LotView[] = [];
      for (const lot of await loadLots(sql, company, lotsShownMax)) views.push(await viewOf(sql, lot));
      return views;
    }),
  );

  server.route(enterpriseApi.lot, ({ params }) =>
    database.transaction(async (sql) => {
      const lot = await loadLot(sql, company, params.gtin, params.lot);
      return lot ? viewOf(sql, lot) : deny("lot.unknown", params.lot);
    }),
  );

  server.route(enterpriseApi.releaseLot, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const lot = await locked(sql, params);
      must(mayRelease(lot, await reportsOfLot(sql, company, lot.gtin, lot.lot)));
      const subject = lotSubject(lot.gtin, lot.lot);
      // Who closed the order at the site may not release its lot: the site's signatures name them.
      for (const submission of await submissionsOfLot(sql, company, lot.gtin, lot.lot)) {
        for (const signature of submission.signatures)
          await recordDuty(sql, { subject, right: "order.close", userId: signature.userId, at: signature.at });
      }
      const person = must(personOf(actor));
      await signed(sql, lot, {
        step: "release",
        right: "lot.release",
        meaning: signatureMeanings.lotRelease,
        input: body.signature,
        mustBe: person.name,
        traceId,
      });
      return moved(sql, lot, "released", "lot.release", { actor: auditActor(actor), traceId });
    }),
  );

  const decided = (decision: LotDecision): Parameters<typeof server.route<typeof enterpriseApi.holdLot>>[1] => {
    return ({ params, body, actor, traceId }) =>
      database.transaction(async (sql) => {
        const lot = await locked(sql, params);
        must(lotAllows(lot, decision));
        const { right, meaning } = lotDecisions[decision];
        const person = must(personOf(actor));
        const released = await signaturesOf(sql, `${lotSubject(lot.gtin, lot.lot)}/release`);
        await signed(sql, lot, { step: decision, right, meaning, input: body.signature, mustBe: person.name, traceId });
        const by = { actor: auditActor(actor), traceId, reason: body.reason };
        return moved(sql, lot, statusAfter(decision, released.length > 0), `lot.${decision}`, by);
      });
  };
  server.route(enterpriseApi.holdLot, decided("hold"));
  server.route(enterpriseApi.unholdLot, decided("unhold"));
  server.route(enterpriseApi.recallLot, decided("recall"));
  server.route(enterpriseApi.withdrawLot, decided("withdraw"));

  async function locked(sql: Sql, { gtin, lot }: { gtin: string; lot: string }): Promise<Lot> {
    return (await lockLot(sql, company, gtin, lot)) ?? deny("lot.unknown", lot);
  }

  /** The signature is bound to what the signer decides on: the lot, its counts, and what the site submitted. */
  async function signed(
    sql: Sql,
    lot: Lot,
    {
      step,
      ...signing
    }: Pick<SignRequest, "input" | "right" | "mustBe" | "traceId"> & { step: "release" | LotDecision; meaning: string },
  ): Promise<void> {
    const submissions = await submissionsOfLot(sql, company, lot.gtin, lot.lot);
    const record = {
      lot,
      counts: await lotCounts(sql, ctx, lot.gtin, lot.lot),
      records: submissions.map((each) => each.batchRecordHash),
    };
    const subject = lotSubject(lot.gtin, lot.lot);
    must(
      await sign(gxp, sql, {
        record: `${subject}/${step}`,
        recordHash: canonicalHash(record),
        ...signing,
        subject,
        owner,
      }),
    );
  }

  async function moved(
    sql: Sql,
    lot: Lot,
    status: Lot["status"],
    action: string,
    by: { actor: ReturnType<typeof auditActor>; traceId: string; reason?: string },
  ): Promise<LotView> {
    const at = machine.clock.now();
    await setLotStatus(sql, company, lot, status, at);
    await audit(sql, {
      ...by,
      action,
      subject: lotSubject(lot.gtin, lot.lot),
      before: { status: lot.status },
      after: { status },
      at,
      owner,
    });
    return viewOf(sql, { ...lot, status });
  }

  async function viewOf(sql: Sql, lot: Lot): Promise<LotView> {
    const [counts, reports, orders] = [
      await lotCounts(sql, ctx, lot.gtin, lot.lot),
      await reportsOfLot(sql, company, lot.gtin, lot.lot),
      await ordersOfLot(sql, company, lot.gtin, lot.lot),
    ];
    const { commissioned, sampled, destroyed, decommissioned, dispensed } = counts;
    return {
      ...lot,
      packs: { commissioned, sampled, destroyed, decommissioned, dispensed },
      workOrders: orders.map(({ order }) => order.workOrderId),
      reports: reports.map(({ reportId, kind, state }) => ({ reportId, kind, state })),
      signatures: await signaturesOfLot(sql, company, lot.gtin, lot.lot),
      commands: {
        release: reasonOf(mayRelease(lot, reports)),
        ...Object.fromEntries(decisions.map((decision) => [decision, reasonOf(lotAllows(lot, decision))])),
      },
    };
  }
}

function reasonOf(allowed: Result<true>): string | null {
  return allowed.ok ? null : (allowed.refusal.message ?? allowed.refusal.code);
}
