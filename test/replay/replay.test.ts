// A replay with recorded signals, as people start it: what it does, what it prints, and that its digits are right.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../support/serverProcess.ts";
import { createWireClient } from "../support/wireClient.ts";
import { embeddedPlace, type Place } from "../support/wireDesk.ts";
import { replayOnReference } from "./onReference.ts";
import { madeBars, makeSignalsFile, SHARED_DATA, SUMMARY_END, temporaryDirectory, untilPrinted } from "./replaying.ts";
import { readWholeAccount, type WholeAccount } from "./wholeAccount.ts";

const REAL_FILE = path.join(SHARED_DATA, "minute/AAPL.csv");
if (!existsSync(REAL_FILE)) console.log("left out: the replay of real minute bars, for ../shared/data is not there");

const removals: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const remove of removals) await remove();
});

/** Replays into a place to the end of its summary, and reads everything. */
async function replay(place: Place, file: string, signals: string) {
  const server = await startServer({ ...place.env, LOG_LEVEL: "warn", CHECK_IDENTITIES: "on" }, [
    "--replay",
    file,
    "--speed",
    "max",
    "--signals",
    signals,
  ]);
  await untilPrinted(server, SUMMARY_END);
  const client = createWireClient(server.url);
  const account = await readWholeAccount(client);
  await client.close();
  const ending = await server.kill("SIGTERM");
  return { printed: server.stdout(), account, ending };
}

async function freshPlace(): Promise<Place> {
  const place = await embeddedPlace();
  removals.push(() => place.remove());
  return place;
}

type Played = Awaited<ReturnType<typeof replay>>;

describe.each([
  { name: "real minute bars", isThere: existsSync(REAL_FILE), write: async () => REAL_FILE },
  {
    name: "bars of a small file",
    isThere: true,
    write: async (directory: string) => {
      const file = path.join(directory, "MADE.csv");
      await writeFile(file, madeBars({ days: 4, minutesADay: 200, stepCentsMax: 8 }));
      return file;
    },
  },
])("a replay of $name with some hundred signals", ({ isThere, write }) => {
  describe.skipIf(!isThere)("at full speed", () => {
    let file: string;
    let signals: string;
    let place: Place;
    let played: Played;
    beforeAll(async () => {
      const { directory, remove } = await temporaryDirectory();
      removals.push(remove);
      file = await write(directory);
      signals = await makeSignalsFile(file, path.join(directory, "signals.jsonl"));
      place = await freshPlace();
      played = await replay(place, file, signals);
    }, 180_000);

    it("fills some signals and rejects others, with every reason together", () => {
      const statuses = played.account.signals.map(({ status }) => status);
      expect(statuses.length).toBeGreaterThan(300);
      expect(statuses.filter((status) => status === "FILLED").length).toBeGreaterThan(50);
      expect(statuses.filter((status) => status === "REJECTED").length).toBeGreaterThan(50);
      const reasons = played.account.signals.map(({ rejections }) => rejections.map(({ code }) => code));
      expect([...new Set(reasons.flat())]).toEqual(
        expect.arrayContaining([
          "PRICE_UNAVAILABLE",
          "SIGNAL_EXPIRED",
          "PRICE_BEYOND_STOP",
          "PRICE_BEYOND_TARGET",
          "TRADE_RISK",
          "PORTFOLIO_HEAT",
          "CAMPAIGN_RISK",
          "INSUFFICIENT_FUNDS",
        ]),
      );
      expect(reasons).toContainEqual(["TRADE_RISK", "PORTFOLIO_HEAT", "CAMPAIGN_RISK", "INSUFFICIENT_FUNDS"]);
    });

    it("closes positions at stops, trailing stops, targets and when their time is over", () => {
      const reasons = new Set(played.account.trades.map(({ exitReason }) => exitReason));
      expect(reasons).toEqual(new Set(["STOP_LOSS", "TRAILING_STOP", "TARGET_1", "TARGET_2", "EXPIRED"]));
    });

    it("prints a summary that agrees with the report, figure by figure", () => {
      expect(figuresOf(played.printed)).toEqual(expectedFigures(played.account));
    });

    it("agrees with the reference model in every digit, trade by trade", async () => {
      const expected = await replayOnReference({ file, symbol: path.parse(file).name }, signals);
      const { signals: decided, trades, positions, report } = played.account;
      expect(decided).toMatchObject(expected.signals);
      expect(trades).toMatchObject(expected.trades);
      expect(positions).toMatchObject(expected.positions);
      expect(report.account).toMatchObject(expected.account ?? {});
      expect(report.performance).toMatchObject(expected.report ?? {});
      const events = expected.events.map(({ type, sequence, marketTime }) => ({
        __typename: type,
        sequence,
        marketTime,
      }));
      expect(played.account.events).toMatchObject(events);
    }, 180_000);

    it("ends without an error when it is asked to", () => {
      expect(played.ending).toMatchObject({ code: 0, stderr: "" });
    });

    it("gives the same digits in the same order into another fresh DATA_DIR", async () => {
      const again = await replay(await freshPlace(), file, signals);
      expect(again.account).toEqual(played.account);
      expect(withoutUrl(again.printed)).toEqual(withoutUrl(played.printed));
    }, 180_000);

    it("says that every bar is stale when it is replayed into the same DATA_DIR, and changes nothing", async () => {
      const again = await replay(place, file, signals);
      expect(again.printed).toMatch(/bars: 0 accepted, \d+ stale, 0 refused/);
      expect(again.printed).toContain("every bar was older than what the board holds");
      expect(again.printed).toMatch(/signals: (\d+ (REJECTED|FILLED), replayed(, )?)+\n/);
      expect(again.account).toEqual(played.account);
    }, 180_000);
  });
});

function withoutUrl(printed: string): string {
  return printed.replaceAll(/http:\S+/g, "URL");
}

/** The figures of a summary by their words, as printed. */
function figuresOf(printed: string): Record<string, string> {
  const [, report = ""] = printed.split(/^ {2}account main, session 1\n/m);
  const figures = report.matchAll(/(?:^ {4}|, )([a-zA-Z ]+?) (–|-?[\d.]+)(?: %)?(?=,|$)/gm);
  return Object.fromEntries([...figures].map(([, words, figure]) => [words, figure]));
}

function expectedFigures({ report }: WholeAccount): Record<string, string> {
  const { account, performance } = report;
  return {
    equity: account.equity,
    cash: account.currentCapital,
    return: performance.totalReturn,
    realized: account.totalRealizedPnl,
    unrealized: account.totalUnrealizedPnl,
    commission: account.totalCommissionPaid,
    slippage: account.totalSlippageCost,
    trades: String(performance.totalTrades),
    wins: String(performance.winningTrades),
    "win rate": performance.winRate ?? "–",
    "average R": performance.averageRMultiple ?? "–",
    "profit factor": performance.profitFactor ?? "–",
    expectancy: performance.expectancy ?? "–",
    "max drawdown": performance.maxDrawdown,
  };
}
