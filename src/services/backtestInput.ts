// Reading what a backtest is asked to do: every problem is told with its path, and nothing is stored where there is one.
import { setImmediate as nextTurn } from "node:timers/promises";
import { validate as isUuid } from "uuid";
import type { BacktestDataSet, BacktestInput, BreakoutRecord, DataSet, DataSetStore } from "../backtestPorts.ts";
import { type Issue, Issues } from "../domain/issues.ts";
import { TIME_MS_MAX, TIME_MS_MIN } from "../domain/limits.ts";
import { DEFAULT_SETTINGS, plainSettings, readSettings, type SettingsInput } from "../domain/settings.ts";
import { FOREX_SYMBOL_PATTERN, readSignal, type Signal } from "../domain/signal.ts";
import { signalContent } from "../domain/signalContent.ts";
import { readStrategy, type StrategyInput } from "./backtestStrategy.ts";
import type { AccountSignalInput } from "./executeSignals.ts";

export const BACKTEST_SIGNALS_MAX = 10_000;
export const BACKTEST_DATA_SETS_MAX = 20;
export const BACKTEST_BARS_MAX = 5_000_000;
/** Signals that are read before the event loop gets its turn. */
const SLICE_SIGNALS = 100;
const MANY = "en-US";

export interface BacktestSignalInput {
  readonly at: Date;
  readonly signal: AccountSignalInput;
}

export interface RunBacktestInput {
  readonly name: string;
  /** Undefined stands for what can be no id of a data set. */
  readonly dataSets: readonly (string | undefined)[];
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
  readonly signals?: readonly BacktestSignalInput[] | null | undefined;
  readonly strategy?: StrategyInput | null | undefined;
  readonly settings?: SettingsInput | null | undefined;
}

/** A backtest that can be run. `signals` is the JSON of a list, each `{ at, signal }`. */
export interface ReadBacktest {
  readonly name: string;
  readonly input: BacktestInput;
  readonly signals: string;
  readonly barsTotal: number;
}

export type BacktestReading =
  | ({ readonly kind: "backtest" } & ReadBacktest)
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] };

type Bounds = { readonly from: Date | undefined; readonly to: Date | undefined };
type Held = BacktestDataSet & { readonly fromMs: number; readonly toMs: number };

/** Reads an input of an owner, with every problem that it has. */
export async function readBacktest(
  store: Pick<DataSetStore, "findDataSets" | "countBars">,
  owner: string,
  input: RunBacktestInput,
): Promise<BacktestReading> {
  const issues = new Issues();
  const name = issues.text(["name"], input.name) ?? "";
  const settings = { ...DEFAULT_SETTINGS, ...readSettings(input.settings ?? {}, ["settings"], issues) };
  const range = readRange(input, issues);
  const held = await readDataSets(store, owner, input.dataSets, range, issues);
  checkKind(input, issues);
  const strategy = input.strategy ? readStrategy(input.strategy, ["strategy"], issues) : undefined;
  if (strategy?.assetClass === "FOREX") checkForex(held, issues);
  const warnings = await readSignals(input.signals ?? [], range, held, issues);
  if (issues.list.length > 0) return { kind: "invalid", issues: issues.list };
  const signals = input.signals ?? [];
  return {
    kind: "backtest",
    name,
    input: {
      dataSets: held.map(({ fromMs: _from, toMs: _to, ...snapshot }) => snapshot),
      from: range.from?.toISOString() ?? null,
      to: range.to?.toISOString() ?? null,
      settings: plainSettings(settings),
      strategy: strategy ?? (null as BreakoutRecord | null),
      signalCount: signals.length,
      warnings,
    },
    signals: JSON.stringify(signals),
    barsTotal: held.reduce((sum, { bars }) => sum + bars, 0),
  };
}

/** A strategy sends signals for every symbol that it is shown. */
function checkForex(held: readonly Held[], issues: Issues): void {
  const other = held.find(({ symbol }) => !FOREX_SYMBOL_PATTERN.test(symbol));
  if (other === undefined) return;
  issues.add(["strategy", "assetClass"], `is FOREX, which needs XXX/USD, but there are bars of ${other.symbol}`);
}

function readRange({ from, to }: RunBacktestInput, issues: Issues): Bounds {
  for (const [name, time] of Object.entries({ from, to })) {
    if (time && (time.getTime() < TIME_MS_MIN || time.getTime() > TIME_MS_MAX)) {
      issues.add([name], "must lie between the years 1900 and 9999");
    }
  }
  if (from && to && from >= to) {
    issues.add(["from"], `is ${from.toISOString()}, but must be before to ${to.toISOString()}`);
  }
  return { from: from ?? undefined, to: to ?? undefined };
}

function checkKind({ signals, strategy }: RunBacktestInput, issues: Issues): void {
  if (signals && strategy) issues.add(["strategy"], "is given, and signals too: give only one of them");
  if (!signals && !strategy) issues.add(["signals"], "are missing: give either signals or a strategy");
  if (signals?.length === 0) issues.add(["signals"], "are none: at least one is needed");
}

async function readDataSets(
  store: Pick<DataSetStore, "findDataSets" | "countBars">,
  owner: string,
  dataSetIds: RunBacktestInput["dataSets"],
  range: Bounds,
  issues: Issues,
): Promise<Held[]> {
  if (dataSetIds.length === 0) issues.add(["dataSets"], "are none: at least one is needed");
  if (dataSetIds.length > BACKTEST_DATA_SETS_MAX) {
    issues.add(["dataSets"], `are ${dataSetIds.length}, but at most ${BACKTEST_DATA_SETS_MAX} are allowed`);
    return [];
  }
  const ids = dataSetIds.filter((id) => id !== undefined && isUuid(id)) as string[];
  const found = new Map((await store.findDataSets(owner, ids)).map((dataSet) => [dataSet.dataSetId, dataSet]));
  const held: Held[] = [];
  for (const [index, id] of dataSetIds.entries()) {
    const dataSet = found.get(id ?? "");
    if (dataSet === undefined) issues.add(["dataSets", String(index)], "there is no such data set");
    else held.push(await heldOf(store, dataSet, range));
  }
  checkOverlaps(held, issues);
  checkBars(held, dataSetIds.length, issues);
  return held;
}

async function heldOf(store: Pick<DataSetStore, "countBars">, dataSet: DataSet, { from, to }: Bounds): Promise<Held> {
  const { dataSetId, name, symbol, startsAt, endsAt } = dataSet;
  const bars = await store.countBars(dataSetId, from, to);
  const fromMs = Math.max(startsAt.getTime(), from?.getTime() ?? Number.NEGATIVE_INFINITY);
  const toMs = Math.min(endsAt.getTime(), to?.getTime() ?? Number.POSITIVE_INFINITY);
  const snapshot = { dataSetId, name, symbol, from: startsAt.toISOString(), to: endsAt.toISOString(), bars };
  return { ...snapshot, fromMs, toMs };
}

/** Bars of one symbol come from one data set at each moment: two opinions of one price are none. */
function checkOverlaps(held: readonly Held[], issues: Issues): void {
  for (const [index, later] of held.entries()) {
    for (const earlier of held.slice(0, index)) {
      const path = ["dataSets", String(index)];
      if (earlier.dataSetId === later.dataSetId) {
        issues.add(path, `is ${nameOf(later)}, which is given twice`);
        continue;
      }
      const fromMs = Math.max(earlier.fromMs, later.fromMs);
      const toMs = Math.min(earlier.toMs, later.toMs);
      if (earlier.symbol !== later.symbol || fromMs >= toMs) continue;
      issues.add(
        path,
        `is ${nameOf(later)}, which overlaps ${nameOf(earlier)}: both have ${later.symbol} from ${iso(fromMs)} to ${iso(toMs)}`,
      );
    }
  }
}

function checkBars(held: readonly Held[], asked: number, issues: Issues): void {
  const bars = held.reduce((sum, each) => sum + each.bars, 0);
  if (bars === 0 && held.length > 0 && held.length === asked) {
    const known = held.map((each) => `${nameOf(each)} has bars from ${each.from} to ${each.to}`).join("; ");
    issues.add(["dataSets"], `have no bars from \`from\` to \`to\`: ${known}`);
  }
  if (bars > BACKTEST_BARS_MAX) {
    const max = BACKTEST_BARS_MAX.toLocaleString(MANY);
    issues.add(["dataSets"], `have ${bars.toLocaleString(MANY)} bars in that range, but at most ${max} are allowed`);
  }
}

/** Reads every signal as it will be executed, and answers what is odd about them without being wrong. */
async function readSignals(
  signals: readonly BacktestSignalInput[],
  range: Bounds,
  held: readonly Held[],
  issues: Issues,
): Promise<string[]> {
  if (signals.length > BACKTEST_SIGNALS_MAX) {
    const max = BACKTEST_SIGNALS_MAX.toLocaleString(MANY);
    issues.add(["signals"], `are ${signals.length.toLocaleString(MANY)}, but at most ${max} are allowed`);
    return [];
  }
  const contents = new Map<string, { readonly index: number; readonly content: string }>();
  for (const [index, { at, signal: input }] of signals.entries()) {
    if (index > 0 && index % SLICE_SIGNALS === 0) await nextTurn();
    const path = ["signals", String(index)];
    if (at.getTime() < TIME_MS_MIN || at.getTime() > TIME_MS_MAX) {
      issues.add([...path, "at"], "must lie between the years 1900 and 9999");
    }
    if (input.account !== null && input.account !== undefined) {
      issues.add([...path, "signal", "account"], "must be left out: a backtest has an account of its own");
    }
    const read = readSignal(input);
    if (read.kind === "signal") checkSame(read.signal, index, contents, issues);
    else for (const issue of read.issues) issues.add([...path, "signal", ...issue.path], issue.message);
  }
  return warningsOf(signals, range, held);
}

function checkSame(
  signal: Signal,
  index: number,
  contents: Map<string, { readonly index: number; readonly content: string }>,
  issues: Issues,
): void {
  const content = signalContent(signal);
  const known = contents.get(signal.signalId);
  if (known === undefined) contents.set(signal.signalId, { index, content });
  else if (known.content !== content) {
    const path = ["signals", String(index), "signal", "signalId"];
    issues.add(path, `is ${signal.signalId}, which signals.${known.index} has with other content`);
  }
}

function warningsOf(signals: readonly BacktestSignalInput[], { from, to }: Bounds, held: readonly Held[]): string[] {
  const warnings: string[] = [];
  const firstMs = Math.min(...held.map(({ fromMs }) => fromMs));
  const lastMs = Math.max(...held.map(({ toMs }) => toMs));
  const early = signals.filter(({ at }) => at.getTime() < (from?.getTime() ?? firstMs)).length;
  const late = signals.filter(({ at }) => at.getTime() > (to?.getTime() ?? lastMs)).length;
  const symbols = new Set(held.map(({ symbol }) => symbol));
  const strangers = new Set(signals.map(({ signal }) => signal.symbol).filter((symbol) => !symbols.has(symbol)));
  if (early > 0) warnings.push(`${early} signals are of before the range: there are no prices for them yet.`);
  if (late > 0) warnings.push(`${late} signals are of after the range: they meet its last prices.`);
  for (const symbol of strangers) warnings.push(`No data set has ${symbol}: its signals are rejected.`);
  return warnings;
}

function nameOf({ name, symbol }: BacktestDataSet): string {
  return `${name} (${symbol})`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
