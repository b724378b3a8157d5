import { type Refusal, RefusalError } from "../base/result.ts";
import { checkShell } from "./check/shell.ts";
import { DscsaProfile } from "./check/dscsa.ts";
import { Fingerprints } from "./check/fingerprints.ts";
import { JsonStructure } from "./check/json-structure.ts";
import { checkMeaning } from "./check/meaning.ts";
import { XmlStructure } from "./check/xml-structure.ts";
import { judgeSoundEvent, type SoundContext, readSoundEvent } from "./check/sound-event.ts";
import { PlainLists } from "./check/plain-lists.ts";
import { SoundIdentifiers } from "./check/sound-identifiers.ts";
import { isObject, type Json, step } from "./element-json.ts";
import { type Finding, Findings } from "./check/finding.ts";
import { isEventType } from "./fields.ts";
import { type JsonShell, JsonReader } from "./json-reader.ts";
import { readAnyEvent, readShell, type Shell } from "./json.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { type Locate, locateJson, locateXml } from "./check/locate.ts";
import type { EpcisDocument, EpcisEvent } from "./model.ts";
import { Scope } from "./names.ts";
import { isNewest, readAnyEventNode, readRoot, readStart } from "./xml.ts";
import { XmlReader } from "./xml/reader.ts";

export type CheckReport = {
  /** No errors; warnings do not make a document invalid. */
  readonly valid: boolean;
  readonly events: number;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** How many there were; the lists keep the first thousand of each. */
  readonly errorCount: number;
  readonly warningCount: number;
};

export type CheckRules = { readonly profile?: "dscsa"; readonly limits?: Partial<Limits> };

/** JSON begins with a brace, XML with an angle bracket; `undefined` when neither comes first. */
export function formOf(start: string): "json" | "xml" | undefined {
  const first = /[^\s\ufeff]/.exec(start)?.[0];
  return first === "{" ? "json" : first === "<" ? "xml" : undefined;
}

/**
 * Says whether a text is a valid EPCIS document: structure (the official JSON and XML schemas, and
 * nothing less), meaning (the text of EPCIS and the CBV) and, when asked, a profile. Never refuses:
 * what cannot be read is an error like any other.
 */
export function checkDocument(text: string, rules: CheckRules = {}): CheckReport {
  if (formOf(text.slice(0, 1_000)) === "xml") {
    const checker = new XmlChecker(rules);
    return checker.run((reader) => reader.write(text));
  }
  const feed = (reader: JsonReader) => reader.write(text);
  const inOnePass = new JsonChecker(rules).runOnce(feed);
  if (inOnePass) return inOnePass;
  const shell = scanShell(feed, rules);
  if ("refusal" in shell) return new JsonChecker(rules).unreadable(shell.refusal);
  return new JsonChecker(rules, shell).run(feed);
}

/** The same of JSON that is fed piece by piece; `feed` is called once more where one pass is not enough. */
export async function checkJsonFrom(feed: Feed, rules: CheckRules = {}): Promise<CheckReport> {
  const inOnePass = await new JsonChecker(rules).runOnceFrom(feed);
  if (inOnePass) return inOnePass;
  const shell = await scanShellFrom(feed, rules);
  if ("refusal" in shell) return new JsonChecker(rules).unreadable(shell.refusal);
  return new JsonChecker(rules, shell).runFrom(feed);
}

/** Gives a document's text piece by piece. */
export type Feed = (write: (text: string) => void) => Promise<void>;

/** The first of two passes over JSON: what stands around the events, wherever it stands. */
function scanShell(feed: (reader: JsonReader) => void, rules: CheckRules): JsonShell | { readonly refusal: Refusal } {
  const reader = new JsonReader({ event: () => undefined }, limitsOf(rules), true);
  try {
    feed(reader);
    return reader.end();
  } catch (error) {
    if (error instanceof RefusalError) return { refusal: error.refusal };
    throw error;
  }
}

/** The same, fed from a file. */
export async function scanShellFrom(feed: Feed, rules: CheckRules): Promise<JsonShell | { readonly refusal: Refusal }> {
  const reader = new JsonReader({ event: () => undefined }, limitsOf(rules), true);
  try {
    await feed((text) => reader.write(text));
    return reader.end();
  } catch (error) {
    if (error instanceof RefusalError) return { refusal: error.refusal };
    throw error;
  }
}

export function limitsOf(rules: CheckRules): Limits {
  return { ...DEFAULT_LIMITS, ...rules.limits };
}

/** What both forms share: meaning, profile, repeated event IDs and the report. */
class Checker {
  protected readonly findings = new Findings();
  protected readonly identifiers = new SoundIdentifiers();
  protected readonly profile: DscsaProfile | undefined;
  protected events = 0;
  private readonly eventIds = new Fingerprints();

  constructor(rules: CheckRules) {
    this.profile = rules.profile === "dscsa" ? new DscsaProfile(this.findings) : undefined;
  }

  protected meaning(event: EpcisEvent, locate: Locate, context: Parameters<typeof checkMeaning>[3]): void {
    checkMeaning(event, this.findings, locate, context, this.identifiers);
    this.told(event, locate);
  }

  /** What is asked of an event beside the others: the profile's questions, and that its ID is its own. */
  protected told(event: EpcisEvent, locate: Locate): void {
    this.profile?.event(event, locate);
    // An error declaration repeats the ID of the event it takes back (EPCIS 2.0 §7.4.1.4).
    if (!event.errorDeclaration) this.named(event.eventID, locate);
  }

  /** An event's ID is its own. */
  protected named(eventID: string | undefined, locate: Locate): void {
    if (eventID === undefined || this.eventIds.size >= eventIdsMax) return;
    if (!this.eventIds.add(eventID))
      this.findings.warn("epcis.duplicate-event-id", locate("eventID"), `${eventID} names two events`);
  }

  protected caught(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      this.refused(error.refusal);
    }
  }

  protected async caughtFrom(read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      this.refused(error.refusal);
    }
  }

  protected refused({ code, at = "", message = code }: Refusal): void {
    this.findings.error(code, at, message);
  }

  /** Reads what was checked already: where that found errors, a refusal says nothing new. */
  protected reading(errorsBefore: number, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      if (this.findings.errorCount === errorsBefore) this.refused(error.refusal);
    }
  }

  unreadable(refusal: Refusal): CheckReport {
    this.refused(refusal);
    return this.report();
  }

  protected report(): CheckReport {
    const { errors, warnings, errorCount, warningCount } = this.findings;
    return { valid: errorCount === 0, events: this.events, errors, warnings, errorCount, warningCount };
  }
}

/** How many event IDs are compared with each other in one document. */
const eventIdsMax = 500_000;

/**
 * Checks a JSON document. Usually all that stands around the events is told before them, and one pass does; where it is
 * not, or where the document cannot be read to its end, a first pass finds the shell for a second.
 */
export class JsonChecker extends Checker {
  private shell: JsonShell | undefined;
  private readonly structure: JsonStructure;
  private readonly limits: Limits;
  private read: Shell | undefined;
  private sound: SoundContext | undefined;
  /** A profile asks for every identifier. */
  private readonly lists: PlainLists | undefined;

  constructor(rules: CheckRules, shell?: JsonShell) {
    super(rules);
    this.limits = limitsOf(rules);
    this.structure = new JsonStructure(this.findings, this.identifiers);
    this.lists = this.profile ? undefined : new PlainLists(this.identifiers);
    if (shell) this.begin(shell);
  }

  private begin(shell: JsonShell): void {
    this.shell = shell;
    const type = shell.raw["type"];
    if (isEventType(type)) return;
    if (type !== "EPCISDocument" && type !== "EPCISQueryDocument") {
      if (typeof type === "string" && type.includes(":")) return;
      return this.findings.error(
        "epcis.unknown-document",
        "/type",
        "type is EPCISDocument, EPCISQueryDocument or an event's",
      );
    }
    checkShell(shell.raw, shell.hasEventList, this.findings);
    this.reading(0, () => {
      this.read = readShell(shell.raw);
      const { createdAt } = contextOf("json", this.read.document);
      this.sound = { scope: this.read.scope, identifiers: this.identifiers, createdAt, lists: this.lists };
    });
  }

  private reader(list?: (shell: JsonShell) => void): JsonReader {
    const event = (raw: Json, listAt: string, index: number) => this.event(raw, listAt, index);
    const { lists } = this;
    return new JsonReader({ event, list, cut: lists && ((text) => lists.cut(text)) }, this.limits);
  }

  /** One pass; `undefined` where the document wants two. */
  runOnce(feed: (reader: JsonReader) => void): CheckReport | undefined {
    const reader = this.reader((shell) => this.begin(shell));
    try {
      feed(reader);
      return this.once(reader);
    } catch (error) {
      if (error instanceof RefusalError) return undefined;
      throw error;
    }
  }

  async runOnceFrom(feed: Feed): Promise<CheckReport | undefined> {
    const reader = this.reader((shell) => this.begin(shell));
    try {
      await feed((text) => reader.write(text));
      return this.once(reader);
    } catch (error) {
      if (error instanceof RefusalError) return undefined;
      throw error;
    }
  }

  private once(reader: JsonReader): CheckReport | undefined {
    reader.end();
    return this.shell && !reader.toldLater ? this.finish() : undefined;
  }

  run(feed: (reader: JsonReader) => void): CheckReport {
    const reader = this.reader();
    this.caught(() => {
      feed(reader);
      reader.end();
    });
    return this.finish();
  }

  /** The same, fed from a file. */
  async runFrom(feed: Feed): Promise<CheckReport> {
    const reader = this.reader();
    await this.caughtFrom(async () => {
      await feed((text) => reader.write(text));
      reader.end();
    });
    return this.finish();
  }

  private finish(): CheckReport {
    const raw = this.shell?.raw;
    const type = raw?.["type"];
    const single =
      isEventType(type) ||
      (typeof type === "string" && type !== "EPCISDocument" && type !== "EPCISQueryDocument" && type.includes(":"));
    if (raw && single) this.carefully(raw, "", true);
    if (this.read || single) this.profile?.end(this.read?.document.header);
    return this.report();
  }

  private event(raw: Json, listAt: string, index: number): void {
    const { lists, sound } = this;
    if (!lists) return this.whole(raw, listAt, index);
    const judged = sound && judgeSoundEvent(raw, sound);
    if (!judged) return this.carefully(lists.restore(raw), step(listAt, index), false);
    this.events++;
    this.named(judged.eventID, (field, item) => locateJson(step(listAt, index))(field, item));
  }

  /** An event that is read, not only judged. */
  private whole(raw: Json, listAt: string, index: number): void {
    const event = this.sound && readSoundEvent(raw, this.sound);
    if (!event) return this.carefully(raw, step(listAt, index), false);
    this.events++;
    this.told(event, (field, item) => locateJson(step(listAt, index))(field, item));
  }

  private carefully(raw: Json, at: string, standalone: boolean): void {
    this.events++;
    const before = this.findings.errorCount;
    this.structure.event(raw, at, standalone);
    if (!isObject(raw) || !isEventType(raw["type"])) return;
    this.reading(before, () => {
      const event = readAnyEvent(raw, this.read?.scope ?? new Scope(), at);
      if ("before" in event) return;
      const document = this.read?.document;
      const context = contextOf("json", document);
      this.webWords(raw, at);
      // Meaning is asked of what has the right structure; the rest was told already.
      if (this.findings.errorCount === before) this.meaning(event, locateJson(at), context);
      else this.profile?.event(event, locateJson(at));
    });
  }

  private webWords(raw: Json, at: string): void {
    if (!isObject(raw)) return;
    for (const key of ["bizStep", "disposition"]) {
      const word = raw[key];
      if (typeof word === "string" && word.startsWith("https://ref.gs1.org/cbv/")) {
        this.findings.warn(
          "epcis.web-word",
          `${at}/${key}`,
          "JSON spells words of the CBV bare; the whole web URI is read as the same word",
        );
      }
    }
  }
}

function contextOf(
  form: "json" | "xml",
  document: Pick<EpcisDocument, "type" | "creationDate"> | undefined,
): Parameters<typeof checkMeaning>[3] {
  const query = document?.type === "EPCISQueryDocument";
  return { form, query, ...(document && !query ? { createdAt: document.creationDate.at } : {}) };
}

/** Checks an XML document in one pass. */
export class XmlChecker extends Checker {
  private structure: XmlStructure | undefined;
  private newest = false;
  private head: Pick<EpcisDocument, "type" | "creationDate"> | undefined;
  private readonly reader: XmlReader;

  constructor(rules: CheckRules) {
    super(rules);
    let namespaces: Parameters<typeof readRoot>[1] = [];
    this.reader = new XmlReader(
      {
        root: (root, declared) => {
          namespaces = declared;
          this.newest = isNewest(root);
          this.structure = new XmlStructure(this.findings, this.newest);
          this.caught(() => {
            this.head = readStart(root);
          });
        },
        event: (node, wrappers) => {
          this.events++;
          const before = this.findings.errorCount;
          this.structure?.event(node, wrappers);
          this.reading(before, () => {
            const event = readAnyEventNode(node, this.newest);
            if ("before" in event) return;
            if (this.findings.errorCount === before) this.meaning(event, locateXml(node), contextOf("xml", this.head));
            else this.profile?.event(event, locateXml(node));
          });
        },
        end: (root) => {
          // Of a document that is no EPCIS document there is nothing more to say.
          const before = this.findings.errorCount;
          if (this.head) this.structure?.document(root);
          this.reading(this.head ? before : -1, () => {
            const document = readRoot(root, namespaces);
            this.profile?.end(document.header, root.at);
          });
        },
      },
      limitsOf(rules),
    );
  }

  run(feed: (reader: XmlReader) => void): CheckReport {
    this.caught(() => {
      feed(this.reader);
      this.reader.end();
    });
    return this.report();
  }

  /** The same, fed from a file. */
  async runFrom(feed: (write: (text: string) => void) => Promise<void>): Promise<CheckReport> {
    await this.caughtFrom(async () => {
      await feed((text) => this.reader.write(text));
      this.reader.end();
    });
    return this.report();
  }
}
