import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import type { ReaderJob } from "../../contract/device-port.ts";
import type { Log } from "../../runtime/machine.ts";
import { encodePng } from "../raster/png.ts";
import type { Picture } from "../raster/picture.ts";
import type { Address } from "../wire/address.ts";
import { openOutlet, type Outlet } from "../wire/outlet.ts";
import type { DecoderThread } from "./decoder-thread.ts";
import { exposureFramer, type Exposure } from "./optics.ts";
import { commandFramer, dmccLimits, dmccStatus, printAnswer, printResult, type CameraCommand } from "./protocol.ts";

/*
 * SIMULATED fixed-mount reader: gets light through its optics link, really decodes what it sees, and speaks DMCC.
 * It knows its job and its pictures; it has no way to know what was printed.
 */

export type CameraOptions = {
  readonly name: string;
  readonly address: Address;
  readonly opticsAddress: Address;
  readonly imagesMax: number;
  /** Where the job outlives the power; absent: it does not. */
  readonly memoryFile?: string;
};

export const cameraLimits = { backlogMax: 64, textLinesMax: 12 } as const;

export type CameraSimulator = {
  readonly address: Address;
  readonly opticsAddress: Address;
  readonly outlet: Outlet;
  readonly optics: Outlet;
  readonly close: () => Promise<void>;
};

/** What the camera keeps without power: its job, and the pulses of its trigger input when the job was set. */
type CameraMemory = { readonly job: ReaderJob; readonly pulsesBefore: number };

function readMemory(file: string | undefined): CameraMemory | undefined {
  return file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as CameraMemory) : undefined;
}

function writeMemory(file: string | undefined, memory: CameraMemory): void {
  if (file === undefined) return;
  writeFileSync(`${file}.new`, JSON.stringify(memory));
  renameSync(`${file}.new`, file);
}

type Draft = { matrix: boolean; linear: boolean; symbolsMax: number; lines: string[] };

export async function startCamera(options: CameraOptions, decoder: DecoderThread, log: Log): Promise<CameraSimulator> {
  const images = new Map<string, Picture>();
  const power = process.hrtime.bigint().toString(36);
  const draft: Draft = { matrix: true, linear: false, symbolsMax: 1, lines: [] };
  let memory = readMemory(options.memoryFile);
  let pulses: number | undefined;
  let pictures = 0;
  let backlog = 0;

  const expose = async ({ triggerId, pulses: seen, picture }: Exposure) => {
    const current = memory?.job;
    pulses = seen;
    if (picture.width === 0) return;
    // A camera without a job, or one that cannot keep up, gives no result; the pack is then rejected at the gate.
    if (!current || backlog >= cameraLimits.backlogMax)
      return log.warn("picture without result", { camera: options.name, triggerId });
    const imageId = `${power}-${++pictures}`;
    images.set(imageId, picture);
    for (const [oldest] of images) {
      if (images.size <= options.imagesMax) break;
      images.delete(oldest);
    }
    backlog++;
    try {
      const { symbols, text } = await decoder.read(picture, current);
      const result = printResult({ triggerId, imageId, symbols, ...(text ? { text } : {}) });
      for (const socket of outlet.sockets()) socket.write(result, "latin1");
    } finally {
      backlog--;
    }
  };
  const setting = (name: string, value: string): number => {
    switch (name) {
      case "SYMBOL.DATAMATRIX":
        draft.matrix = value === "ON";
        return dmccStatus.ok;
      case "SYMBOL.C128":
        draft.linear = value === "ON";
        return dmccStatus.ok;
      case "MULTICODE.NUM-CODES":
        if (!inRange(value, 1, dmccLimits.symbolsMax)) return dmccStatus.parameter;
        draft.symbolsMax = Number(value);
        return dmccStatus.ok;
      case "MULTICODE.PARTIAL-RESULTS":
      case "COM.DMCC-RESPONSE":
        return dmccStatus.ok;
      case "SCRIPT.TEXT-LINES":
        if (!inRange(value, 0, cameraLimits.textLinesMax)) return dmccStatus.parameter;
        draft.lines = Array.from({ length: Number(value) }, () => "");
        return dmccStatus.ok;
      case "SCRIPT.TEXT-LINE":
        return setLine(draft, value);
      case "SCRIPT.JOB":
        if (draft.matrix === draft.linear || pulses === undefined) return dmccStatus.state;
        memory = { job: jobOf(draft), pulsesBefore: pulses };
        writeMemory(options.memoryFile, memory);
        return dmccStatus.ok;
      default:
        return dmccStatus.parameter;
    }
  };
  const execute = (command: CameraCommand): string => {
    const answer = (status: number, body = "") => printAnswer(command.id, status, body);
    if (!command.intact) return answer(dmccStatus.checksum);
    const [verb = "", name = "", ...rest] = command.text.split(" ");
    if (verb.toUpperCase() === "SET") return answer(setting(name.toUpperCase(), rest.join(" ")));
    if (verb.toUpperCase() !== "GET") return answer(dmccStatus.command);
    switch (name.toUpperCase()) {
      case "DEVICE.TYPE":
        return answer(dmccStatus.ok, "DataMan (SIMULATED)");
      case "SCRIPT.TRIGGER-COUNT":
        // Switched on a moment ago: the counter of the trigger input has not been read yet.
        if (pulses === undefined) return answer(dmccStatus.state);
        return answer(dmccStatus.ok, String(Math.max(0, pulses - (memory?.pulsesBefore ?? 0))));
      case "SCRIPT.IMAGE": {
        const picture = images.get(rest[0] ?? "");
        return picture
          ? answer(dmccStatus.ok, Buffer.from(encodePng(picture)).toString("base64"))
          : answer(dmccStatus.parameter);
      }
      default:
        return answer(dmccStatus.parameter);
    }
  };
  const serve = (socket: Socket) => {
    const framer = commandFramer();
    socket.on("data", (chunk) => {
      for (const command of framer(chunk)) socket.write(execute(command), "latin1");
    });
  };
  const look = (socket: Socket) => {
    const framer = exposureFramer();
    socket.on("data", (chunk) => {
      try {
        for (const exposure of framer(chunk))
          void expose(exposure).catch((error: unknown) => log.error("decoding failed", { error }));
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
  };
  const outlet = await openOutlet(options.address, serve);
  const optics = await openOutlet(options.opticsAddress, look);
  return {
    address: outlet.address,
    opticsAddress: optics.address,
    outlet,
    optics,
    async close() {
      await Promise.all([outlet.close(), optics.close()]);
    },
  };
}

function inRange(value: string, low: number, high: number): boolean {
  return /^\d{1,4}$/.test(value) && Number(value) >= low && Number(value) <= high;
}

function setLine(draft: Draft, value: string): number {
  const [index = "", text = ""] = value.split(" ");
  if (!/^\d{1,2}$/.test(index) || Number(index) >= draft.lines.length) return dmccStatus.parameter;
  draft.lines[Number(index)] = Buffer.from(text, "base64").toString("utf8");
  return dmccStatus.ok;
}

function jobOf(draft: Draft): ReaderJob {
  const base = { symbol: draft.matrix ? "gs1-datamatrix" : "gs1-128", symbolsMax: draft.symbolsMax } as const;
  return draft.lines.length > 0 ? { ...base, textLines: [...draft.lines] } : base;
}
