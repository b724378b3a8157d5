import { move, record, type Turn } from "./turn.ts";

// Packs judged good of which the gate's answer was lost. They are proved by the conveyor's counter, by a late
// answer, or by being read inside a case; until then they are neither commissioned nor rejected.

export function doubtNumber(turn: Turn, trackingId: number): string | null {
  return turn.run.decided.get(trackingId)?.number ?? null;
}

/** One pack's fate is known; the counter may then tell the others'. */
export function settleDoubts(turn: Turn, trackingId: number, outcome: "accepted" | "rejected"): void {
  settle(turn, trackingId, outcome);
  settleCounted(turn);
}

/** When the counter leaves only one possibility for all of them, it is so. */
export function settleCounted(turn: Turn): void {
  const { trackingIds, accepted } = turn.run.doubts;
  const left = [...trackingIds].sort((a, b) => a - b);
  if (accepted > 0 && accepted < left.length) return;
  for (const trackingId of left) settle(turn, trackingId, accepted > 0 ? "accepted" : "rejected");
}

/** They did not come out of the packer either: as many as the conveyor counted went in there, the others did not. */
export function acceptCounted(turn: Turn): void {
  for (const trackingId of [...turn.run.doubts.trackingIds].sort((a, b) => a - b))
    settle(turn, trackingId, turn.run.doubts.accepted > 0 ? "accepted" : "rejected");
}

/** Nothing more can prove them: they did not come out where good packs come out. */
export function rejectDoubts(turn: Turn): void {
  for (const trackingId of turn.run.doubts.trackingIds) settle(turn, trackingId, "rejected");
}

function settle(turn: Turn, trackingId: number, outcome: "accepted" | "rejected"): void {
  const number = doubtNumber(turn, trackingId);
  if (outcome === "accepted" && number !== null)
    move(turn, "pack", number, "Commissioned", { cause: "verified-and-accepted", trackingId });
  else record(turn, { kind: "rejected", stage: "print-verify", trackingId, number, cause: "late" });
}
