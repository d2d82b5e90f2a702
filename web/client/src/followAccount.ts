// Follows an account: every event once and in order, over disconnects, restarts of the server and restarts of the bot.
import { AccountFeed } from "./accountFeed.ts";
import type { Client } from "./client.ts";
import type { ConnectionStatus } from "./connections.ts";
import type { FollowedEvent } from "./followedEvent.ts";
import { KEEP_ALIVE_MS } from "./limits.ts";
import type { CursorStore } from "./stores.ts";
import { Stream } from "./stream.ts";

export interface FollowOptions {
  /** Where the cursor is kept. Two bots need two stores. */
  readonly store: CursorStore;
  /** The account's name or id; none means `main`. */
  readonly account?: string;
  /** Where the very first start begins: with what happens from now on (the default), or with the present session. */
  readonly from?: "now" | "session";
  /** Ends the loop and closes everything; it takes a second at most. */
  readonly signal?: AbortSignal;
  /** Is told when the connection comes and goes. */
  readonly onStatus?: (status: ConnectionStatus) => void;
  /** How often the connection is tried by a ping, in milliseconds; one that has no answer by the next is given up. */
  readonly keepAliveMs?: number;
}

export interface AccountEvents extends AsyncIterableIterator<FollowedEvent> {
  /** How many events have come that the loop has not taken yet. */
  readonly waiting: number;
  /** Says that the bot has dealt with the event that it was given last, and keeps its cursor. */
  acknowledge(): Promise<void>;
  return(): Promise<IteratorResult<FollowedEvent>>;
}

/**
 * The events of an account's log, for one `for await` loop.
 *
 * **What is exactly once.** Over disconnects and restarts of the server the loop gets each event exactly once, in order.
 * The cursor is kept when the loop asks for the next event: only then has the bot dealt with the one before. So an event in
 * whose handling the bot dies, or throws, comes again at its next start: at least once. What must not be done twice is made
 * so in one of two ways: the event's effects and its cursor are kept in one stroke (`stateFile`, or a store in the same
 * database, whose transaction writes `event.cursor` beside the effects), or the effects bear repeating (a signal with an id
 * made from the event's `sequence`).
 *
 * **Leaving.** After `break` the last event comes again at the next start, too, because the language does not tell `break`
 * from `throw`; call `acknowledge()` before it where the event is done. An aborted `signal` ends the loop when it asks for
 * the next event, and the last one counts as dealt with. Either way nothing is left: no socket, no timer.
 *
 * **A slow bot** has at most some hundred events waiting; then nothing is read from the socket (a browser's socket, which
 * cannot do that, is left, and the rest is asked for later). A server that closes the connection for that (4510) is asked
 * again, after the newest event that came, when the bot has caught up.
 *
 * The loop throws a PapertapeError where connecting again cannot help (an AccessError; BAD_CURSOR, ACCOUNT_NOT_FOUND; a
 * number that is missing or comes twice), and what the store throws.
 */
export function followAccount(client: Client, options: FollowOptions): AccountEvents {
  return new AccountFollower(client, options);
}

class AccountFollower extends Stream<FollowedEvent> implements AccountEvents {
  private readonly store: CursorStore;
  /** The cursor of the event that the bot has in its hands. */
  private given: string | undefined;

  constructor({ wire }: Client, options: FollowOptions) {
    const { account, from = "now", store, keepAliveMs = KEEP_ALIVE_MS, onStatus = () => undefined } = options;
    super(
      (buffer, signal) => new AccountFeed({ wire, account, from, store, keepAliveMs, signal, onStatus }, buffer),
      options.signal,
    );
    this.store = store;
  }

  async acknowledge(): Promise<void> {
    if (this.given === undefined) return;
    await this.store.save(this.given);
    this.given = undefined;
  }

  protected override finish(): Promise<void> {
    return this.acknowledge();
  }

  protected override handOver({ cursor }: FollowedEvent): void {
    this.given = cursor;
  }
}
