import { enterpriseApi, type ShipmentView } from "../../contract/enterprise-api.ts";
import type { DeliveryOrder } from "../../contract/site-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { deny, must, RefusalError } from "../../kernel/base/result.ts";
import { parseSscc } from "../../kernel/gs1/key.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import { enqueue, jsonMessage } from "../../runtime/messages/outbox.ts";
import { checkSite, type Company, siteDestination } from "../company-scope.ts";
import { identifierOf, ssccClass } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { loadParties, loadParty, lockParty } from "../master-data/master-data.store.ts";
import { identifiersOfScans } from "../tracing/scan.ts";
import { contentsOf } from "./contents.ts";
import { receive, takeDocument } from "./receive.handler.ts";
import { dispatch } from "./ship.handler.ts";
import { addShipment, isOrdered, loadShipments, lockShipment, markLoaded, type Shipment } from "./shipment.store.ts";

const shipmentsShownMax = 200;

/** Deliveries out and in. A company without a site ships by scanning here. */
export function shipmentRoutes(server: HttpServer<Sql>, company: Company, ctx: LedgerContext): void {
  const { machine, database, owner, environment, self, sites } = company;

  server.route(enterpriseApi.shipments, async () => {
    const names = await partnerNames();
    return (await loadShipments(database, company, shipmentsShownMax)).map((each) => viewOf(each, names));
  });

  server.route(enterpriseApi.orderDelivery, ({ body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const { shipTo, purchaseOrder, lines, site } = body;
      // Locked, so that a button pressed twice is seen: the second waits for the first.
      const partner = (await lockParty(sql, company, shipTo)) ?? deny("party.unknown", "/shipTo");
      if (site !== undefined && !sites.some(({ gln }) => gln === site)) deny("work-order.site", "/site");
      const same = { partner: shipTo, purchaseOrder, lines, site: site ?? null };
      if (await isOrdered(sql, company, same)) deny("shipment.doubled", purchaseOrder);
      const at = machine.clock.now();
      const deliveryId = machine.random.uuid7();
      const state = site === undefined ? "ordered" : "at-site";
      const shipment: Shipment = {
        deliveryId,
        direction: "outbound",
        partner: shipTo,
        purchaseOrder,
        site: site ?? null,
        lines,
        state,
        contents: [],
        packs: 0,
        documentState: null,
        shippedAt: null,
        receivedAt: null,
      };
      await addShipment(sql, company, { ...shipment, shippingEvent: null, at });
      if (site !== undefined) {
        const json: DeliveryOrder = { deliveryId, owner, environment, shipTo, purchaseOrder, lines };
        await enqueue(
          sql,
          jsonMessage({
            messageId: machine.random.uuid7(),
            destination: siteDestination(site),
            orderKey: "deliveries",
            method: "PUT",
            path: `/v1/deliveries/${deliveryId}`,
            owner,
            environment,
            traceId,
            at,
            json,
          }),
        );
      }
      await audit(sql, {
        actor: auditActor(actor),
        action: "shipment.order",
        subject: `shipment/${deliveryId}`,
        after: { shipTo, purchaseOrder, lines, site },
        at,
        traceId,
        owner,
      });
      return viewOf(shipment, new Map([[partner.gln, partner.name]]));
    }),
  );

  server.message(enterpriseApi.loaded, async ({ sql, body, actor, traceId }) => {
    const shipment = await locked(sql, body.deliveryId, ["at-site"]);
    must(checkSite(company, actor, shipment.site));
    const ids = [...new Set(body.ssccs.map((sscc) => identifierOf(ssccClass, must(parseSscc(sscc)))))];
    await markLoaded(sql, shipment.deliveryId, ids, (await contentsOf(sql, ctx, ids)).packs);
    const shipFrom = (await loadParty(sql, company, shipment.site ?? "")) ?? self;
    const by = { actor: auditActor(actor), traceId };
    const loaded = { at: body.loadedAt, offsetMinutes: body.offsetMinutes };
    await sql.run({ text: "savepoint dispatch" });
    try {
      await dispatch(sql, company, ctx, { shipment, ids, loaded, shipFrom, by });
    } catch (error) {
      // The goods stand loaded whatever we say: that is kept, and a person ships them once the gate is open.
      if (!(error instanceof RefusalError)) throw error;
      await sql.run({ text: "rollback to savepoint dispatch" });
      const { code, at, message } = error.refusal;
      await audit(sql, {
        ...by,
        action: "shipment.stopped",
        subject: `shipment/${shipment.deliveryId}`,
        after: { state: "loaded", code, at, message },
        at: machine.clock.now(),
        owner,
      });
    }
    return { accepted: true as const };
  });

  server.route(enterpriseApi.ship, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const shipment = await locked(sql, params.deliveryId, ["ordered", "loaded"]);
      const ids = must(identifiersOfScans(body.scans)).map(({ id }) => id);
      const shipFrom = (shipment.site === null ? undefined : await loadParty(sql, company, shipment.site)) ?? self;
      await dispatch(sql, company, ctx, {
        shipment,
        ids,
        loaded: undefined,
        shipFrom,
        by: { actor: auditActor(actor), traceId },
      });
      return viewOf((await lockShipment(sql, company, params.deliveryId)) ?? shipment, await partnerNames());
    }),
  );

  server.route(enterpriseApi.receive, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const shipment = await locked(sql, params.deliveryId, ["announced"]);
      const ids = must(identifiersOfScans(body.scans)).map(({ id }) => id);
      await receive(sql, company, ctx, shipment, ids, { actor: auditActor(actor), traceId });
      return viewOf((await lockShipment(sql, company, params.deliveryId)) ?? shipment, await partnerNames());
    }),
  );

  server.message(
    enterpriseApi.receiveDocument,
    async ({ sql, envelope, query, mediaType, rawBody, actor, traceId }) => {
      const { captureId, received, captured, duplicate, exceptions } = await takeDocument(
        sql,
        company,
        ctx,
        { from: query.from, messageId: envelope.messageId, mediaType, bytes: rawBody },
        { actor: auditActor(actor), traceId },
      );
      return { captureId, state: "captured" as const, events: { received, captured, duplicate }, exceptions };
    },
  );

  async function locked(sql: Sql, deliveryId: string, states: readonly Shipment["state"][]): Promise<Shipment> {
    const shipment = (await lockShipment(sql, company, deliveryId)) ?? deny("shipment.unknown", deliveryId);
    return states.includes(shipment.state) ? shipment : deny("shipment.state", shipment.state);
  }

  async function partnerNames(): Promise<ReadonlyMap<string, string>> {
    return new Map((await loadParties(database, company)).map(({ gln, name }) => [gln, name]));
  }
}

function viewOf(
  { site: _site, lines: _lines, ...shipment }: Shipment,
  names: ReadonlyMap<string, string>,
): ShipmentView {
  return {
    ...shipment,
    contents: [...shipment.contents],
    partnerName: names.get(shipment.partner) ?? shipment.partner,
  };
}
