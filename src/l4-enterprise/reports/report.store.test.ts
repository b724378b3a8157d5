import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchDatabase } from "../../../test/support/scratch-database.ts";
import type { AuthorityReport } from "../../contract/network-api.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import { silentLog } from "../../runtime/log.ts";
import { migrations } from "../migrations.ts";
import { addReport, loadReports, markAnswered, markDueForCorrection, markSent } from "./report.store.ts";

const scope = { owner: "0399999000000", environment: "production" } as const;
const machine = realMachine({ log: silentLog });
const gtin = "09521321000108";
const body: AuthorityReport = {
  kind: "pack-data",
  market: "eu",
  lot: "L",
  expiry: "291231",
  serials: ["A", "B"],
  product: {
    gtin,
    name: "n",
    commonName: "c",
    dosageForm: "d",
    strength: "s",
    packSize: "p",
    manufacturerName: "m",
    version: 1,
  },
};
const answer = { at: 5, text: "", simulated: false };

let scratch: Awaited<ReturnType<typeof scratchDatabase>>;
beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
});
afterAll(() => scratch?.drop());

/** A report that was sent, and what it is now. */
async function sentReport() {
  const reportId = machine.random.uuid7();
  const messageId = machine.random.uuid7();
  const lot = reportId;
  await scratch.database.transaction(async (sql) => {
    await addReport(sql, scope, { reportId, kind: "eu.pack-data", subject: "s", gtin, lot, packs: 2, body, at: 1 });
    await markSent(sql, reportId, { messageId, at: 2, packs: 2, body });
  });
  const now = async () => (await loadReports(scratch.database, scope, 100)).find((each) => each.reportId === reportId);
  const due = () =>
    scratch.database.transaction((sql) => markDueForCorrection(sql, scope, { gtin, lot }, ["eu.pack-data"]));
  const answered = (state: "accepted" | "refused", id = messageId) =>
    scratch.database.transaction((sql) => markAnswered(sql, id, state, answer));
  return { reportId, messageId, now, due, answered };
}

test("an answer that comes after the lot changed does not make the report right [REQ-REP-02]", async () => {
  const { now, due, answered } = await sentReport();
  expect(await due()).toHaveLength(1);
  expect(await due()).toEqual([]);
  await answered("accepted");
  expect(await now()).toMatchObject({ state: "due-for-correction" });
});

test("a refused report is corrected too, and sent again says what it said last [REQ-REP-02]", async () => {
  const { reportId, messageId, now, due, answered } = await sentReport();
  await answered("refused");
  expect(await due()).toEqual([reportId]);
  const second = machine.random.uuid7();
  const corrected = { ...body, serials: ["B"] };
  await scratch.database.transaction((sql) =>
    markSent(sql, reportId, { messageId: second, at: 3, packs: 1, body: corrected }),
  );
  // The first message's answer comes late: it is about what was sent before.
  expect(await answered("accepted", messageId)).toBeUndefined();
  expect(await now()).toMatchObject({ state: "sent", packs: 1, body: corrected });
  await answered("refused", second);
  expect(await now()).toMatchObject({ state: "refused", body: corrected });
});

test("reports of single packs are not the lot's", async () => {
  const { reportId, now } = await sentReport();
  const lot = (await now())?.lot ?? "";
  expect(
    await scratch.database.transaction((sql) => markDueForCorrection(sql, scope, { gtin, lot }, ["eu.pack-state"])),
  ).toEqual([]);
  expect((await now())?.reportId).toBe(reportId);
});
