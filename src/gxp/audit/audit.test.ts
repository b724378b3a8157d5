import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gxpMigrations } from "../../../test/support/gxp-level.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { audit, auditAll, systemActor, verifyAllChains, verifyChain } from "./audit.ts";
import { parseCursor, printCursor } from "./audit.routes.ts";
import { searchEntries } from "./audit.store.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(gxpMigrations);
});
afterAll(() => scratch.drop());

const write = (chain: string, action: string, after: unknown = null, at = 1) =>
  scratch.database.transaction((sql) =>
    audit(sql, { chain, actor: systemActor("test"), action, subject: chain, after, at }),
  );

describe("the audit trail", () => {
  test("keeps one chain whole when many write it at once", async () => {
    await Promise.all(
      Array.from({ length: 24 }, (_, index) => write("lot/busy", `a${index}`, { index, text: "\u0000 ü" })),
    );
    expect(await verifyChain(scratch.database, "lot/busy")).toMatchObject({ entries: 24, intact: true });
  });

  test("takes entries of several chains at once, each next in its own", async () => {
    await write("lot/second", "first");
    await scratch.database.transaction((sql) =>
      auditAll(
        sql,
        ["lot/second", "lot/new"].map((subject) => ({
          actor: systemActor("test"),
          action: "all",
          subject,
          after: { at: 2 },
          at: 2,
        })),
      ),
    );
    await write("lot/new", "after");
    for (const chain of ["lot/second", "lot/new"])
      expect(await verifyChain(scratch.database, chain)).toMatchObject({ entries: 2, intact: true });
  });

  test("leaves nothing of a transaction that rolls back [REQ-AUD-01]", async () => {
    await write("lot/rolled", "kept");
    const failing = scratch.database.transaction(async (sql) => {
      await audit(sql, { actor: systemActor("test"), action: "lost", subject: "lot/rolled", at: 2 });
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await write("lot/rolled", "next");
    expect(await verifyChain(scratch.database, "lot/rolled")).toMatchObject({ entries: 2, intact: true });
  });

  test("cannot be changed by a statement, and shows it when the table's owner did [REQ-AUD-02] [REQ-AUD-03]", async () => {
    for (const action of ["a", "b", "c"]) await write("lot/forged", action, { action });
    const change = { text: "update audit_entry set after_json = '{}' where chain = 'lot/forged' and seq = 2" };
    await expect(scratch.database.run(change)).rejects.toThrow();
    await expect(scratch.database.run({ text: "delete from audit_entry" })).rejects.toThrow();
    await expect(scratch.database.run({ text: "truncate audit_entry" })).rejects.toThrow();
    await scratch.database.run({ text: "alter table audit_entry disable trigger audit_entry_written_once" });
    await scratch.database.run(change);
    expect(await verifyChain(scratch.database, "lot/forged")).toMatchObject({ intact: false, brokenAt: 2 });
    await scratch.database.run({ text: "delete from audit_entry where chain = 'lot/forged' and seq = 3" });
    await scratch.database.run({ text: "alter table audit_entry enable trigger audit_entry_written_once" });
    const broken: string[] = [];
    for await (const chain of verifyAllChains(scratch.database)) if (!chain.intact) broken.push(chain.chain);
    expect(broken).toEqual(["lot/forged"]);
  });

  test("is read newest first, in pages", async () => {
    for (let at = 100; at < 107; at++) await write("lot/paged", `a${at}`, null, at);
    const seen: string[] = [];
    let before = { at: Number.MAX_SAFE_INTEGER, chain: "", seq: 0 };
    for (;;) {
      const page = await searchEntries(scratch.database, {
        chain: "lot/paged",
        from: 101,
        until: 105,
        before,
        limit: 2,
      });
      seen.push(...page.map(({ action }) => action));
      const last = page.at(-1);
      if (last === undefined || page.length < 2) break;
      const cursor = parseCursor(printCursor(last));
      if (cursor.ok) before = cursor.value;
    }
    expect(seen).toEqual(["a105", "a104", "a103", "a102", "a101"]);
  });
});
