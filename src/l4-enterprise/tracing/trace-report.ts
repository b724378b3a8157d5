import type { Trace } from "../../contract/enterprise-api.ts";
import type { Evidence, LotTrace, MomentView } from "../../contract/trace-api.ts";
import { printInstant } from "../../kernel/base/time.ts";
import type { Section } from "./report-pdf.ts";

// What a printed trace says. Times are UTC: a page that is filed has no time zone.

const none = "–";
const words = (text: string) => (text === "" ? none : text.replaceAll("_", " "));
const time = (at: number | null) =>
  at === null
    ? none
    : printInstant(at)
        .replace("T", " ")
        .replace(/\.\d+Z$/, "Z");

/** How an identifier is printed: `(01) 09521234543213 (21) A1B2C3`. */
export function printed(id: string): string {
  const path = /^https:\/\/id\.gs1\.org\/(.*)$/.exec(id)?.[1];
  if (path === undefined) return id;
  const parts = path.split("/").map((part) => decodeURIComponent(part));
  return parts.map((part, index) => (index % 2 === 0 ? `(${part})` : part)).join(" ");
}

const sources = { own: "own record", shared: "shared by them", asked: "asked for now" } as const;

/** One pack or container. */
export function traceSections(
  trace: Trace,
  moment: MomentView,
  evidence: Evidence,
  nameOf: (place: string) => string | undefined,
): Section[] {
  const place = (uri: string | null) => (uri === null ? none : (nameOf(uri) ?? printed(uri)));
  return [
    {
      heading: trace.productName ?? "Container",
      sentences: [
        `Identifier: ${printed(trace.id)}`,
        `Lot: ${trace.lot ?? none}   Expiry: ${trace.expiry ?? none}`,
        `Now: ${words(trace.state.disposition)}, at ${place(trace.state.place)}, in ${trace.state.parent === null ? "nothing" : printed(trace.state.parent)}`,
      ],
    },
    {
      heading: "Its way",
      sentences: trace.hops.length === 0 ? ["Nothing is on record."] : [],
      table: {
        columns: [
          { head: "When (UTC)", share: 0.14 },
          { head: "What", share: 0.16 },
          { head: "Where", share: 0.2 },
          { head: "Recorded by", share: 0.2 },
          { head: "Stands in after it", share: 0.3, mono: true },
        ],
        rows: trace.hops.map((hop) => [
          time(hop.at),
          `${words(hop.bizStep)}; ${words(hop.disposition)}`,
          place(hop.place),
          `${hop.companyName} (${hop.company}), ${sources[hop.source]}`,
          hop.parent === null ? "nothing" : printed(hop.parent),
        ]),
      },
    },
    {
      heading: "What stands in what, now",
      sentences: [
        ...moment.ancestors.map(({ id, link }) => `in ${printed(id)}, ${link}`),
        moment.childCount === 0 ? "Nothing in it is known." : `${moment.childCount} directly inside.`,
        ...moment.contents.map(({ gtin, lot, packs }) => `${packs} packs of ${gtin}, lot ${lot ?? none}`),
      ],
    },
    ...evidenceSections(evidence),
  ];
}

/** A lot. */
export function lotSections(lot: LotTrace, nameOf: (place: string) => string | undefined): Section[] {
  const place = (uri: string | null) => (uri === null ? "not known" : (nameOf(uri) ?? printed(uri)));
  const count = (head: string) => ({ head, share: 0.2 });
  return [
    {
      heading: lot.productName ?? `GTIN ${lot.gtin}`,
      sentences: [
        `GTIN ${lot.gtin}, lot ${lot.lot}, expiry ${lot.expiry ?? none}`,
        `${lot.packs} packs ever commissioned, ${lot.containerCount} outermost containers, ${lot.loose} packs loose`,
        `${lot.openExceptions} open exceptions`,
      ],
    },
    {
      heading: "By state",
      table: {
        columns: [{ head: "Standing", share: 0.4 }, { head: "Disposition", share: 0.4 }, count("Packs")],
        rows: lot.byState.map((row) => [words(row.standing), words(row.disposition), String(row.packs)]),
      },
    },
    {
      heading: "By place",
      table: {
        columns: [{ head: "Place last told of", share: 0.6 }, { head: "With us", share: 0.2 }, count("Packs")],
        rows: lot.byPlace.map((row) => [place(row.place), row.here ? "yes" : "no", String(row.packs)]),
      },
    },
    {
      heading: "Whom a recall has to reach",
      sentences: lot.recall.length === 0 ? ["Nobody: nothing of it left."] : [],
      table: {
        columns: [{ head: "Company", share: 0.4 }, count("Packs sent"), count("Back with us"), count("Ended there")],
        rows: lot.recall.map((row) => [
          `${row.partnerName} (${row.partner})`,
          String(row.packs),
          String(row.back),
          String(row.ended),
        ]),
      },
    },
    {
      heading: "Deliveries",
      table: {
        columns: [
          { head: "When (UTC)", share: 0.2 },
          { head: "Direction", share: 0.15 },
          { head: "Company", share: 0.3 },
          { head: "Purchase order", share: 0.2 },
          { head: "Packs", share: 0.15 },
        ],
        rows: lot.shipments.map((row) => [
          time(row.at),
          row.direction,
          row.partnerName,
          row.purchaseOrder,
          String(row.packs),
        ]),
      },
    },
    {
      heading: "Outermost containers",
      sentences: lot.containerCount > lot.containers.length ? [`The first ${lot.containers.length}.`] : [],
      table: {
        columns: [{ head: "Container", share: 0.45, mono: true }, { head: "Place", share: 0.35 }, count("Packs")],
        rows: lot.containers.map((row) => [printed(row.id), place(row.place), String(row.packs)]),
      },
    },
    ...evidenceSections({
      documents: [],
      signatures: lot.signatures.map((signature) => ({ ...signature, about: `lot ${lot.lot}` })),
    }),
  ];
}

function evidenceSections({ documents, signatures }: Evidence): Section[] {
  const documentTable: Section = {
    heading: "Documents it rests on",
    table: {
      columns: [
        { head: "Received (UTC)", share: 0.16 },
        { head: "From", share: 0.28 },
        { head: "SHA-256", share: 0.56, mono: true },
      ],
      rows: documents.map((each) => [time(each.at), `${each.companyName}, ${sources[each.source]}`, each.sha256]),
    },
  };
  return [
    ...(documents.length === 0 ? [] : [documentTable]),
    {
      heading: "Who signed",
      sentences: signatures.length === 0 ? ["No signature is on record here."] : [],
      table: {
        columns: [
          { head: "When (UTC)", share: 0.2 },
          { head: "Who", share: 0.25 },
          { head: "Meaning", share: 0.35 },
          { head: "About", share: 0.2 },
        ],
        rows: signatures.map((each) => [time(each.at), each.userName, each.meaning, each.about]),
      },
    },
  ];
}
