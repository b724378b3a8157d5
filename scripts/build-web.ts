// The web is the one part that is built. It is built again only when something it is made of has changed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = ["web", "src/kernel", "src/contract", "package-lock.json"];
const skipped = new Set(["dist", "node_modules"]);

/** Builds `web/dist` unless its stamp says that it was built from these very sources. */
export function buildWeb(): boolean {
  const stamp = join(root, "web/dist/.sources");
  const hash = hashOf(sources);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return true;
  const vite = spawnSync(
    process.execPath,
    [join(root, "node_modules/vite/bin/vite.js"), "build", "--config", "web/vite.config.ts", "--logLevel", "warn"],
    { cwd: root, stdio: ["ignore", 2, 2] },
  );
  if (vite.status !== 0) return false;
  writeFileSync(stamp, hash);
  return true;
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) addTo(hash, path);
  return hash.digest("hex");
}

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (!/\.[a-z]+$/.test(path)) {
    for (const name of readdirSync(full).sort()) if (!skipped.has(name)) addTo(hash, `${path}/${name}`);
    return;
  }
  hash.update(path).update(readFileSync(full));
}

if (import.meta.main) process.exit(buildWeb() ? 0 : 1);
