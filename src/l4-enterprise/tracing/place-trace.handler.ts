import type { PlaceTrace } from "../../contract/trace-api.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { parseSubject } from "../../kernel/gs1/subject.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { type CaptureRow, loadCaptures } from "../epcis-repository/capture.store.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { type PlaceEvent, placeWhereabouts } from "../ledger/whereabouts/whereabouts.ts";
import { loadParties } from "../master-data/master-data.store.ts";
import { lotCountsView, objectView } from "./moment.handler.ts";
import { asOfQuery, type MomentQuery, momentView, placeUri } from "./subject.ts";

export const containersShownMax = 200;
const movementsShownMax = 100;

/** A place at a moment. Refuses what names no place; a place that nothing is known of is empty. */
export async function placeTrace(
  sql: Sql,
  company: Company,
  ctx: LedgerContext,
  text: string,
  query: MomentQuery,
): Promise<PlaceTrace> {
  const subject = must(parseSubject(text));
  if (subject.kind !== "place") return deny("gs1.subject", "id");
  const place = placeUri(subject);
  const at = query.at ?? company.machine.clock.now();
  const found = await placeWhereabouts(sql, ctx, place, { ...asOfQuery(query), at });
  const names = new Map((await loadParties(sql, company)).map(({ gln, name }) => [gln, name]));
  const movements = [...(found?.arrivals ?? []), ...(found?.departures ?? [])];
  const captures = await loadCaptures(sql, ctx, [...new Set(movements.map(({ captureId }) => captureId))]);
  const movement = movementView(company, captures, names);
  const lots = await lotCountsView(sql, company, found?.lots ?? []);
  const containers = found?.containers ?? [];
  return {
    place,
    name: names.get(subject.gln) ?? null,
    asOf: momentView(query),
    packs: lots.reduce((sum, { packs }) => sum + packs, 0),
    lots,
    containers: containers.slice(0, containersShownMax).map(objectView),
    containerCount: containers.length,
    uncounted: found?.uncounted ?? 0,
    loose: found?.loose ?? 0,
    arrivals: (found?.arrivals ?? []).slice(0, movementsShownMax).map(movement),
    departures: (found?.departures ?? []).slice(0, movementsShownMax).map(movement),
    since: found?.since ?? null,
  };
}

function movementView(
  company: Company,
  captures: ReadonlyMap<string, CaptureRow>,
  names: ReadonlyMap<string, string>,
): (event: PlaceEvent) => PlaceTrace["arrivals"][number] {
  return ({ at, bizStep, named, eventId, captureId, source }) => {
    const partner = source === "shared" ? captures.get(captureId)?.partner : undefined;
    const gln = partner ?? company.owner;
    const companyName = partner === undefined ? company.self.name : (names.get(gln) ?? gln);
    return { at, bizStep: bizStep ?? "", named, eventId, company: gln, companyName, source };
  };
}
