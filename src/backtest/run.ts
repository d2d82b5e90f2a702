// One backtest from its first bar to its result: a timeline played into a desk of its own. It knows no threads.
import type { BacktestInput, BreakoutRecord } from "../backtestPorts.ts";
import { formatDecimal } from "../domain/decimal.ts";
import { equityOf } from "../domain/figures.ts";
import { Issues } from "../domain/issues.ts";
import { readBar } from "../domain/price.ts";
import { readSettings, type SettingsInput } from "../domain/settings.ts";
import type { FeedBar } from "../feeds/feedPrices.ts";
import type { TimelineEntry } from "../feeds/mergeTimeline.ts";
import type { SignalEntry } from "../feeds/signalsFile.ts";
import { boardPrices } from "../services/desk.ts";
import type { AccountSignalInput } from "../services/executeSignals.ts";
import { type BacktestDesk, startBacktestDesk } from "./backtestDesk.ts";
import { type Played, Player } from "./player.ts";
import { type BacktestResult, resultOf } from "./result.ts";
import { Breakout } from "./strategies/breakout.ts";
import { type BarPortions, Timeline } from "./timeline.ts";

export interface BacktestOrder {
  readonly backtestId: string;
  readonly owner: string;
  readonly settings: BacktestInput["settings"];
  readonly strategy: BreakoutRecord | null;
  /** Sorted by `at`; the inputs are AccountSignalInput without an account. */
  readonly signals: readonly SignalEntry[];
}

/** Runs a backtest over the series, whose ties are in their order; `onBar` is called for each bar that is played. */
export async function runBacktest(
  order: BacktestOrder,
  series: readonly BarPortions[],
  onBar: () => void,
): Promise<BacktestResult> {
  const timeline = await Timeline.open(series, order.signals);
  const settings = readSettings(order.settings as SettingsInput, ["settings"], new Issues());
  const account = { accountId: order.backtestId, owner: order.owner, settings };
  const desk = await startBacktestDesk(account, timeline.beginningMs);
  const player = new Player(desk, (input) => ({ ...input, account: order.backtestId }) as AccountSignalInput);
  const sender = order.strategy === null ? undefined : new StrategySender(order.strategy);
  for await (const portion of timeline.portions()) {
    for (const entry of portion) {
      if (entry.kind === "bar") {
        if (sender !== undefined) for (const signal of sender.due(entry.bar.start)) await player.play(signal);
        sender?.see(entry.bar);
        onBar();
      }
      await player.play(entry);
    }
  }
  if (sender !== undefined) for (const signal of sender.due(undefined)) await player.play(signal);
  await player.publish();
  await desk.road.close();
  const { accepted, stale, refused, outcomes, invalid } = player.outcome();
  refuseSilence(outcomes, invalid);
  const endedAt = new Date(desk.desk.clock.nowMs()).toISOString();
  const figures = { equity: equityAtEnd(desk, order.backtestId), endedAt, prices: pricesOf(desk) };
  return resultOf(desk.store.result(), { ...figures, bars: { accepted, stale, refused } });
}

/** All signals were read before: one that the desk does not take is a fault, and not a result with fewer trades. */
function refuseSilence(outcomes: Played["outcomes"], [first]: Played["invalid"]): void {
  if (first !== undefined) throw new Error(`a signal could not be taken: ${first.reason}`);
  const refusal = [...outcomes.keys()].find((outcome) => outcome.startsWith("refused"));
  if (refusal !== undefined) throw new Error(`a signal was ${refusal}`);
}

/**
 * What a strategy sends, each at the end of its bar: it is executed before the first bar that starts then or later, as a
 * recorded signal of that time is. A backtest of the recorded signals gives the same digits.
 */
class StrategySender {
  private readonly parameters: BreakoutRecord;
  private readonly symbols = new Map<string, Breakout>();
  /** The end of the newest bar of each symbol. */
  private readonly ends = new Map<string, number>();
  private waiting: SignalEntry[] = [];

  constructor(parameters: BreakoutRecord) {
    this.parameters = parameters;
  }

  /** Shows it a bar; one that the desk would refuse, or drop as stale, it does not see. */
  see(input: FeedBar): void {
    const bar = readBar(input);
    if (typeof bar === "string" || bar.startMs < (this.ends.get(bar.symbol) ?? bar.startMs)) return;
    this.ends.set(bar.symbol, bar.endMs);
    const strategy = this.symbols.get(bar.symbol) ?? new Breakout(this.parameters);
    this.symbols.set(bar.symbol, strategy);
    const signal = strategy.next(bar);
    if (signal === undefined) return;
    this.waiting.push({ at: new Date(bar.endMs), line: 0, input: { ...signal } });
    // The sort is stable: signals of one time stay in the order of their bars.
    this.waiting.sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  /** The signals that come before a bar which starts at `start`, or all that are left; each is answered once. */
  due(start: Date | undefined): TimelineEntry[] {
    if (this.waiting.length === 0) return [];
    const later = start === undefined ? -1 : this.waiting.findIndex(({ at }) => at > start);
    const due = later === -1 ? this.waiting : this.waiting.slice(0, later);
    this.waiting = this.waiting.slice(due.length);
    return due.map((entry) => ({ kind: "signal", ...entry }));
  }
}

/** The equity at the last prices, open positions included. */
function equityAtEnd({ desk }: BacktestDesk, accountId: string): string {
  const book = desk.books.get(accountId);
  if (book === undefined) throw new Error("the book of a backtest is not in memory");
  const { settings, figures } = book.session;
  return formatDecimal(equityOf(settings.startingCapital, figures, book.exposure, boardPrices(desk)));
}

function pricesOf({ desk }: BacktestDesk): Record<string, { price: string; time: string }> {
  return Object.fromEntries(
    [...desk.board.all()].map(({ symbol, price, timeMs }) => [
      symbol,
      { price: formatDecimal(price), time: new Date(timeMs).toISOString() },
    ]),
  );
}
