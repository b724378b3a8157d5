import type { Reporter, TestModule } from "vitest/node";

/**
 * The end of every run: each skipped test with its reason, then one plain line, `12 passed, 0 failed, 1 skipped`.
 * A file that could not be loaded and an error outside of any test count as failed.
 */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped: string[] = [];
    for (const module of modules) {
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") passed++;
        else if (result.state === "failed") failed++;
        else
          skipped.push(
            `skipped: ${module.relativeModuleId} > ${test.fullName}: ${noteOf(result) ?? "no reason given"}`,
          );
      }
    }
    process.stdout.write(
      `${[...skipped, `${passed} passed, ${failed} failed, ${skipped.length} skipped`].join("\n")}\n`,
    );
  }
}

function noteOf(result: object): string | undefined {
  return "note" in result && typeof result.note === "string" ? result.note : undefined;
}
