import type { DeviceEvent, OpenDevices, PrintRecord, ReaderJob } from "../../src/contract/device-port.ts";
import type { LineModel, PrinterName, ReaderName } from "./line-devices.ts";

const identity = { maker: "Packtrail", model: "SIMULATED in memory", simulated: true } as const;

/** The model behind the device port: what the line is handed instead of drivers. */
export function openModel(model: LineModel): { readonly open: OpenDevices; pump(): void } {
  let emit: ((event: DeviceEvent) => void) | undefined;
  const call = async <T>(work: () => T): Promise<T> => work();
  const close = async () => undefined;
  const printer = (name: PrinterName) => {
    const device = model.printer(name);
    return {
      identity,
      capabilities: { queueMax: model.queueMax, receiveAck: true, printDone: true, perItemEcho: true, flush: true },
      print: (record: PrintRecord) => call(() => device.print(record)),
      flush: () => call(() => device.flush()),
      printCount: () => call(() => device.printCount()),
      close,
    };
  };
  const reader = (name: ReaderName) => {
    const device = model.reader(name);
    return {
      identity,
      loadJob: (job: ReaderJob) => call(() => device.loadJob(job)),
      triggerCount: () => call(() => device.triggerCount()),
      image: async () => undefined,
      close,
    };
  };
  const { conveyor } = model;
  return {
    open: async (emitter) => {
      emit = emitter;
      model.newSession();
      return {
        conveyor: {
          identity,
          prepare: (pattern) => call(() => conveyor.prepare(pattern)),
          start: () => call(() => conveyor.start()),
          stop: () =>
            call(() => {
              conveyor.stop();
              for (const event of model.deliverConveyor()) emit?.(event);
            }),
          infeed: (open) => call(() => conveyor.infeed(open)),
          verdict: (trackingId, verdict) => call(() => conveyor.verdict(trackingId, verdict)),
          judgeContainer: (level, index, verdict) => call(() => conveyor.judgeContainer(level, index, verdict)),
          judgeLabel: (level, index, verdict) => call(() => conveyor.judgeLabel(level, index, verdict)),
          finish: (level) => call(() => conveyor.finish(level)),
          counters: () => call(() => conveyor.counters()),
          close,
        },
        packPrinter: printer("packPrinter"),
        packReader: reader("packReader"),
        caseContentReader: reader("caseContentReader"),
        casePrinter: printer("casePrinter"),
        caseLabelReader: reader("caseLabelReader"),
        palletPrinter: printer("palletPrinter"),
        palletLabelReader: reader("palletLabelReader"),
      };
    },
    /** The belt moves a pitch and the line hears what it should. */
    pump() {
      model.step();
      for (let event = model.deliver(); event; event = model.deliver()) emit?.(event);
    },
  };
}
