import { parseEpcisJson, readAnyEvent, readShell, type Shell } from "./json.ts";
import { step } from "./element-json.ts";
import { isEventType } from "./fields.ts";
import { JsonReader, type JsonShell } from "./json-reader.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import type { EpcisDocument, EpcisEvent, ForeignEvent } from "./model.ts";
import { Scope, type Namespace } from "./names.ts";
import { must } from "../base/result.ts";
import { isNewest, readAnyEventNode, readRoot } from "./xml.ts";
import { XmlReader } from "./xml/reader.ts";

/** What stands around the events of a document of either form. */
export type DocumentShell = { readonly document: Omit<EpcisDocument, "events">; readonly scope: Scope };

/**
 * The first of two passes: `feed` gives the text piece by piece, nothing of the events is kept.
 * Refuses by throwing (`RefusalError`), as all readers that are fed do.
 */
export async function readDocumentShell(
  form: "json" | "xml",
  feed: (write: (text: string) => void) => Promise<void>,
  limits: Limits = DEFAULT_LIMITS,
): Promise<DocumentShell> {
  return form === "json" ? jsonShell(feed, limits) : xmlShell(feed, limits);
}

async function jsonShell(
  feed: (write: (text: string) => void) => Promise<void>,
  limits: Limits,
): Promise<DocumentShell> {
  const reader = new JsonReader({ event: () => undefined }, limits, true);
  await feed((text) => reader.write(text));
  return shellOf(reader.end());
}

function shellOf(found: JsonShell): DocumentShell {
  if (isEventType(found.raw["type"])) {
    const { events: _, ...document } = must(parseEpcisJson(found.raw));
    return { document, scope: new Scope(document.namespaces) };
  }
  const shell: Shell = readShell(found.raw);
  return { document: shell.document, scope: shell.scope };
}

async function xmlShell(
  feed: (write: (text: string) => void) => Promise<void>,
  limits: Limits,
): Promise<DocumentShell> {
  let document: Omit<EpcisDocument, "events"> | undefined;
  let namespaces: readonly Namespace[] = [];
  const reader = new XmlReader(
    {
      root: (_, declared) => {
        namespaces = declared;
      },
      event: () => undefined,
      end: (root) => {
        document = readRoot(root, namespaces);
      },
    },
    limits,
  );
  await feed((text) => reader.write(text));
  reader.end();
  return { document: document as Omit<EpcisDocument, "events">, scope: new Scope(namespaces) };
}

/** The second pass: the events, one by one, in the document's order. */
export class EventReader {
  private readonly json: JsonReader | undefined;
  private readonly xml: XmlReader | undefined;
  private readonly shell: DocumentShell;
  private readonly sink: (event: EpcisEvent | ForeignEvent) => void;

  constructor(
    form: "json" | "xml",
    shell: DocumentShell,
    sink: (event: EpcisEvent | ForeignEvent) => void,
    limits: Limits = DEFAULT_LIMITS,
  ) {
    this.shell = shell;
    this.sink = sink;
    if (form === "json") {
      this.json = new JsonReader(
        { event: (raw, listAt, index) => sink(readAnyEvent(raw, shell.scope, step(listAt, index))) },
        limits,
      );
    } else {
      let newest = false;
      this.xml = new XmlReader(
        {
          root: (root) => {
            newest = isNewest(root);
          },
          event: (node) => sink(readAnyEventNode(node, newest)),
          end: () => undefined,
        },
        limits,
      );
    }
  }

  write(text: string): void {
    this.json?.write(text);
    this.xml?.write(text);
  }

  end(): void {
    this.xml?.end();
    const found = this.json?.end();
    if (found && isEventType(found.raw["type"])) this.sink(readAnyEvent(found.raw, this.shell.scope, ""));
  }
}
