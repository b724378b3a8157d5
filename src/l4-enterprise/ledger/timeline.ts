import type { EventRow } from "./event-row.ts";
import { factOf } from "./event-row.ts";
import { keyAfter } from "./encoding/event-key.ts";
import type { Thing } from "./identity.ts";
import { deriveCore, roleIn } from "./ledger-apply.ts";
import { type Core, evolve, isEnded, type LinkKind, linkKindOf, nothing, type Standing } from "./ledger-rules.ts";

// The history of one object, its stays in containers, and the state that both lead to. Pure.

/** One stay in a container: between the event that put it in and the one that took it out (keys). */
export type Stay = {
  readonly parent: string;
  readonly since: string;
  readonly until: string | undefined;
  readonly link: LinkKind;
};

/** Stays of an object, from its own events (in the order of their keys, up to the moment asked for). */
export function staysOf(thing: Thing, rows: readonly EventRow[]): Stay[] {
  const stays: { parent: string; since: string; until: string | undefined; link: LinkKind }[] = [];
  let core = nothing;
  for (const row of rows) {
    const fact = factOf(row);
    const role = roleIn(row, thing);
    const next = evolve(core, fact, role, thing.home === "chunk").core;
    const open = stays.at(-1);
    if (next.parent !== core.parent) {
      if (open !== undefined && open.until === undefined) open.until = row.id;
      if (next.parent !== undefined)
        stays.push({ parent: next.parent, since: row.id, until: undefined, link: linkKindOf(fact) ?? "unverified" });
    } else if (open !== undefined && open.until === undefined && role === "child" && fact.parent === open.parent) {
      open.link = linkKindOf(fact) ?? open.link;
    }
    core = next;
  }
  return stays;
}

/** An event in the history of an object: its own, or that of a container it was in (`through`: its key). */
export type Entry = { readonly row: EventRow; readonly through: string | undefined };

/** Whether an event of a container says something about what is inside: not what else was put in or taken out. */
export function concernsContents(row: EventRow, container: Thing): boolean {
  const fact = factOf(row);
  if (roleIn(row, container) === "parent") return false;
  return !(fact.type === "ObjectEvent" && fact.action === "ADD");
}

/** Events up to and at a moment; all of them without one. */
export function upTo<T extends { readonly id: string }>(rows: readonly T[], at: number | undefined): T[] {
  const end = at === undefined ? undefined : keyAfter(at);
  return rows.filter(({ id }) => end === undefined || id < end).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Whether the last that our own records tell is that it is here: made, received or handled here, and not sent off since. */
export function isHere(entries: readonly Entry[]): boolean {
  const last = lastOwn(entries);
  return last !== undefined && !leaves(last);
}

/** The last of our own records among these. */
export function lastOwn(entries: readonly Entry[]): EventRow | undefined {
  return entries.findLast(({ row }) => row.source === "own" && !row.declared && row.declares === undefined)?.row;
}

/** Whether an event tells that it was sent off. */
export function leaves({ bizStep, disposition }: Pick<EventRow, "bizStep" | "disposition">): boolean {
  return bizStep === "shipping" || bizStep === "departing" || disposition === "in_transit";
}

/** Whether an event makes what it names (of a transformation: its outputs). */
export function commissions({ type, action }: EventRow): boolean {
  return type === "TransformationEvent" || (type === "ObjectEvent" && action === "ADD");
}

export type DerivedState = {
  readonly core: Core;
  readonly place: string | undefined;
  /** Of the last change of owner that an event tells (CBV `owning_party` of a destination). */
  readonly owningParty: string | undefined;
  readonly commissionedAt: number | undefined;
  /** Whose word the commissioning is. */
  readonly commissionedBy: EventRow["source"] | undefined;
  readonly last: EventRow | undefined;
};

/** State from a history: own events decide, events of containers tell disposition and place while it is inside. */
export function deriveState(thing: Thing, entries: readonly Entry[]): DerivedState {
  let core = nothing;
  let place: string | undefined;
  let owningParty: string | undefined;
  let commissionedAt: number | undefined;
  let commissionedBy: EventRow["source"] | undefined;
  let last: EventRow | undefined;
  for (const { row, through } of entries) {
    if (row.declared || row.declares !== undefined) continue;
    const next =
      through === undefined
        ? evolve(core, factOf(row), roleIn(row, thing), thing.home === "chunk").core
        : inherit(core, row);
    if (next === undefined) continue;
    if (!living(core.standing) && next.standing === "good") commissionedAt = row.at;
    if (through === undefined && next.standing === "good" && commissions(row) && next !== core)
      commissionedBy = row.source;
    if (next !== core || through !== undefined || living(core.standing)) {
      place = row.bizLocation ?? row.readPoint ?? place;
      owningParty = owningPartyOf(row) ?? owningParty;
      last = row;
    }
    core = next;
  }
  return { core, place, owningParty, commissionedAt, commissionedBy, last };
}

function living(standing: Standing): boolean {
  return standing !== "unknown" && !isEnded(standing);
}

/** What happens to a container happens to its contents, except that nobody packs, makes or unmakes them by it. */
function inherit(core: Core, row: EventRow): Core | undefined {
  if (isEnded(core.standing) || row.action === "DELETE") return undefined;
  const { disposition } = row;
  if (disposition === undefined || disposition.startsWith("container_")) return { ...core };
  return { ...core, disposition };
}

function owningPartyOf({ body }: EventRow): string | undefined {
  const list = body?.destinationList as readonly { type: string; destination: string }[] | undefined;
  return list?.find(({ type }) => type === "owning_party")?.destination;
}

/** The container an object is in after these events. */
export function parentAfter(thing: Thing, rows: readonly EventRow[]): string | undefined {
  return deriveCore(thing, rows).core.parent;
}
