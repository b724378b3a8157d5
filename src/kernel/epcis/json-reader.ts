import { type Json, type JsonObject, step } from "./element-json.ts";
import { EventJoints } from "./event-joints.ts";
import { DEFAULT_LIMITS, type Limits, stop } from "./limits.ts";

/** What the reader hands on. */
export type JsonSink = {
  /** The event list begins; the shell is what was told before it. */
  readonly list?: ((shell: JsonShell) => void) | undefined;
  /** One item of the event list, `index` from its start; `listAt` is the list's JSON pointer. */
  readonly event: (raw: Json, listAt: string, index: number) => void;
  /**
   * Takes parts out of the text of one or more events that need not become values; the events come without them. What
   * is left is a text of JSON exactly where the whole is, and at most one level less deep.
   */
  readonly cut?: ((text: string) => string) | undefined;
};

/** The document without its events, and whether it had a list of them. */
export type JsonShell = { readonly raw: JsonObject; readonly hasEventList: boolean; readonly events: number };

/** Objects on the way to the events; everything else is read whole. */
const WAY: Readonly<Record<string, readonly string[]>> = {
  "": ["epcisBody"],
  epcisBody: ["queryResults"],
  queryResults: ["resultsBody"],
  resultsBody: [],
};

type Container = {
  readonly name: string;
  readonly at: string;
  readonly object: Record<string, Json>;
  key: string;
  wants: "key-or-end" | "key" | "colon" | "value" | "comma-or-end";
};

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const COMMA = 44;
const COLON = 58;

/**
 * Reads an EPCIS document in JSON piece by piece: the way to the event list is walked, each event is
 * cut out and given to `JSON.parse`, and forgotten. Header and `@context` may stand before or after.
 * Stops with `epcis.syntax`, `epcis.too-deep`, `epcis.event-too-large`, `epcis.too-many-events`.
 */
export class JsonReader {
  private readonly sink: JsonSink;
  private readonly limits: Limits;
  private readonly skipEvents: boolean;
  private readonly way: Container[] = [];
  private root: JsonObject | undefined;
  private inList = false;
  private listWants: "value-or-end" | "value" | "comma-or-end" = "value-or-end";
  private listAt = "";
  private hasEventList = false;
  private events = 0;
  private line = 1;
  private lineStart = 0;
  private consumed = 0;
  private chunk = "";
  private readonly joints = new EventJoints();
  private batchFrom = 0;
  private eventEnd = -1;
  private saidLater = false;

  private capturing = false;
  private captured = "";
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** Of the piece, the next that was looked for. */
  private quoteAt = -1;
  private backslashAt = -1;

  /** `skipEvents` walks over the events without reading them, to learn what stands around them. */
  constructor(sink: JsonSink, limits: Limits = DEFAULT_LIMITS, skipEvents = false) {
    this.sink = sink;
    this.limits = limits;
    this.skipEvents = skipEvents;
  }

  write(chunk: string): void {
    this.chunk = chunk;
    this.batchFrom = 0;
    this.eventEnd = -1;
    this.quoteAt = -1;
    this.backslashAt = -1;
    let i = this.consumed === 0 && chunk.charCodeAt(0) === 0xfeff ? 1 : 0;
    while (i < chunk.length) i = this.capturing ? this.capture(chunk, i) : this.walk(chunk, i);
    for (let at = chunk.indexOf("\n"); at >= 0; at = chunk.indexOf("\n", at + 1)) {
      this.line++;
      this.lineStart = this.consumed + at + 1;
    }
    this.consumed += chunk.length;
  }

  end(): JsonShell {
    this.chunk = "";
    if (!this.root) this.fail("the text ends too early");
    return { raw: this.root, hasEventList: this.hasEventList, events: this.events };
  }

  /** Whether something was told behind the event list that a reader in one pass had to do without. */
  get toldLater(): boolean {
    return this.saidLater;
  }

  private fail(message: string, offset = 0): never {
    const before = this.chunk.slice(0, offset);
    const newline = before.lastIndexOf("\n");
    const line = this.line + before.split("\n").length - 1;
    const column = newline < 0 ? this.consumed + offset - this.lineStart + 1 : offset - newline;
    return stop("epcis.syntax", `${line}:${column}`, message);
  }

  private walk(chunk: string, from: number): number {
    const code = chunk.charCodeAt(from);
    if (code === 32 || code === 10 || code === 13 || code === 9) return from + 1;
    if (this.root) return this.fail("something follows the document", from);
    if (this.inList) return this.walkList(code, from);
    const top = this.way.at(-1);
    if (!top) {
      if (code !== OPEN_BRACE) return this.fail("a document is an object", from);
      this.descend("", "");
      return from + 1;
    }
    return this.walkObject(top, code, from);
  }

  private walkObject(top: Container, code: number, from: number): number {
    switch (top.wants) {
      case "key-or-end":
      case "key":
        if (code === CLOSE_BRACE && top.wants === "key-or-end") return this.ascend(from);
        if (code !== QUOTE) return this.fail("expected a member's name", from);
        return this.begin(from);
      case "colon":
        if (code !== COLON) return this.fail("expected a colon", from);
        top.wants = "value";
        return from + 1;
      case "value":
        return this.value(top, code, from);
      case "comma-or-end":
        if (code === CLOSE_BRACE) return this.ascend(from);
        if (code !== COMMA) return this.fail("expected a comma or the object's end", from);
        top.wants = "key";
        return from + 1;
    }
  }

  private value(top: Container, code: number, from: number): number {
    if (code === OPEN_BRACE && WAY[top.name]?.includes(top.key)) {
      this.descend(top.key, step(top.at, top.key));
      return from + 1;
    }
    const holdsEvents = top.name === "epcisBody" || top.name === "resultsBody";
    if (code === OPEN_BRACKET && holdsEvents && top.key === "eventList") {
      if (this.hasEventList) this.saidLater = true;
      this.inList = true;
      this.hasEventList = true;
      this.listWants = "value-or-end";
      this.listAt = step(top.at, top.key);
      if (!this.saidLater) this.sink.list?.(this.shellSoFar());
      return from + 1;
    }
    return this.begin(from);
  }

  private shellSoFar(): JsonShell {
    const [root, ...inner] = this.way;
    let holder = root as Container;
    for (const one of inner) {
      Object.defineProperty(holder.object, holder.key, {
        value: one.object,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      holder = one;
    }
    return { raw: (root as Container).object, hasEventList: true, events: 0 };
  }

  private walkList(code: number, from: number): number {
    if (this.listWants === "comma-or-end" && code === COMMA) {
      this.listWants = "value";
      return from + 1;
    }
    if (code === CLOSE_BRACKET && this.listWants !== "value") {
      this.inList = false;
      (this.way.at(-1) as Container).wants = "comma-or-end";
      return from + 1;
    }
    if (this.listWants === "comma-or-end") return this.fail("expected a comma or the list's end", from);
    if (this.events >= this.limits.eventsMax)
      stop("epcis.too-many-events", step(this.listAt, this.events), `more than ${this.limits.eventsMax} events`);
    if (this.skipEvents) return this.begin(from);
    if (this.eventEnd > 0) this.joints.learn(this.chunk, this.eventEnd, from);
    this.eventEnd = -1;
    const to = from >= this.batchFrom ? this.joints.lastEnd(this.chunk, from) : -1;
    if (to < 0) return this.begin(from);
    if (this.batch(from, to)) return to;
    // The guess was wrong, or something is: what follows is read with care.
    this.batchFrom = to;
    return this.begin(from);
  }

  /**
   * Reads the events in [from, to) of the piece at once. Where a text and a bracket behind it are a list, it is one of
   * whole events, whatever made us cut there. `false` leaves everything as it was.
   */
  private batch(from: number, to: number): boolean {
    if (to - from > this.limits.eventCharsMax) return false;
    const whole = this.chunk.slice(from, to);
    const text = this.sink.cut?.(whole) ?? whole;
    let events: readonly Json[];
    try {
      events = JSON.parse(`[${text}]`) as readonly Json[];
    } catch {
      return false;
    }
    if (this.events + events.length > this.limits.eventsMax) return false;
    const depthLeft = this.limits.depthMax - this.way.length - (text === whole ? 0 : 1);
    if (events.some((event) => isDeeper(event, depthLeft))) return false;
    for (const event of events) this.sink.event(event, this.listAt, this.events++);
    this.listWants = "comma-or-end";
    this.eventEnd = to;
    return true;
  }

  private descend(name: string, at: string): void {
    this.way.push({ name, at, object: {}, key: "", wants: "key-or-end" });
  }

  private ascend(from: number): number {
    const done = this.way.pop() as Container;
    const parent = this.way.at(-1);
    if (parent) this.put(parent, done.object);
    else this.root = done.object;
    return from + 1;
  }

  private put(holder: Container, value: Json): void {
    // `__proto__` is a name like any other here.
    Object.defineProperty(holder.object, holder.key, { value, enumerable: true, configurable: true, writable: true });
    holder.wants = "comma-or-end";
  }

  private begin(from: number): number {
    this.capturing = true;
    this.captured = "";
    this.depth = 0;
    this.inString = false;
    this.escaped = false;
    return from;
  }

  /** Takes characters up to the end of one value; answers where the next one may begin. */
  private capture(chunk: string, from: number): number {
    let i = from;
    for (; i < chunk.length; i++) {
      const code = chunk.charCodeAt(i);
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (code === BACKSLASH) this.escaped = true;
        else if (code === QUOTE) {
          this.inString = false;
          if (this.depth === 0) return this.finish(chunk, from, i + 1);
        } else i = this.plainEnd(chunk, i) - 1;
        continue;
      }
      if (code === QUOTE) this.inString = true;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.deepen();
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        if (this.depth === 0) return this.finish(chunk, from, i);
        if (--this.depth === 0) return this.finish(chunk, from, i + 1);
      } else if (this.depth === 0) {
        if (code === COMMA || code === 32 || code === 10 || code === 13 || code === 9)
          return this.finish(chunk, from, i);
      }
    }
    if (!this.skipping) this.captured += chunk.slice(from);
    if (this.captured.length > this.limits.eventCharsMax) this.tooLarge();
    return chunk.length;
  }

  /** Where the next quote or backslash stands behind `from`: strings are most of a document. */
  private plainEnd(chunk: string, from: number): number {
    if (this.quoteAt <= from) this.quoteAt = placeOf('"', chunk, from + 1);
    if (this.backslashAt <= from) this.backslashAt = placeOf("\\", chunk, from + 1);
    return Math.min(this.quoteAt, this.backslashAt);
  }

  private get skipping(): boolean {
    return this.skipEvents && this.inList;
  }

  private deepen(): void {
    this.depth++;
    if (this.depth + this.way.length > this.limits.depthMax)
      stop("epcis.too-deep", this.here(), `nested more than ${this.limits.depthMax} deep`);
  }

  private tooLarge(): never {
    return stop("epcis.event-too-large", this.here(), `more than ${this.limits.eventCharsMax} characters`);
  }

  private here(): string {
    const top = this.way.at(-1);
    if (this.inList) return step(this.listAt, this.events);
    return top ? step(top.at, top.key) : "";
  }

  private finish(chunk: string, from: number, to: number): number {
    this.capturing = false;
    if (this.skipping) {
      this.events++;
      this.listWants = "comma-or-end";
      return to;
    }
    const text = this.captured + chunk.slice(from, to);
    this.captured = "";
    if (text.length > this.limits.eventCharsMax) this.tooLarge();
    const top = this.way.at(-1) as Container;
    const isKey = !this.inList && (top.wants === "key" || top.wants === "key-or-end");
    const value = (this.inList ? this.parseCut(text) : undefined) ?? this.parse(text, to);
    if (this.inList) {
      const index = this.events++;
      this.listWants = "comma-or-end";
      this.eventEnd = to;
      this.sink.event(value, this.listAt, index);
    } else if (isKey) {
      top.key = value as string;
      top.wants = "colon";
    } else {
      if (this.hasEventList) this.saidLater = true;
      this.put(top, value);
    }
    return to;
  }

  /** An event without what is cut out of it; `undefined` where that is no JSON. */
  private parseCut(text: string): Json | undefined {
    const cut = this.sink.cut?.(text);
    if (cut === undefined || cut === text) return undefined;
    try {
      return JSON.parse(cut) as Json;
    } catch {
      return undefined;
    }
  }

  private parse(text: string, to: number): Json {
    try {
      return JSON.parse(text) as Json;
    } catch (error) {
      const reason = error instanceof Error ? error.message : "not JSON";
      const at = this.here();
      return at === "" ? this.fail(reason, to) : stop("epcis.syntax", at, reason);
    }
  }
}

/** Whether a value is nested more than `depth` deep. */
function isDeeper(value: Json, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth <= 0) return true;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item = (value as readonly Json[])[i] as Json;
      if (typeof item === "object" && isDeeper(item, depth - 1)) return true;
    }
    return false;
  }
  const object = value as JsonObject;
  for (const key in object) {
    const member = object[key] as Json;
    if (typeof member === "object" && isDeeper(member, depth - 1)) return true;
  }
  return false;
}

/** Where a character stands at `from` or behind it; the text's end where it does not. */
function placeOf(character: string, text: string, from: number): number {
  const at = text.indexOf(character, from);
  return at < 0 ? text.length : at;
}
