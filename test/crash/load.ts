// A load that is to be cut off: signals, closes by hand and moving quotes from several connections at once.
import { draw, seed } from "../../src/feeds/seededNumbers.ts";
import type { DecidedSignalFragment, ExecuteSignalInput, KeptTradeFragment } from "../generated/graphql.ts";
import { PublishQuotes } from "../support/documents.ts";
import type { WireClient } from "../support/wireClient.ts";
import type { WireDesk } from "../support/wireDesk.ts";
import { SendClose, SendSignal, SendSignals } from "./operations.ts";

const SYMBOLS = ["LOAD.A", "LOAD.B", "LOAD.C", "LOAD.D"];
const BATCH_SENDERS = 3;
const SINGLE_SENDERS = 4;
const CLOSERS = 2;
const BATCH_MAX = 8;

export interface SentClose {
  readonly position: string;
  readonly quantity: string;
  readonly requestId: string;
}

/** What was sent, and what was answered: the client's own books. */
export interface Ledger {
  readonly signals: Map<string, ExecuteSignalInput>;
  readonly decided: Map<string, DecidedSignalFragment>;
  readonly closes: Map<string, SentClose>;
  readonly closed: Map<string, KeptTradeFragment>;
  /** The number in the newest request id. */
  lastRequest: number;
  /** Answers that a desk in order does not give. */
  readonly faults: string[];
  readonly next: (from: number, to: number) => number;
}

export function emptyLedger(seedNumber: number): Ledger {
  let state = seed(seedNumber);
  const next = (from: number, to: number): number => {
    const drawn = draw(state, from, to);
    state = drawn.state;
    return drawn.value;
  };
  return {
    signals: new Map(),
    decided: new Map(),
    closes: new Map(),
    closed: new Map(),
    lastRequest: 0,
    faults: [],
    next,
  };
}

/** A running load. */
export interface Load {
  /** Resolves when so many outcomes have been acknowledged; the load goes on. */
  readonly reached: Promise<void>;
  /** Resolves when every connection is broken. */
  readonly broken: Promise<unknown>;
}

/** Starts the load on a server's client; it goes on until the server has ended. */
export function startLoad(
  { client, server }: Pick<WireDesk, "client" | "server">,
  ledger: Ledger,
  acknowledgedWanted: number,
): Load {
  const prices = new Map(SYMBOLS.map((symbol) => [symbol, 10_000]));
  const wanted = ledger.decided.size + ledger.closed.size + acknowledgedWanted;
  let tellReached = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    tellReached = resolve;
  });
  // Node's fetch now and then never rejects though its connection has broken: the end of the process tells, too.
  const gone = server.ended.then(() => Promise.reject(new TypeError("the server is gone")));
  const untilBroken = async (work: () => Promise<void>): Promise<void> => {
    try {
      for (;;) {
        await Promise.race([work(), gone]);
        if (ledger.decided.size + ledger.closed.size >= wanted) tellReached();
      }
    } catch (error) {
      // What fetch throws where the connection breaks; everything else is a fault.
      if (!(error instanceof TypeError)) ledger.faults.push(String(error));
      tellReached();
    }
  };
  const works = [
    ...Array.from({ length: BATCH_SENDERS }, () => () => sendBatch(client, ledger, prices)),
    ...Array.from({ length: SINGLE_SENDERS }, () => () => sendOne(client, ledger, prices)),
    ...Array.from({ length: CLOSERS }, () => () => closeOne(client, ledger)),
    () => moveQuotes(client, ledger, prices),
  ];
  return { reached, broken: Promise.all(works.map(untilBroken)) };
}

async function sendBatch(client: WireClient, ledger: Ledger, prices: ReadonlyMap<string, number>): Promise<void> {
  const inputs = Array.from({ length: ledger.next(2, BATCH_MAX) }, () => newSignal(ledger, prices));
  const { executeSignals } = await client.run(SendSignals, { inputs });
  for (const result of executeSignals) keepDecision(ledger, result);
}

async function sendOne(client: WireClient, ledger: Ledger, prices: ReadonlyMap<string, number>): Promise<void> {
  const { executeSignal } = await client.run(SendSignal, { input: newSignal(ledger, prices) });
  keepDecision(ledger, executeSignal);
}

function keepDecision(
  ledger: Ledger,
  result:
    | { __typename: "ExecuteSignalPayload"; replayed: boolean; signal: DecidedSignalFragment }
    | { __typename: string },
): void {
  if (!("signal" in result) || result.replayed) ledger.faults.push(`a new signal: ${JSON.stringify(result)}`);
  else ledger.decided.set(result.signal.signalId, result.signal);
}

/** A signal like any other, now and then one that is too large, or whose stop the price has passed. */
function newSignal(ledger: Ledger, prices: ReadonlyMap<string, number>): ExecuteSignalInput {
  const { next } = ledger;
  const number = ledger.signals.size + 1;
  const symbol = SYMBOLS[next(0, SYMBOLS.length - 1)] ?? "LOAD.A";
  const isLong = next(0, 1) === 1;
  const isLate = next(0, 9) === 0;
  const isHuge = next(0, 9) === 0;
  const cents = (prices.get(symbol) ?? 0) * (isLate ? (isLong ? 1.1 : 0.9) : 1);
  const away = (part: number): string => ((cents * (1 + (isLong ? part : -part))) / 100).toFixed(2);
  const input: ExecuteSignalInput = {
    signalId: `load-${number}`,
    symbol,
    side: isLong ? "LONG" : "SHORT",
    entryPrice: away(0),
    stopLoss: away(-0.03),
    target1: away(0.02),
    ...(next(0, 1) === 1 ? { target2: away(0.03) } : {}),
    ...(next(0, 2) === 0 ? { trailingStop: { activation: away(0.005), offset: (cents / 10_000).toFixed(2) } } : {}),
    positionSize: isHuge ? "900000" : String(next(1, 300) / 10),
  };
  ledger.signals.set(input.signalId, input);
  return input;
}

/** Closes a part of some position that was opened; it may be closed already. */
async function closeOne(client: WireClient, ledger: Ledger): Promise<void> {
  const opened = [...ledger.decided.values()].slice(-50).flatMap(({ position }) => position ?? []);
  const position = opened[ledger.next(0, Math.max(0, opened.length - 1))];
  if (position === undefined) return new Promise((resolve) => setTimeout(resolve, 5));
  ledger.lastRequest += 1;
  const close: SentClose = {
    position: position.id,
    quantity: ledger.next(0, 1) === 1 ? "0.1" : position.quantity,
    requestId: `close-${ledger.lastRequest}`,
  };
  ledger.closes.set(close.requestId, close);
  const { closePosition } = await client.run(SendClose, { input: close });
  if (closePosition.__typename === "ClosePositionPayload") ledger.closed.set(close.requestId, closePosition.trade);
  // Nothing was done, as somebody or a stop was quicker: nothing is remembered of the request either.
  else ledger.closes.delete(close.requestId);
}

async function moveQuotes(client: WireClient, ledger: Ledger, prices: Map<string, number>): Promise<void> {
  for (const [symbol, cents] of prices)
    prices.set(symbol, Math.min(Math.max(cents + ledger.next(-60, 60), 5_000), 20_000));
  const quotes = [...prices].map(([symbol, cents]) => ({ symbol, price: (cents / 100).toFixed(2) }));
  const { publishQuotes } = await client.run(PublishQuotes, { quotes });
  if (publishQuotes.refused.length > 0) ledger.faults.push(`quotes: ${JSON.stringify(publishQuotes)}`);
}
