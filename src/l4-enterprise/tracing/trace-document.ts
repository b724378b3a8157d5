import { printEpcisJson } from "../../kernel/epcis/json.ts";
import type { Element, EpcisDocument, EpcisEvent } from "../../kernel/epcis/model.ts";
import { printEpcisXml20 } from "../../kernel/epcis/xml.ts";
import type { TracedEvent } from "../epcis-repository/trace-events.ts";

const namespace = "urn:packtrail:trace:";
const named = (local: string, value: string): Element => ({ name: { namespace, local, prefix: "trace" }, value });

/**
 * Events as an EPCIS 2.0 document. What a partner told bears its GLN (`trace:sharedBy`); an event that was narrowed to
 * what the trace is about names the one it is part of (`trace:partOf`) and bears no eventID, because it is another event.
 */
export function traceDocument(
  events: readonly TracedEvent[],
  about: { readonly at: number; readonly partnerOf: (captureId: string) => string | undefined },
  form: "json" | "xml",
): string {
  const document: EpcisDocument = {
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: { at: about.at, offsetMinutes: 0 },
    namespaces: [{ prefix: "trace", uri: namespace }],
    events: events.map((traced) => marked(traced, about.partnerOf(traced.captureId))),
  };
  return form === "json" ? printEpcisJson(document) : printEpcisXml20(document).xml;
}

function marked({ event, partOf, source }: TracedEvent, partner: string | undefined): EpcisEvent {
  const marks = [
    ...(source === "shared" ? [named("sharedBy", partner ?? "")] : []),
    ...(partOf === undefined ? [] : [named("partOf", partOf)]),
  ];
  return marks.length === 0 ? event : { ...event, extensions: [...(event.extensions ?? []), ...marks] };
}
