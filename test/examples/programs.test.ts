// The example feed and the analyst's table as processes of their own, on a real server; and how long the examples are.
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  createClient,
  decimal,
  EnableDocument,
  ExecuteSignalDocument,
  PublishQuotesDocument,
  QuotesDocument,
} from "@papertape/client/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { startProgram } from "./childProcess.ts";

const EXAMPLES = path.join(import.meta.dirname, "../../examples");
const LINES_MAX = 60;

let desk: WireDesk;
beforeAll(async () => {
  desk = await startWireDesk({});
});
afterAll(() => desk?.stop());
const client = () => createClient({ url: desk.server.url });

describe("the example feed", () => {
  it("publishes the lines that it reads, in order, and says what is wrong with others", async () => {
    const feed = startProgram("examples/feed.ts", [desk.server.url]);
    feed.write("FEED,100.5\nFEED,1e3\nbad symbol!,1\n");
    await feed.complaint(/"1e3" is no decimal/);
    await feed.complaint(/bad symbol!: /);
    feed.write("FEED,101.25\nFEED,99,2024-01-02T14:30:00Z\nLATE,7\n");
    feed.end();
    const { code, stdout } = await feed.ended;
    expect(code).toBe(0);
    const counts = [...stdout.matchAll(/(\d+) accepted, (\d+) stale/g)];
    expect(counts.reduce((sum, [, accepted]) => sum + Number(accepted), 0)).toBe(3);
    expect(counts.reduce((sum, [, , stale]) => sum + Number(stale), 0)).toBe(1);
    const { quotes } = await client().query(QuotesDocument, { symbols: ["FEED", "LATE"] });
    expect(quotes.map(({ symbol, price }) => `${symbol} ${price}`)).toEqual(["FEED 101.25", "LATE 7"]);
  });
});

describe("the analyst's table", () => {
  it("shows figures, symbols and the course of the equity", async () => {
    const settings = { useRealisticFills: false, commissionPerShare: decimal("0"), startingCapital: decimal("1000") };
    await client().mutate(EnableDocument, { input: { name: "table", settings } });
    const quote = (price: string) =>
      client().mutate(PublishQuotesDocument, { quotes: [{ symbol: "TABL", price: decimal(price) }] });
    for (const [signalId, exit] of Object.entries({ won: "110", lost: "95" })) {
      await quote("100");
      const levels = { entryPrice: decimal("100"), stopLoss: decimal("95"), target1: decimal("110") };
      const input = { account: "table", signalId, symbol: "TABL", positionSize: decimal("1"), ...levels };
      const { executeSignal } = await client().mutate(ExecuteSignalDocument, { input });
      expect(executeSignal).toMatchObject({ signal: { status: "FILLED" } });
      await quote(exit);
    }
    const { code, stdout, stderr } = await startProgram("examples/analyst.ts", [desk.server.url, "table"]).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n").map((line) => line.trim().replace(/ {2,}/g, " | "));
    expect(lines.slice(0, 12)).toEqual([
      "table | figure",
      "return | 0.50 %",
      "trades | 2",
      "win rate | 50.00 %",
      "profit factor | 2.00",
      expect.stringMatching(/^max drawdown \| 0\.\d\d %$/),
      "Sharpe | –",
      "eligible | no",
      "",
      "symbol | trades | net P&L | win rate",
      "TABL | 2 | 5.00 | 50.00 %",
      "",
    ]);
    expect(lines[12]).toMatch(/^equity 1000\.00 to 1010\.00$/);
    expect(lines[13]).toMatch(/^▁.*█.*[▁-▇]$/);
  });

  it("says where there is no account", async () => {
    const { code, stderr } = await startProgram("examples/analyst.ts", [desk.server.url, "nobody"]).ended;
    expect(code).toBe(1);
    expect(stderr).toContain("There is no account nobody.");
  });
});

describe("the examples of the client", () => {
  it.each(["analyst.ts", "bot.ts", "feed.ts"])(
    "%s is short, and uses nothing of the project but the package",
    (file) => {
      const text = readFileSync(path.join(EXAMPLES, file), "utf8");
      expect(text.trimEnd().split("\n").length).toBeLessThan(LINES_MAX);
      const imports = [...text.matchAll(/ from "([^"]+)";/g)].map(([, from]) => from ?? "");
      const allowed = /^(@papertape\/client\/node|decimal\.js|node:\w+)$/;
      expect(imports.filter((from) => !allowed.test(from))).toEqual([]);
    },
  );
});
