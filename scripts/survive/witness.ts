import { randomBytes } from "node:crypto";
import type { Client, ClientFetch } from "../../src/contract/client.ts";
import { type AuditEntry, commonApi } from "../../src/contract/common-api.ts";

/** A change that a level acknowledged with 2xx; the trace id went with the request (W3C Trace Context). */
export type Acknowledged = {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly traceId: string;
  readonly sentAt: number;
  readonly answeredAt: number;
};

/** Hands requests on, and remembers every change that was acknowledged. */
export function witness(fetch: ClientFetch): { readonly fetch: ClientFetch; readonly acknowledged: Acknowledged[] } {
  const acknowledged: Acknowledged[] = [];
  return {
    acknowledged,
    async fetch(request) {
      const traceId = randomBytes(16).toString("hex");
      const traceparent = `00-${traceId}-${randomBytes(8).toString("hex")}-01`;
      const sentAt = Date.now();
      const reply = await fetch({ ...request, headers: { ...request.headers, traceparent } });
      const { origin, pathname } = new URL(request.url);
      if (request.method !== "GET" && reply.status < 300)
        acknowledged.push({
          origin,
          method: request.method,
          path: pathname,
          traceId,
          sentAt,
          answeredAt: Date.now(),
        });
      return reply;
    },
  };
}

const pageMax = 500;

/** Every audit entry of one instance. */
export async function auditTrail(client: Client): Promise<readonly AuditEntry[]> {
  const found: AuditEntry[] = [];
  let after: string | undefined;
  do {
    const query = { limit: pageMax, ...(after === undefined ? {} : { after }) };
    const page = await client.call(commonApi.audit, { query });
    found.push(...page.entries);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}

/**
 * Whether the trail has the change: by its trace id or, where a record goes on under the trace id that its order came
 * with, as an entry about what the path names, made while the request was answered.
 */
export function isAudited(trail: readonly AuditEntry[], change: Acknowledged): boolean {
  return trail.some(
    ({ traceId, at, subject }) =>
      traceId === change.traceId ||
      (at >= change.sentAt &&
        at <= change.answeredAt &&
        change.path.split("/").some((part) => subject.endsWith(`/${part}`))),
  );
}
