import type { PrintRecord } from "../../contract/device-port.ts";
import { packRecord } from "./labels.ts";
import { levelOfPrinter, printerOf, type PrinterName } from "./line.ts";
import { onEncoded } from "./packs.ts";
import { goodPacks, type Level, type Run, undecidedPacks } from "./run.ts";
import { act, holdFor, move, record, type Turn } from "./turn.ts";

/** Takes the next number of the block, on record before it leaves; undefined when the block is used up. */
export function sendNext(
  turn: Turn,
  level: Level,
  recordOf: (number: string, seq: number) => PrintRecord,
): string | undefined {
  const { run } = turn;
  const number = run.order.numbers[level][run.next[level]];
  if (number === undefined) return undefined;
  const seq = run.lastSeq[level] + 1;
  record(turn, { kind: "number-sent", level, number, seq, device: printerOf[level] });
  act(turn, { type: "print", device: printerOf[level], record: recordOf(number, seq) });
  return number;
}

/**
 * Packs still wanted beyond those that may yet become good: never more numbers go out than can be needed, so that a
 * run ends at exactly its quantity. `discards` were good and left the case packer, by the conveyor's own count.
 */
export function packsWanted(run: Run, discards: number): number {
  return run.order.quantity - (goodPacks(run) - discards) - undecidedPacks(run);
}

/** Keeps the pack printer's queue as full as is needed and allowed. */
export function topUp(turn: Turn, discards: number): void {
  const { run, belt, line } = turn;
  let room = Math.min(line.queueMax.pack - run.sent.pack.length, packsWanted(run, discards));
  for (; room > 0; room--) {
    const number = sendNext(turn, "pack", (serial, seq) => packRecord(run.order, serial, seq));
    if (number === undefined) {
      if (run.sent.pack.length === 0 && undecidedPacks(run) === 0)
        holdFor(turn, "numbers-used-up", "the run's pack numbers are used up; complete the run early", false);
      return;
    }
    belt.queue.push(number);
    belt.unacknowledged.add(run.lastSeq.pack);
  }
}

/** The device has put the record on something: its number is encoded. Prints are confirmed in the order sent. */
export function onPrintDone(turn: Turn, device: PrinterName, seq: number): void {
  const { run, belt } = turn;
  const level = levelOfPrinter(device);
  if (level === "pack") belt.unacknowledged.delete(seq);
  const [head] = run.sent[level];
  const headSeq = head === undefined ? undefined : run.numbers[level].get(head)?.seq;
  if (head === undefined || headSeq === undefined || seq < headSeq) return;
  if (seq !== headSeq) {
    return holdFor(turn, "print-count", `${device} confirmed print ${seq} while ${headSeq} was next`, true);
  }
  const trackingId = level === "pack" ? passing(turn, head) : undefined;
  move(turn, level, head, "Encoded", { cause: "print-confirmed", ...(trackingId === undefined ? {} : { trackingId }) });
  if (level === "pack") onEncoded(turn, head);
}

function passing(turn: Turn, number: string): number | undefined {
  for (const [trackingId, pack] of turn.belt.packs) if (pack.expected === number) return trackingId;
  return undefined;
}
