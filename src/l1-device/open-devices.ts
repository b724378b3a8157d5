import type { DeviceEvent, LineDevices, OpenDevices } from "../contract/device-port.ts";
import type { Machine } from "../runtime/machine.ts";
import { hallPorts, type DeviceAddresses } from "./config.ts";
import { openDataman } from "./dataman/driver.ts";
import { openPlc } from "./modbus-plc/driver.ts";
import type { Address } from "./wire/address.ts";
import { openZebra } from "./zebra/driver.ts";

export type DeviceAddressBook = Readonly<Record<keyof LineDevices, Address>>;

export const openingLimits = { packQueueMax: 8, labelQueueMax: 4, firstLinkTimeoutMs: 5_000 } as const;

/** The hall's consecutive ports, spelled out device by device. */
export function addressBook({ host, firstPort }: DeviceAddresses): DeviceAddressBook {
  const ports = hallPorts(firstPort);
  const at = (name: keyof LineDevices): Address => ({ host, port: ports[name] });
  return {
    conveyor: at("conveyor"),
    packPrinter: at("packPrinter"),
    packReader: at("packReader"),
    caseContentReader: at("caseContentReader"),
    casePrinter: at("casePrinter"),
    caseLabelReader: at("caseLabelReader"),
    palletPrinter: at("palletPrinter"),
    palletLabelReader: at("palletLabelReader"),
  };
}

/**
 * The drivers of a line's eight machines. Resolves when each of them has said whether its link is up, or after
 * `firstLinkTimeoutMs`; a machine that is away is waited for in the background and tells by a `link` event. Nothing
 * is emitted before the caller has the drivers in its hands: what came until then is told right after, in order.
 */
export function openDevices(
  where: DeviceAddresses | DeviceAddressBook,
  machine: Pick<Machine, "clock" | "log" | "random">,
): OpenDevices {
  const hall = "firstPort" in where;
  const addresses = hall ? addressBook(where) : where;
  return async (emit) => {
    const waiting = new Set<DeviceEvent["device"]>(Object.keys(addresses) as DeviceEvent["device"][]);
    let heard = () => {};
    const all = new Promise<void>((resolve) => {
      heard = () => {
        if (waiting.size === 0) resolve();
      };
    });
    let early: DeviceEvent[] | undefined = [];
    const tell = (told: DeviceEvent) => {
      if (early) early.push(told);
      else emit(told);
      if (told.event.type === "link" && waiting.delete(told.device)) heard();
    };
    const devices = open(addresses, hall, machine, tell);
    const settled = new AbortController();
    await Promise.race([all, machine.clock.sleep(openingLimits.firstLinkTimeoutMs, settled.signal)]);
    settled.abort();
    machine.clock.after(0, () => {
      const told = early ?? [];
      early = undefined;
      for (const event of told) emit(event);
    });
    return devices;
  };
}

/** Consecutive ports are those of the SIMULATED hall; machines that are named one by one are real. */
function open(
  addresses: DeviceAddressBook,
  simulated: boolean,
  machine: Pick<Machine, "clock" | "log" | "random">,
  tell: (event: DeviceEvent) => void,
): LineDevices {
  const parts = (device: string) => ({
    clock: machine.clock,
    random: machine.random,
    log: machine.log.child({ device }),
  });
  const printer = (device: "packPrinter" | "casePrinter" | "palletPrinter", queueMax: number) =>
    openZebra({ address: addresses[device], queueMax, simulated }, parts(device), (event) => tell({ device, event }));
  const reader = (device: "packReader" | "caseContentReader" | "caseLabelReader" | "palletLabelReader") =>
    openDataman({ address: addresses[device], simulated }, parts(device), (event) => tell({ device, event }));
  return {
    conveyor: openPlc({ address: addresses.conveyor, unit: 1, simulated }, parts("conveyor"), (event) =>
      tell({ device: "conveyor", event }),
    ),
    packPrinter: printer("packPrinter", openingLimits.packQueueMax),
    casePrinter: printer("casePrinter", openingLimits.labelQueueMax),
    palletPrinter: printer("palletPrinter", openingLimits.labelQueueMax),
    packReader: reader("packReader"),
    caseContentReader: reader("caseContentReader"),
    caseLabelReader: reader("caseLabelReader"),
    palletLabelReader: reader("palletLabelReader"),
  };
}
