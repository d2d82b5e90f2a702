// Brings an account's events into a buffer, over as many connections as it takes: each after the newest event that came.
import { ConnectedSource } from "./connectedSource.ts";
import type { ConnectionOptions } from "./connections.ts";
import { ApiError, BrokenPromiseError, NetworkError } from "./errors.ts";
import type { EventBuffer } from "./eventBuffer.ts";
import type { FollowedEvent } from "./followedEvent.ts";
import { AccountCursorsDocument, type AccountCursorsQuery, FollowAccountDocument } from "./generated/graphql.ts";
import type { LogCursor } from "./scalars.ts";
import type { CursorStore } from "./stores.ts";

export interface FeedOptions extends ConnectionOptions {
  readonly account: string | undefined;
  readonly from: "now" | "session";
  readonly store: CursorStore;
}

export class AccountFeed extends ConnectedSource<FollowedEvent> {
  private readonly options: FeedOptions;
  /** The place of the newest event that came, and its number where it came in this run. */
  private cursor: LogCursor | undefined;
  private sequence: number | undefined;

  constructor(options: FeedOptions, buffer: EventBuffer<FollowedEvent>) {
    super(options, buffer);
    this.options = options;
  }

  protected override async read(): Promise<void> {
    this.cursor = ((await this.options.store.load()) as LogCursor | undefined) ?? (await this.begin());
    await this.connections.attempt(() => this.follow());
  }

  /** The first start ever: the place to begin at is kept before anything is followed, so that nothing falls between. */
  private async begin(): Promise<LogCursor> {
    const cursor = await this.connections.attempt(() => this.askCursor());
    await this.options.store.save(cursor);
    return cursor;
  }

  private async askCursor(): Promise<LogCursor> {
    const { account = null, from } = this.options;
    const answers: AccountCursorsQuery[] = [];
    await this.connections.operate(AccountCursorsDocument, { account }, (data) => answers.push(data));
    const cursors = answers[0]?.account;
    if (cursors) return from === "session" ? cursors.sessionCursor : cursors.cursor;
    const message = `There is no account ${account ?? "main"}.`;
    throw new ApiError([{ message, extensions: { code: "ACCOUNT_NOT_FOUND" } }], null);
  }

  private async follow(): Promise<never> {
    const { account = null } = this.options;
    for (;;) {
      await this.buffer.room();
      const variables = { account, after: this.cursor ?? null };
      const take = (event: FollowedEvent): void => this.receive(event);
      const end = await this.connections.operate(FollowAccountDocument, variables, (data) => take(data.accountEvents));
      if (end === "completed")
        throw new NetworkError("COMPLETED", "The server has ended the subscription.", { passes: true });
    }
  }

  private receive(event: FollowedEvent): void {
    if (this.sequence !== undefined && event.sequence !== this.sequence + 1) {
      const broken = `The server broke its promise: event ${event.sequence} came after event ${this.sequence}.`;
      throw new BrokenPromiseError("BROKEN_SEQUENCE", broken);
    }
    this.sequence = event.sequence;
    this.cursor = event.cursor;
    this.buffer.push(event);
  }
}
