import type { Client } from "../../contract/client.ts";
import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { parseGtin, parseSerial } from "../../kernel/gs1/key.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { identifierOf } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { packsOfLot } from "../ledger/ledger.ts";
import { dispensePack, type Pack, verifyPack, verifyTogether } from "../verification/verification.handler.ts";
import { identifierOfScan } from "./scan.ts";
import { thingOf } from "./subject.ts";
import { shareTrace, traceAcross, tracesTogether } from "./trace.handler.ts";

const packsShownUsual = 100;

/** One pack at a time: verify, dispense, trace. */
export function packRoutes(
  server: HttpServer<Sql>,
  company: Company,
  ctx: LedgerContext,
  network: Client | undefined,
): void {
  const { database } = company;
  const verify = verifyTogether(company, ctx);
  const traces = tracesTogether(company, ctx);

  server.route(enterpriseApi.verify, ({ body }) => verifyPack(company, ctx, network, packOf(body.scan), verify));

  server.route(enterpriseApi.dispense, async ({ body, actor, traceId }) => {
    const pack = packOf(body.scan);
    const verification = await verifyPack(company, ctx, network, pack, verify);
    if (!verification.verified) return { verification, dispensed: false };
    await database.transaction((sql) => dispensePack(sql, company, ctx, pack, verification, { actor, traceId }));
    return { verification, dispensed: true };
  });

  server.route(enterpriseApi.trace, ({ query }) =>
    traceAcross(company, ctx, network, must(thingOf(query.id)), query.ask ?? false, traces),
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
    return verify(pack);
  });

  server.route(enterpriseApi.answerTrace, ({ query }) =>
    database.transaction((sql) => shareTrace(sql, company, ctx, must(identifierOfScan(query.id)), query.requester)),
  );
}

function packOf(scan: string): Pack {
  const scanned = must(identifierOfScan(scan));
  return scanned.kind === "pack" ? scanned : deny("shipment.unidentified", 0, "a container's label, not a pack's code");
}
