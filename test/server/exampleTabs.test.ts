// GraphiQL's tabs on a fresh desk, run from left to right as those do who open it for the first time.
import { getOperationAST, parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXAMPLE_OPERATIONS } from "../../src/server/exampleOperations.ts";
import { TypedDocumentString } from "../generated/graphql.ts";
import { type ApiDesk, startApiDesk } from "../support/apiDesk.ts";

type Answers = Readonly<Record<string, unknown>>;

const TABS = EXAMPLE_OPERATIONS.map(({ query, variables = "{}" }) => ({
  query,
  variables: JSON.parse(variables) as object,
  ...told(query),
}));

function told(query: string): { name: string; operation: string } {
  const found = getOperationAST(parse(query));
  return { name: found?.name?.value ?? "", operation: found?.operation ?? "" };
}

describe("GraphiQL's tabs", () => {
  let desk: ApiDesk;
  beforeAll(async () => {
    desk = await startApiDesk();
  });
  afterAll(() => desk.close());

  it("are numbered from left to right, each with a line that tells what it is for", () => {
    const numbers = TABS.map(({ query }) => /^# (\d+)\. \S/.exec(query)?.[1]);
    expect(numbers).toEqual(TABS.map((_, index) => String(index + 1)));
    expect(new Set(TABS.map(({ name }) => name)).size).toBe(TABS.length);
  });

  it("all run on a fresh desk, and those that need a file or a backtest say so", async () => {
    const answers: Record<string, unknown> = {};
    for (const { query, variables, name, operation } of TABS) {
      if (operation === "subscription") continue;
      const answer = await desk.client.answer(new TypedDocumentString<Answers, object>(query), variables);
      expect(answer.errors, query).toBeUndefined();
      answers[name] = answer.data;
    }
    expect(answers).toMatchObject({
      Enable: { enable: { account: { status: "ENABLED" } } },
      Price: { publishQuotes: { accepted: 1 } },
      Signal: { executeSignal: { signal: { status: "FILLED" } } },
      Breakdown: { report: { performance: { totalTrades: 0 }, breakdown: [] } },
      Curve: { equityCurve: { points: [{ equity: "100000" }, { equity: "99996.5" }] } },
      Sessions: { sessions: { edges: [{ node: { number: 1, running: true, equity: "99996.5" } }] } },
      DataSets: { dataSets: { edges: [] } },
      Run: { runBacktest: { issues: [{ path: ["dataSets"], message: "are none: at least one is needed" }] } },
      Result: { backtest: null },
      Comparison: { report: { backtestComparison: null } },
      Cancel: { cancelBacktest: { message: "There is no such backtest." } },
    });
  });
});
