// The bots of a run: of each kind some, spread over the accounts, each with a way to the server of its own.
import { createChance } from "./botsChance.ts";
import { eventStream, type Followed, helper, webSocket } from "./botsKinds.ts";
import { type Bot, type Connect, createBot } from "./botsLife.ts";
import type { LoggedEvent } from "./botsLogs.ts";
import { SYMBOLS } from "./botsMarket.ts";
import { BOTS_WIDE_EVENTS, BotsClosed, BotsEvents, BotsOpened } from "./botsOperations.ts";
import { type CuttingProxy, startCuttingProxy } from "./cuttingProxy.ts";

/** Of so many bots one is slow: it comes late, and takes what it has missed too slowly. */
const BOTS_TO_A_SLOW_ONE = 25;
const [SYMBOL] = SYMBOLS;

interface Part {
  readonly name: string;
  readonly connect: (url: string, followed: Followed) => Connect;
  readonly query: { toString(): string };
  readonly symbol?: string;
  readonly isWanted: (event: LoggedEvent) => boolean;
}

const isAny = (): boolean => true;
const isOpened = ({ __typename }: LoggedEvent): boolean => __typename === "PositionOpened";
const isClosedInSymbol = (event: LoggedEvent): boolean =>
  event.__typename === "TradeClosed" && event.trade.symbol === SYMBOL;

const PARTS: readonly Part[] = [
  { name: "the client", connect: helper, query: BotsEvents, isWanted: isAny },
  { name: "graphql-ws", connect: webSocket, query: BotsEvents, isWanted: isAny },
  { name: "an event stream", connect: eventStream, query: BotsEvents, isWanted: isAny },
  { name: "graphql-ws, entries", connect: webSocket, query: BotsOpened, isWanted: isOpened },
  {
    name: `an event stream, exits in ${SYMBOL}`,
    connect: eventStream,
    query: BotsClosed,
    symbol: SYMBOL,
    isWanted: isClosedInSymbol,
  },
];
const SLOW_PART: Part = { name: "graphql-ws, slow", connect: webSocket, query: BOTS_WIDE_EVENTS, isWanted: isAny };

/** A bot in its place. */
export interface CastBot {
  readonly name: string;
  readonly account: string;
  readonly isSlow: boolean;
  /** Whether an event of its account's log is one that it follows. */
  readonly isWanted: (event: LoggedEvent) => boolean;
  readonly proxy: CuttingProxy;
  readonly bot: Bot;
}

export interface CastOptions {
  readonly count: number;
  /** The accounts' names, and the cursors before their first events. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly address: () => string | undefined;
  readonly seed: number;
}

export function castBots({ count, accounts, address, seed }: CastOptions): Promise<CastBot[]> {
  const names = [...accounts];
  return Promise.all(
    Array.from({ length: count }, async (_, index): Promise<CastBot> => {
      const isSlow = (index + 1) % BOTS_TO_A_SLOW_ONE === 0;
      const { query, connect, symbol, isWanted, name: kind } = isSlow ? SLOW_PART : partOf(index);
      const [account = "", begin = ""] = names[(index + Math.floor(index / PARTS.length)) % names.length] ?? [];
      const variables = { account, ...(symbol === undefined ? {} : { symbol }) };
      const name = `bot ${index} (${kind}, ${account})`;
      const proxy = await startCuttingProxy(address);
      const bot = createBot(connect(proxy.url, { query: String(query), variables, begin }), createChance(seed, index));
      return { name, account, isSlow, isWanted, proxy, bot };
    }),
  );
}

function partOf(index: number): Part {
  const part = PARTS[index % PARTS.length];
  if (part === undefined) throw new Error(`there is no part ${index}`);
  return part;
}
