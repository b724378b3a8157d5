import { enterpriseApi } from "../../contract/enterprise-api.ts";
import type { Envelope } from "../../contract/envelope.ts";
import type { DeliveryOrder, DeliveryView } from "../../contract/site-api.ts";
import { canonicalJson } from "../../kernel/base/canonical-json.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { must, ok, refuse, type Result } from "../../kernel/base/result.ts";
import { printInstant } from "../../kernel/base/time.ts";
import type { Sql } from "../../runtime/machine.ts";
import { enqueue, jsonMessage } from "../../runtime/messages/outbox.ts";
import { audit, auditActor, systemActor } from "../../gxp/audit/audit.ts";
import type { By } from "../orders/order.handler.ts";
import { enterpriseDestination, type Reads, servesOwner, type Site } from "../site.ts";
import { type Delivery, insertDelivery, lockDelivery, readDeliveries, saveLoaded } from "./delivery.store.ts";
import { candidatesFor, decideLoading, readSscc } from "./loading.ts";
import { loadContainers, loadedFor, scannedContainers, stockOf } from "./stock.store.ts";

/** Takes a delivery of the owner's level 4; the same again changes nothing. Refuses `site.owner…`, `site.delivery-differs`. */
export async function receiveDelivery(
  site: Site,
  sql: Sql,
  delivery: DeliveryOrder,
  envelope: Envelope,
): Promise<Result<{ accepted: true }>> {
  const { config, machine } = site;
  if (delivery.owner !== envelope.owner) return refuse("site.owner", "/owner");
  if (!servesOwner(config, delivery.owner)) return refuse("site.owner-unknown", "/owner");
  if (delivery.environment !== config.environment)
    return refuse("seam.environment", "/environment", `this is ${config.environment}`);
  const at = machine.clock.now();
  if (!(await insertDelivery(sql, delivery, envelope.traceId, at))) {
    const held = await lockDelivery(sql, delivery.deliveryId);
    invariant(held !== undefined, "a delivery conflicts and cannot be read");
    return canonicalJson(held.delivery) === canonicalJson(delivery)
      ? ok({ accepted: true })
      : refuse("site.delivery-differs", delivery.deliveryId);
  }
  await audit(sql, {
    actor: systemActor(`enterprise/${delivery.owner}`),
    action: "delivery.receive",
    subject: `delivery/${delivery.deliveryId}`,
    after: delivery,
    at,
    traceId: envelope.traceId,
    owner: delivery.owner,
  });
  return ok({ accepted: true });
}

/**
 * Loads what was scanned for a delivery and reports it to level 4: all of it or, when a scan is refused, nothing. A
 * delivery is loaded once. Refuses `site.delivery-unknown`, `site.delivery-loaded` and what `decideLoading` refuses.
 */
export async function loadDelivery(
  site: Site,
  sql: Sql,
  deliveryId: string,
  scans: readonly string[],
  by: By,
): Promise<Delivery> {
  const { machine } = site;
  const found = await lockDelivery(sql, deliveryId);
  if (found === undefined) return must(refuse("site.delivery-unknown", deliveryId));
  if (found.state !== "open") must(refuse("site.delivery-loaded", found.state));
  const { delivery, traceId } = found;
  const ssccs = scans.map((scan) => must(readSscc(scan)));
  const at = machine.clock.now();
  const today = printInstant(at).slice(0, 10);
  const loaded = must(decideLoading(delivery, await scannedContainers(sql, ssccs), ssccs, today));
  await loadContainers(sql, ssccs, deliveryId, at);
  const messageId = machine.random.uuid7();
  await saveLoaded(sql, deliveryId, { by: by.person.userId, at, messageId });
  await enqueue(
    sql,
    jsonMessage({
      messageId,
      destination: enterpriseDestination(delivery.owner),
      orderKey: deliveryId,
      method: "POST",
      path: enterpriseApi.loaded.path,
      json: { deliveryId, loadedAt: at, offsetMinutes: 0, ssccs, by: by.person.userId },
      owner: delivery.owner,
      environment: delivery.environment,
      traceId,
      at,
    }),
  );
  await audit(sql, {
    actor: auditActor(by.person),
    action: "delivery.load",
    subject: `delivery/${deliveryId}`,
    at,
    traceId,
    owner: delivery.owner,
    before: { state: "open" },
    after: { state: "loaded", ssccs, packs: loaded.reduce((total, { packs }) => total + packs, 0) },
  });
  return { ...found, state: "loaded" };
}

export async function listDeliveries(sql: Reads): Promise<DeliveryView[]> {
  return deliveryViews(sql, await readDeliveries(sql));
}

export async function deliveryViews(sql: Reads, deliveries: readonly Delivery[]): Promise<DeliveryView[]> {
  const loaded = await loadedFor(
    sql,
    deliveries.map(({ delivery }) => delivery.deliveryId),
  );
  const views: DeliveryView[] = [];
  for (const { delivery, state } of deliveries) {
    const candidates =
      state === "open" ? candidatesFor(delivery, await stockOf(sql, delivery.owner, delivery.lines)) : [];
    views.push({
      delivery,
      state,
      candidates: candidates.map(({ sscc, level, gtin, lot, expiry, packs }) => ({
        sscc,
        level,
        gtin,
        lot,
        expiry,
        packs,
      })),
      loaded: loaded.get(delivery.deliveryId) ?? [],
    });
  }
  return views;
}
