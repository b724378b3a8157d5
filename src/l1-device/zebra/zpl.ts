import { fnc1 } from "../raster/symbol.ts";

/** What a ZPL printer takes from its socket, in order. */
export type PrinterInput =
  | { readonly type: "format"; readonly format: Format }
  | { readonly type: "status-request" }
  | { readonly type: "cancel-all" }
  | { readonly type: "getvar"; readonly name: string }
  | { readonly type: "ignored"; readonly text: string };

export type TextField = {
  readonly kind: "text";
  readonly left: number;
  readonly top: number;
  readonly scale: number;
  readonly text: string;
};
export type SymbolField = {
  readonly kind: "datamatrix" | "code128";
  readonly left: number;
  readonly top: number;
  readonly moduleDots: number;
  readonly height: number;
  /** Characters to encode, with `fnc1` for the function. */
  readonly text: string;
};
export type Echo = {
  readonly field: number;
  readonly bytes: number;
  readonly header: string;
  readonly termination: string;
  readonly per: "F" | "L";
};

export type Format = {
  readonly fields: readonly (TextField | SymbolField)[];
  /** Data by ^FN number. */
  readonly numbered: ReadonlyMap<number, string>;
  readonly echoes: readonly Echo[];
  readonly quantity: number;
};

export const zplLimits = { formatCharactersMax: 64 * 1024 } as const;

/** Bytes to inputs; incremental. Immediate commands (`~`) act even between the commands of a format. */
export function zplFramer(): (chunk: Uint8Array) => PrinterInput[] {
  let rest = "";
  let body: string | undefined;
  const take = (count: number) => {
    const text = rest.slice(0, count);
    rest = rest.slice(count);
    return text;
  };
  const step = (): PrinterInput | undefined | "wait" => {
    if (rest === "") return "wait";
    const immediate = /^~([A-Z]{2})/i.exec(rest);
    if (immediate) {
      take(3);
      return immediateInput((immediate[1] as string).toUpperCase());
    }
    if (rest.startsWith("~") && rest.length < 3) return "wait";
    if (body === undefined) return outside();
    const next = rest.slice(1).search(/[~^]/);
    if (rest.startsWith("^XZ")) {
      take(3);
      const text = body;
      body = undefined;
      return { type: "format", format: parseFormat(text) };
    }
    if (rest.length < 3 || (next < 0 && !rest.endsWith("\n"))) return "wait";
    body += take(next < 0 ? rest.length : next + 1);
    return undefined;
  };
  const outside = (): PrinterInput | undefined | "wait" => {
    if (rest.startsWith("^XA")) {
      take(3);
      body = "";
      return undefined;
    }
    const line = /^! U1 ([^\r\n]*)\r?\n/.exec(rest);
    if (line) {
      take(line[0].length);
      const name = /^getvar "([^"]+)"$/.exec(line[1] as string)?.[1];
      return name === undefined ? { type: "ignored", text: line[0] } : { type: "getvar", name };
    }
    if ("^XA".startsWith(rest) || rest.startsWith("!")) return "wait";
    const skipped = take(Math.max(1, rest.search(/[~^!]/) < 0 ? rest.length : rest.search(/[~^!]/)));
    return skipped.trim() === "" ? undefined : { type: "ignored", text: skipped };
  };
  return (chunk) => {
    rest += Buffer.from(chunk).toString("latin1");
    const inputs: PrinterInput[] = [];
    for (let input = step(); input !== "wait"; input = step()) if (input) inputs.push(input);
    if (rest.length + (body?.length ?? 0) > zplLimits.formatCharactersMax) {
      rest = "";
      body = undefined;
      inputs.push({ type: "ignored", text: "format too long" });
    }
    return inputs;
  };
}

function immediateInput(command: string): PrinterInput {
  if (command === "HS") return { type: "status-request" };
  if (command === "JA") return { type: "cancel-all" };
  return { type: "ignored", text: `~${command}` };
}

type Draft = {
  left: number;
  top: number;
  scale: number;
  number?: number;
  hex?: string;
  symbol?: Omit<SymbolField, "text" | "left" | "top">;
  escape: string;
};

/** The commands between ^XA and ^XZ; commands that draw nothing here are passed over, as a printer passes over unknown ones. */
export function parseFormat(body: string): Format {
  const fields: (TextField | SymbolField)[] = [];
  const numbered = new Map<number, string>();
  const echoes: Echo[] = [];
  let quantity = 1;
  let barDots = 2;
  let draft = emptyDraft();
  for (const command of body.split("^").slice(1)) {
    const name = command.startsWith("A") ? "A" : command.slice(0, 2);
    const text = command.slice(name.length);
    const parameters = text.trimEnd().split(",");
    const number = (index: number, otherwise: number) => Number(parameters[index] || otherwise);
    if (name === "FO") Object.assign(draft, { left: number(0, 0), top: number(1, 0) });
    else if (name === "A") draft.scale = Math.max(1, Math.round(number(1, 9) / 9));
    else if (name === "BY") barDots = number(0, 2);
    else if (name === "FH") draft.hex = text.trim() === "" ? "_" : (text.trim()[0] as string);
    else if (name === "FN") draft.number = number(0, 0);
    else if (name === "PQ") quantity = number(0, 1);
    else if (name === "BX") {
      draft.symbol = { kind: "datamatrix", moduleDots: number(1, 4), height: 0 };
      draft.escape = parameters[6] || "~";
    } else if (name === "BC") draft.symbol = { kind: "code128", moduleDots: barDots, height: number(1, 100) };
    else if (name === "HV") echoes.push(parseEcho(parameters, draft.hex));
    else if (name === "FD") {
      const data = Buffer.from(unhex(text.replace(/\r?\n$/, ""), draft.hex), "latin1").toString("utf8");
      if (draft.number !== undefined) numbered.set(draft.number, data);
      fields.push(fieldOf(draft, data));
    } else if (name === "FS") draft = emptyDraft();
  }
  return { fields, numbered, echoes, quantity };
}

function emptyDraft(): Draft {
  return { left: 0, top: 0, scale: 1, escape: "~" };
}

function fieldOf(draft: Draft, data: string): TextField | SymbolField {
  const at = { left: draft.left, top: draft.top };
  if (!draft.symbol) return { kind: "text", ...at, scale: draft.scale, text: data };
  const text = draft.symbol.kind === "datamatrix" ? dataMatrixText(data, draft.escape) : code128Text(data);
  return { ...draft.symbol, ...at, text };
}

function parseEcho(parameters: readonly string[], hex: string | undefined): Echo {
  return {
    field: Number(parameters[0] || 0),
    bytes: Number(parameters[1] || 64),
    header: unhex(parameters[2] ?? "", hex),
    termination: unhex(parameters[3] ?? "", hex),
    per: parameters[4]?.startsWith("L") ? "L" : "F",
  };
}

/** ^FH: the indicator and two hexadecimal digits are one byte. */
function unhex(text: string, indicator: string | undefined): string {
  if (indicator === undefined) return text;
  let plain = "";
  for (let i = 0; i < text.length; i++) {
    const digits = text.slice(i + 1, i + 3);
    if (text[i] === indicator && /^[0-9A-Fa-f]{2}$/.test(digits)) {
      plain += String.fromCharCode(Number.parseInt(digits, 16));
      i += 2;
    } else plain += text[i];
  }
  return plain;
}

/** ^BX: escape and `1` is FNC1, escape and `dNNN` a byte, the escape doubled is itself. */
function dataMatrixText(data: string, escape: string): string {
  let text = "";
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== escape) {
      text += data[i];
      continue;
    }
    const byte = /^d(\d{3})/.exec(data.slice(i + 1, i + 5))?.[1];
    if (byte !== undefined) {
      text += String.fromCharCode(Number(byte));
      i += 4;
    } else {
      text += data[i + 1] === "1" ? fnc1 : (data[i + 1] ?? "");
      i += 1;
    }
  }
  return text;
}

/** ^BC invocation codes: `>8` FNC1, `>0` greater-than, `>:` and `>;` start subsets (the encoder chooses its own). */
function code128Text(data: string): string {
  return data.replace(/>([0-9:;<=])/g, (_, code: string) => {
    if (code === "8") return fnc1;
    if (code === "0") return ">";
    if (code === "<") return "^";
    if (code === "=") return "~";
    return "";
  });
}
