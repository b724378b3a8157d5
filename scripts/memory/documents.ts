import { open } from "node:fs/promises";
import { palletEvents, pharmaShell } from "../../bench/pharma-document.ts";
import { JsonFrame } from "../../src/kernel/epcis/json-frame.ts";
import type { EpcisEvent } from "../../src/kernel/epcis/model.ts";
import { XmlFrame } from "../../src/kernel/epcis/xml.ts";

export const forms = ["json", "xml", "xml1.2"] as const;
export type Form = (typeof forms)[number];

const seed = 5;
/** More pallets than any document here has: the header is written before they are counted. */
const palletsMax = 100_000;

/** Writes a document of pallets of at least `bytes`; answers how many events it has. */
export async function writeDocument(path: string, form: Form, bytes: number): Promise<number> {
  const pieces = form === "json" ? jsonPieces() : xmlPieces(form === "xml" ? "2.0" : "1.2");
  const file = await open(path, "w");
  let written = 0;
  let events = 0;
  try {
    const write = async (text: string) => void (written += (await file.write(text)).bytesWritten);
    await write(pieces.open);
    for (let pallet = 0; written < bytes; pallet++) {
      const told = palletEvents(seed, pallet);
      events += told.length;
      await write(told.map(pieces.event).join(""));
    }
    await write(pieces.close());
  } finally {
    await file.close();
  }
  return events;
}

function jsonPieces() {
  const frame = new JsonFrame(pharmaShell(palletsMax));
  return { open: frame.open(), event: (event: EpcisEvent) => frame.event(event), close: () => frame.close() };
}

function xmlPieces(version: "1.2" | "2.0") {
  const frame = new XmlFrame(pharmaShell(palletsMax), version, []);
  const event = (one: EpcisEvent, index: number) => frame.print(frame.event(one, index));
  return { open: frame.open(), event, close: () => frame.close() };
}
