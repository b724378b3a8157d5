import { type Client, ProblemError } from "../../contract/client.ts";
import type { Hop, Party, Trace } from "../../contract/enterprise-api.ts";
import { networkApi } from "../../contract/network-api.ts";
import { isFault } from "../../runtime/fault.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { loadCaptures } from "../epcis-repository/capture.store.ts";
import { identifierOf, ssccClass } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { ancestorsOf, childrenOf, type HistoryEntry, historyOf, stateOf } from "../ledger/ledger.ts";
import { loadParties, loadProduct } from "../master-data/master-data.store.ts";
import { partnersOf } from "../shipments/shipment.store.ts";
import type { Scanned } from "./scan.ts";

/** The trace as far as our own ledger goes: what we did, and what partners shared with us, marked as theirs. */
export async function traceHere(sql: Sql, company: Company, ctx: LedgerContext, scanned: Scanned): Promise<Trace> {
  const { id } = scanned;
  const [state, ancestors] = [await stateOf(sql, ctx, id), await ancestorsOf(sql, ctx, id)];
  const product = scanned.kind === "pack" ? await loadProduct(sql, company, scanned.gtin) : undefined;
  const below = await childrenOf(sql, ctx, id);
  const level = scanned.kind === "pack" ? "pack" : containerLevel(below);
  const hierarchy: Trace["hierarchy"] = [{ id, level, link: "verified", children: below.length }];
  for (const ancestor of ancestors) {
    const inside = hierarchy[0]?.id ?? id;
    const children = (await childrenOf(sql, ctx, ancestor.id)).length;
    hierarchy.unshift({ id: ancestor.id, level: containerLevel([inside]), link: ancestor.link, children });
  }
  return {
    id,
    gtin: scanned.kind === "pack" ? scanned.gtin : null,
    serial: scanned.kind === "pack" ? scanned.serial : null,
    lot: state?.lot ?? null,
    expiry: scanned.kind === "pack" ? (scanned.expiry ?? printedExpiry(state?.expiry)) : printedExpiry(state?.expiry),
    productName: product?.name ?? null,
    state: { disposition: state?.disposition ?? "", parent: state?.parent ?? null, place: state?.place ?? null },
    hops: await hopsOf(sql, company, ctx, await historyOf(sql, ctx, id)),
    hierarchy,
    asked: [],
  };
}

const containers = identifierOf(ssccClass, "");

/** What holds containers is a pallet; what holds packs, or nothing any more, is a case: no event says it. */
function containerLevel(inside: readonly string[]): "case" | "pallet" {
  return inside.some((id) => id.startsWith(containers)) ? "pallet" : "case";
}

function printedExpiry(date: string | undefined): string | null {
  return date === undefined ? null : date.replaceAll("-", "").slice(2);
}

async function hopsOf(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  history: readonly HistoryEntry[],
): Promise<Hop[]> {
  const captures = await loadCaptures(sql, ctx, [...new Set(history.map(({ event }) => event.captureId))]);
  const names = new Map((await loadParties(sql, company)).map(({ gln, name }) => [gln, name]));
  return history
    .filter(({ event }) => !event.declared && !event.declaration)
    .map(({ event, through, parentAfter }): Hop => {
      const partner = event.source === "shared" ? captures.get(event.captureId)?.partner : undefined;
      const gln = partner ?? company.owner;
      return {
        at: event.at,
        company: gln,
        companyName: partner === undefined ? company.self.name : (names.get(gln) ?? gln),
        source: event.source,
        bizStep: event.bizStep ?? "",
        disposition: event.disposition ?? "",
        parent: parentAfter ?? null,
        place: event.bizLocation ?? event.readPoint ?? null,
        eventId: event.eventId,
        through: through ?? null,
      };
    });
}

/** What every other company on the way shares now, merged in the order of time. An event known already counts once. */
export function mergeAnswers(
  trace: Trace,
  answers: readonly {
    readonly company: string;
    readonly companyName: string;
    readonly answer: Trace["asked"][number]["answer"];
    readonly hops: readonly Hop[];
  }[],
): Trace {
  const known = new Set(trace.hops.map((hop) => hop.eventId));
  const asked = answers.flatMap((answer) => answer.hops.filter((hop) => !known.has(hop.eventId)));
  const hops = [...trace.hops, ...asked].sort((a, b) => a.at - b.at);
  return {
    ...trace,
    hops,
    asked: answers.map(({ company, companyName, answer }) => ({ company, companyName, answer })),
  };
}

/** Longer than the network waits for the others, shorter than a browser waits for us. */
const networkAnswerTimeoutMs = 20_000;

/**
 * The trace with what the other companies share now. What we know ourselves is answered whatever becomes of the
 * question to the others: `network` says whether level 5 answered it.
 */
export async function traceAcross(
  company: Company,
  ctx: LedgerContext,
  network: Client | undefined,
  scanned: Scanned,
  ask: boolean,
): Promise<Trace> {
  const own = await company.database.transaction((sql) => traceHere(sql, company, ctx, scanned));
  if (!ask || !network) return own;
  try {
    const { answers } = await network.call(networkApi.trace, {
      body: { id: own.id, companies: [] },
      timeoutMs: networkAnswerTimeoutMs,
    });
    return { ...mergeAnswers(own, answers), network: { answer: "answered" } };
  } catch (error) {
    company.machine.log.warn("the network did not answer a trace", { error });
    return { ...own, network: withoutNetwork(error) };
  }
}

/** What a failed call to level 5 means to who asked for the trace. Throws what is no matter of the network. */
export function withoutNetwork(error: unknown): NonNullable<Trace["network"]> {
  if (isFault(error)) return { answer: "unreachable" };
  if (!(error instanceof ProblemError)) throw error;
  // A gateway's own page, or a level that is just starting, has refused nothing.
  return error.status >= 500 || error.status < 400
    ? { answer: "unreachable" }
    : { answer: "refused", code: error.code };
}

/**
 * What a partner may see of one thing: our own records of it, when the partner made it, or it (or a container that it
 * was in) went to the partner or came from there. What others shared with us is theirs to share.
 */
export async function shareTrace(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  scanned: Scanned,
  requester: string,
): Promise<{ allowed: boolean; hops: Hop[] }> {
  const history = await historyOf(sql, ctx, scanned.id);
  // The shipments that it was in when they left: not those of a container that it was in at another time.
  const shippings = history.filter(
    ({ event }) => event.bizStep === "shipping" && !event.declared && !event.declaration,
  );
  const asking = (await loadParties(sql, company)).find(({ gln }) => gln === requester);
  const made =
    asking !== undefined &&
    history.some(
      ({ event }) => event.bizStep === "commissioning" && !event.declared && isPlaceOf(asking, event.readPoint),
    );
  const partners = await partnersOf(sql, company, [...new Set(shippings.map(({ event }) => event.eventId))]);
  if (!made && !partners.includes(requester)) return { allowed: false, hops: [] };
  const hops = await hopsOf(
    sql,
    company,
    ctx,
    history.filter(({ event }) => event.source === "own"),
  );
  return { allowed: true, hops };
}

/** A company's places stand on its own company prefix (GenSpecs 2.4). */
function isPlaceOf({ gln, companyPrefixLength }: Party, place: string | undefined): boolean {
  const placeGln = place === undefined ? undefined : /\/414\/(\d{13})/.exec(place)?.[1];
  return placeGln?.startsWith(gln.slice(0, companyPrefixLength)) ?? false;
}
