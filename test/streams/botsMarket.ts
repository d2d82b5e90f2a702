// Makes events in several accounts at once, over a server that is killed and restarted meanwhile: nothing is lost by it.
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecuteSignalInput } from "../generated/graphql.ts";
import { ExecuteSignals, PublishQuotes, UpdateSettings } from "../support/documents.ts";
import type { WireClient } from "../support/wireClient.ts";
import type { Chance } from "./botsChance.ts";
import type { Stage } from "./botsStage.ts";

export const SYMBOLS = ["BOT.A", "BOT.B", "BOT.C"] as const;

/** Signals of a round in each account, at most. */
const SIGNALS_MAX = 6;
/** A settings change in so many rounds. */
const CHANGED_IN_ROUNDS = 20;
const RETRY_MS = 25;

export interface MarketOptions {
  readonly stage: Stage;
  readonly accounts: readonly [string, ...string[]];
  readonly chance: Chance;
}

export interface Market {
  /** How many events there are by now, at least. */
  made(): number;
  /** The ids of all signals that were answered, by their accounts. */
  readonly signalIds: ReadonlyMap<string, readonly string[]>;
  /** Goes on until there are so many events, about so many a second. */
  make(events: number, perSecond: number): Promise<void>;
}

export function openMarket({ stage, accounts, chance }: MarketOptions): Market {
  const signalIds = new Map<string, string[]>(accounts.map((account) => [account, []]));
  let made = 0;
  let sent = 0;

  /** Asks until there is an answer. What was asked before may have been done or not: doing it again changes nothing. */
  async function persist<Answer>(ask: (client: WireClient) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      const { client, server } = stage.desk;
      // Node's fetch now and then never rejects though its connection has broken: the end of the process tells, too.
      const gone = server.ended.then(() => Promise.reject(new TypeError("the server is gone")));
      try {
        return await Promise.race([ask(client), gone]);
      } catch (error) {
        // While the server is restarted anything may fail.
        if (stage.address() !== undefined) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  /** One in ten comes too late: the price is beyond its stop. */
  function newSignal(account: string, symbol: string): ExecuteSignalInput {
    sent += 1;
    const levels = chance.once(10)
      ? { entryPrice: "120", stopLoss: "110", target1: "130" }
      : { entryPrice: "100", stopLoss: "95", target1: "110", ...(chance.once(2) ? { target2: "120" } : {}) };
    return { account, signalId: `signal-${sent}`, symbol, positionSize: "1", ...levels };
  }

  async function sendSignals(symbol: string): Promise<void> {
    const count = chance.number(1, SIGNALS_MAX);
    const inputs = Array.from({ length: count }, () => accounts.map((account) => newSignal(account, symbol))).flat();
    const { executeSignals } = await persist((client) => client.run(ExecuteSignals, { inputs }));
    for (const [index, result] of executeSignals.entries()) {
      if (result.__typename !== "ExecuteSignalPayload") throw new Error(JSON.stringify(result));
      const { account, signalId } = inputs[index] ?? {};
      if (signalId !== result.signal.signalId) throw new Error(`${signalId} was answered ${JSON.stringify(result)}`);
      signalIds.get(account ?? "")?.push(signalId);
      made += result.signal.position === null ? 1 : 2;
    }
  }

  /** Everything that is open in a symbol is closed at its targets. */
  async function movePrice(symbol: string, prices: readonly string[]): Promise<void> {
    const quotes = prices.map((price) => ({ symbol, price }));
    const { publishQuotes } = await persist((client) => client.run(PublishQuotes, { quotes }));
    if (publishQuotes.accepted !== quotes.length) throw new Error(JSON.stringify(publishQuotes));
  }

  async function changeSettings(account: string): Promise<void> {
    const settings = { maxTradeRisk: chance.oneOf(["3", "4", "5"]) };
    await persist((client) => client.run(UpdateSettings, { input: { account, settings } }));
  }

  return {
    made: () => made,
    signalIds,
    make: async (events, perSecond) => {
      const begun = { atMs: performance.now(), made };
      for (const symbol of SYMBOLS) await movePrice(symbol, ["100"]);
      while (made < events) {
        const symbol = chance.oneOf(SYMBOLS);
        await sendSignals(symbol);
        await movePrice(symbol, ["110", "120", "100"]);
        if (chance.once(CHANGED_IN_ROUNDS)) await changeSettings(chance.oneOf(accounts));
        const dueMs = begun.atMs + ((made - begun.made) / perSecond) * 1000;
        await sleep(Math.max(0, dueMs - performance.now()));
      }
    },
  };
}
