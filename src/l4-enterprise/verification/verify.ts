import type { ObjectState } from "../ledger/ledger.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Status } from "../lots/lot.ts";

/** What a verifier asks of one pack; lot and expiry only when the code was read whole. */
export type Asked = { readonly lot?: string | undefined; readonly expiry?: string | undefined };

/** Failure reasons and additions of the GS1 Lightweight Messaging Standard for verification of product identifiers. */
export type Judged = { readonly verified: boolean; readonly reason: string | null; readonly additional: string | null };

/**
 * Judges a pack from what we hold. `state`: undefined when the number is not known here. `expiryDate`: of the question,
 * `2027-06-30`. Verified means that the identifier is ours and as we made it; recalled or expired is said beside it.
 */
export function judgePack(
  state: ObjectState | undefined,
  asked: Asked & { readonly expiryDate?: string | undefined },
  lotStatus: Status | undefined,
  today: string,
): Judged {
  const no = (reason: string): Judged => ({ verified: false, reason, additional: null });
  // Ours is what our own records say we made: not what another company says it saw or made.
  if (state?.commissionedBy !== "own" || state.standing === "unknown" || state.standing === "observed")
    return no("No_match_GTIN_Serial");
  const lotDiffers = asked.lot !== undefined && asked.lot !== state.lot;
  const expiryDiffers = asked.expiryDate !== undefined && asked.expiryDate !== state.expiry;
  if (lotDiffers && expiryDiffers) return no("No_match_GTIN_Serial_Lot_Expiry");
  if (lotDiffers) return no("No_match_GTIN_Serial_Lot");
  if (expiryDiffers) return no("No_match_GTIN_Serial_Expiry");
  if (state.standing !== "good") return no("Not_for_re-distribution");
  if (lotStatus === "held" || lotStatus === "in-production" || lotStatus === "quarantine")
    return no("Not_for_re-distribution");
  if (lotStatus === "recalled" || lotStatus === "withdrawn")
    return { verified: true, reason: null, additional: "Recalled" };
  if (state.expiry !== undefined && today > state.expiry)
    return { verified: true, reason: null, additional: "Expired" };
  return { verified: true, reason: null, additional: null };
}

/**
 * Whether a verified pack may be handed to a patient. `lastDay`: the last day it may be used, of its own code; a hub
 * does not say that a pack has expired. Refuses `lot.expired`, `pack.not-verified`.
 */
export function mayHandOut(
  { verified, additional }: Pick<Judged, "verified" | "additional">,
  lastDay: string | undefined,
  today: string,
): Result<true> {
  if (additional === "Expired" || (lastDay !== undefined && today > lastDay)) return refuse("lot.expired", lastDay);
  return verified && additional === null ? ok(true) : refuse("pack.not-verified", additional ?? "");
}
