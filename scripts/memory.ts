// `npm run memory`: documents of a gigabyte are checked, converted and hashed by the command line, each in a process of
// its own, beside the memory that each may take at most. Exit 1 when one took more or found a document wrong.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Form, forms, writeDocument } from "./memory/documents.ts";

const limitMiB = 300;
const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "1000" },
    form: { type: "string", multiple: true, default: [...forms] },
    directory: { type: "string", default: tmpdir() },
  },
});
const bytes = Number(values.megabytes) * 1_000_000;
const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
/** Loaded before the program: says at its end, on a descriptor of its own, the most memory that the process ever had, in kibibytes. */
const teller = `data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,String(process.resourceUsage().maxRSS)))`;

const folder = await mkdtemp(join(values.directory, "packtrail-memory-"));
let failed = false;
try {
  for (const form of values.form) {
    const document = join(folder, `document.${form === "json" ? "json" : "xml"}`);
    const events = await writeDocument(document, form as Form, bytes);
    console.log(`${form}: ${values.megabytes} MB, ${events} events`);
    for (const work of worksOn(document, form as Form)) await measure(work);
    await rm(document);
  }
} finally {
  await rm(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;

function worksOn(document: string, form: Form): string[][] {
  const other = form === "json" ? "xml1.2" : "json";
  return [
    ["validate", document],
    ["validate", "--profile", "dscsa", document],
    ["convert", document, "--to", other, "-o", join(folder, "converted")],
    ["hash", document],
  ];
}

async function measure(args: readonly string[]): Promise<void> {
  const began = performance.now();
  const { code, maxRssMiB } = await run(["epcis", ...args]);
  const seconds = (performance.now() - began) / 1_000;
  const holds = code === 0 && maxRssMiB < limitMiB;
  failed ||= !holds;
  const said = args.filter((arg) => !arg.startsWith(folder)).join(" ");
  console.log(
    `  ${holds ? "ok  " : "FAIL"} ${said.padEnd(28)} ${maxRssMiB.toFixed(0).padStart(5)} MiB  ${seconds.toFixed(0).padStart(5)} s  exit ${code}`,
  );
}

function run(args: readonly string[]): Promise<{ code: number; maxRssMiB: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", teller, main, ...args], {
      stdio: ["ignore", "ignore", "inherit", "pipe"],
    });
    let kibibytes = "";
    child.stdio[3]?.on("data", (text: Buffer) => {
      kibibytes += text.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, maxRssMiB: Number(kibibytes) / 1_024 }));
  });
}
