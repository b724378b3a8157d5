import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { signatureMeanings } from "../../src/contract/signature-meanings.ts";

const source = fileURLToPath(new URL("../../src", import.meta.url));

const levels = ["l2-line", "l3-site", "l4-enterprise"]
  .flatMap((level) =>
    readdirSync(`${source}/${level}`, { recursive: true, encoding: "utf8" }).map(
      (file) => `${source}/${level}/${file}`,
    ),
  )
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

// 21 CFR 11.50(a)(3): what a signer reads on the page is what the level records.
test.each(Object.entries(signatureMeanings))("the meaning of %s is the one that its level records", (name, meaning) => {
  expect(levels.includes(`"${meaning}"`) || levels.includes(`signatureMeanings.${name}`)).toBe(true);
});
