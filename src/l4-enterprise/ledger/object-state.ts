import type { Sql } from "../../runtime/machine.ts";
import { uuidOfHex } from "./encoding/epc-key.ts";
import type { EventRow } from "./event-row.ts";
import type { Thing } from "./identity.ts";
import type { LinkKind, Standing } from "./ledger-rules.ts";
import { companyOf, entriesOf, type Lineage, levelsMax, staysIn } from "./lineage.ts";
import { loadLots } from "./lot.store.ts";
import { type DerivedState, deriveState, isHere } from "./timeline.ts";
import { nameOf } from "./working-set.ts";

export type ObjectState = {
  readonly id: string;
  readonly standing: Standing;
  /** CBV word; "" while no event told one. */
  readonly disposition: string;
  /** The container it is directly in. */
  readonly parent: string | undefined;
  readonly link: LinkKind | undefined;
  readonly lot: string | undefined;
  /** As its ILMD says: `2027-06-30`. */
  readonly expiry: string | undefined;
  /** Canonical URI of the last business location, or read point. */
  readonly place: string | undefined;
  readonly owner: string | undefined;
  readonly commissionedAt: number | undefined;
  /** Whose word its commissioning is; undefined while it is not commissioned. */
  readonly commissionedBy: "own" | "shared" | undefined;
  /** By our own records it is in our hands, whatever others tell of it. */
  readonly here: boolean;
  readonly lastEventId: string | undefined;
  readonly lastEventAt: number | undefined;
};

export type Ancestor = { readonly id: string; readonly link: LinkKind };

/** The states of objects whose lineage was loaded, at its moment. Those of which nothing is known by then are left out. */
export async function objectStates(
  sql: Sql,
  lineage: Lineage,
  things: Iterable<Thing>,
): Promise<Map<Thing, ObjectState>> {
  const told = new Map<string, Told>();
  const derived = [...things].map((thing) => ({ thing, ...toldOf(lineage, thing, told) }));
  const lots = await loadLots(
    sql,
    [...new Set(derived.map(({ state }) => state.core.lot))].filter((lot) => lot !== 0),
  );
  const states = new Map<Thing, ObjectState>();
  for (const { thing, here, link, state } of derived) {
    const { core, last } = state;
    if (last === undefined && core.standing === "unknown" && core.disposition === undefined) continue;
    const lot = lots.get(core.lot);
    states.set(thing, {
      id: thing.id,
      standing: core.standing,
      disposition: core.disposition ?? "",
      parent: core.parent === undefined ? undefined : lineage.byKey.get(core.parent)?.id,
      link,
      lot: lot?.lotNumber,
      expiry: lot?.expiry,
      place: state.place,
      owner: state.owningParty,
      commissionedAt: state.commissionedAt,
      commissionedBy: state.commissionedBy,
      here,
      lastEventId: last === undefined ? undefined : publicEventId(last),
      lastEventAt: last?.at,
    });
  }
  return states;
}

type Told = { readonly here: boolean; readonly state: DerivedState; readonly link: LinkKind | undefined };

/** What the events tell of an object. Packs that were always named together are told of once. */
function toldOf(lineage: Lineage, thing: Thing, told: Map<string, Told>): Told {
  const company = companyOf(lineage, thing);
  const known = company === undefined ? undefined : told.get(company);
  if (known !== undefined) return known;
  const entries = entriesOf(lineage, thing);
  const state = deriveState(thing, entries);
  const link = state.core.parent === undefined ? undefined : linkNow(lineage, thing);
  const found = { here: isHere(entries), state, link };
  if (company !== undefined) told.set(company, found);
  return found;
}

/** The containers around an object of the lineage, the innermost first. */
export function ancestorsIn(lineage: Lineage, thing: Thing): Ancestor[] {
  const ancestors: Ancestor[] = [];
  const seen = new Set([nameOf(thing)]);
  for (let below = thing; ancestors.length < levelsMax; ) {
    const stay = staysIn(lineage, below).at(-1);
    const parent = stay === undefined || stay.until !== undefined ? undefined : lineage.byKey.get(stay.parent);
    if (parent === undefined || seen.has(nameOf(parent))) break;
    seen.add(nameOf(parent));
    ancestors.push({ id: parent.id, link: linkNow(lineage, below) ?? "unverified" });
    below = parent;
  }
  return ancestors;
}

/** What another company said is inside counts as implied once we received the container ourselves. */
function linkNow(lineage: Lineage, thing: Thing): LinkKind | undefined {
  const stay = staysIn(lineage, thing).at(-1);
  if (stay === undefined || stay.until !== undefined) return undefined;
  if (stay.link !== "unverified") return stay.link;
  const received = entriesOf(lineage, thing).some(
    ({ row, through }) =>
      through !== undefined &&
      row.id > stay.since &&
      row.source === "own" &&
      !row.declared &&
      (row.bizStep === "receiving" || row.bizStep === "accepting"),
  );
  return received ? "implied" : "unverified";
}

/** How an event is named to others. */
export function publicEventId(row: EventRow): string {
  return row.ref ?? `urn:uuid:${uuidOfHex(row.id)}`;
}
