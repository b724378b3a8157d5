import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { outsideSet, SET_82 } from "../../kernel/gs1/ai/charset.ts";
import { parseGtin } from "../../kernel/gs1/key.ts";

/** The first line of a list: which column is which. */
export type NumberColumns = { readonly gtin: number; readonly serial: number; readonly separator: "," | ";" };
export type UsedNumber = { readonly gtin: string; readonly serial: string };

const serialCharsMax = 20;

/** Reads `gtin,serial` in any order and case, among other columns; refuses `history.columns`. */
export function numberColumns(line: string): Result<NumberColumns> {
  const text = line.replace(/^\uFEFF/, "");
  const separator = text.includes(";") ? ";" : ",";
  const names = cells(text, separator).map((name) => name.trim().toLowerCase());
  const [gtin, serial] = [names.indexOf("gtin"), names.indexOf("serial")];
  return gtin < 0 || serial < 0 ? refuse("history.columns", 1) : ok({ gtin, serial, separator });
}

/** One number of the list. Refuses `gs1.*` and `history.serial`; `at`: the line's number. */
export function usedNumber(line: string, columns: NumberColumns, lineNumber: number): Result<UsedNumber> {
  const fields = cells(line, columns.separator);
  const gtin = parseGtin((fields[columns.gtin] ?? "").trim());
  if (!gtin.ok) return refuse(gtin.refusal.code, lineNumber, fields[columns.gtin]);
  const serial = fields[columns.serial] ?? "";
  if (serial === "" || serial.length > serialCharsMax || outsideSet(serial, 0, serial.length, SET_82) >= 0)
    return refuse("history.serial", lineNumber, serial);
  return ok({ gtin: gtin.value, serial });
}

/** Fields of one line (RFC 4180): quoted ones may hold separators and doubled quotes; none holds a line break. */
function cells(line: string, separator: string): string[] {
  const found: string[] = [];
  let [cell, quoted] = ["", false];
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (character === '"' && quoted && line[at + 1] === '"') {
      cell += '"';
      at++;
    } else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      found.push(cell);
      cell = "";
    } else cell += character;
  }
  return [...found, cell];
}
