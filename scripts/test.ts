// `npm test`: checks, the web's build (the browser tests open it), then every test. Arguments go to vitest.
import { spawnSync } from "node:child_process";
import { buildWeb } from "./build-web.ts";
import { check } from "./check.ts";

const args = process.argv.slice(2);
if (args.length === 0 && !check()) process.exit(1);
if (!buildWeb()) process.exit(1);

const vitest = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...args], { stdio: "inherit" });
process.exit(vitest.status ?? 1);
