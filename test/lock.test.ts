import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { absentPackages, completeLock, type Lock, lockPath, platformEntry } from "../scripts/complete-lock.ts";

describe("package-lock.json", () => {
  test("has every package for every platform: `npm ci` refuses it otherwise", () => {
    const lock = JSON.parse(readFileSync(lockPath, "utf8")) as Lock;
    expect(absentPackages(lock), "run scripts/complete-lock.ts").toEqual([]);
  });
});

describe("a package for another platform", () => {
  test.each([
    ["@a/cli-darwin-arm64", { cpu: ["arm64"], os: ["darwin"] }],
    ["@a/cli-linux-x64-musl", { cpu: ["x64"], os: ["linux"], libc: ["musl"] }],
    ["@a/binding-linux-s390x-gnu", { cpu: ["s390x"], os: ["linux"], libc: ["glibc"] }],
    ["@a/binding-win32-x64-msvc", { cpu: ["x64"], os: ["win32"] }],
    ["@a/oxide-wasm32-wasi", { cpu: ["wasm32"] }],
  ])("%s is entered for its platform", (name, of) => {
    expect(platformEntry({ name, version: "1.2.3", dev: true })).toEqual({
      version: "1.2.3",
      dev: true,
      optional: true,
      ...of,
    });
  });

  test("is entered once, in its place, and what was there stays", () => {
    const lock = { packages: { "": {}, "node_modules/z": { optionalDependencies: { "a-win32-x64": "1.0.0" } } } };
    const whole = completeLock(lock);
    expect(Object.keys(whole.packages)).toEqual(["", "node_modules/a-win32-x64", "node_modules/z"]);
    expect(absentPackages(whole)).toEqual([]);
    expect(completeLock(whole)).toEqual(whole);
  });

  test("whose name says no platform is not guessed", () => {
    expect(() => platformEntry({ name: "fsevents", version: "1.0.0", dev: true })).toThrow("names no platform");
  });
});
