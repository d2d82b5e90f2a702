// The page for analysts tells what really comes: its examples are run from top to bottom, as a reader would.
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROJECT } from "../support/builtServer.ts";
import { type AnalysisDesk, examplesOf, startAnalysisDesk } from "./analysisDesk.ts";

const PAGE = readFileSync(path.join(PROJECT, "docs/analysis.md"), "utf8");
/** Six files are made, a year is replayed and several backtests are run: minutes on a busy machine. */
const TIMEOUT_MS = 240_000;
/** Ids differ from run to run. */
const ID = "…";

/** The answer with `…` where the shown one has it. */
function hiding(answer: unknown, shown: unknown): unknown {
  if (shown === ID && typeof answer === "string") return ID;
  if (typeof shown !== "object" || shown === null || typeof answer !== "object" || answer === null) return answer;
  return Array.isArray(answer)
    ? answer.map((item, index) => hiding(item, (shown as unknown[])[index]))
    : Object.fromEntries(
        Object.entries(answer).map(([name, value]) => [name, hiding(value, (shown as Record<string, unknown>)[name])]),
      );
}

describe("the examples of the page for analysts, run from top to bottom", () => {
  let desk: AnalysisDesk;
  beforeAll(async () => {
    desk = await startAnalysisDesk();
  }, TIMEOUT_MS);
  afterAll(() => desk?.close());

  it(
    "give the answers that it shows",
    async () => {
      let compared = 0;
      for (const example of examplesOf(PAGE)) {
        const answer = await desk.answerTo(example);
        if (example.shown === undefined) continue;
        const shown: unknown = example.language === "graphql" ? JSON.parse(example.shown) : example.shown;
        expect(hiding(answer, shown), example.text).toEqual(shown);
        compared += 1;
      }
      expect(compared).toBeGreaterThan(10);
    },
    TIMEOUT_MS,
  );
});
