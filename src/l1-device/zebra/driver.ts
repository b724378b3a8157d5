import type { Emit, Printer, PrinterEvent, PrintRecord } from "../../contract/device-port.ts";
import { Fault } from "../../runtime/fault.ts";
import type { Machine } from "../../runtime/machine.ts";
import { layoutOf, type PrintLayout } from "../raster/layout.ts";
import type { Address } from "../wire/address.ts";
import { keepConnected } from "../wire/link.ts";
import { waitingRoom } from "../wire/waiting.ts";
import {
  cancelAll,
  labelFormat,
  odometerRequest,
  replyFramer,
  statusRequest,
  type HostStatus,
  type PrinterReply,
} from "./protocol.ts";

export const zebraDriverLimits = {
  takenTimeoutMs: 4_000,
  flushTimeoutMs: 4_000,
  answerTimeoutMs: 1_500,
  statusEveryMs: 1_000,
} as const;

export type ZebraConfig = { readonly address: Address; readonly queueMax: number; readonly simulated: boolean };

type Parts = Pick<Machine, "clock" | "log">;

/** A ZPL II printer on TCP 9100. Emits `print-done` in the order of printing, once for each label. */
export function openZebra(config: ZebraConfig, machine: Parts, emit: Emit<PrinterEvent>): Printer {
  const { clock, log } = machine;
  const taken = waitingRoom<number, void>(clock, "printer.no-answer");
  const statuses = waitingRoom<number, HostStatus>(clock, "printer.no-answer");
  const variables = waitingRoom<number, string>(clock, "printer.no-answer");
  const troubles = new Set<string>();
  let asked = 0;
  let framer = replyFramer();

  const trouble = (code: string, active: boolean, detail: string) => {
    if (active && !troubles.has(code)) emit({ type: "fault", code, detail });
    if (active) troubles.add(code);
    else troubles.delete(code);
  };
  const hear = (reply: PrinterReply) => {
    switch (reply.type) {
      case "taken":
        return void taken.answer(reply.seq, undefined);
      case "printed":
        // A label that printed was taken, whatever became of the other echo.
        taken.answer(reply.seq, undefined);
        return emit({ type: "print-done", seq: reply.seq });
      case "status":
        return void statuses.answerFirst(reply.status);
      case "variable":
        return void variables.answerFirst(reply.value);
      case "garbage":
        log.warn("printer said something unknown", { text: reply.text });
    }
  };

  const link = keepConnected(config.address, clock, {
    opened() {
      framer = replyFramer();
      troubles.clear();
      emit({ type: "link", up: true });
    },
    bytes(chunk) {
      for (const reply of framer(chunk)) hear(reply);
    },
    closed(detail) {
      taken.fail("ambiguous", "printer.link-lost", "the connection went while the label was on its way");
      statuses.fail("transient", "printer.link-lost", "the connection went");
      variables.fail("transient", "printer.link-lost", "the connection went");
      emit({ type: "link", up: false, detail });
    },
  });
  const send = (text: string) => {
    if (!link.send(text)) throw new Fault("transient", "printer.offline", "the printer is not connected");
  };
  const askStatus = (): Promise<HostStatus> => {
    send(statusRequest);
    return statuses.expect(++asked, zebraDriverLimits.answerTimeoutMs, "~HS");
  };

  const ended = new AbortController();
  const watch = async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(zebraDriverLimits.statusEveryMs, ended.signal);
      if (ended.signal.aborted || !link.connected()) continue;
      try {
        report(await askStatus());
      } catch {
        // The manual: with ribbon or media out or the head open, ~HS is not answered.
        if (link.connected() && !ended.signal.aborted)
          trouble("silent", true, "no answer to ~HS: ribbon, media or head");
      }
    }
  };
  const report = (status: HostStatus) => {
    trouble("silent", false, "");
    trouble("paper-out", status.paperOut, "no media under the head");
    trouble("ribbon-out", status.ribbonOut, "no ribbon");
    trouble("head-open", status.headUp, "the print head is open");
    trouble("paused", status.paused, "paused by its operator");
  };
  const watching = watch();

  return {
    identity: { maker: "Zebra", model: "ZPL II", simulated: config.simulated },
    capabilities: { queueMax: config.queueMax, receiveAck: true, printDone: true, perItemEcho: true, flush: true },
    async print(record) {
      const layout = layoutOf(record.symbol);
      mustFit(record, layout);
      send(labelFormat(record, layout));
      await taken.expect(record.seq, zebraDriverLimits.takenTimeoutMs, `label ${record.seq}`);
    },
    async flush() {
      send(cancelAll);
      taken.fail("transient", "printer.flushed", "the queue was emptied before the label was taken");
      const deadline = clock.monotonicMs() + zebraDriverLimits.flushTimeoutMs;
      while (clock.monotonicMs() < deadline) {
        const status = await askStatus();
        if (status.formatsInBuffer === 0 && status.labelsRemaining === 0) return;
        await clock.sleep(20);
      }
      throw new Fault("ambiguous", "printer.not-empty", "the printer did not report an empty queue");
    },
    async printCount() {
      send(odometerRequest);
      const value = await variables.expect(++asked, zebraDriverLimits.answerTimeoutMs, "odometer");
      if (!/^\d+$/.test(value))
        throw new Fault("permanent", "printer.no-odometer", `the odometer is not a number: ${value}`);
      return Number(value);
    },
    async close() {
      ended.abort();
      await link.close();
      taken.fail("ambiguous", "printer.closed", "the driver was closed");
      statuses.fail("transient", "printer.closed", "the driver was closed");
      variables.fail("transient", "printer.closed", "the driver was closed");
      await watching;
    },
  };
}

/** Text that the template has no room for would be cut off on the carton: it is refused before it is sent. */
function mustFit(record: PrintRecord, layout: PrintLayout): void {
  const tooLong = record.lines.find((line) => line.length > layout.charactersMax);
  if (tooLong !== undefined)
    throw new Fault("permanent", "printer.line-too-long", `more than ${layout.charactersMax} characters: ${tooLong}`);
  if (record.lines.length > layout.linesMax)
    throw new Fault("permanent", "printer.too-many-lines", `more than ${layout.linesMax} lines`);
}
