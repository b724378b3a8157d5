import type { PrintRecord } from "../../contract/device-port.ts";
import { matrixModuleDots, narrowBarDots, type PrintLayout } from "../raster/layout.ts";

/*
 * ZPL II as the host speaks it (Zebra, "ZPL II Programming Guide"; "RFID Programming Guide" for ^HV). On TCP 9100
 * nothing is acknowledged, so every label asks for two echoes of its own sequence number: once when its format was
 * taken (`F`), once when it was printed (`L`).
 */

export const zebraLimits = { replyBytesMax: 64 * 1024, seqDigits: 10 } as const;

const echoTaken = "TAKEN=";
const echoPrinted = "PRINTED=";

/** One label as a complete format; `layout` in dots. */
export function labelFormat(record: PrintRecord, layout: PrintLayout): string {
  const seq = String(record.seq).padStart(zebraLimits.seqDigits, "0");
  const lines = record.lines.map(
    (line, index) =>
      `^FO${layout.symbolLeft},${layout.textTop + index * layout.textPitch}^AAN,${9 * layout.textScale},${5 * layout.textScale}^FH\\^FD${hexEscaped(line)}^FS`,
  );
  return [
    // ^CI28: field data is UTF-8. ^JZN: after media or ribbon ran out the label is not printed again, or its
    // number would stand on two labels.
    `^XA^CI28^JZN^PW${layout.width}^LL${layout.height}`,
    record.symbol === "gs1-datamatrix"
      ? dataMatrixField(record.elements, layout)
      : code128Field(record.elements, layout),
    ...lines,
    // The numbered field that ^HV echoes stands below the label, where no head prints it.
    `^FO0,${layout.height + 100}^AAN,9,5^FN1^FD${seq}^FS`,
    `^FH\\^HV1,${zebraLimits.seqDigits},${echoTaken},\\0D\\0A,F^FS`,
    `^FH\\^HV1,${zebraLimits.seqDigits},${echoPrinted},\\0D\\0A,L^FS`,
    "^PQ1^XZ",
    "",
  ].join("\n");
}

/** `_1` is FNC1 in ^BX; the escape character is always named, its default differs between firmwares. */
function dataMatrixField(elements: string, layout: PrintLayout): string {
  const text = `_1${elements.replaceAll("_", "__").replaceAll("\x1d", "_1")}`;
  return `^FO${layout.symbolLeft},${layout.symbolTop}^BXN,${matrixModuleDots(elements)},200,0,0,6,_,1^FH\\^FD${hexEscaped(text)}^FS`;
}

/** Mode A packs digits by itself; `>;` starts in subset C, `>8` is FNC1, `>0` a greater-than sign. */
function code128Field(elements: string, layout: PrintLayout): string {
  const text = `>;>8${elements.replaceAll(">", ">0").replaceAll("\x1d", ">8")}`;
  return `^BY${narrowBarDots(elements)}^FO${layout.symbolLeft},${layout.symbolTop}^BCN,${layout.barHeight},N,N,N,A^FH\\^FD${hexEscaped(text)}^FS`;
}

/** Control characters of ZPL in field data become `\5E`: ^FH runs before the escapes of ^BX and ^BC. */
function hexEscaped(text: string): string {
  return Array.from(text)
    .map((c) =>
      c < " " || "\\^~".includes(c) ? `\\${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}` : c,
    )
    .join("");
}

export const statusRequest = "~HS";
/** Cancels every format that is not printed. */
export const cancelAll = "~JA";
/** SGD: labels printed in the printer's life. */
export const odometerRequest = '! U1 getvar "odometer.total_label_count"\r\n';

/** `~HS`, the fields that decide something; the rest of the three strings is not kept. */
export type HostStatus = {
  readonly paperOut: boolean;
  readonly paused: boolean;
  readonly formatsInBuffer: number;
  readonly bufferFull: boolean;
  readonly headUp: boolean;
  readonly ribbonOut: boolean;
  readonly labelWaiting: boolean;
  readonly labelsRemaining: number;
};

export type PrinterReply =
  | { readonly type: "taken"; readonly seq: number }
  | { readonly type: "printed"; readonly seq: number }
  | { readonly type: "status"; readonly status: HostStatus }
  | { readonly type: "variable"; readonly value: string }
  | { readonly type: "garbage"; readonly text: string };

/** Takes bytes as they come, gives replies as they are complete. */
export type ReplyFramer = (chunk: Uint8Array) => PrinterReply[];

/** Splits what a printer sends into replies; what is none of them is `garbage`, never skipped silently. */
export function replyFramer(): ReplyFramer {
  let rest = "";
  let strings: string[] = [];
  return (chunk) => {
    rest += Buffer.from(chunk).toString("latin1");
    const replies: PrinterReply[] = [];
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      const line = rest.slice(0, end).replace(/\r$/, "");
      rest = rest.slice(end + 1);
      if (line === "") continue;
      if (!line.startsWith("\x02") || !line.endsWith("\x03")) {
        replies.push(parseLine(line));
        continue;
      }
      strings.push(line.slice(1, -1));
      if (strings.length < 3) continue;
      const status = parseHostStatus(strings);
      replies.push(status ? { type: "status", status } : { type: "garbage", text: strings.join("|") });
      strings = [];
    }
    if (rest.length > zebraLimits.replyBytesMax) {
      replies.push({ type: "garbage", text: rest.slice(0, 80) });
      rest = "";
    }
    return replies;
  };
}

function parseLine(line: string): PrinterReply {
  const echo = /^(TAKEN|PRINTED)=(\d{10})$/.exec(line);
  if (echo) return { type: echo[1] === "TAKEN" ? "taken" : "printed", seq: Number(echo[2]) };
  const variable = /^"([^"]*)"$/.exec(line);
  if (variable) return { type: "variable", value: variable[1] as string };
  return { type: "garbage", text: line };
}

/** Three strings of 12, 11 and 2 fields; undefined when any of them is another shape. */
export function parseHostStatus(strings: readonly string[]): HostStatus | undefined {
  const [first, second, third] = strings.map((string) => string.split(","));
  if (first?.length !== 12 || second?.length !== 11 || third?.length !== 2) return undefined;
  if (![...first, ...second, ...third].every((field) => /^\d{1,10}$/.test(field))) return undefined;
  const on = (field: string | undefined) => field === "1";
  return {
    paperOut: on(first[1]),
    paused: on(first[2]),
    formatsInBuffer: Number(first[4]),
    bufferFull: on(first[5]),
    headUp: on(second[2]),
    ribbonOut: on(second[3]),
    labelWaiting: on(second[7]),
    labelsRemaining: Number(second[8]),
  };
}

/** The printer's side of `~HS`. */
export function printHostStatus(status: HostStatus): string {
  const bit = (on: boolean) => (on ? "1" : "0");
  const first = `030,${bit(status.paperOut)},${bit(status.paused)},0240,${String(status.formatsInBuffer).padStart(3, "0")},${bit(status.bufferFull)},0,0,000,0,0,0`;
  const second = `000,0,${bit(status.headUp)},${bit(status.ribbonOut)},1,4,0,${bit(status.labelWaiting)},${String(status.labelsRemaining).padStart(8, "0")},1,000`;
  return [first, second, "1234,0"].map((string) => `\x02${string}\x03\r\n`).join("");
}
