/** A container on the way to the present character: its pointer where something inside is wanted, else undefined. */
type Frame = {
  readonly at: string | undefined;
  readonly list: boolean;
  index: number;
  key: string;
  readonly from: number;
};

/** Where values of a JSON text begin and end, by their pointers (RFC 6901), fed piece by piece. Broken text ends the search. */
export class JsonPlaces {
  private readonly wanted: ReadonlySet<string>;
  private readonly onTheWay = new Set<string>();
  private readonly tell: (at: string, from: number, to: number) => void;
  private readonly frames: Frame[] = [];
  private read = 0;
  private token: "none" | "string" | "bare" = "none";
  private tokenFrom = 0;
  private text = "";
  private escaped = false;
  private isKey = false;

  /** `tell` hears of each wanted value, a container as soon as it opens, anything else at its end. */
  constructor(wanted: readonly string[], tell: (at: string, from: number, to: number) => void) {
    this.wanted = new Set(wanted);
    this.tell = tell;
    for (const at of wanted) {
      for (let slash = at.lastIndexOf("/"); slash >= 0; slash = at.lastIndexOf("/", slash - 1)) {
        this.onTheWay.add(at.slice(0, slash));
        if (slash === 0) break;
      }
    }
  }

  write(piece: string): void {
    if (this.wanted.size === 0) return;
    for (let i = 0; i < piece.length; i++) this.step(piece, i);
    this.read += piece.length;
  }

  private step(piece: string, i: number): void {
    const c = piece[i] as string;
    const here = this.read + i;
    if (this.token === "string") return this.inString(c, here);
    if (this.token === "bare") {
      if (!/[\s,\]}]/.test(c)) return;
      this.token = "none";
      this.value(this.tokenFrom, here);
    }
    const top = this.frames.at(-1);
    if (c === '"') {
      this.token = "string";
      this.tokenFrom = here;
      this.text = "";
      this.isKey = top !== undefined && !top.list && top.key === "";
    } else if (c === "{" || c === "[") this.open(c === "[", here);
    else if (c === "}" || c === "]") this.frames.pop();
    else if (c === ",") {
      if (top?.list) top.index++;
      else if (top) top.key = "";
    } else if (!/[\s:]/.test(c)) {
      this.token = "bare";
      this.tokenFrom = here;
    }
  }

  private inString(c: string, here: number): void {
    if (this.escaped) this.escaped = false;
    else if (c === "\\") this.escaped = true;
    else if (c === '"') {
      this.token = "none";
      const top = this.frames.at(-1);
      if (this.isKey && top) top.key = `/${unescaped(this.text).replaceAll("~", "~0").replaceAll("/", "~1")}`;
      else this.value(this.tokenFrom, here + 1);
      return;
    }
    if (this.isKey && this.frames.at(-1)?.at !== undefined) this.text += c;
  }

  /** The pointer of the value that stands here, where anything wants to know it. */
  private pointer(): string | undefined {
    const top = this.frames.at(-1);
    if (!top) return "";
    if (top.at === undefined) return undefined;
    return top.list ? `${top.at}/${top.index}` : top.at + top.key;
  }

  private value(from: number, to: number): void {
    const at = this.pointer();
    if (at !== undefined && this.wanted.has(at)) this.tell(at, from, to);
  }

  private open(list: boolean, here: number): void {
    const at = this.pointer();
    // Of a container the beginning says enough: it may be as long as the file.
    if (at !== undefined && this.wanted.has(at)) this.tell(at, here, here + 1);
    const inside = at !== undefined && this.onTheWay.has(at) ? at : undefined;
    this.frames.push({ at: inside, list, index: 0, key: "", from: here });
  }
}

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
