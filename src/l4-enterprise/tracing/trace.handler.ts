import { type Client, ProblemError } from "../../contract/client.ts";
import type { Hop, Party, Product, Trace } from "../../contract/enterprise-api.ts";
import { networkApi } from "../../contract/network-api.ts";
import { isFault } from "../../runtime/fault.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { type CaptureRow, loadCaptures } from "../epcis-repository/capture.store.ts";
import { identifierOf, ssccClass } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { type HistoryEntry, historyOf, type ObjectTrace, readTogether, tracesOf } from "../ledger/ledger.ts";
import { loadParties, loadProduct } from "../master-data/master-data.store.ts";
import { partnersOf } from "../shipments/shipment.store.ts";
import type { Scanned } from "./scan.ts";

/** The trace as far as our own ledger goes: what we did, and what partners shared with us, marked as theirs. */
export async function traceHere(sql: Sql, company: Company, ctx: LedgerContext, scanned: Scanned): Promise<Trace> {
  const [trace] = await tracesHere(sql, company, ctx, [scanned]);
  return trace as Trace;
}

/** `traceHere` for many who ask at the same time. */
export function tracesTogether(company: Company, ctx: LedgerContext): (scanned: Scanned) => Promise<Trace> {
  return readTogether(company.database, (sql, scanned) => tracesHere(sql, company, ctx, scanned));
}

async function tracesHere(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  scanned: readonly Scanned[],
): Promise<Trace[]> {
  const traces = await tracesOf(
    sql,
    ctx,
    scanned.map(({ id }) => id),
  );
  const gtins = new Set(scanned.flatMap((each) => (each.kind === "pack" ? [each.gtin] : [])));
  const products = new Map<string, Product | undefined>();
  for (const gtin of gtins) products.set(gtin, await loadProduct(sql, company, gtin));
  const captureIds = [...traces.values()].flatMap(({ history }) => history.map(({ event }) => event.captureId));
  const captures = await loadCaptures(sql, ctx, [...new Set(captureIds)]);
  const names = new Map((await loadParties(sql, company)).map(({ gln, name }) => [gln, name]));
  const hopsOf = (history: readonly HistoryEntry[]) => hopsIn(company, history, { captures, names });
  return scanned.map((each) =>
    traceOf(each, traces.get(each.id), each.kind === "pack" ? products.get(each.gtin) : undefined, hopsOf),
  );
}

const nothingKnown: ObjectTrace = { state: undefined, history: [], children: [], ancestors: [] };

function traceOf(
  scanned: Scanned,
  { state, history, children, ancestors }: ObjectTrace = nothingKnown,
  product: Product | undefined,
  hopsOf: (history: readonly HistoryEntry[]) => Hop[],
): Trace {
  const { id } = scanned;
  const level = scanned.kind === "pack" ? "pack" : containerLevel(children);
  const hierarchy: Trace["hierarchy"] = [{ id, level, link: "verified", children: children.length }];
  for (const ancestor of ancestors) {
    const inside = hierarchy[0]?.id ?? id;
    hierarchy.unshift({
      id: ancestor.id,
      level: containerLevel([inside]),
      link: ancestor.link,
      children: ancestor.children,
    });
  }
  return {
    id,
    gtin: scanned.kind === "pack" ? scanned.gtin : null,
    serial: scanned.kind === "pack" ? scanned.serial : null,
    lot: state?.lot ?? null,
    expiry: scanned.kind === "pack" ? (scanned.expiry ?? printedExpiry(state?.expiry)) : printedExpiry(state?.expiry),
    productName: product?.name ?? null,
    state: { disposition: state?.disposition ?? "", parent: state?.parent ?? null, place: state?.place ?? null },
    hops: hopsOf(history),
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

type Tellers = {
  readonly captures: ReadonlyMap<string, CaptureRow>;
  readonly names: ReadonlyMap<string, string>;
};

function hopsIn(company: Company, history: readonly HistoryEntry[], { captures, names }: Tellers): Hop[] {
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
  traces: (scanned: Scanned) => Promise<Trace> = tracesTogether(company, ctx),
): Promise<Trace> {
  const own = await traces(scanned);
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
  const own = history.filter(({ event }) => event.source === "own");
  // Of our own records nobody else is the teller.
  return { allowed: true, hops: hopsIn(company, own, { captures: new Map(), names: new Map() }) };
}

/** A company's places stand on its own company prefix (GenSpecs 2.4). */
function isPlaceOf({ gln, companyPrefixLength }: Party, place: string | undefined): boolean {
  const placeGln = place === undefined ? undefined : /\/414\/(\d{13})/.exec(place)?.[1];
  return placeGln?.startsWith(gln.slice(0, companyPrefixLength)) ?? false;
}
