import type { Socket } from "node:net";
import { drawCode128, drawDataMatrix } from "../raster/symbol.ts";
import { drawText } from "../raster/font.ts";
import { blankPicture, type Picture } from "../raster/picture.ts";
import type { Address } from "../wire/address.ts";
import { newCell, type Cell } from "../shelf.ts";
import { openOutlet, type Outlet } from "../wire/outlet.ts";
import { printHostStatus } from "./protocol.ts";
import { zplFramer, type Echo, type Format, type PrinterInput } from "./zpl.ts";

/*
 * SIMULATED thermal transfer printer: takes ZPL from its socket, draws what it says, and puts the drawing on
 * whatever its start-print input (a photo-eye or an applicator) finds under the head.
 */

export type ZebraOptions = {
  readonly address: Address;
  /** Size of the printable area in dots. */
  readonly width: number;
  readonly height: number;
  /** Drawn labels it holds; further formats stay in the receive buffer without an echo. */
  readonly queueMax: number;
  /** What it keeps without power; its queue it does not. */
  readonly memory?: Cell<PrinterMemory>;
  /** Something leaves the printer: called when that may be. */
  readonly tell?: (effect: () => void) => void;
};

export type PrinterMemory = {
  /** The odometer. */
  labelCount: number;
  /** What is wrong with it; ribbon and media do not come back with the power. */
  faults: readonly ZebraFault[];
};

export function newPrinterMemory(): PrinterMemory {
  return { labelCount: 0, faults: [] };
}

/** What the head burned: the fields, the printable area, and how that looks. */
export type Burned = {
  readonly width: number;
  readonly height: number;
  readonly fields: Format["fields"];
  readonly picture: Picture;
};

export const zebraSimulatorLimits = { receiveBufferMax: 200 } as const;

/** What a person can do wrong to it. */
export type ZebraFault = "ribbon-out" | "paper-out" | "head-open" | "paused";

export type ZebraSimulator = {
  readonly address: Address;
  readonly outlet: Outlet;
  /** The Data Ready signal of the applicator port: a label is drawn and nothing prevents printing it. */
  readonly dataReady: () => boolean;
  /** The Start Print input: prints the next label and gives what is on it now. Only when Data Ready. */
  readonly startPrint: () => Burned;
  readonly setFault: (fault: ZebraFault, active: boolean) => void;
  readonly faults: () => readonly ZebraFault[];
  readonly labelCount: () => number;
  readonly queueDepth: () => number;
  readonly close: () => Promise<void>;
};

type Job = {
  readonly burned: Burned;
  readonly echoes: readonly { readonly echo: Echo; readonly text: string }[];
  readonly socket: Socket;
};

export async function startZebra(options: ZebraOptions): Promise<ZebraSimulator> {
  const queue: Job[] = [];
  const receiveBuffer: { readonly format: Format; readonly socket: Socket }[] = [];
  const memory = options.memory ?? newCell(newPrinterMemory());
  const tell = options.tell ?? ((effect) => effect());
  const has = (fault: ZebraFault) => memory.now().faults.includes(fault);

  const say = (job: Job, per: "F" | "L") => {
    const text = job.echoes
      .filter((entry) => entry.echo.per === per)
      .map((entry) => entry.text)
      .join("");
    if (text === "") return;
    tell(() => {
      if (!job.socket.destroyed) job.socket.write(text, "latin1");
    });
  };
  const fill = () => {
    while (queue.length < options.queueMax && receiveBuffer.length > 0) {
      const { format, socket } = receiveBuffer.shift() as (typeof receiveBuffer)[number];
      const job: Job = {
        burned: {
          width: options.width,
          height: options.height,
          fields: format.fields,
          picture: draw(format.fields, options),
        },
        echoes: format.echoes.map((echo) => ({ echo, text: echoText(echo, format) })),
        socket,
      };
      queue.push(job);
      say(job, "F");
    }
  };
  // A printer in any of these states answers nothing at all (documented for ~HS): silence is the only sign.
  const mute = () => has("ribbon-out") || has("paper-out") || has("head-open");

  const take = (input: PrinterInput, socket: Socket) => {
    switch (input.type) {
      case "format":
        if (receiveBuffer.length >= zebraSimulatorLimits.receiveBufferMax) return;
        for (let i = 0; i < input.format.quantity; i++) receiveBuffer.push({ format: input.format, socket });
        return fill();
      case "cancel-all":
        queue.length = 0;
        receiveBuffer.length = 0;
        return;
      case "status-request":
        if (!mute()) socket.write(printHostStatus(status()), "latin1");
        return;
      case "getvar":
        socket.write(input.name === "odometer.total_label_count" ? `"${memory.now().labelCount}"\r\n` : '"?"\r\n');
        return;
      case "ignored":
        return;
    }
  };
  const status = () => ({
    paperOut: has("paper-out"),
    paused: has("paused"),
    formatsInBuffer: receiveBuffer.length,
    bufferFull: receiveBuffer.length >= zebraSimulatorLimits.receiveBufferMax,
    headUp: has("head-open"),
    ribbonOut: has("ribbon-out"),
    labelWaiting: queue.length > 0,
    labelsRemaining: queue.length,
  });

  const outlet = await openOutlet(options.address, (socket) => {
    const framer = zplFramer();
    socket.on("data", (chunk) => {
      for (const input of framer(chunk)) take(input, socket);
    });
  });

  return {
    address: outlet.address,
    outlet,
    dataReady: () => queue.length > 0 && memory.now().faults.length === 0,
    startPrint() {
      const job = queue.shift();
      if (!job) throw new Error("start print without data ready");
      memory.edit().labelCount++;
      say(job, "L");
      fill();
      return job.burned;
    },
    setFault(fault, active) {
      const others = memory.now().faults.filter((other) => other !== fault);
      memory.edit().faults = active ? [...others, fault] : others;
    },
    faults: () => memory.now().faults,
    labelCount: () => memory.now().labelCount,
    queueDepth: () => queue.length + receiveBuffer.length,
    close: () => outlet.close(),
  };
}

function echoText(echo: Echo, format: Format): string {
  return echo.header + (format.numbered.get(echo.field) ?? "").slice(0, echo.bytes) + echo.termination;
}

/** The label as the head burns it; what lies outside the printable area is lost. */
export function draw(fields: Format["fields"], size: { readonly width: number; readonly height: number }): Picture {
  const picture = blankPicture(size.width, size.height);
  for (const field of fields) {
    if (field.top >= size.height) continue;
    if (field.kind === "text") drawText(picture, field.text, field.left, field.top, field.scale);
    else if (field.kind === "datamatrix") drawDataMatrix(picture, field.text, field.left, field.top, field.moduleDots);
    else drawCode128(picture, field.text, field.left, field.top, field.moduleDots, field.height);
  }
  return picture;
}
