// Following an account: its log from a cursor on, or its open positions, as iterators that end at once when they are left.
import type { EventRecord } from "../src/domain/records.ts";
import { decodeCursor } from "../src/events/cursor.ts";
import { readLog } from "../src/events/logReader.ts";
import { readHead } from "../src/services/readRows.ts";
import type { PositionUpdate, SchemaContext } from "./context.ts";
import { requestError } from "./errors.ts";
import { accountArgument } from "./globalIds.ts";

type Given<Value> = Value | null | undefined;

/** The events of an account after a cursor (or from now on) that pass the test. Throws ACCOUNT_NOT_FOUND or BAD_CURSOR. */
export async function followLog<Event extends EventRecord>(
  { desk, reads, viewer }: SchemaContext,
  { account, after }: { readonly account?: Given<string>; readonly after?: Given<string> },
  isWanted: (event: EventRecord) => event is Event,
): Promise<AsyncIterableIterator<Event>> {
  const head = await readHead(reads, viewer, accountArgument(account));
  if (head === null) throw accountNotFound();
  const { accountId } = head;
  const sequence = after === null || after === undefined ? head.sequence : sequenceAfter(after, head);
  return new Chosen(readLog(desk.logSource, { accountId, sequence }), isWanted);
}

/** The newest values of an account's open positions. Throws ACCOUNT_NOT_FOUND. */
export async function followPositions(
  { desk, reads, viewer }: SchemaContext,
  account: Given<string>,
  symbol: string | null,
): Promise<AsyncIterableIterator<PositionUpdate>> {
  const head = await readHead(reads, viewer, accountArgument(account));
  if (head === null) throw accountNotFound();
  return desk.updates.watch(head.accountId, symbol);
}

function accountNotFound() {
  return requestError("ACCOUNT_NOT_FOUND", "There is no such account.");
}

/** The place of a cursor of this very log. What exactly is wrong with another one is not told. */
function sequenceAfter(cursor: string, head: { readonly accountId: string; readonly sequence: number }): number {
  const place = decodeCursor(cursor);
  if (place !== undefined && place.accountId === head.accountId && place.sequence <= head.sequence)
    return place.sequence;
  throw requestError("BAD_CURSOR", "after is not a cursor of this account's log.");
}

/** Those values of an iterator that pass a test. Unlike a generator it passes `return` on while it waits for the next. */
class Chosen<Value, Wanted extends Value> implements AsyncIterableIterator<Wanted> {
  private readonly source: AsyncIterableIterator<Value>;
  private readonly isWanted: (value: Value) => value is Wanted;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(source: AsyncIterableIterator<Value>, isWanted: (value: Value) => value is Wanted) {
    this.source = source;
    this.isWanted = isWanted;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** One after another, also when called again before the first has answered. */
  next(): Promise<IteratorResult<Wanted>> {
    const result = this.turn.then(() => this.take());
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async take(): Promise<IteratorResult<Wanted>> {
    for (;;) {
      const { done, value } = await this.source.next();
      if (done === true) return { done, value };
      if (this.isWanted(value)) return { done: false, value };
    }
  }

  async return(): Promise<IteratorResult<Wanted>> {
    await this.source.return?.();
    return { done: true, value: undefined };
  }
}
