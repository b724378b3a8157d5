import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** A browser of the machine's own, in the order they are looked for; `CHROMIUM` names another. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const flags = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-default-browser-check",
  "--no-first-run",
  "--no-pings",
  "--font-render-hinting=none",
  "--disable-dev-shm-usage",
];

export type FoundBrowser = {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
};

/** Chromium of the machine, else the one inside `@sparticuz/chromium`; undefined where neither is. */
export function findBrowser(): FoundBrowser | undefined {
  // Chromium refuses its sandbox to root (crbug.com/638180).
  const args = process.getuid?.() === 0 ? [...flags, "--no-sandbox"] : flags;
  const own = process.env["CHROMIUM"] ?? onPath();
  if (own !== undefined) return { path: own, env: {}, args };
  const unpacked = unpackedChromium();
  if (unpacked === undefined) return undefined;
  const { path, env } = unpacked;
  // Its build has no sandbox helper and no GPU process of its own.
  return {
    path,
    env,
    args: [...new Set([...args, "--no-sandbox", "--no-zygote", "--in-process-gpu", "--disable-gpu"])],
  };
}

/** Starts the browser that `findBrowser` finds, with more flags where a test wants them; the caller closes it. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  const found = findBrowser();
  if (found === undefined)
    throw new Error(
      "no Chromium: install one, name it in CHROMIUM, or install the optional dependency @sparticuz/chromium",
    );
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...found.env }).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return chromium.launch({ executablePath: found.path, args: [...found.args, ...more], env });
}

function onPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const name of names) {
    const folder = folders.find((each) => existsSync(join(each, name)));
    if (folder !== undefined) return join(folder, name);
  }
  return undefined;
}

/** Unpacks once per version into the temporary folder: aside first, then renamed, because test files run side by side. */
function unpackedChromium(): { path: string; env: Record<string, string> } | undefined {
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    entry = require.resolve("@sparticuz/chromium");
  } catch {
    return undefined;
  }
  const { version } = require(join(packageRoot(entry), "package.json")) as { version: string };
  const folder = join(tmpdir(), `packtrail-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (!existsSync(join(folder, "chromium"))) unpack(folder);
  const libraries = [join(folder, "al2023", "lib"), process.env["LD_LIBRARY_PATH"]].filter(
    (path) => path !== undefined && path !== "",
  );
  return {
    path: join(folder, "chromium"),
    env: { LD_LIBRARY_PATH: libraries.join(":"), FONTCONFIG_FILE: join(folder, "fonts.conf") },
  };
}

function packageRoot(entry: string): string {
  let folder = dirname(entry);
  while (!existsSync(join(folder, "bin"))) folder = dirname(folder);
  return folder;
}

/** The package unpacks into TMPDIR, and its shared libraries only where it believes to be on a bare Amazon Linux. */
function unpack(folder: string): void {
  const staging = `${folder}-${randomBytes(4).toString("hex")}`;
  mkdirSync(staging, { mode: 0o700 });
  const script = `const { default: chromium } = await import("@sparticuz/chromium"); await chromium.executablePath();`;
  const done = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: dirname(import.meta.filename),
    env: { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
    encoding: "utf8",
  });
  if (done.status !== 0) {
    rmSync(staging, { recursive: true, force: true });
    throw new Error(`@sparticuz/chromium could not be unpacked: ${done.stderr}`);
  }
  // The package's own font configuration names fixed folders.
  const folders = [`${folder}/fonts`, "/usr/share/fonts"].map((path) => `<dir>${path}</dir>`).join("");
  writeFileSync(
    join(staging, "fonts.conf"),
    `<?xml version="1.0"?><fontconfig>${folders}<cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`,
  );
  try {
    renameSync(staging, folder);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(join(folder, "chromium"))) throw error;
  }
}
