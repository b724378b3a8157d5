import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { printSeamsDoc, seamsDocPath } from "../scripts/seams-doc.ts";

test("docs/seams.md has every endpoint of the contract, with its right and kind [REQ-OPS-05]", async () => {
  const document = await readFile(seamsDocPath, "utf8");
  expect(document, "run scripts/seams-doc.ts").toBe(printSeamsDoc(document));
});
