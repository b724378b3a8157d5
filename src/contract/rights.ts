/**
 * Who may do what: the one table that the server's check, the web's buttons and the manual read.
 * 21 CFR 11.10(d), (g); EU GMP Annex 11 §12. Roles of people first, then of machines.
 */
export const roles = [
  "operator",
  "supervisor",
  "qa",
  "releaser",
  "packaging-engineer",
  "warehouse",
  "serialization-manager",
  "compliance",
  "administrator",
  "inspector",
  // machines: a line's PC, a site's server, an enterprise's, the network's, a trading partner's system
  "line",
  "site",
  "enterprise",
  "network",
  "partner",
] as const;

export type Role = (typeof roles)[number];

const everybody = roles.filter((role) => role !== "partner" && role !== "line");
const people: readonly Role[] = roles.slice(0, 10);

/** The right, and the roles that hold it. A right that no endpoint asks for fails a test, and so does the reverse. */
export const rights = {
  "session.own": people,
  "status.read": everybody,
  "audit.read": ["qa", "compliance", "administrator", "inspector"],
  "user.read": ["administrator", "qa", "inspector"],
  "user.write": ["administrator"],
  "user.replicate": ["enterprise", "site"],
  "message.read": ["administrator", "serialization-manager", "compliance", "inspector"],
  "message.retry": ["administrator", "serialization-manager"],

  // level 2
  "run.read": ["operator", "supervisor", "qa", "packaging-engineer", "inspector", "administrator", "site"],
  "run.prepare": ["site"],
  "run.operate": ["operator", "supervisor"],
  "run.clear-line": ["operator", "supervisor", "qa"],
  "run.complete": ["operator", "supervisor"],
  "run.rework": ["supervisor", "qa"],
  "run.write-off": ["supervisor"],
  "run.witness": ["qa"],
  "run.sample": ["operator", "supervisor", "qa"],

  // level 3
  "order.read": [
    "operator",
    "supervisor",
    "qa",
    "packaging-engineer",
    "warehouse",
    "serialization-manager",
    "compliance",
    "inspector",
    "administrator",
    "enterprise",
  ],
  "order.receive": ["enterprise"],
  "order.assign": ["supervisor", "packaging-engineer"],
  "order.cancel": ["supervisor", "qa"],
  "order.reconcile": ["supervisor", "qa"],
  "order.close": ["qa"],
  "recipe.read": ["operator", "supervisor", "qa", "packaging-engineer", "inspector"],
  "recipe.write": ["packaging-engineer"],
  "recipe.approve": ["qa"],
  "journal.write": ["line"],
  "delivery.receive": ["enterprise"],
  "delivery.read": [
    "warehouse",
    "supervisor",
    "qa",
    "serialization-manager",
    "compliance",
    "inspector",
    "administrator",
  ],
  "delivery.load": ["warehouse"],

  // level 4
  "product.read": [
    "serialization-manager",
    "compliance",
    "qa",
    "releaser",
    "warehouse",
    "supervisor",
    "packaging-engineer",
    "inspector",
    "administrator",
    "site",
  ],
  "product.write": ["serialization-manager"],
  "partner.write": ["serialization-manager", "compliance"],
  "pool.read": ["serialization-manager", "compliance", "qa", "inspector", "administrator"],
  "pool.write": ["serialization-manager"],
  "number.allocate": ["site"],
  "number.return": ["site"],
  "work-order.read": [
    "serialization-manager",
    "compliance",
    "qa",
    "releaser",
    "supervisor",
    "inspector",
    "administrator",
  ],
  "work-order.write": ["serialization-manager"],
  "event.capture": ["site"],
  "event.upload": ["serialization-manager"],
  "event.read": ["serialization-manager", "compliance", "qa", "inspector", "administrator"],
  "order.submit": ["site"],
  "lot.read": ["serialization-manager", "compliance", "qa", "releaser", "warehouse", "inspector", "administrator"],
  "lot.release": ["releaser"],
  "lot.hold": ["qa", "releaser", "compliance"],
  "lot.unhold": ["qa", "releaser"],
  "lot.recall": ["qa", "releaser"],
  "lot.withdraw": ["qa", "releaser"],
  "shipment.read": ["serialization-manager", "compliance", "qa", "warehouse", "inspector", "administrator"],
  "shipment.order": ["serialization-manager", "warehouse"],
  "shipment.loaded": ["site"],
  "shipment.ship": ["warehouse"],
  "shipment.receive": ["warehouse"],
  "pack.verify": ["warehouse", "qa", "compliance", "serialization-manager", "operator"],
  "pack.dispense": ["warehouse", "operator"],
  "pack.trace": [
    "operator",
    "supervisor",
    "qa",
    "releaser",
    "warehouse",
    "serialization-manager",
    "compliance",
    "inspector",
    "administrator",
  ],
  "document.read": ["qa", "compliance", "serialization-manager", "inspector", "administrator"],
  "trace.export": ["qa", "releaser", "compliance", "serialization-manager", "inspector", "administrator"],
  "retention.read": ["qa", "compliance", "inspector", "administrator"],
  "retention.run": ["qa", "compliance"],
  "legal-hold.write": ["qa", "compliance"],
  "exception.read": ["qa", "compliance", "serialization-manager", "inspector", "administrator"],
  "exception.resolve": ["qa", "compliance"],
  "report.read": ["compliance", "qa", "releaser", "serialization-manager", "inspector", "administrator"],
  "report.send": ["compliance"],
  "document.receive": ["network"],
  "share.answer": ["network"],

  // level 5
  "company.read": ["administrator", "compliance", "inspector", "enterprise"],
  "company.write": ["administrator"],
  "document.send": ["enterprise"],
  "verification.ask": ["enterprise"],
  "trace.ask": ["enterprise"],
  "authority.report": ["enterprise"],
} as const satisfies Record<string, readonly Role[]>;

/** `public` needs no sign-in: liveness, sign-in itself, the web's files. */
export type Right = keyof typeof rights | "public";

export function mayUse(right: Right, held: readonly Role[]): boolean {
  if (right === "public") return true;
  const allowed: readonly Role[] = rights[right];
  return held.some((role) => allowed.includes(role));
}

/** Segregation of duties: who did the one may not do the other on the same subject. */
export const segregation = [
  { did: "run.operate", mayNot: "lot.release", subject: "lot", code: "gxp.segregation" },
  { did: "order.close", mayNot: "lot.release", subject: "lot", code: "gxp.segregation" },
  { did: "recipe.write", mayNot: "recipe.approve", subject: "recipe", code: "gxp.segregation" },
] as const;
