import type { Static } from "typebox";
import type { LotStatus, ReportView } from "../../contract/enterprise-api.ts";
import type { Right } from "../../contract/rights.ts";
import { signatureMeanings } from "../../contract/signature-meanings.ts";
import type { MarketCode } from "../../kernel/markets/market.ts";
import { markets, reportsBefore } from "../../kernel/markets/market.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";

export type Status = Static<typeof LotStatus>;
export type Lot = {
  readonly gtin: string;
  readonly lot: string;
  readonly expiry: string;
  readonly market: MarketCode;
  readonly status: Status;
};

/** Action → statuses that allow it: the server's rule and the button's reason. */
export const lotActions = {
  submit: ["in-production"],
  release: ["quarantine"],
  hold: ["quarantine", "released"],
  unhold: ["held"],
  recall: ["released", "held"],
  /** Nothing leads out of it: a withdrawn lot is never sold again. */
  withdraw: ["quarantine", "held", "recalled"],
  ship: ["released"],
} as const satisfies Record<string, readonly Status[]>;
export type LotAction = keyof typeof lotActions;

export function lotAllows(lot: Pick<Lot, "status">, action: LotAction): Result<true> {
  const allowed: readonly Status[] = lotActions[action];
  return allowed.includes(lot.status)
    ? ok(true)
    : refuse("lot.status", lot.status, `a lot that is ${lot.status} cannot be ${past[action]}`);
}

const past: Record<LotAction, string> = {
  submit: "submitted",
  release: "released",
  hold: "held",
  unhold: "freed from a hold",
  recall: "recalled",
  withdraw: "withdrawn",
  ship: "shipped",
};

/** What quality decides of a lot after its batch, with a reason and a signature of its own meaning. */
export const lotDecisions = {
  hold: { right: "lot.hold", meaning: signatureMeanings.lotHold },
  unhold: { right: "lot.unhold", meaning: signatureMeanings.lotUnhold },
  recall: { right: "lot.recall", meaning: signatureMeanings.lotRecall },
  withdraw: { right: "lot.withdraw", meaning: signatureMeanings.lotWithdrawal },
} as const satisfies Partial<Record<LotAction, { right: Right; meaning: string }>>;
export type LotDecision = keyof typeof lotDecisions;

/** A lot freed from a hold is what it was before: nobody is spared the certification by a hold. */
export function statusAfter(decision: LotDecision, wasReleased: boolean): Status {
  if (decision === "unhold") return wasReleased ? "released" : "quarantine";
  return ({ hold: "held", recall: "recalled", withdraw: "withdrawn" } as const)[decision];
}

type Reported = Pick<ReportView, "kind" | "state">;

/** The market's reports that must be accepted before this step are. */
export function reportsAllow(
  market: MarketCode,
  step: "release" | "shipping",
  reports: readonly Reported[],
): Result<true> {
  for (const rule of reportsBefore(markets[market], step)) {
    const mine = reports.filter((each) => each.kind === rule.code);
    if (mine.length === 0 || mine.some((each) => each.state !== "accepted")) {
      return refuse("lot.report-open", rule.code, `${rule.title} must be accepted first`);
    }
  }
  return ok(true);
}

export function mayRelease(lot: Lot, reports: readonly Reported[]): Result<true> {
  const allowed = lotAllows(lot, "release");
  return allowed.ok ? reportsAllow(lot.market, "release", reports) : allowed;
}

/** Nothing ships unless its lot is released, unexpired and not held, and its market's reports are accepted. */
export function mayShip(lot: Lot, reports: readonly Reported[], lastDay: string, today: string): Result<true> {
  const allowed = lotAllows(lot, "ship");
  if (!allowed.ok) return allowed;
  if (today > lastDay) return refuse("lot.expired", lot.lot, `expired after ${lastDay}`);
  return reportsAllow(lot.market, "shipping", reports);
}
