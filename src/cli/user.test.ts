import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../../test/support/scratch-database.ts";
import { writeSecret } from "./all/files.ts";
import { planAll, portsFrom } from "./all/plan.ts";
import { demonstration } from "./demo/demonstration.ts";
import { exitCodes } from "./exit-codes.ts";
import { userCommand } from "./user.ts";

const dataDir = mkdtempSync(join(tmpdir(), "packtrail-user-"));
const databaseUrlFile = (database: string) => join(dataDir, database);
const plan = planAll({
  dataDir,
  ports: portsFrom(4100),
  environment: "production",
  seed: 1,
  packsPerMinute: 60,
  databaseUrlFile,
});
let scratch: ScratchDatabase;

beforeAll(async () => {
  scratch = await scratchDatabase();
  writeSecret(databaseUrlFile("enterprise_maker"), scratch.url);
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await scratch.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

test("a person added at the console is told to the sites with the account, and once [REQ-ACC-08]", async () => {
  const said = vi.spyOn(console, "log").mockReturnValue();
  const refused = vi.spyOn(console, "error").mockReturnValue();
  const config = join(dataDir, "enterprise.json");
  writeFileSync(config, JSON.stringify(plan.instances.find(({ name }) => name === "enterprise-maker")?.config));
  const add = () =>
    userCommand(`add enterprise --config ${config} --name rescuer --full-name Rita --roles administrator`.split(" "));
  expect(await add()).toBe(exitCodes.ok);
  expect(said.mock.calls.flat().join()).toMatch(/^rescuer, one-time password: [a-z2-9-]+$/);
  expect(await add()).toBe(exitCodes.failed);
  expect(refused.mock.calls.flat().join()).toContain("gxp.user-exists");
  const sent = await scratch.database.run<{ body: Buffer }>({
    text: "select destination, method, path, body from outbox",
  });
  expect(sent).toMatchObject([{ destination: `site-${demonstration.site.gln}`, method: "PUT", path: "/v1/people" }]);
  expect(JSON.parse(sent[0]?.body.toString() ?? "")).toMatchObject({ people: [{ userName: "rescuer" }] });
});
