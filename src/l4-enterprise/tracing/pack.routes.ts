import type { Client } from "../../contract/client.ts";
import { enterpriseApi, type LedgerException } from "../../contract/enterprise-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { parseGtin, parseSerial } from "../../kernel/gs1/key.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { identifierOf } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { packsOfLot } from "../ledger/ledger.ts";
import { closeException, type ExceptionRow, loadExceptions } from "../ledger/exception.store.ts";
import { dispensePack, type Pack, verifyHere, verifyPack } from "../verification/verification.handler.ts";
import { identifierOfScan } from "./scan.ts";
import { shareTrace, traceAcross } from "./trace.handler.ts";

const packsShownUsual = 100;
const exceptionsShownMax = 500;

/** One pack at a time: verify, dispense, trace; and what the events do not agree on. */
export function packRoutes(
  server: HttpServer<Sql>,
  company: Company,
  ctx: LedgerContext,
  network: Client | undefined,
): void {
  const { machine, database, owner } = company;

  server.route(enterpriseApi.verify, ({ body }) => verifyPack(company, ctx, network, packOf(body.scan)));

  server.route(enterpriseApi.dispense, async ({ body, actor, traceId }) => {
    const pack = packOf(body.scan);
    const verification = await verifyPack(company, ctx, network, pack);
    if (!verification.verified) return { verification, dispensed: false };
    await database.transaction((sql) => dispensePack(sql, company, ctx, pack, verification, { actor, traceId }));
    return { verification, dispensed: true };
  });

  server.route(enterpriseApi.trace, ({ query }) =>
    traceAcross(company, ctx, network, must(identifierOfScan(query.id)), query.ask ?? false),
  );

  server.route(enterpriseApi.packs, ({ query }) =>
    database.transaction(async (sql) =>
      (await packsOfLot(sql, ctx, query.gtin, query.lot, query.limit ?? packsShownUsual)).map(
        ({ id, serial, disposition, parent }) => ({ id, serial, disposition, parent: parent ?? null }),
      ),
    ),
  );

  server.route(enterpriseApi.answerVerification, ({ query }) => {
    const { gtin, serial, lot, expiry } = query;
    // Taken as they are: a serial may have brackets of its own.
    const pack: Pack = {
      kind: "pack",
      gtin: must(parseGtin(gtin)),
      serial: must(parseSerial(serial)),
      id: identifierOf(gtin, serial),
      lot,
      expiry,
    };
    return database.transaction((sql) => verifyHere(sql, company, ctx, pack));
  });

  server.route(enterpriseApi.answerTrace, ({ query }) =>
    database.transaction((sql) => shareTrace(sql, company, ctx, must(identifierOfScan(query.id)), query.requester)),
  );

  server.route(enterpriseApi.exceptions, () =>
    database.transaction(async (sql) => (await loadExceptions(sql, ctx, exceptionsShownMax)).map(exceptionView)),
  );

  server.route(enterpriseApi.resolveException, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const at = machine.clock.now();
      const by = auditActor(actor);
      const resolved =
        (await closeException(sql, ctx, params.exceptionId, by.name, body.reason, at)) ??
        deny("exception.unknown", params.exceptionId);
      await audit(sql, {
        actor: by,
        action: "exception.resolve",
        subject: `exception/${params.exceptionId}`,
        before: { state: "open" },
        after: { state: "resolved" },
        reason: body.reason,
        at,
        traceId,
        owner,
      });
      return exceptionView(resolved);
    }),
  );
}

function packOf(scan: string): Pack {
  const scanned = must(identifierOfScan(scan));
  return scanned.kind === "pack" ? scanned : deny("shipment.unidentified", 0, "a container's label, not a pack's code");
}

function exceptionView({
  exceptionId,
  at,
  code,
  severity,
  subject,
  eventId,
  message,
  state,
}: ExceptionRow): LedgerException {
  return { exceptionId, at, code, severity, subject, eventId, message, state };
}
