import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { SqliteDatabase } from "./machine.ts";
import { openSqlite } from "./sqlite.ts";

const directory = mkdtempSync(join(tmpdir(), "sqlite-"));
afterAll(() => rmSync(directory, { recursive: true }));

let count = 0;
let path: string;
let db: SqliteDatabase;
beforeEach(() => {
  path = join(directory, `${count++}.db`);
  db = openSqlite(path);
  db.run("create table run (run_id text primary key) strict");
  db.run("create table pack (serial text primary key, run_id text not null references run, code blob) strict");
});

describe("openSqlite", () => {
  test("is as durable as SQLite can be", () => {
    expect(db.all("pragma journal_mode")).toEqual([{ journal_mode: "wal" }]);
    expect(db.all("pragma synchronous")).toEqual([{ synchronous: 2 }]);
    expect(db.all("pragma busy_timeout")).toEqual([{ timeout: 5000 }]);
    expect(db.all("pragma foreign_keys")).toEqual([{ foreign_keys: 1 }]);
  });

  test("binds and answers every kind of value", () => {
    db.run("insert into run values (?)", "r");
    expect(db.run("insert into pack values (?, ?, ?)", "é\u001d", "r", new Uint8Array([0, 255]))).toEqual({
      changes: 1,
      lastInsertRowid: 1,
    });
    expect(db.all("select serial, code, null as none, ? as big from pack", 5n)).toEqual([
      { serial: "é\u001d", code: new Uint8Array([0, 255]), none: null, big: 5 },
    ]);
  });

  test("commits what returns, rolls back what throws", () => {
    expect(db.transaction(() => db.run("insert into run values ('a')").changes)).toBe(1);
    const thrown = new Error("no");
    expect(() =>
      db.transaction(() => {
        db.run("insert into run values ('b')");
        throw thrown;
      }),
    ).toThrow(thrown);
    expect(db.all("select run_id from run")).toEqual([{ run_id: "a" }]);
  });

  test("refuses a transaction inside a transaction, and one that is not synchronous", () => {
    expect(() => db.transaction(() => db.transaction(() => 1))).toThrow("inside a transaction");
    expect(() => db.transaction(async () => db.run("insert into run values ('late')"))).toThrow("synchronous");
    expect(db.all("select run_id from run")).toEqual([]);
    expect(db.transaction(() => 1)).toBe(1);
  });

  test.each([
    ["a statement that is wrong", () => db.run("insert into nowhere values (1)"), "sqlite.statement"],
    ["a constraint", () => db.run("insert into pack values ('1', 'unknown', null)"), "sqlite.statement"],
  ])("%s is a permanent fault", (_, work, code) => {
    expect(work).toThrowError(expect.objectContaining({ kind: "permanent", code }));
  });

  test("what is no database is a fault that names the file", () => {
    const other = join(directory, "other.db");
    writeFileSync(other, "this is no database file, but long enough to be looked at as one. ".repeat(20));
    expect(() => openSqlite(other)).toThrowError(
      expect.objectContaining({ name: "Fault", message: expect.stringContaining("other.db") }),
    );
  });

  test("keeps what was committed when its process is killed inside the next transaction [REQ-KILL-01]", () => {
    db.close();
    const program = `
      import { openSqlite } from ${JSON.stringify(new URL("./sqlite.ts", import.meta.url).href)};
      const db = openSqlite(${JSON.stringify(path)});
      db.transaction(() => db.run("insert into run values ('kept')"));
      db.transaction(() => { db.run("insert into run values ('lost')"); process.kill(process.pid, "SIGKILL"); });`;
    const child = spawnSync(process.execPath, ["--input-type=module-typescript", "-e", program], { encoding: "utf8" });
    expect([child.signal, child.stderr]).toEqual(["SIGKILL", ""]);
    expect(openSqlite(path).all("select run_id from run")).toEqual([{ run_id: "kept" }]);
  });
});
