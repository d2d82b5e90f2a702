// Brings an account's events into a buffer, over as many connections as it takes: each after the newest event that came.
import type { CursorStore } from "./cursorStore.ts";
import type { EventBuffer } from "./eventBuffer.ts";
import {
  ACCOUNT_CURSORS,
  type AccountCursors,
  type AccountEvent,
  FOLLOW_ACCOUNT,
  type FollowAccount,
} from "./events.ts";
import { FollowError } from "./followError.ts";
import { STAYED_UP_MS } from "./limits.ts";
import { Persistence } from "./persistence.ts";
import { type SocketOperation, startOperation } from "./socketOperation.ts";

/** How the connection stands. */
export type FollowStatus =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  /** There is none; the next attempt comes after the delay. */
  | { readonly kind: "away"; readonly problem: FollowError; readonly delayMs: number };

export interface FeedOptions {
  /** ws://HOST:PORT/graphql */
  readonly address: string;
  readonly account: string | undefined;
  readonly from: "now" | "session";
  readonly store: CursorStore;
  readonly keepAliveMs: number;
  readonly signal: AbortSignal;
  onStatus(status: FollowStatus): void;
}

export class AccountFeed {
  private readonly options: FeedOptions;
  private readonly buffer: EventBuffer<AccountEvent>;
  private readonly persistence: Persistence;
  private operation: SocketOperation | undefined;
  /** The place of the newest event that came, and its number where it came in this run. */
  private cursor: string | undefined;
  private sequence: number | undefined;

  constructor(options: FeedOptions, buffer: EventBuffer<AccountEvent>) {
    this.options = options;
    this.buffer = buffer;
    const { signal, onStatus } = options;
    this.persistence = new Persistence(signal, (problem, delayMs) => onStatus({ kind: "away", problem, delayMs }));
  }

  pause(): void {
    this.operation?.pause();
  }

  resume(): void {
    this.operation?.resume();
  }

  /** Runs until the signal; then, or at a problem that does not pass, it ends the buffer. Never rejects. */
  async run(): Promise<void> {
    const { signal, store } = this.options;
    const leave = (): void => {
      this.buffer.end();
      void this.operation?.close();
    };
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave);
    try {
      this.cursor = (await store.load()) ?? (await this.begin());
      await this.persistence.attempt(() => this.follow());
    } catch (error) {
      this.buffer.fail(error);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** The first start ever: the place to begin at is kept before anything is followed, so that nothing falls between. */
  private async begin(): Promise<string> {
    const cursor = await this.persistence.attempt(() => this.askCursor());
    await this.options.store.save(cursor);
    return cursor;
  }

  private async askCursor(): Promise<string> {
    const { account, from } = this.options;
    const answers: AccountCursors[] = [];
    await this.operate<AccountCursors>(ACCOUNT_CURSORS, { account }, (data) => answers.push(data));
    const cursors = answers[0]?.account;
    if (!cursors) throw new FollowError("ACCOUNT_NOT_FOUND", `There is no account ${account ?? "main"}.`);
    return from === "session" ? cursors.sessionCursor : cursors.cursor;
  }

  private async follow(): Promise<never> {
    const { account } = this.options;
    await this.buffer.room();
    await this.operate<FollowAccount>(FOLLOW_ACCOUNT, { account, after: this.cursor }, ({ accountEvents }) =>
      this.receive(accountEvents),
    );
    throw new FollowError("COMPLETED", "The server has ended the subscription.", true);
  }

  private receive(event: AccountEvent): void {
    if (this.sequence !== undefined && event.sequence !== this.sequence + 1) {
      const broken = `The server broke its promise: event ${event.sequence} came after event ${this.sequence}.`;
      throw new FollowError("BROKEN_SEQUENCE", broken);
    }
    this.sequence = event.sequence;
    this.cursor = event.cursor;
    this.buffer.push(event);
  }

  /** Runs an operation to its end, on a connection of its own. */
  private async operate<Data>(query: string, variables: Record<string, unknown>, take: (data: Data) => void) {
    const { address, keepAliveMs, onStatus, signal } = this.options;
    signal.throwIfAborted();
    let upSinceMs = Number.POSITIVE_INFINITY;
    const onConnected = (): void => {
      upSinceMs = performance.now();
      onStatus({ kind: "connected" });
    };
    const onData = (data: Data): void => {
      this.persistence.succeed();
      take(data);
    };
    onStatus({ kind: "connecting" });
    this.operation = startOperation<Data>({ address, keepAliveMs, query, variables }, { onConnected, onData });
    try {
      await this.operation.ended;
    } finally {
      if (performance.now() - upSinceMs >= STAYED_UP_MS) this.persistence.succeed();
      await this.operation.close();
      this.operation = undefined;
    }
  }
}
