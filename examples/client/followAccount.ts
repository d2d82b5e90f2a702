// Follows an account: every event once and in order, over disconnects, restarts of the server and restarts of the bot.
import { AccountFeed, type FollowStatus } from "./accountFeed.ts";
import { type CursorStore, cursorFile } from "./cursorStore.ts";
import { EventBuffer } from "./eventBuffer.ts";
import type { AccountEvent } from "./events.ts";
import { KEEP_ALIVE_MS } from "./limits.ts";

export type FollowOptions = {
  /** The server's address, such as http://localhost:4000. */
  readonly url: string;
  /** The account's name or id; none means `main`. */
  readonly account?: string;
  /** Where the very first start begins: with what happens from now on (the default), or with the present session. */
  readonly from?: "now" | "session";
  /** Ends the loop and closes everything; it takes a second at most. */
  readonly signal?: AbortSignal;
  /** Is told when the connection comes and goes. */
  readonly onStatus?: (status: FollowStatus) => void;
  /** How often the connection is tried by a ping, in milliseconds; one that has no answer by the next is given up. */
  readonly keepAliveMs?: number;
} & ({ readonly cursorFile: string } | { readonly cursorStore: CursorStore });

export interface AccountEvents extends AsyncIterableIterator<AccountEvent> {
  /** How many events have come that the loop has not taken yet. */
  readonly waiting: number;
  /** Says that the bot has dealt with the event that it was given last, and keeps its cursor. */
  acknowledge(): Promise<void>;
  return(): Promise<IteratorResult<AccountEvent>>;
}

/**
 * The events of an account's log, for one `for await` loop.
 *
 * **What is exactly once.** Over disconnects and restarts of the server the loop gets each event exactly once, in order.
 * The cursor is kept when the loop asks for the next event: only then has the bot dealt with the one before. So an event in
 * whose handling the bot dies, or throws, comes again at its next start: at least once. What must not be done twice is made
 * so in one of two ways: the event's effects and its cursor are kept in one stroke (`stateFile`, or a `cursorStore` in the
 * same database, whose transaction writes `event.cursor` beside the effects), or the effects bear repeating (a signal with
 * an id made from the event's `sequence`).
 *
 * **Leaving.** After `break` the last event comes again at the next start, too, because the language does not tell `break`
 * from `throw`; call `acknowledge()` before it where the event is done. An aborted `signal` ends the loop when it asks for
 * the next event, and the last one counts as dealt with. Either way nothing is left: no socket, no timer.
 *
 * **A slow bot** has at most some hundred events waiting; then nothing is read from the socket. A server that closes the
 * connection for that (4510) is asked again, after the newest event that came, when the bot has caught up.
 *
 * The loop throws a FollowError where connecting again cannot help (BAD_CURSOR, ACCOUNT_NOT_FOUND, a number that is missing
 * or comes twice), and what the store throws. Two bots need two stores.
 */
export function followAccount(options: FollowOptions): AccountEvents {
  return new AccountFollower(options);
}

class AccountFollower implements AccountEvents {
  private readonly store: CursorStore;
  private readonly leaving = new AbortController();
  private readonly buffer: EventBuffer<AccountEvent>;
  private readonly feed: AccountFeed;
  private running: Promise<void> | undefined;
  /** The cursor of the event that the bot has in its hands. */
  private given: string | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(options: FollowOptions) {
    this.store = "cursorFile" in options ? cursorFile(options.cursorFile) : options.cursorStore;
    this.buffer = new EventBuffer({ pause: () => this.feed.pause(), resume: () => this.feed.resume() });
    const { account, from = "now", keepAliveMs = KEEP_ALIVE_MS, onStatus = () => undefined } = options;
    const signals = options.signal ? [this.leaving.signal, options.signal] : [this.leaving.signal];
    const signal = AbortSignal.any(signals);
    const address = socketAddress(options.url);
    this.feed = new AccountFeed(
      { address, account, from, store: this.store, keepAliveMs, signal, onStatus },
      this.buffer,
    );
  }

  get waiting(): number {
    return this.buffer.size;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** One after another, also when called again before the first has answered. */
  next(): Promise<IteratorResult<AccountEvent>> {
    const result = this.turn.then(() => this.advance());
    this.turn = result.catch(() => undefined);
    return result;
  }

  async return(): Promise<IteratorResult<AccountEvent>> {
    this.leaving.abort();
    await this.running;
    this.buffer.end();
    return { done: true, value: undefined };
  }

  async acknowledge(): Promise<void> {
    if (this.given === undefined) return;
    await this.store.save(this.given);
    this.given = undefined;
  }

  private async advance(): Promise<IteratorResult<AccountEvent>> {
    try {
      await this.acknowledge();
      this.running ??= this.feed.run();
      const event = await this.buffer.take();
      if (event === undefined) return await this.return();
      this.given = event.cursor;
      return { done: false, value: event };
    } catch (error) {
      await this.return();
      throw error;
    }
  }
}

/** The WebSocket's address of a server: ws://HOST:PORT/graphql, unless the address names another path. Throws for none. */
function socketAddress(url: string): string {
  const address = new URL(url);
  if (!/^(http|ws)s?:$/.test(address.protocol))
    throw new TypeError(`${url} is no address of a server: http://HOST:PORT`);
  address.protocol = address.protocol.replace("http", "ws");
  if (address.pathname === "/") address.pathname = "/graphql";
  return address.href;
}
