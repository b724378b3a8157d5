import type { Action, EventType } from "../../kernel/epcis/model.ts";
import { dispositionCode, dispositionOf, ownDisposition } from "./encoding/words.ts";

// What the events of one object mean together. Pure; applied to events in the order of their keys (event time first),
// whenever they arrived. No event is refused here: what does not fit has no effect, or less, and is an exception.

/** Where an object stands, for good or until the next event. Stored as its index: the list only grows at its end. */
export const standings = [
  /** Never commissioned; perhaps reserved or encoded. */
  "unknown",
  "good",
  "sampled",
  "dispensed",
  "decommissioned",
  "destroyed",
  /** Somebody else's, seen but never commissioned in what was shared with us; containers without a commissioning. */
  "observed",
  /** Taken out by the sampling (ObjectEvent DELETE): nothing follows but its destruction. */
  "sampled-out",
  "dispensed-out",
  /** A number taken out of use before any pack bore it. */
  "voided",
] as const;
export type Standing = (typeof standings)[number];

const ended: ReadonlySet<Standing> = new Set(["decommissioned", "destroyed", "sampled-out", "dispensed-out", "voided"]);

export function isEnded(standing: Standing): boolean {
  return ended.has(standing);
}

/** How a link of the hierarchy is known: read one by one, inferred from a sealed container, or only said by another. */
export type LinkKind = "verified" | "implied" | "unverified";

/** An event as far as state depends on it. `parent` and ids are keys (32 hexadecimal digits). */
export type Fact = {
  readonly id: string;
  readonly type: EventType;
  readonly action: Action | undefined;
  readonly bizStep: string | undefined;
  readonly disposition: string | undefined;
  readonly parent: string | undefined;
  /** Of its ILMD; 0 for none. */
  readonly lot: number;
  readonly source: "own" | "shared";
  /** Taken back by an error declaration: as if it had never been (EPCIS 2.0 §7.4.1.2). */
  readonly declared: boolean;
  /** It is itself such a declaration. */
  readonly declaration: boolean;
  /** Unpacks everything from its parent: AggregationEvent DELETE without children (EPCIS 2.0 §7.4.3). */
  readonly unpacksAll: boolean;
  readonly completeness: "verified" | "inferred" | undefined;
};

export type Role = "object" | "child" | "parent" | "input" | "output";

/** The part of the state that rows cache and the next event needs. */
export type Core = {
  readonly standing: Standing;
  readonly disposition: string | undefined;
  readonly parent: string | undefined;
  readonly lot: number;
};

export const nothing: Core = { standing: "unknown", disposition: undefined, parent: undefined, lot: 0 };

export type ViolationCode = keyof typeof violations;

/** The exceptions that rules raise. `error`: the event had no effect, or two records cannot both be true. */
export const violations = {
  "before-commissioning": {
    severity: "error",
    message: "An event names a number of ours that was not commissioned by then; it has no effect.",
  },
  "not-commissioned": {
    severity: "warning",
    message: "The events shared with us do not say that this was ever commissioned.",
  },
  "commissioned-again": {
    severity: "error",
    message: "A number was commissioned a second time; the second has no effect.",
  },
  "after-destruction": {
    severity: "error",
    message: "An event names something that was destroyed before; it has no effect.",
  },
  "after-decommissioning": {
    severity: "error",
    message: "An event names a number that was taken out of use before; it has no effect.",
  },
  "two-parents": {
    severity: "error",
    message: "It was packed into a container while it was still in another; it counts as moved.",
  },
  "not-inside": {
    severity: "warning",
    message: "It was unpacked from, or seen in, a container that it was not in; the hierarchy stays as it was.",
  },
  "ended-inside": {
    severity: "warning",
    message: "It was taken out of use without having been unpacked; it counts as unpacked.",
  },
  /** Not of one object's history: found by `findRings`. */
  "inside-itself": {
    severity: "error",
    message: "It was packed into a container that is inside it: one of the packings is wrong.",
  },
  "dispensed-twice": { severity: "error", message: "It was dispensed a second time." },
} as const satisfies Record<string, { severity: "error" | "warning"; message: string }>;

/** What the history of one object alone decides, and decides anew when an older event arrives. */
export const historyViolations = (Object.keys(violations) as ViolationCode[]).filter(
  (code) => code !== "inside-itself",
);

/** `strict`: a number of our own, whose commissioning we must have seen. */
export type Evolved = { readonly core: Core; readonly violation?: ViolationCode };

/** The state after one more event. */
export function evolve(core: Core, fact: Fact, role: Role, strict: boolean): Evolved {
  if (fact.declared || fact.declaration) return { core };
  if (isEnded(core.standing)) return evolveEnded(core, fact, role);
  if (commissions(fact, role)) return evolveCommissioned(core, fact);
  if (core.standing === "unknown") return evolveUnknown(core, fact, role, strict);
  return evolveLiving(core, fact, role);
}

function commissions(fact: Fact, role: Role): boolean {
  return (
    (fact.type === "ObjectEvent" && fact.action === "ADD") || (fact.type === "TransformationEvent" && role === "output")
  );
}

function evolveEnded(core: Core, fact: Fact, role: Role): Evolved {
  if (core.standing === "destroyed") return { core, violation: "after-destruction" };
  const destroys = fact.type === "ObjectEvent" && fact.action === "DELETE" && fact.bizStep === "destroying";
  if (destroys) return { core: { ...core, standing: "destroyed", disposition: fact.disposition ?? "destroyed" } };
  // What is out of use still travels to its destruction.
  const disposal =
    fact.type === "ObjectEvent" &&
    fact.action === "OBSERVE" &&
    (fact.disposition === "disposed" || fact.disposition === "inactive");
  if (disposal) return { core: withDisposition(core, fact, role) };
  return { core, violation: commissions(fact, role) ? "commissioned-again" : "after-decommissioning" };
}

function evolveCommissioned(core: Core, fact: Fact): Evolved {
  if (core.standing !== "unknown" && core.standing !== "observed") return { core, violation: "commissioned-again" };
  return { core: { ...core, standing: "good", disposition: fact.disposition ?? core.disposition, lot: fact.lot } };
}

function evolveUnknown(core: Core, fact: Fact, role: Role, strict: boolean): Evolved {
  const reserves = fact.type === "TransactionEvent" || fact.bizStep === "encoding" || fact.bizStep === "reserving";
  if (reserves) return { core: withDisposition(core, fact, role) };
  if (fact.type === "ObjectEvent" && fact.action === "DELETE" && strict) {
    return { core: { ...core, standing: "voided", disposition: fact.disposition ?? "inactive" } };
  }
  if (strict) return { core, violation: "before-commissioning" };
  const { core: next } = evolveLiving({ ...core, standing: "observed" }, fact, role);
  return { core: next, violation: "not-commissioned" };
}

function evolveLiving(core: Core, fact: Fact, role: Role): Evolved {
  switch (fact.type) {
    case "ObjectEvent":
      return fact.action === "DELETE" ? evolveDeleted(core, fact) : evolveObserved(core, fact, role);
    case "AggregationEvent":
      return role === "child" ? evolveLinked(core, fact) : { core: withDisposition(core, fact, role) };
    case "TransformationEvent":
      return {
        core: { ...core, standing: "decommissioned", disposition: fact.disposition ?? "inactive", parent: undefined },
      };
    case "TransactionEvent":
    case "AssociationEvent":
      return { core: withDisposition(core, fact, role) };
  }
}

function evolveDeleted(core: Core, fact: Fact): Evolved {
  const next = {
    ...core,
    standing: standingAfterDelete(fact),
    disposition: fact.disposition ?? core.disposition,
    parent: undefined,
  };
  return core.parent === undefined ? { core: next } : { core: next, violation: "ended-inside" };
}

function standingAfterDelete(fact: Fact): Standing {
  switch (fact.bizStep) {
    case "destroying":
      return "destroyed";
    case "sampling":
      return "sampled-out";
    case "dispensing":
    case "retail_selling":
      return "dispensed-out";
    default:
      return fact.disposition === "destroyed" ? "destroyed" : "decommissioned";
  }
}

/** A dispensed pack seen in one of these came back. */
const returnedTo: ReadonlySet<string> = new Set([
  "active",
  "in_progress",
  "returned",
  "sellable_accessible",
  "sellable_not_accessible",
]);

function evolveObserved(core: Core, fact: Fact, role: Role): Evolved {
  const next = withDisposition(core, fact, role);
  if (fact.bizStep === "sampling") return leaving({ ...next, standing: "sampled" }, core);
  const dispenses =
    (fact.bizStep === "dispensing" || fact.bizStep === "retail_selling") && fact.disposition !== "partially_dispensed";
  if (dispenses) {
    if (core.standing === "dispensed") return { core: next, violation: "dispensed-twice" };
    return leaving({ ...next, standing: "dispensed" }, core);
  }
  if (core.standing === "dispensed" && fact.disposition !== undefined && returnedTo.has(fact.disposition)) {
    return { core: { ...next, standing: "good" } };
  }
  return { core: next };
}

function leaving(next: Core, before: Core): Evolved {
  if (before.parent === undefined) return { core: next };
  return { core: { ...next, parent: undefined }, violation: "ended-inside" };
}

function evolveLinked(core: Core, fact: Fact): Evolved {
  const next = withDisposition(core, fact, "child");
  switch (fact.action) {
    case "ADD":
      if (core.parent !== undefined && core.parent !== fact.parent)
        return { core: { ...next, parent: fact.parent }, violation: "two-parents" };
      return { core: { ...next, parent: fact.parent } };
    case "DELETE":
      if (core.parent === fact.parent) return { core: { ...next, parent: undefined } };
      // It left before everything was unpacked; the event says nothing about it then.
      return fact.unpacksAll ? { core } : { core: next, violation: "not-inside" };
    default:
      return core.parent === fact.parent ? { core: next } : { core: next, violation: "not-inside" };
  }
}

/** `container_closed` and `container_open` speak of the container, not of what is in it. */
function withDisposition(core: Core, fact: Fact, role: Role): Core {
  if (fact.disposition === undefined) return core;
  if (role === "child" && fact.disposition.startsWith("container_")) return core;
  return { ...core, disposition: fact.disposition };
}

/** How the link made or confirmed by this event is known. `undefined`: the event says nothing about the link. */
export function linkKindOf(fact: Fact): LinkKind | undefined {
  if (fact.type !== "AggregationEvent" || fact.action === "DELETE") return undefined;
  if (fact.completeness === "inferred") return "implied";
  if (fact.source === "own") return "verified";
  return fact.action === "ADD" ? "unverified" : undefined;
}

const dispositionBits = 64;

/** Standing and disposition as one number of a row. A disposition of somebody's own vocabulary is only "another". */
export function statusCode(core: Core): number {
  return standings.indexOf(core.standing) * dispositionBits + dispositionCode(core.disposition);
}

export function standingOfStatus(status: number): Standing {
  return standings[Math.floor(status / dispositionBits)] ?? "unknown";
}

/** The word, or `another` where the event has to be asked. */
export function dispositionOfStatus(status: number): string | undefined {
  const code = status % dispositionBits;
  return code === ownDisposition ? "another" : dispositionOf(code);
}
