import { EventReader, readDocumentShell } from "../../../src/kernel/epcis/event-reader.ts";
import { type EpcSpelling, spell } from "../../../src/kernel/epcis/identifiers.ts";
import { JsonFrame } from "../../../src/kernel/epcis/json-frame.ts";
import type { EpcisDocument, EpcisEvent, ForeignEvent, Note } from "../../../src/kernel/epcis/model.ts";
import { respelledEvent, respelledShell } from "../../../src/kernel/epcis/respell.ts";
import { XmlFrame } from "../../../src/kernel/epcis/xml.ts";
import { companyPrefixLengthOf, examplePrefixes } from "../../../src/kernel/gs1/company-prefix.ts";
import { formOfFile, type FileSource, textOf } from "./file-check.ts";

export const targetForms = { json: "EPCIS 2.0 JSON", xml: "EPCIS 2.0 XML", "xml1.2": "EPCIS 1.2 XML" } as const;
export type TargetForm = keyof typeof targetForms;
export type ConvertOptions = { readonly to: TargetForm; readonly epc: EpcSpelling };

/** How many notes are told: past that, more of the same says nothing. */
const notesMax = 1_000;

export type Converted = { readonly notes: readonly Note[]; readonly noteCount: number };

/**
 * A document in another form, piece by piece into `write`, one event in memory at a time. Throws a RefusalError where the
 * document cannot be read.
 */
export async function convertFile(
  file: FileSource,
  { to, epc }: ConvertOptions,
  write: (piece: string) => void,
  progress: (share: number) => void,
): Promise<Converted> {
  const form = await formOfFile(file);
  const shell = await readDocumentShell(form, async (feed) => {
    for await (const text of textOf(file, 0, progress)) feed(text);
  });
  const respell = (uri: string) =>
    spell(uri, epc, (elements) =>
      companyPrefixLengthOf(
        examplePrefixes,
        elements.map((one) => ({ ...one })),
      ),
    );
  const notes: Note[] = [];
  let dropped = 0;
  const frame = frameOf(respelledShell(shell.document, respell), to, notes);
  write(frame.open);
  const reader = new EventReader(form, shell, (event) => {
    write("before" in event ? frame.foreign(event) : frame.event(respelledEvent(event, respell)));
    dropped += Math.max(0, notes.length - notesMax);
    notes.length = Math.min(notes.length, notesMax);
  });
  for await (const text of textOf(file, 1, progress)) reader.write(text);
  reader.end();
  write(frame.close());
  return { notes, noteCount: notes.length + dropped };
}

function frameOf(document: Omit<EpcisDocument, "events">, to: TargetForm, notes: Note[]) {
  if (to === "json") {
    const json = new JsonFrame(document);
    return {
      open: json.open(),
      event: (event: EpcisEvent) => json.event(event),
      foreign: (event: ForeignEvent) => json.foreign(event),
      close: () => json.close(),
    };
  }
  const xml = new XmlFrame(document, to === "xml" ? "2.0" : "1.2", notes);
  let index = 0;
  return {
    open: xml.open(),
    event: (event: EpcisEvent) => xml.print(xml.event(event, index++)),
    foreign: (event: ForeignEvent) => xml.print(xml.foreign(event)),
    close: () => xml.close(),
  };
}
