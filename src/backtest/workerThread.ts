// The work of a backtest's thread: takes its bars from the process that started it, and gives back the rows of the result.
import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import type { ResultTable } from "../backtestPorts.ts";
import type { FeedBar } from "../feeds/feedPrices.ts";
import type { FromWorker, ToWorker, WorkerOrder } from "./messages.ts";
import { unpackBars } from "./packedBars.ts";
import { readSignals } from "./recordedSignals.ts";
import { runBacktest } from "./run.ts";

/**
 * What one message holds, and the statement that stores it: a large one holds an embedded database too long. Measured, a
 * statement takes some milliseconds whatever is in it, and one of so much text hardly more.
 */
const ROWS_TOGETHER_MAX = 100;
const ROWS_CHARACTERS = 16_000;
const TELL_EVERY_MS = 100;
/** Bars between two looks at the clock. */
const LOOK_EVERY_BARS = 50;

const port = parentPort;
if (port === null) throw new Error("a backtest's worker runs in a thread of its own");
const order = workerData as WorkerOrder;
const tell = (message: FromWorker): void => port.postMessage(message);

/** The bars of one series. While one portion is played, the next is on its way. */
class Inbox implements AsyncIterator<readonly FeedBar[]> {
  private readonly series: number;
  private readonly symbol: string;
  private arrive: (text: string | null) => void = () => undefined;
  private coming: Promise<string | null>;

  constructor(symbol: string, series: number) {
    this.series = series;
    this.symbol = symbol;
    this.coming = this.ask();
  }

  async next(): Promise<IteratorResult<readonly FeedBar[]>> {
    for (;;) {
      const text = await this.coming;
      if (text === null) return { done: true, value: undefined };
      this.coming = this.ask();
      const bars = unpackBars(this.symbol, text);
      if (bars.length > 0) return { done: false, value: bars };
    }
  }

  put(text: string | null): void {
    this.arrive(text);
  }

  private ask(): Promise<string | null> {
    const coming = new Promise<string | null>((resolve) => {
      this.arrive = resolve;
    });
    tell({ kind: "need", series: this.series });
    return coming;
  }
}

let stored: () => void = () => undefined;

async function send(table: ResultTable, rows: readonly string[]): Promise<void> {
  const isStored = new Promise<void>((resolve) => {
    stored = resolve;
  });
  tell({ kind: "rows", table, rows: `[${rows.join(",")}]` });
  await isStored;
}

async function sendAll(table: ResultTable, rows: Iterable<object>): Promise<void> {
  let portion: string[] = [];
  let characters = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    portion.push(text);
    characters += text.length;
    if (portion.length < ROWS_TOGETHER_MAX && characters < ROWS_CHARACTERS) continue;
    await send(table, portion);
    portion = [];
    characters = 0;
  }
  if (portion.length > 0) await send(table, portion);
}

/** Answers what is called for each bar: it tells of the progress from time to time. */
function counter(): () => void {
  let barsDone = 0;
  let toldAtMs = performance.now();
  return () => {
    barsDone += 1;
    if (barsDone % LOOK_EVERY_BARS !== 0) return;
    const nowMs = performance.now();
    if (nowMs - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = nowMs;
    tell({ kind: "progress", barsDone });
  };
}

const inboxes = order.symbols.map((symbol, series) => new Inbox(symbol, series));
port.on("message", (message: ToWorker) => {
  if (message.kind === "bars") inboxes[message.series]?.put(message.bars);
  else stored();
});
const result = await runBacktest({ ...order, signals: readSignals(order.signals) }, inboxes, counter());
for (const { table, rows } of result.tables) await sendAll(table, rows);
tell({ kind: "done", figures: result.figures, fillModelVersion: result.fillModelVersion });
// The port is closed by the process, when it has all that it wants.
await once(port, "close");
