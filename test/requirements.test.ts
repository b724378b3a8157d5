import { describe, expect, test } from "vitest";
import { checkRequirements, outcomesOf, readNamedTests, readRequirements, report } from "../scripts/requirements.ts";

const requirements = readRequirements();
const tests = readNamedTests();
// Put together here, so that this file names no requirement by itself.
const named = (id: string) => `[${id}]`;

describe("docs/requirements.md", () => {
  test("every requirement has a test, and every test names a requirement that there is", () => {
    expect(requirements.length).toBeGreaterThan(50);
    expect(checkRequirements(requirements, tests)).toEqual({ untested: [], unknown: [], twice: [] });
  });

  test("a requirement is one sentence", () => {
    expect(requirements.filter(({ text }) => !/^[A-Z0-9].*\.$/.test(text) || /\. [A-Z]/.test(text))).toEqual([]);
  });
});

describe("the report", () => {
  const one = [{ id: "REQ-ANY-01", text: "It works." }];

  test("finds what has no test, what names nothing, and what stands twice", () => {
    const stranger = { id: "REQ-ANY-02", file: "a.test.ts", line: 3 };
    const found = checkRequirements([...one, ...one], [stranger]);
    expect(found).toEqual({ untested: ["REQ-ANY-01", "REQ-ANY-01"], unknown: [stranger], twice: ["REQ-ANY-01"] });
  });

  test.each([
    [[], "NOT RUN"],
    [["passed", "passed"], "passed 2"],
    [["passed", "skipped"], "passed 1, 1 skipped"],
    [["passed", "failed"], "FAILED 1 of 2"],
    [["skipped"], "NOT RUN"],
  ])("%j is told as %s", (statuses, words) => {
    const assertionResults = statuses.map((status) => ({ fullName: `a thing works ${named("REQ-ANY-01")}`, status }));
    const outcomes = outcomesOf({ testResults: [{ name: "a.test.ts", assertionResults }] });
    expect(report(one, [], outcomes)[0]).toContain(words);
  });
});
