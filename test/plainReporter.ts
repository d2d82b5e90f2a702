// Ends a run with what was left out, and with one plain line of counts.
import type { Reporter, TestCase, TestModule } from "vitest/node";

export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const leftOut: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed" || result.state === "failed") counts[result.state] += 1;
        else {
          counts.skipped += 1;
          const why = "note" in result && result.note !== undefined ? `: ${result.note}` : "";
          leftOut.push(`${nameOf(module, test)}${why}`);
        }
      }
      if (module.state() === "failed" && module.errors().length > 0) counts.failed += 1;
    }
    for (const name of leftOut) console.log(`left out: ${name}`);
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}

function nameOf(module: TestModule, test: TestCase): string {
  return `${module.relativeModuleId} › ${test.fullName}`;
}
