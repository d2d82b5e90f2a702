// The desk of one backtest: the parts of the paper desk, over a store in memory, with the feed's clock and nobody listening.
import { ownerViewer } from "../auth/viewer.ts";
import { createBooks } from "../engine/books.ts";
import { feedClock } from "../engine/clock.ts";
import { createPriceBoard } from "../engine/priceBoard.ts";
import { createPriceRanges } from "../engine/priceRanges.ts";
import { PriceWalk } from "../engine/priceWalk.ts";
import { createTriggerBook } from "../engine/triggerBook.ts";
import type { Desk } from "../services/desk.ts";
import { enableCommand } from "../services/enableAccount.ts";
import { createWriteRoad } from "../services/writeRoad.ts";
import { MemoryStore } from "./memoryStore.ts";
import type { PlayedDesk } from "./player.ts";

/** The name of the account that keeps a backtest's result. */
const ACCOUNT_NAME = "backtest";

export interface BacktestDesk extends PlayedDesk {
  readonly desk: Desk;
  readonly store: MemoryStore;
}

export interface BacktestAccount {
  /** The backtest's own id. */
  readonly accountId: string;
  readonly owner: string;
  readonly settings: Parameters<typeof enableCommand>[3];
}

const silent = (): void => undefined;

/** A desk whose time is never before `startMs`, with its one account enabled. */
export async function startBacktestDesk(account: BacktestAccount, startMs: number): Promise<BacktestDesk> {
  const store = new MemoryStore();
  const desk: Desk = {
    store,
    log: { info: silent, warn: silent, error: silent },
    clock: feedClock(startMs),
    doorbell: { ring: silent },
    board: createPriceBoard([]),
    books: createBooks(),
    triggers: createTriggerBook(),
    ranges: createPriceRanges(),
    checkIdentities: false,
  };
  const road = createWriteRoad(desk);
  const viewer = ownerViewer(account.owner);
  const enabling = await road.submit(enableCommand(viewer, account.accountId, ACCOUNT_NAME, account.settings));
  if (enabling.kind !== "enabled") throw new Error("the account of a backtest could not be made");
  return { desk, store, road, viewer, prices: { desk, road, startWalk: () => new PriceWalk(desk), moved: silent } };
}
