// Gathers the bars of a CSV file: sorted by start, each with its interval, faults by line; in short turns and little memory.
import { readBar } from "../domain/price.ts";
import { BarColumns } from "./barColumns.ts";
import { intervalOf, StartDifferences } from "./csvInterval.ts";
import { type CsvSource, streamCsvRows } from "./csvStream.ts";
import { FeedError } from "./feedError.ts";
import type { FeedBar, LineFault } from "./feedPrices.ts";
import { Turns } from "./turns.ts";

/** A file has more rows than it may have. */
export class TooManyRowsError extends FeedError {}

/** The bars of a file, which can be gone through again and again, sorted by start, no two with the same. */
export interface CollectedBars extends Iterable<FeedBar> {
  /** How many bars there are. */
  readonly count: number;
  /** The usual length of a bar. */
  readonly intervalSeconds: number;
  /** The start of the first bar and the end of the last. */
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Rows below the header, blank ones left out: bars and faults together. */
  readonly rows: number;
  /** The first faults, sorted by line. */
  readonly faults: readonly LineFault[];
  readonly faultCount: number;
}

export interface CollectLimits {
  readonly rowsMax: number;
  /** How many faults are kept; all are counted. */
  readonly faultsKeptMax: number;
}

/**
 * Answers all bars of a file sorted by start, and its faults. Of rows with the same start the first is kept and the
 * others are faults; rows out of order are sorted, no faults. For the bars' interval see csvInterval.ts.
 * Throws FeedError as streamCsvRows does, and for a file with no good row; TooManyRowsError for one with more than
 * `rowsMax`.
 */
export async function collectBars(source: CsvSource, limits: CollectLimits): Promise<CollectedBars> {
  const faults = new Faults(limits.faultsKeptMax);
  const columns = await readColumns(source, limits.rowsMax, faults);
  const rows = columns.count + faults.count;
  const order = await keepFirstOfStart(columns, faults);
  const intervalSeconds = await inferInterval(columns, order);
  const bars = dropEndless(new SortedBars(source.symbol, columns, order, intervalSeconds), faults);
  const [first, last] = [bars.at(0), bars.at(bars.count - 1)];
  if (first === undefined || last === undefined) throw new FeedError(tellNoGoodRow(source.file, faults));
  return {
    [Symbol.iterator]: () => bars[Symbol.iterator](),
    count: bars.count,
    intervalSeconds,
    startsAt: first.start,
    endsAt: new Date(last.start.getTime() + last.intervalSeconds * 1000),
    rows,
    faults: faults.first(),
    faultCount: faults.count,
  };
}

async function readColumns(source: CsvSource, rowsMax: number, faults: Faults): Promise<BarColumns> {
  const columns = new BarColumns();
  const turns = new Turns();
  for await (const row of streamCsvRows(source)) {
    if (columns.count + faults.count >= rowsMax) {
      throw new TooManyRowsError(`${source.file} has more than ${rowsMax} rows; split it`);
    }
    const fault = row.kind === "fault" ? row.reason : refusal({ ...row.bar, intervalSeconds: 1 });
    if (row.kind === "bar" && fault === undefined) columns.add(row.bar, row.line, row.hasTimeOfDay);
    else faults.add(row.line, fault ?? "");
    if (turns.isOver) await turns.next();
  }
  return columns;
}

/** Why the desk would refuse the bar. */
function refusal(bar: FeedBar): string | undefined {
  const read = readBar(bar);
  return typeof read === "string" ? read : undefined;
}

/** Answers the indexes of the bars in order, without those whose start was there before. */
async function keepFirstOfStart(columns: BarColumns, faults: Faults): Promise<Uint32Array> {
  const order = await columns.orderByStart();
  const turns = new Turns();
  let kept = 0;
  for (const index of order) {
    const before = order[kept - 1];
    if (before !== undefined && columns.startMs(before) === columns.startMs(index)) {
      faults.add(columns.line(index), `the time is that of line ${columns.line(before)}`);
    } else {
      order[kept] = index;
      kept += 1;
    }
    if (turns.isOver) await turns.next();
  }
  return order.subarray(0, kept);
}

async function inferInterval(columns: BarColumns, order: Uint32Array): Promise<number> {
  const differences = new StartDifferences();
  const turns = new Turns();
  let hasTimeOfDay = false;
  let previousMs: number | undefined;
  for (const index of order) {
    const startMs = columns.startMs(index);
    if (previousMs !== undefined) differences.add(previousMs, startMs);
    hasTimeOfDay ||= columns.hasTimeOfDay(index);
    previousMs = startMs;
    if (turns.isOver) await turns.next();
  }
  return differences.usualSeconds(hasTimeOfDay);
}

/** Only the last bars can end after the last moment that the desk knows. */
function dropEndless(bars: SortedBars, faults: Faults): SortedBars {
  let kept = bars;
  for (let last = kept.at(kept.count - 1); last !== undefined; last = kept.at(kept.count - 1)) {
    const reason = refusal(last);
    if (reason === undefined) return kept;
    faults.add(kept.line(kept.count - 1), reason);
    kept = kept.withoutLast();
  }
  return kept;
}

/** Columns read in an order, as bars. */
class SortedBars implements Iterable<FeedBar> {
  private readonly symbol: string;
  private readonly columns: BarColumns;
  private readonly order: Uint32Array;
  private readonly usualSeconds: number;

  constructor(symbol: string, columns: BarColumns, order: Uint32Array, usualSeconds: number) {
    this.symbol = symbol;
    this.columns = columns;
    this.order = order;
    this.usualSeconds = usualSeconds;
  }

  get count(): number {
    return this.order.length;
  }

  at(place: number): FeedBar | undefined {
    const index = this.order[place];
    if (index === undefined) return undefined;
    const startMs = this.columns.startMs(index);
    const next = this.order[place + 1];
    const nextMs = next === undefined ? undefined : this.columns.startMs(next);
    return {
      symbol: this.symbol,
      ...this.columns.values(index),
      start: new Date(startMs),
      intervalSeconds: intervalOf(this.usualSeconds, startMs, nextMs),
    };
  }

  line(place: number): number {
    return this.columns.line(this.order[place] ?? 0);
  }

  withoutLast(): SortedBars {
    return new SortedBars(this.symbol, this.columns, this.order.subarray(0, -1), this.usualSeconds);
  }

  *[Symbol.iterator](): Generator<FeedBar> {
    for (let place = 0; place < this.count; place += 1) {
      const bar = this.at(place);
      if (bar !== undefined) yield bar;
    }
  }
}

/** The first faults of a file by line, and the number of all. */
class Faults {
  count = 0;
  private readonly kept: LineFault[] = [];
  private readonly keptMax: number;
  /** Faults below this line are none of the first. */
  private lineMax = Number.POSITIVE_INFINITY;

  constructor(keptMax: number) {
    this.keptMax = keptMax;
  }

  /** Most come by their lines; what is found later has its place further up. */
  add(line: number, reason: string): void {
    this.count += 1;
    if (line > this.lineMax) return;
    this.kept.push({ line, reason });
    if (this.kept.length >= 2 * this.keptMax) this.sort();
  }

  first(): readonly LineFault[] {
    this.sort();
    return this.kept;
  }

  private sort(): void {
    this.kept.sort((a, b) => a.line - b.line);
    if (this.kept.length < this.keptMax) return;
    this.kept.length = this.keptMax;
    this.lineMax = this.kept.at(-1)?.line ?? this.lineMax;
  }
}

function tellNoGoodRow(file: string, faults: Faults): string {
  const [first] = faults.first();
  if (first === undefined) return `${file} has no good row: there is nothing below its header`;
  return `${file} has no good row: all ${faults.count} are bad, the first at line ${first.line}: ${first.reason}`;
}
