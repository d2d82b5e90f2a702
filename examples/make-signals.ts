// Makes trade signals from the bars of a CSV file, to be executed while the same file is replayed:
//   npx tsx examples/make-signals.ts AAPL.csv > signals.jsonl
//   npm start -- --replay AAPL.csv --speed max --signals signals.jsonl
// The same file gives the same signals. They are no strategy: they show what a desk fills, what it refuses, and why.
import { Decimal, formatDecimal } from "../src/domain/decimal.ts";
import { readCsvBars } from "../src/feeds/csvBars.ts";
import { FeedError } from "../src/feeds/feedError.ts";
import type { FeedBar } from "../src/feeds/feedPrices.ts";
import { parseReplayArgument } from "../src/feeds/replayArgument.ts";

/** At most so many signals, spread evenly over the file. */
const SIGNALS_MAX = 400;
/** The usual range of a bar, the yardstick of stops and targets, is the mean of so many. */
const RANGE_BARS = 20;
/** Prices of signals are rounded to it. */
const PRICE_DECIMALS = 4;
/** Signals of a campaign follow each other; so many (of all kinds) share its name. */
const CAMPAIGN_SIGNALS = 80;
/** USD: what the account of a replay begins with. */
const CAPITAL = 100_000;

/** A moment at which a signal is sent: the end of a bar. */
interface Moment {
  readonly number: number;
  readonly isLong: boolean;
  readonly at: Date;
  readonly price: Decimal;
  /** The usual range of a bar, in USD. */
  readonly range: Decimal;
  /** The end of the bar so many bars later, or of the last. */
  readonly later: (bars: number) => Date;
}

/** What differs between the kinds of signals; the fields are those of ExecuteSignalInput. */
type Fields = Readonly<Record<string, unknown>>;

/** Every kind of signal, one after another, again and again. */
const KINDS: readonly ((moment: Moment) => Fields)[] = [
  // Sizes given, levels that minutes to hours reach: most of these fill.
  (m) => ({ ...levels(m, 8, 8), positionSize: shares(m, 0.08) }),
  (m) => ({ ...levels(m, 6, 5, 10), positionSize: shares(m, 0.1) }),
  (m) => ({ ...levels(m, 6, 30), ...trailing(m, 3, 4), positionSize: shares(m, 0.08) }),
  (m) => ({ ...levels(m, 10, 8, 16), ...trailing(m, 8, 6), positionSize: shares(m, 0.06), leverage: "1.5" }),
  (m) => ({ ...levels(m, 12, 12, 20), positionSize: shares(m, 0.05), expiresAt: m.later(40) }),
  // Sizes left to the desk: it takes what risk and funds allow, and whoever comes next finds little left.
  (m) => ({ ...levels(m, 5, 4, 9), leverage: "2", expiresAt: m.later(15) }),
  (m) => ({ ...away(m, 0.15, 0.02, 0.04) }),
  // A campaign whose members take more than 1 % of risk each: soon it, or the whole account, has too much.
  (m) => ({ ...away(m, 0.06, 0.05, 0.09), ...campaign(m), positionSize: shares(m, 0.22), leverage: "2" }),
  // Beyond what the rules allow: too much risk, too little money, or all of it at once.
  (m) => ({ ...away(m, 0.1, 0.1), positionSize: shares(m, 0.3), leverage: "2" }),
  (m) => ({ ...levels(m, 5, 10), positionSize: shares(m, 1.5) }),
  (m) => ({ ...away(m, 0.12, 0.1), ...campaign(m), positionSize: shares(m, 4), leverage: "2" }),
  // Too late: the price has passed the stop, or the target, or the time is over.
  (m) => ({ ...away(moved(m, 0.03), 0.02, 0.05), positionSize: shares(m, 0.1) }),
  (m) => ({ ...away(moved(m, -0.05), 0.02, 0.02), positionSize: shares(m, 0.1) }),
  (m) => ({ ...levels(m, 8, 8), positionSize: shares(m, 0.1), expiresAt: m.at }),
];

/** The levels of a signal at so many bars' ranges from the price. */
function levels({ range, price, ...moment }: Moment, stop: number, target1: number, target2?: number): Fields {
  const share = (ranges: number): number => range.times(ranges).div(price).toNumber();
  return away({ range, price, ...moment }, share(stop), share(target1), target2 && share(target2));
}

/** The levels of a signal at parts of its price: 0.1 is a tenth of it away. */
function away(moment: Moment, stop: number, target1: number, target2?: number): Fields {
  return {
    entryPrice: money(moment.price),
    stopLoss: beyond(moment, -stop),
    target1: beyond(moment, target1),
    ...(target2 ? { target2: beyond(moment, target2) } : {}),
  };
}

function trailing(moment: Moment, activation: number, offset: number): Fields {
  const { range, price } = moment;
  return {
    trailingStop: {
      activation: beyond(moment, range.times(activation).div(price).toNumber()),
      offset: money(range.times(offset)),
    },
  };
}

/** The price a part of itself away: towards the targets where the part is above 0. */
function beyond({ price, isLong }: Moment, part: number): string {
  return money(price.times(1 + (isLong ? part : -part)));
}

/** The moment as a sender sees it whose price is off by a part of it. */
function moved(moment: Moment, part: number): Moment {
  return { ...moment, price: new Decimal(beyond(moment, part)) };
}

function campaign({ number }: Moment): Fields {
  return { campaignId: `campaign-${Math.floor(number / CAMPAIGN_SIGNALS) + 1}` };
}

/** Whole shares worth a part of the capital, at least one. */
function shares({ price }: Moment, part: number): string {
  return formatDecimal(Decimal.max(1, new Decimal(CAPITAL).times(part).div(price).floor()));
}

function money(price: Decimal): string {
  return formatDecimal(price.toDecimalPlaces(PRICE_DECIMALS));
}

function endOf(bar: FeedBar): Date {
  return new Date(bar.start.getTime() + bar.intervalSeconds * 1000);
}

/** Neither so small that levels meet the price, nor so large that a short's target is below 0. */
function usualRange(bars: readonly FeedBar[], close: Decimal): Decimal {
  const ranges = bars.map(({ high, low }) => new Decimal(high).minus(low));
  const mean = Decimal.sum(...ranges).div(ranges.length);
  return Decimal.min(close.div(40), Decimal.max(close.div(2000), mean));
}

/** The signals of a file's bars, each with its `at`, in order. */
function makeSignals(symbol: string, bars: readonly FeedBar[]): Fields[] {
  const every = Math.max(1, Math.ceil(bars.length / SIGNALS_MAX));
  const chosen = bars.map((_, index) => index).filter((index) => index % every === 0);
  return chosen.map((index, number) => {
    const bar = bars[index] as FeedBar; // an index of these very bars
    const price = new Decimal(bar.close);
    const moment: Moment = {
      number,
      isLong: (number + Math.floor(number / KINDS.length)) % 2 === 0,
      // The first is sent before there is any price.
      at: index === 0 ? bar.start : endOf(bar),
      price,
      range: usualRange(bars.slice(Math.max(0, index - RANGE_BARS + 1), index + 1), price),
      later: (count) => endOf(bars[Math.min(index + count, bars.length - 1)] as FeedBar),
    };
    return {
      at: moment.at,
      signalId: `${symbol.replaceAll("/", ".")}-${number + 1}`,
      symbol,
      side: moment.isLong ? "LONG" : "SHORT",
      ...KINDS[number % KINDS.length]?.(moment),
      marketPrice: bar.close,
      confidence: 50 + (number % 50),
      source: "make-signals",
    };
  });
}

async function main(): Promise<void> {
  const [source] = parseReplayArgument(process.argv[2] ?? "");
  if (source === undefined) throw new FeedError("a file is missing");
  const { symbol, bars } = await readCsvBars(source);
  for (const signal of makeSignals(symbol, bars)) process.stdout.write(`${JSON.stringify(signal)}\n`);
}

await main().catch((error: unknown) => {
  if (!(error instanceof FeedError)) throw error;
  process.stderr.write(`${error.message}\nusage: npx tsx examples/make-signals.ts FILE.csv > signals.jsonl\n`);
  process.exitCode = 2;
});
