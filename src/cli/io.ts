import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";

/** What the commands that only read and print need of the world, so that their tests need none of it. */
export const nodeIo = {
  out(line: string): void {
    process.stdout.write(`${line}\n`);
  },
  err(line: string): void {
    process.stderr.write(`${line}\n`);
  },
  stdin(): AsyncIterable<string> {
    return createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  },
  readFile(path: string): AsyncIterable<Uint8Array> {
    return createReadStream(path, { highWaterMark: 1 << 18 });
  },
  async writeFile(path: string, chunks: AsyncIterable<Uint8Array | string>): Promise<void> {
    const file = await open(path, "w");
    try {
      for await (const chunk of chunks) await file.write(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    } finally {
      await file.close();
    }
  },
};

export type CommandIo = typeof nodeIo;

/** One line on standard error that the next one takes the place of; undefined where nobody looks on. */
export function progressOnTerminal(): ((line: string) => void) | undefined {
  // Back to the first column; what is left of the line before is wiped.
  return process.stderr.isTTY ? (line) => void process.stderr.write(`\r${line}\u001b[K`) : undefined;
}
