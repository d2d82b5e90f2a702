// A bot: it lives, dies and lives again, and goes on after the newest event of the list that it keeps.
import { setTimeout as sleep } from "node:timers/promises";
import type { Chance } from "./botsChance.ts";

/** What a bot notes of an event. */
export interface Told {
  readonly __typename: string;
  readonly cursor: string;
  readonly sequence: number;
}

/** One life of a bot. */
export interface Life {
  /** Every event, noted when it is received. Its end is the bot's place in the log, so that both are kept in one. */
  readonly list: Told[];
  /** Ends this life. */
  readonly signal: AbortSignal;
  /** Notes how a connection has ended. */
  count(ending: string): void;
}

/** Follows until its connection or its life has ended. Throws what must not happen. */
export type Connect = (life: Life) => Promise<void>;

export interface Bot {
  readonly list: readonly Told[];
  /** How often its connections have ended, by the way in which they did. */
  readonly endings: ReadonlyMap<string, number>;
  /** What must not have happened: the bot has given up then. */
  fault(): unknown;
  start(): void;
  /** Dies in the middle of what it does, and begins again. */
  die(): void;
  stop(): Promise<void>;
}

/** How long a bot is away before it connects again. */
const AWAY_MS_MAX = 150;

/** A bot that lives from `start` on. */
export function createBot(connect: Connect, chance: Chance): Bot {
  const list: Told[] = [];
  const endings = new Map<string, number>();
  let life = new AbortController();
  let isStopped = false;
  let fault: unknown;
  const count = (ending: string): void => void endings.set(ending, (endings.get(ending) ?? 0) + 1);
  const live = async (): Promise<void> => {
    while (!isStopped) {
      life = new AbortController();
      await connect({ list, signal: life.signal, count });
      await sleep(chance.number(0, AWAY_MS_MAX));
    }
  };
  let lived: Promise<void> | undefined;
  return {
    list,
    endings,
    fault: () => fault,
    start: () => {
      lived = live().catch((error: unknown) => {
        fault = error;
      });
    },
    die: () => {
      count("died");
      life.abort();
    },
    stop: async () => {
      isStopped = true;
      life.abort();
      await lived;
    },
  };
}
