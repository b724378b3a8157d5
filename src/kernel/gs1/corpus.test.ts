import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { must } from "../base/result.ts";
import { allAis } from "./ai/ai.ts";
import { type AiRow, aiTable } from "./ai/ai-table.ts";
import { parseDigitalLink } from "./digital-link.ts";
import { parseEpc, printEpc } from "./epc.ts";
import { epcSchemes } from "./key-table.ts";

// Against what GS1 publishes, where PACKTRAIL_CORPUS names a folder with it: the Barcode Syntax Dictionary and the
// EPCIS examples. The rules themselves are shown by the other tests without it.
const corpus = process.env["PACKTRAIL_CORPUS"];
const dictionary = corpus && join(corpus, "gs1-syntax-dictionary/gs1-syntax-dictionary.txt");
const examples = corpus && join(corpus, "gs1-epcis");
const wanted = (path: string | undefined, skip: (reason: string) => void): string => {
  if (!path || !existsSync(path)) skip("PACKTRAIL_CORPUS names no folder with GS1's published files");
  return path ?? "";
};

describe("the GS1 Barcode Syntax Dictionary", () => {
  test("is the table of AIs, row for row", ({ skip }) => {
    const rows = readFileSync(wanted(dictionary, skip), "utf8")
      .split("\n")
      .filter((line) => /^\d/.test(line))
      .map(rowOf);
    expect(aiTable).toEqual(rows);
    expect([...allAis()].length).toBeGreaterThan(500);
  });
});

/** `AIs [flags] components… [attributes…] [# title]`. */
function rowOf(line: string): AiRow {
  const [left, title] = [line.replace(/ # .*/, ""), line.replace(/^.*? # |^[^#]*$/, "")];
  const [ais, ...tokens] = left.trim().split(/\s+/) as [string, ...string[]];
  const flags = /^[*?]+$/.test(tokens[0]!) ? tokens.shift()! : "";
  const isRule = (token: string) => /^(req|ex|dlpkey)/.test(token);
  return [
    ais,
    flags,
    tokens.filter((token) => !isRule(token)).join(" "),
    tokens.filter(isRule).join(" "),
    title.trim(),
  ];
}

describe("EPC URIs in GS1's EPCIS examples", () => {
  const schemes = epcSchemes.map(({ name }) => name).join("|");
  const pattern = new RegExp(`urn:epc:(?:id|class|idpat):(?:${schemes}):[^\\s"'<>,?\\\\]+`, "g");

  const found = (folder: string, what: RegExp) =>
    new Set(
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => /\.(json|jsonld|xml)$/.test(file))
        .flatMap((file) => readFileSync(join(folder, file), "utf8").match(what) ?? []),
    );

  test("and Digital Links are read", ({ skip }) => {
    const links = found(
      wanted(examples, skip),
      /https?:\/\/[\w.-]+\/(?:\w+\/)*?(?:00|01|253|255|40[12]|41[47]|800[346]|801[0378])\/\d[^\s"'<>,\\)]+/g,
    );
    expect(links.size).toBeGreaterThan(20);
    expect([...links].flatMap((link) => (parseDigitalLink(link).ok ? [] : [link]))).toEqual([]);
  });

  test("are read, and printed as they are", ({ skip }) => {
    const urns = found(wanted(examples, skip), pattern);
    expect(urns.size).toBeGreaterThan(50);
    const wrong: string[] = [];
    for (const urn of urns) {
      const parsed = parseEpc(urn);
      if (!parsed.ok) wrong.push(`${urn} ${parsed.refusal.code}`);
      else if (parsed.value.elements.length > 0) {
        expect(must(printEpc(parsed.value.elements, parsed.value.companyPrefix.length))).toBe(urn);
      }
    }
    expect(wrong).toEqual([]);
  });
});
