import { readFileSync } from "node:fs";

/**
 * An annotated dump: hexadecimal bytes, then `#` and what they mean, to the end of the line. The tests read
 * protocols from these files, so that the bytes can be compared with a manual line by line.
 */
export function readHexDump(file: URL): Buffer {
  const digits = readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").replaceAll(/\s+/g, ""))
    .join("");
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new Error(`not a hex dump: ${file.pathname}`);
  return Buffer.from(digits, "hex");
}
