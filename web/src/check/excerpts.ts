import { formOf } from "../../../src/kernel/epcis/check.ts";
import { JsonPlaces } from "./json-places.ts";

/** The source around a place, the bad part apart, on one line each at most. `line` and `column` count from 1. */
export type Excerpt = {
  readonly line: number;
  readonly column: number;
  readonly before: string;
  readonly bad: string;
  readonly after: string;
};

/** Characters shown before the bad part, of it, and behind it. */
const beforeChars = 90;
const badChars = 120;
const afterChars = 90;
const keptChars = beforeChars + badChars + 400;

/**
 * The source around each place of one text: JSON pointers, or `line:column` as XML's readers count (behind the start tag
 * that is meant, or at the character). One pass; places that are not there are left out.
 */
export async function excerptsOf(
  text: AsyncIterable<string>,
  places: readonly string[],
): Promise<ReadonlyMap<string, Excerpt>> {
  const wanted = [...new Set(places)];
  const scan = new Scan(wanted);
  for await (const piece of text) scan.write(piece);
  return scan.end();
}

type Line = { readonly at: string; readonly line: number; readonly column: number };
type Waiting = {
  readonly at: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
};

class Scan {
  private readonly found = new Map<string, Excerpt>();
  private readonly lines: Line[];
  private readonly pointers: JsonPlaces;
  private waiting: Waiting[] = [];
  /** The end of what came before, so that a place may be shown with what stands before it. */
  private window = "";
  private windowFrom = 0;
  private line = 1;
  private lineFrom = 0;
  private read = 0;
  private next = 0;
  private isXml: boolean | undefined;
  private readonly pointed: { readonly at: string; readonly from: number; readonly to: number }[] = [];

  constructor(wanted: readonly string[]) {
    this.lines = wanted
      .flatMap((at) => {
        const match = /^(\d+):(\d+)$/.exec(at);
        return match ? [{ at, line: Number(match[1]), column: Number(match[2]) }] : [];
      })
      .toSorted((a, b) => a.line - b.line || a.column - b.column);
    this.pointers = new JsonPlaces(
      wanted.filter((at) => at === "" || at.startsWith("/")),
      (at, from, to) => this.pointed.push({ at, from, to }),
    );
  }

  write(piece: string): void {
    if (/[^\s\ufeff]/.test(piece)) this.isXml ??= formOf(piece) === "xml";
    this.window += piece;
    this.pointers.write(piece);
    this.walkLines(piece);
    this.read += piece.length;
    const ready = this.waiting.filter(({ to }) => to + afterChars <= this.read);
    this.waiting = this.waiting.filter(({ to }) => to + afterChars > this.read);
    for (const one of ready) this.keep(one);
    const first = Math.min(...this.waiting.map(({ from }) => from), this.read);
    const from = Math.max(this.windowFrom, Math.min(first - beforeChars, this.read - keptChars));
    this.window = this.window.slice(from - this.windowFrom);
    this.windowFrom = from;
  }

  /** Line by line over the piece: line places become offsets, pointed offsets get their line. */
  private walkLines(piece: string): void {
    const starts = [this.lineFrom];
    const firstLine = this.line;
    for (let at = piece.indexOf("\n"); at >= 0; at = piece.indexOf("\n", at + 1)) starts.push(this.read + at + 1);
    this.line += starts.length - 1;
    this.lineFrom = starts.at(-1) ?? this.lineFrom;
    for (let one = this.lines[this.next]; one && one.line <= this.line; one = this.lines[++this.next]) {
      const start = starts[one.line - firstLine];
      if (start === undefined) continue;
      const at = start + one.column - 1;
      if (at > this.read + piece.length && one.line === this.line) break;
      this.waiting.push({ at: one.at, ...this.markAt(at), line: one.line, column: one.column });
    }
    let index = 0;
    for (const { at, from, to } of this.pointed.splice(0)) {
      while (index + 1 < starts.length && (starts[index + 1] ?? 0) <= from) index++;
      const column = from - (starts[index] ?? 0) + 1;
      this.waiting.push({ at, from, to: Math.min(to, from + badChars), line: firstLine + index, column });
    }
  }

  /** JSON's reader names the character itself. */
  private markAt(at: number): { readonly from: number; readonly to: number } {
    return this.isXml ? this.tagBefore(at) : { from: at, to: at + 1 };
  }

  /** A reader of XML names the place behind a start tag; the tag is what is meant. */
  private tagBefore(at: number): { readonly from: number; readonly to: number } {
    const end = at - this.windowFrom;
    const text = this.window.slice(0, end);
    const tagEnd = text.lastIndexOf(">");
    const close = tagEnd >= end - 2 && tagEnd >= 0 ? text.lastIndexOf("<", tagEnd) : -1;
    const from = close < 0 || end - close > badChars ? Math.max(0, end - 1) : close;
    return { from: this.windowFrom + from, to: Math.max(at, this.windowFrom + from + 1) };
  }

  private keep({ at, from, to, line, column }: Waiting): void {
    const start = from - this.windowFrom;
    const end = to - this.windowFrom;
    const before = this.window.slice(Math.max(0, start - beforeChars), Math.max(0, start));
    const tag = this.window.slice(Math.max(0, start), end);
    const behind = this.window.slice(end, end + afterChars).split("\n")[0] ?? "";
    // What a leaf of XML says is meant with its tag.
    const said = this.isXml && tag.endsWith(">") ? (/^[^<]+(?=<)/.exec(behind)?.[0] ?? "") : "";
    this.found.set(at, {
      line,
      column,
      before: before.slice(before.lastIndexOf("\n") + 1).trimStart(),
      bad: tag + said,
      after: behind.slice(said.length),
    });
  }

  end(): ReadonlyMap<string, Excerpt> {
    // A place on the last line may lie behind what was read.
    for (; this.next < this.lines.length; this.next++) {
      const one = this.lines[this.next] as Line;
      if (one.line !== this.line) continue;
      const at = Math.min(this.lineFrom + one.column - 1, this.read);
      this.waiting.push({ at: one.at, ...this.markAt(at), line: one.line, column: one.column });
    }
    for (const one of this.waiting) this.keep(one);
    return this.found;
  }
}
