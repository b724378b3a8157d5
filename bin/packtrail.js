#!/usr/bin/env node
// The one path that never moves: npx remembers it. Plain JavaScript, so that an old Node.js can read it
// far enough to hand over to the Node.js 24 that npm brought.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const brought = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));

if (Number(process.versions.node.split(".")[0]) >= 24) {
  await import(main);
} else if (existsSync(brought)) {
  const child = spawn(brought, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  // Whoever stops this process means the one that does the work.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
} else {
  console.error("packtrail needs Node.js 24; `npm ci` brings one on Linux, install it elsewhere");
  process.exitCode = 2;
}
