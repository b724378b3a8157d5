import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import PDFDocument from "pdfkit";

/** A printed report: a head, and sections of sentences and tables. */
export type Report = {
  readonly title: string;
  /** Company, environment: what stands at the top of every page. */
  readonly letterhead: string;
  /** Who asked for it, when: what stands at the foot of every page, beside its number. */
  readonly footer: string;
  /** ms UTC */
  readonly at: number;
  readonly sections: readonly Section[];
};
export type Section = {
  readonly heading: string;
  readonly sentences?: readonly string[];
  readonly table?: { readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] };
};
/** `share`: of the page's width, all of a table together 1. */
export type Column = { readonly head: string; readonly share: number; readonly mono?: boolean };

const margin = 48;
const footHeight = 30;
const headHeight = 22;
const cellPad = 4;

const require = createRequire(import.meta.url);
type Font = "plain" | "bold" | "mono";
let files: Readonly<Record<Font, Buffer>> | undefined;

/** Read once: names of people and places are of any alphabet, and the fonts that every reader has are not. */
function fontFiles(): Readonly<Record<Font, Buffer>> {
  files ??= {
    plain: readFileSync(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf")),
    bold: readFileSync(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf")),
    mono: readFileSync(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf")),
  };
  return files;
}

/** Prints a report on A4. The same report is the same bytes. */
export async function printReport(report: Report): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: "A4",
    margins: { top: margin + headHeight, bottom: margin + footHeight, left: margin, right: margin },
    bufferPages: true,
    lang: "en",
    displayTitle: true,
    info: { Title: report.title, Author: report.letterhead, CreationDate: new Date(report.at), Producer: "Packtrail" },
  });
  for (const [name, file] of Object.entries(fontFiles())) document.registerFont(name, file);
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on("data", (chunk: Buffer) => chunks.push(chunk));
    document.on("end", resolve);
    document.on("error", reject);
  });
  document.font("bold").fontSize(16).text(report.title);
  document.moveDown(0.6);
  for (const section of report.sections) printSection(document, section);
  printEdges(document, report);
  document.end();
  await ended;
  return new Uint8Array(Buffer.concat(chunks));
}

type Document = InstanceType<typeof PDFDocument>;

const widthOf = (document: Document): number => document.page.width - 2 * margin;
const bottomOf = (document: Document): number => document.page.height - margin - footHeight;

function printSection(document: Document, { heading, sentences = [], table }: Section): void {
  // A heading does not stand alone at the foot of a page.
  if (document.y > bottomOf(document) - 60) document.addPage();
  document.font("bold").fontSize(11).text(heading, margin);
  document.moveDown(0.3);
  document.font("plain").fontSize(8.5);
  for (const sentence of sentences) document.text(sentence, margin, undefined, { width: widthOf(document) });
  if (table !== undefined) printTable(document, table.columns, table.rows);
  document.moveDown(0.9);
}

function printTable(document: Document, columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  const heads = columns.map(({ head }) => head);
  printRow(document, columns, heads, true);
  for (const row of rows) {
    if (document.y + heightOf(document, columns, row, false) > bottomOf(document)) {
      document.addPage();
      printRow(document, columns, heads, true);
    }
    printRow(document, columns, row, false);
  }
}

function cellFont(document: Document, column: Column, head: boolean): Document {
  return document.font(head ? "bold" : column.mono === true ? "mono" : "plain").fontSize(7.5);
}

function heightOf(document: Document, columns: readonly Column[], cells: readonly string[], head: boolean): number {
  const heights = columns.map((column, index) =>
    cellFont(document, column, head).heightOfString(cells[index] ?? "", {
      width: column.share * widthOf(document) - cellPad,
    }),
  );
  return Math.max(...heights) + cellPad;
}

function printRow(document: Document, columns: readonly Column[], cells: readonly string[], head: boolean): void {
  const height = heightOf(document, columns, cells, head);
  const top = document.y;
  let left = margin;
  for (const [index, column] of columns.entries()) {
    const width = column.share * widthOf(document);
    cellFont(document, column, head).text(cells[index] ?? "", left, top + cellPad / 2, { width: width - cellPad });
    left += width;
  }
  document
    .moveTo(margin, top + height)
    .lineTo(margin + widthOf(document), top + height)
    .lineWidth(head ? 0.8 : 0.3)
    .strokeColor("#8a8f98")
    .stroke();
  document.x = margin;
  document.y = top + height;
}

/** Head and foot of every page, once it is known how many there are. */
function printEdges(document: Document, { letterhead, footer }: Report): void {
  const { count } = document.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    document.switchToPage(page);
    // Writing below the margin would begin another page.
    document.page.margins.bottom = 0;
    const width = widthOf(document);
    document.font("plain").fontSize(8).fillColor("#444");
    document.text(letterhead, margin, margin - 6, { width, lineBreak: false });
    const foot = document.page.height - margin - 8;
    document.text(footer, margin, foot, { width: width - 80, height: 20 });
    document.text(`Page ${page + 1} of ${count}`, margin + width - 80, foot, { width: 80, align: "right" });
    document.fillColor("black");
  }
}
