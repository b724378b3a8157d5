import { join } from "node:path";
import type { Clock } from "../../runtime/machine.ts";
import { startDecoder, type DecoderThread } from "../dataman/decoder-thread.ts";
import { labelLayout, packLayout } from "../raster/layout.ts";
import type { Address } from "../wire/address.ts";
import { startZebra, type ZebraSimulator } from "../zebra/simulator.ts";
import { startCameraPrograms, type CameraPrograms } from "./camera-programs.ts";
import { openLens, type Lens } from "./lens.ts";
import type { Steps } from "./steps.ts";
import type { World } from "./world.ts";

export const deviceNames = [
  "conveyor",
  "packPrinter",
  "packReader",
  "caseContentReader",
  "casePrinter",
  "caseLabelReader",
  "palletPrinter",
  "palletLabelReader",
] as const;
export type DeviceName = (typeof deviceNames)[number];
export type CameraName = "packReader" | "caseContentReader" | "caseLabelReader" | "palletLabelReader";
export const printerNames = ["packPrinter", "casePrinter", "palletPrinter"] as const;
export type PrinterName = (typeof printerNames)[number];

export type MachineOptions = {
  readonly host: string;
  /** Absent or 0: a port that is free. */
  readonly ports?: Partial<Record<DeviceName, number>>;
  readonly opticsPorts?: Partial<Record<CameraName, number>>;
  /** Where the hall is kept; absent: it is gone with its process. */
  readonly dataDir?: string;
};

export const machineLimits = {
  packQueueMax: 8,
  labelQueueMax: 4,
  imagesMax: 200,
  cameraStartTimeoutMs: 10_000,
} as const;

/** Printers and cameras of the SIMULATED hall; the conveyor is what is built around them. */
export type HallMachines = {
  readonly printers: Readonly<Record<PrinterName, ZebraSimulator>>;
  readonly lenses: Readonly<Record<CameraName, Lens>>;
  readonly programs: CameraPrograms;
  /** Of the hand-held scanner. */
  readonly decoder: DecoderThread;
  readonly addresses: Readonly<Record<Exclude<DeviceName, "conveyor">, Address>>;
  readonly stop: () => Promise<void>;
};

export async function startMachines(
  options: MachineOptions,
  clock: Clock,
  world: World,
  tell: Steps["tell"],
): Promise<HallMachines> {
  const at = (name: DeviceName): Address => ({ host: options.host, port: options.ports?.[name] ?? 0 });
  const label = { width: labelLayout.width, height: labelLayout.height, queueMax: machineLimits.labelQueueMax };
  const [packPrinter, casePrinter, palletPrinter, programs, decoder] = await Promise.all([
    startZebra({
      address: at("packPrinter"),
      width: packLayout.width,
      height: packLayout.height,
      queueMax: machineLimits.packQueueMax,
      memory: world.printers.packPrinter,
      tell,
    }),
    startZebra({ address: at("casePrinter"), ...label, memory: world.printers.casePrinter, tell }),
    startZebra({ address: at("palletPrinter"), ...label, memory: world.printers.palletPrinter, tell }),
    startCameraPrograms(cameraGroups(options)),
    startDecoder(),
  ]);
  const camera = (name: CameraName) => programs.cameras.get(name) as { address: Address; opticsAddress: Address };
  const lens = (name: CameraName) => openLens(camera(name).opticsAddress, clock, () => world.triggers.now()[name]);
  const lenses = {
    packReader: lens("packReader"),
    caseContentReader: lens("caseContentReader"),
    caseLabelReader: lens("caseLabelReader"),
    palletLabelReader: lens("palletLabelReader"),
  };
  const deadline = clock.monotonicMs() + machineLimits.cameraStartTimeoutMs;
  while (!Object.values(lenses).every((each) => each.connected()) && clock.monotonicMs() < deadline)
    await clock.sleep(5);
  return {
    printers: { packPrinter, casePrinter, palletPrinter },
    lenses,
    programs,
    decoder,
    addresses: {
      packPrinter: packPrinter.address,
      casePrinter: casePrinter.address,
      palletPrinter: palletPrinter.address,
      packReader: camera("packReader").address,
      caseContentReader: camera("caseContentReader").address,
      caseLabelReader: camera("caseLabelReader").address,
      palletLabelReader: camera("palletLabelReader").address,
    },
    async stop() {
      await Promise.all(Object.values(lenses).map((each) => each.close()));
      await Promise.all([
        packPrinter.close(),
        casePrinter.close(),
        palletPrinter.close(),
        programs.stop(),
        decoder.close(),
      ]);
    },
  };
}

/** The pack reader must never wait for a case picture: it is alone in its program. */
function cameraGroups(options: MachineOptions) {
  const one = (name: CameraName) => ({
    name,
    address: { host: options.host, port: options.ports?.[name] ?? 0 },
    opticsAddress: { host: options.host, port: options.opticsPorts?.[name] ?? 0 },
    imagesMax: machineLimits.imagesMax,
    ...(options.dataDir === undefined ? {} : { memoryFile: join(options.dataDir, `${name}.json`) }),
  });
  return [[one("packReader")], [one("caseContentReader"), one("caseLabelReader"), one("palletLabelReader")]];
}
