import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { deny, must } from "../kernel/base/result.ts";
import type { LineSink } from "../l4-enterprise/transfer/export.handler.ts";
import type { LineSource } from "../l4-enterprise/transfer/import.handler.ts";
import { type Manifest, manifestFile, readManifest } from "../l4-enterprise/transfer/manifest.ts";

const readBytes = 1 << 18;
/** What a company made is nobody else's to read. */
const directoryMode = 0o700;
const fileMode = 0o600;

export type ExportFiles = {
  readonly write: LineSink;
  /** Everything on disk, then the manifest. */
  finish(manifest: Manifest): Promise<void>;
  close(): Promise<void>;
};

/** A new directory's files, each opened when its first line comes. Refuses `transfer.directory` one that has anything in it. */
export function openExportFiles(directory: string): ExportFiles {
  mkdirSync(directory, { recursive: true, mode: directoryMode });
  if (readdirSync(directory).length > 0) deny("transfer.directory", directory);
  const files = new Map<string, FileHandle>();
  return {
    async write(file, lines) {
      let handle = files.get(file);
      if (handle === undefined) {
        handle = await open(join(directory, file), "wx", fileMode);
        files.set(file, handle);
      }
      if (lines.length > 0) await handle.writeFile(`${lines.join("\n")}\n`);
    },
    async finish(manifest) {
      for (const handle of files.values()) await handle.sync();
      writeFileSync(join(directory, manifestFile), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: fileMode });
    },
    async close() {
      for (const handle of files.values()) await handle.close();
      files.clear();
    },
  };
}

/** The manifest of an export and its files' lines. Refuses `transfer.directory`, `transfer.manifest`. */
export function openImportFiles(directory: string): { readonly manifest: Manifest; readonly lines: LineSource } {
  if (!existsSync(directory)) deny("transfer.directory", directory);
  const path = join(directory, manifestFile);
  if (!existsSync(path)) deny("transfer.manifest", path);
  const manifest = must(readManifest(readFileSync(path, "utf8")));
  return { manifest, lines: (file) => linesOf(join(directory, file)) };
}

/** Lines end with a newline and with nothing else: a text may hold any other separator. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) return;
  // What is not UTF-8 is not what was hashed either: the hash says so.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let begun: string[] = [];
  const chunks = createReadStream(path, { highWaterMark: readBytes }) as AsyncIterable<Uint8Array>;
  for await (const chunk of chunks) {
    const pieces = decoder.decode(chunk, { stream: true }).split("\n");
    for (const piece of pieces.slice(0, -1)) {
      yield begun.length === 0 ? piece : begun.join("") + piece;
      begun = [];
    }
    begun.push(pieces.at(-1) ?? "");
  }
  const last = begun.join("") + decoder.decode();
  if (last !== "") yield last;
}
