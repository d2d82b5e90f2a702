// Recording the figures of a backtest that was made elsewhere, so that paper trading can be compared with it (domain.md 11).
import { v7 as uuidV7 } from "uuid";
import type { Backtest, BacktestStore, RecordedFigures, RecordedGroup } from "../backtestPorts.ts";
import { Decimal, formatDecimal, HUNDRED, ONE, ZERO } from "../domain/decimal.ts";
import { type DecimalBounds, type Issue, Issues } from "../domain/issues.ts";
import { SYMBOL_PATTERN, SYMBOL_WORDS } from "../domain/signal.ts";
import type { Viewer } from "./desk.ts";

export const RECORDED_SYMBOLS_MAX = 500;
/** Trades of a backtest: what an Int of the API can say. */
const TRADES_MAX = 2_147_483_647;

const PERCENTAGE: DecimalBounds = { from: ZERO, to: HUNDRED, words: "from 0 to 100: it is in percent" };
/** A leveraged account can fall below zero, so that a drawdown can be above 100 %. */
const DRAWDOWN: DecimalBounds = { from: ZERO, to: new Decimal(100_000), words: "from 0 to 100000: it is in percent" };
const FACTOR: DecimalBounds = { from: ZERO, words: "0 or more" };

type Given<Value> = Value | null | undefined;

export interface RecordedGroupInput {
  readonly totalTrades?: Given<number>;
  readonly winRate?: Given<string>;
  readonly averageRMultiple?: Given<string>;
  readonly profitFactor?: Given<string>;
}

export interface RecordBacktestInput extends RecordedGroupInput {
  readonly name: string;
  readonly maxDrawdown?: Given<string>;
  readonly sharpe?: Given<string>;
  readonly symbols?: Given<readonly (RecordedGroupInput & { readonly symbol: string })[]>;
}

export type Recording =
  | { readonly kind: "recorded"; readonly backtest: Backtest }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] };

/** Stores the figures, or tells every problem that they have. */
export async function recordBacktest(
  store: BacktestStore,
  { owner }: Viewer,
  input: RecordBacktestInput,
): Promise<Recording> {
  const issues = new Issues();
  const name = issues.text(["name"], input.name) ?? "";
  const figures = readFigures(input, issues);
  if (issues.list.length > 0) return { kind: "invalid", issues: issues.list };
  const backtestId = uuidV7();
  const warnings = [...fractionWarning("winRate", input.winRate), ...fractionWarning("maxDrawdown", input.maxDrawdown)];
  await store.recordBacktest({ backtestId, owner, name, figures, warnings, createdAt: new Date() });
  const backtest = await store.findBacktest(owner, backtestId);
  if (backtest === undefined) throw new Error(`the backtest ${backtestId} was lost`);
  return { kind: "recorded", backtest };
}

function readFigures(input: RecordBacktestInput, issues: Issues): RecordedFigures {
  const figures = {
    ...readGroup(input, [], issues),
    maxDrawdown: readDecimal(["maxDrawdown"], input.maxDrawdown, issues, DRAWDOWN),
    sharpe: readDecimal(["sharpe"], input.sharpe, issues),
    symbols: readSymbols(input.symbols ?? [], issues),
  };
  const { symbols, ...ofAll } = figures;
  if (Object.values(ofAll).every((figure) => figure === null) && symbols.length === 0 && issues.list.length === 0) {
    issues.add([], "has no figure: at least one is needed");
  }
  return figures;
}

function readSymbols(given: readonly (RecordedGroupInput & { symbol: string })[], issues: Issues) {
  if (given.length > RECORDED_SYMBOLS_MAX) {
    issues.add(["symbols"], `has ${given.length} items; at most ${RECORDED_SYMBOLS_MAX} are allowed`);
    return [];
  }
  const seen = new Set<string>();
  return given.map((group, index) => {
    const path = ["symbols", String(index)];
    issues.pattern([...path, "symbol"], group.symbol, SYMBOL_PATTERN, SYMBOL_WORDS);
    if (seen.has(group.symbol)) issues.add([...path, "symbol"], `is ${group.symbol}, which was given before`);
    seen.add(group.symbol);
    return { symbol: group.symbol, ...readGroup(group, path, issues) };
  });
}

function readGroup(given: RecordedGroupInput, path: readonly string[], issues: Issues): RecordedGroup {
  const { totalTrades = null } = given;
  if (totalTrades !== null && (totalTrades < 0 || totalTrades > TRADES_MAX)) {
    issues.add([...path, "totalTrades"], `is ${totalTrades}, but must be from 0 to ${TRADES_MAX}`);
  }
  return {
    totalTrades,
    winRate: readDecimal([...path, "winRate"], given.winRate, issues, PERCENTAGE),
    averageRMultiple: readDecimal([...path, "averageRMultiple"], given.averageRMultiple, issues),
    profitFactor: readDecimal([...path, "profitFactor"], given.profitFactor, issues, FACTOR),
  };
}

function readDecimal(path: readonly string[], text: unknown, issues: Issues, bounds?: DecimalBounds): string | null {
  const value = issues.decimal(path, text, bounds);
  return value === undefined ? null : formatDecimal(value);
}

/** A percentage that looks like a fraction may be one: mixing the two makes every comparison wrong (domain.md 12). */
function fractionWarning(name: string, text: Given<string>): string[] {
  if (text === null || text === undefined) return [];
  const value = new Decimal(text);
  if (value.lte(ZERO) || value.gt(ONE)) return [];
  return [`${name} is ${text}, which means ${text} %: figures are in percent, from 0 to 100, not fractions of 1.`];
}
