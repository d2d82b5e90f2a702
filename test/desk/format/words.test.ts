// The API's codes in words: each code of the schema has its own, and no code is shown as it is.
import { readFileSync } from "node:fs";
import path from "node:path";
import { buildSchema, isEnumType, isInputObjectType } from "graphql";
import { describe, expect, test } from "vitest";
import {
  BACKTEST_STATES,
  COMPARED,
  DIRECTIONS,
  isUnderWay,
  METRICS,
  STRATEGY_LABELS,
} from "../../../web/desk/src/format/backtests.ts";
import {
  CRITERIA,
  EXIT_REASONS,
  REJECTIONS,
  SETTING_EFFECTS,
  SETTING_LABELS,
  SIGNAL_STATES,
  SKIPS,
} from "../../../web/desk/src/format/words.ts";

const schema = buildSchema(readFileSync(path.join(import.meta.dirname, "../../../schema/schema.graphql"), "utf8"));

/** The codes of an enum, or the fields of an input. */
function namesOf(name: string): string[] {
  const type = schema.getType(name);
  if (isEnumType(type)) return type.getValues().map((value) => value.name);
  if (isInputObjectType(type)) return Object.keys(type.getFields());
  throw new Error(`the schema has no enum or input ${name}`);
}

const labels = (table: Readonly<Record<string, { readonly label: string }>>) =>
  Object.fromEntries(Object.entries(table).map(([code, { label }]) => [code, label]));
const texts = (table: Readonly<Record<string, { readonly text: string }>>) =>
  Object.fromEntries(Object.entries(table).map(([code, { text }]) => [code, text]));

describe.each([
  ["ExitReason", EXIT_REASONS],
  ["RejectionCode", REJECTIONS],
  ["SkipReason", SKIPS],
  ["SignalStatus", SIGNAL_STATES],
  ["EligibilityCriterion", CRITERIA],
  ["SettingsInput", SETTING_LABELS],
  ["SettingsInput", SETTING_EFFECTS],
  ["BacktestStatus", BACKTEST_STATES],
  ["BacktestMetric", labels(METRICS)],
  ["Direction", DIRECTIONS],
  ["ComparisonStatus", texts(COMPARED)],
] as const)("the words of %s", (name, table: Readonly<Record<string, string>>) => {
  test("should be there for each of its names, and no other", () => {
    expect(Object.keys(table).sort()).toEqual(namesOf(name).sort());
  });

  test("should tell them apart, without a code among them", () => {
    const words = Object.values(table);
    expect(new Set(words).size).toBe(words.length);
    expect(words.filter((one) => one.trim() === "" || /[A-Z]{2,}_|_[A-Z]{2,}/.test(one))).toEqual([]);
  });
});

describe("the words of a strategy", () => {
  test("should be there for each field that is typed", () => {
    const typed = namesOf("StrategyInput").filter((name) => !["name", "assetClass"].includes(name));
    expect(Object.keys(STRATEGY_LABELS).sort()).toEqual(typed.sort());
  });
});

describe("a backtest", () => {
  test("should be under way until it has ended, in whichever way", () => {
    expect(
      namesOf("BacktestStatus")
        .filter((status) => isUnderWay(status as never))
        .sort(),
    ).toEqual(["QUEUED", "RUNNING"]);
  });
});

describe("a figure that is compared", () => {
  test("should be written in its unit, and as a dash where one side has none", () => {
    const written = Object.fromEntries(Object.entries(METRICS).map(([metric, { write }]) => [metric, write("12.345")]));
    expect(written).toEqual({
      AVERAGE_R_MULTIPLE: "12.35 R",
      MAX_DRAWDOWN: "12.35 %",
      PROFIT_FACTOR: "12.35",
      SHARPE: "12.35",
      TOTAL_TRADES: "12.345",
      WIN_RATE: "12.35 %",
    });
    expect(new Set(Object.values(METRICS).map(({ write }) => write(null)))).toEqual(new Set(["–"]));
  });
});
