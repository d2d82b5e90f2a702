// The built-in strategy as clients ask for it: its parameters, their defaults and bounds.
import type { BreakoutRecord } from "../backtestPorts.ts";
import { Decimal, formatDecimal } from "../domain/decimal.ts";
import type { DecimalBounds, Issues } from "../domain/issues.ts";
import type { AssetClass } from "../domain/signal.ts";

export interface StrategyInput {
  readonly name: "BREAKOUT";
  readonly assetClass?: AssetClass | null | undefined;
  readonly entryBars?: number | null | undefined;
  readonly rangeBars?: number | null | undefined;
  readonly stopRanges?: string | null | undefined;
  readonly target1Risks?: string | null | undefined;
  readonly target2Risks?: string | null | undefined;
  readonly allowShort?: boolean | null | undefined;
}

/** A strategy's parameters where none are given. */
export const BREAKOUT_DEFAULTS: BreakoutRecord = {
  name: "BREAKOUT",
  assetClass: "STOCK",
  entryBars: 20,
  rangeBars: 20,
  stopRanges: "2",
  target1Risks: "1",
  target2Risks: "3",
  allowShort: false,
};

const BARS = { from: 2, to: 500 };
const MULTIPLE: DecimalBounds = { from: new Decimal("0.1"), to: new Decimal(100), words: "from 0.1 to 100" };

/** The strategy with all its parameters; problems go to `issues` under `path`. */
export function readStrategy(input: StrategyInput, path: readonly string[], issues: Issues): BreakoutRecord {
  const bars = (name: "entryBars" | "rangeBars"): number => {
    const value = input[name] ?? BREAKOUT_DEFAULTS[name];
    if (!Number.isInteger(value) || value < BARS.from || value > BARS.to) {
      issues.add([...path, name], `is ${value}, but must be from ${BARS.from} to ${BARS.to} bars`);
    }
    return value;
  };
  const multiple = (name: "stopRanges" | "target1Risks" | "target2Risks"): string => {
    const value = issues.decimal([...path, name], input[name], MULTIPLE);
    return value === undefined ? BREAKOUT_DEFAULTS[name] : formatDecimal(value);
  };
  const read: BreakoutRecord = {
    name: "BREAKOUT",
    assetClass: input.assetClass ?? BREAKOUT_DEFAULTS.assetClass,
    entryBars: bars("entryBars"),
    rangeBars: bars("rangeBars"),
    stopRanges: multiple("stopRanges"),
    target1Risks: multiple("target1Risks"),
    target2Risks: multiple("target2Risks"),
    allowShort: input.allowShort ?? BREAKOUT_DEFAULTS.allowShort,
  };
  const { target1Risks, target2Risks } = read;
  if (new Decimal(target2Risks).lt(target1Risks)) {
    issues.add([...path, "target2Risks"], `is ${target2Risks}, but must not be below target1Risks ${target1Risks}`);
  }
  return read;
}
