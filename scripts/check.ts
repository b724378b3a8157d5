// What can be checked without running anything: types (kernel, program, web), lint, format. Each in a process of
// its own, one after the other: two shared cores are faster that way, and the output stays readable.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const bin = (name: string) => `node_modules/.bin/${name}`;

const steps: readonly { name: string; command: string; args: string[] }[] = [
  { name: "types: kernel, without Node.js", command: bin("tsc"), args: ["-p", "src/kernel"] },
  { name: "types: program", command: bin("tsc"), args: ["-p", "tsconfig.json"] },
  ...(existsSync("web/tsconfig.json") ? [{ name: "types: web", command: bin("tsc"), args: ["-p", "web"] }] : []),
  { name: "lint", command: bin("oxlint"), args: ["--type-aware", "--quiet"] },
  { name: "format", command: bin("biome"), args: ["format", "--reporter=summary"] },
];

export function check(): boolean {
  for (const step of steps) {
    const started = performance.now();
    const done = spawnSync(step.command, step.args, { stdio: "inherit" });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${done.status === 0 ? "ok  " : "FAIL"} ${step.name} (${seconds} s)`);
    if (done.status !== 0) return false;
  }
  return true;
}

if (import.meta.main) process.exit(check() ? 0 : 1);
