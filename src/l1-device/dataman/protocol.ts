import type { ReaderJob, SymbolRead, TextCheck } from "../../contract/device-port.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";

/*
 * DataMan Control Commands (Cognex, "DMCC overview"): `||checksum:id>COMMAND arguments\r\n`, extended answers
 * `||checksum:id[status]data\r\n`; checksum 0 is none, 1 means that the last byte is the XOR of the bytes before
 * it. Result strings come by themselves on the same connection. `SCRIPT.*` are the commands and the result string
 * of the communication script that the camera runs, so they are ours; the rest are the device's.
 */

export const dmccLimits = { commandBytesMax: 16 * 1024, messageBytesMax: 8 * 1024 * 1024, symbolsMax: 255 } as const;

/** Answers of the device: 0 no error, 100 unidentified, 101 command invalid, 102 parameter invalid, 103 checksum, 104 state. */
export const dmccStatus = {
  ok: 0,
  unidentified: 100,
  command: 101,
  parameter: 102,
  checksum: 103,
  state: 104,
} as const;

const stx = "\x02";
const etx = "\x03";

export function printCommand(id: number, command: string): string {
  return `||0:${id}>${command}\r\n`;
}

export function printAnswer(id: number, status: number, body: string): string {
  return `||0:${id}[${status}]${body}\r\n`;
}

export type CameraMessage =
  | { readonly type: "answer"; readonly id: number; readonly status: number; readonly body: string }
  | { readonly type: "result"; readonly result: ReadResult }
  | { readonly type: "garbage"; readonly text: string; readonly code: string };

export type ReadResult = {
  readonly triggerId: number;
  readonly imageId: string;
  readonly symbols: readonly SymbolRead[];
  readonly text?: TextCheck;
};

/** Splits what a camera sends; result strings stand between STX and ETX, answers end with CR LF. */
export function messageFramer(): (chunk: Uint8Array) => CameraMessage[] {
  let rest = "";
  const next = (): CameraMessage | undefined => {
    const start = firstOf(rest, stx, "||");
    if (start > 0) {
      const text = rest.slice(0, Math.min(start, 80));
      rest = rest.slice(start);
      return { type: "garbage", text, code: "device.frame-malformed" };
    }
    const head = rest[0];
    const end = head === stx ? rest.indexOf(etx) : rest.indexOf("\r\n");
    if (end < 0) return undefined;
    const body = rest.slice(head === stx ? 1 : 0, end);
    rest = rest.slice(end + (head === stx ? 1 : 2));
    if (head !== stx) return parseAnswer(body);
    const result = parseResult(body);
    return result.ok
      ? { type: "result", result: result.value }
      : { type: "garbage", text: body.slice(0, 80), code: result.refusal.code };
  };
  return (chunk) => {
    rest += Buffer.from(chunk).toString("latin1");
    const messages: CameraMessage[] = [];
    for (let message = next(); message; message = next()) messages.push(message);
    if (rest.length > dmccLimits.messageBytesMax) {
      messages.push({ type: "garbage", text: rest.slice(0, 80), code: "device.frame-too-long" });
      rest = "";
    }
    return messages;
  };
}

/** Where the first of the two begins; -1 when neither does. */
function firstOf(text: string, one: string, other: string): number {
  const places = [text.indexOf(one), text.indexOf(other)].filter((place) => place >= 0);
  return places.length === 0 ? -1 : Math.min(...places);
}

function parseAnswer(line: string): CameraMessage {
  const match = /^\|\|([01]):(\d{1,9})\[(\d{1,3})\]([^\r\n]*)$/.exec(line);
  if (!match) return { type: "garbage", text: line.slice(0, 80), code: "device.frame-malformed" };
  const body = checked(match[1] as string, line, match[4] as string);
  if (body === undefined) return { type: "garbage", text: line.slice(0, 80), code: "device.checksum" };
  return { type: "answer", id: Number(match[2]), status: Number(match[3]), body };
}

/** With checksum 1 the last byte is the XOR of all before it; undefined when it is not. */
function checked(kind: string, line: string, body: string): string | undefined {
  if (kind === "0") return body;
  const xor = Buffer.from(line.slice(0, -1), "latin1").reduce((sum, byte) => sum ^ byte, 0);
  return xor === line.charCodeAt(line.length - 1) ? body.slice(0, -1) : undefined;
}

/** `trigger|image|count|symbol…|text`; a symbol is `]d2,base64,x:y:x:y:x:y:x:y,grade`, text is `-` or `1:0.913`. */
export function printResult(result: ReadResult): string {
  const symbols = result.symbols.map((symbol) => {
    const bytes = Buffer.from(symbol.elements, "latin1").toString("base64");
    return `${symbol.symbology},${bytes},${symbol.corners.join(":")},${symbol.grade}`;
  });
  const text = result.text ? `${result.text.matched ? 1 : 0}:${result.text.scoreMin}` : "-";
  return `${stx}${[result.triggerId, result.imageId, symbols.length, ...symbols, text].join("|")}${etx}`;
}

/** Refuses `device.result-malformed` at the field's number. */
export function parseResult(body: string): Result<ReadResult> {
  const fields = body.split("|");
  const [triggerId = "", imageId = "", count = ""] = fields;
  if (!/^\d{1,10}$/.test(triggerId)) return refuse("device.result-malformed", 0);
  if (!/^[\w-]{1,64}$/.test(imageId)) return refuse("device.result-malformed", 1);
  if (!/^\d{1,3}$/.test(count) || fields.length !== Number(count) + 4) return refuse("device.result-malformed", 2);
  const symbols: SymbolRead[] = [];
  for (const [index, field] of fields.slice(3, -1).entries()) {
    const symbol = parseSymbol(field);
    if (!symbol) return refuse("device.result-malformed", 3 + index);
    symbols.push(symbol);
  }
  const last = fields[fields.length - 1] as string;
  const text = /^([01]):(0|1|0\.\d{1,3})$/.exec(last);
  if (last !== "-" && !text) return refuse("device.result-malformed", fields.length - 1);
  const read = { triggerId: Number(triggerId), imageId, symbols };
  return ok(text ? { ...read, text: { matched: text[1] === "1", scoreMin: Number(text[2]) } } : read);
}

function parseSymbol(field: string): SymbolRead | undefined {
  const match = /^(\][A-Za-z]\d),([A-Za-z0-9+/]*={0,2}),(-?\d{1,9}(?::-?\d{1,9}){7}),([0-4](?:\.\d)?)$/.exec(field);
  if (!match) return undefined;
  return {
    symbology: match[1] as string,
    elements: Buffer.from(match[2] as string, "base64").toString("latin1"),
    corners: (match[3] as string).split(":").map((corner) => Number(corner) + 0),
    grade: Number(match[4]),
  };
}

/** The commands that set a job, in the order in which they must be sent. */
export function jobCommands(job: ReaderJob): string[] {
  const matrix = job.symbol === "gs1-datamatrix";
  const lines = job.textLines ?? [];
  return [
    `SET SYMBOL.DATAMATRIX ${matrix ? "ON" : "OFF"}`,
    `SET SYMBOL.C128 ${matrix ? "OFF" : "ON"}`,
    `SET MULTICODE.NUM-CODES ${job.symbolsMax}`,
    "SET MULTICODE.PARTIAL-RESULTS ON",
    `SET SCRIPT.TEXT-LINES ${lines.length}`,
    ...lines.map((line, index) => `SET SCRIPT.TEXT-LINE ${index} ${Buffer.from(line, "utf8").toString("base64")}`),
    // Last: takes what was set as the job, and starts counting pictures from zero.
    "SET SCRIPT.JOB 1",
  ];
}

export type CameraCommand = { readonly id: number; readonly text: string; readonly intact: boolean };

/** The camera's side: commands as they are complete. */
export function commandFramer(): (chunk: Uint8Array) => CameraCommand[] {
  let rest = "";
  return (chunk) => {
    rest += Buffer.from(chunk).toString("latin1");
    const commands: CameraCommand[] = [];
    for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const match = /^\|\|(?:([01])(?::(\d{1,9}))?)?>(.*)$/.exec(line);
      if (!match) continue;
      const body = checked(match[1] ?? "0", line, match[3] as string);
      commands.push({ id: Number(match[2] ?? 0), text: (body ?? "").trim(), intact: body !== undefined });
    }
    if (rest.length > dmccLimits.commandBytesMax) rest = "";
    return commands;
  };
}
