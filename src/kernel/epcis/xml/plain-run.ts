import { bare, PlainLeaf, type ReadNode } from "./tree.ts";

/** What a parser says of where it is. */
type Place = { readonly line: number; readonly columnIndex: number };

const EPC = bare("epc");
const LIST_TAG = /<(?:epcList|childEPCs|inputEPCList|outputEPCList)>/g;
/** Characters of identifiers that XML gives no other meaning. */
const PLAIN = /^[\w:./%-]+$/;
const ITEM = "<epc>";
const ITEM_END = "</epc>";
/** An item longer than this is left to the parser. */
const itemCharactersMax = 1_000;

/** Where the start tag of a list of identifiers ends that stands at `from` or behind it, by all appearances; -1 for none. */
export function runTag(text: string, from: number): number {
  LIST_TAG.lastIndex = from;
  return LIST_TAG.test(text) ? LIST_TAG.lastIndex : -1;
}

/**
 * Runs of `<epc>…</epc>` with plain text inside and white space between, which are taken out of a document before its
 * parser sees them. Keeps count of what was taken, so that lines and columns are those of the whole document.
 */
export class PlainRun {
  /** Characters taken so far. */
  characters = 0;
  /** The run was not over where the text ended. */
  cutShort = false;
  private lines = 0;
  /** Added to the column while the parser is still in the line in which the last run was taken out. */
  private shift = 0;
  private shiftLine = -1;

  line({ line }: Place): number {
    return line + this.lines;
  }

  /** From 1. */
  column({ line, columnIndex }: Place): number {
    return columnIndex + 1 + (line === this.shiftLine ? this.shift : 0);
  }

  /** Takes items from `from` on into `list`; answers where the last ends. */
  take(text: string, from: number, place: Place, list: ReadNode): number {
    let line = this.line(place);
    let lineFrom = from - this.column(place) + 1;
    let done = from;
    for (;;) {
      let i = done;
      let lines = 0;
      let newest = lineFrom;
      for (let code = text.charCodeAt(i); code === 32 || code === 10 || code === 9; code = text.charCodeAt(++i)) {
        if (code !== 10) continue;
        lines++;
        newest = i + 1;
      }
      const start = i + ITEM.length;
      const end = isAt(ITEM, text, i) ? text.indexOf("<", start) : -1;
      if (end < 0 || !isAt(ITEM_END, text, end)) {
        this.cutShort = text.length - done < itemCharactersMax && isCut(text, i, end);
        break;
      }
      const item = text.slice(start, end);
      if (!PLAIN.test(item)) {
        this.cutShort = false;
        break;
      }
      line += lines;
      lineFrom = newest;
      if (i > done) list.text += text.slice(done, i);
      list.children.push(new PlainLeaf(EPC, item, line, start - lineFrom + 1));
      done = end + ITEM_END.length;
    }
    if (done === from) return from;
    this.characters += done - from;
    this.lines = line - place.line;
    this.shift = done - lineFrom - place.columnIndex;
    this.shiftLine = place.line;
    return done;
  }
}

function isAt(mark: string, text: string, at: number): boolean {
  for (let k = 0; k < mark.length; k++) if (text.charCodeAt(at + k) !== mark.charCodeAt(k)) return false;
  return true;
}

/** Whether the text ended inside what may be an item. */
function isCut(text: string, itemAt: number, end: number): boolean {
  if (end >= 0) return ITEM_END.startsWith(text.slice(end, end + ITEM_END.length));
  const start = text.slice(itemAt, itemAt + ITEM.length);
  return start.length < ITEM.length ? ITEM.startsWith(start) : start === ITEM;
}
