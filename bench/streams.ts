// What the benches of streams share: the subscription, events of a real desk, and subscribers in a process of their own.
import type { EventRecord } from "../src/domain/records.ts";
import type { RunningDesk } from "../src/server/desk.ts";
import { resolveAccount } from "../src/services/accountIds.ts";
import { executeSignals } from "../src/services/executeSignals.ts";
import { publishQuotes } from "../src/services/publishPrices.ts";
import { startChild } from "./streamsChild.ts";
import type { ReceiverCommand, Reception } from "./streamsReceiver.ts";
import { benchSignal, SYMBOL, VIEWER } from "./support.ts";

/** The operation of every subscriber. */
export const FOLLOW = `subscription Follow($account: ID) {
  accountEvents(account: $account) {
    __typename cursor sequence marketTime
    ... on PositionOpened { position { id signalId symbol side quantity entryPrice stopLoss } }
    ... on TradeClosed {
      trade { id symbol exitReason quantity exitPrice realizedPnl }
      position { id status remainingQuantity }
    }
  }
}`;

const LEVEL_WITHIN_MS = 1500;
const LEVEL_ATTEMPTS_MAX = 20;
const ARRIVE_WITHIN_MS = 60_000;

export function accountIdOf(name: string): string {
  return resolveAccount(VIEWER.owner, name);
}

/** Opens and closes a position in each account: two events each, by account id, as they were committed and rung. */
export async function tradeOnce(running: RunningDesk, names: readonly string[]): Promise<Map<string, EventRecord[]>> {
  const { road, prices, doorbell } = running;
  const made = new Map(names.map((name): [string, EventRecord[]] => [accountIdOf(name), []]));
  const stops = [...made].map(([accountId, its]) => doorbell.listen(accountId, (events) => its.push(...events)));
  const signals = names.map((account) => benchSignal({ account }));
  await executeSignals(road, VIEWER, signals);
  for (const price of ["200", "100"]) await publishQuotes(prices, [{ symbol: SYMBOL, price }]);
  for (const stop of stops) stop();
  return made;
}

export interface Receivers {
  /** Has something told to all until each socket has got it: from then on every one of them gets every event. */
  level(tell: () => Promise<void>, messages: number): Promise<void>;
  reset(): Promise<Reception>;
  /** Resolves when each socket has got so many messages since the reset. Throws where some do not come. */
  arrived(messages: number): Promise<Reception>;
  close(): Promise<void>;
}

/** A socket for each account named, with one subscription; `headers` are sent with each upgrade. */
export async function openReceivers(url: string, accounts: readonly string[], headers = {}): Promise<Receivers> {
  const { ask, close } = startChild<ReceiverCommand, Reception>("streamsReceiver.ts");
  await ask({ do: "subscribe", url: `${url}/graphql`, query: FOLLOW, accounts, headers });
  const reset = () => ask({ do: "reset" });
  return {
    reset,
    arrived: async (messages) => {
      const reception = await ask({ do: "wait", messages, withinMs: ARRIVE_WITHIN_MS });
      if (!reception.reached) throw new Error(`some socket did not get ${messages} messages`);
      return reception;
    },
    level: async (tell, messages) => {
      for (let attempt = 0; attempt < LEVEL_ATTEMPTS_MAX; attempt++) {
        await reset();
        await tell();
        if ((await ask({ do: "wait", messages, withinMs: LEVEL_WITHIN_MS })).reached) return;
      }
      throw new Error("some socket hears nothing");
    },
    close,
  };
}
