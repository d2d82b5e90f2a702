// Which file feeds which symbol.
import { describe, expect, it } from "vitest";
import { FeedError } from "../../src/feeds/feedError.ts";
import { parseReplayArgument, REPLAY_FILES_MAX } from "../../src/feeds/replayArgument.ts";

describe("the argument of --replay", () => {
  it("takes files named by their symbol, or with it before an equals sign", () => {
    expect(parseReplayArgument("AAPL=a.csv,data/msft.CSV, eur/usd = fx/rates=2024.csv ,brk.b.csv")).toEqual([
      { symbol: "AAPL", file: "a.csv" },
      { symbol: "MSFT", file: "data/msft.CSV" },
      { symbol: "EUR/USD", file: "fx/rates=2024.csv" },
      { symbol: "BRK.B", file: "brk.b.csv" },
    ]);
  });

  it.each([
    ["", "a file to replay is missing"],
    ["a.csv,", "a file to replay is missing"],
    ["AAPL=", "a file to replay is missing"],
    ["=a.csv", 'the symbol "" is not'],
    ["my prices.csv", 'the symbol "MY PRICES" is not 1 to 20 characters'],
    ["prices_2024.csv", "give one as SYMBOL=prices_2024.csv"],
    [`${"A".repeat(21)}.csv`, "is not 1 to 20 characters"],
    ["a.csv,A=b.csv", "the symbol A has more than one file"],
    [Array.from({ length: REPLAY_FILES_MAX + 1 }, (_, index) => `S${index}.csv`).join(","), "at most 200 files"],
  ])("refuses %s", (argument, message) => {
    expect(() => parseReplayArgument(argument)).toThrow(FeedError);
    expect(() => parseReplayArgument(argument)).toThrow(message);
  });
});
