import { afterEach, expect, test, vi } from "vitest";
import type { TestModule } from "vitest/node";
import { ClosingLineReporter } from "./closing-line-reporter.ts";

afterEach(() => vi.restoreAllMocks());

type Result = { state: string; note?: string };

function moduleOf(file: string, results: Result[], errors: unknown[] = [], suiteErrors: unknown[] = []): TestModule {
  const tests = results.map((result, index) => ({ fullName: `test ${index}`, result: () => result }));
  const children = { allTests: () => tests, allSuites: () => [{ errors: () => suiteErrors }] };
  return { relativeModuleId: file, errors: () => errors, children } as unknown as TestModule;
}

test("ends with the counts, after each skipped test and its reason", () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const modules = [
    moduleOf("a.test.ts", [{ state: "passed" }, { state: "failed" }, { state: "skipped", note: "only root" }]),
    moduleOf("b.test.ts", [{ state: "passed" }, { state: "skipped" }], ["cannot be loaded"], ["beforeAll failed"]),
  ];
  new ClosingLineReporter().onTestRunEnd(modules, ["outside of any test"]);
  expect(written.join("").split("\n")).toEqual([
    "skipped: a.test.ts > test 2: only root",
    "skipped: b.test.ts > test 1: no reason given",
    "2 passed, 4 failed, 2 skipped",
    "",
  ]);
});
