// What a subscription follows, for two kinds of takers: the server's own delivery, and anyone who iterates.
import type { Followed } from "../ports.ts";

export interface FollowingOptions<Value> {
  readonly source: Followed<Value>;
  /** Names whose view of what is told: those of one audience see the same of each value. */
  readonly audience: string;
  /** Names a value among all that its audience is ever told: what has the same name is the same. */
  readonly keyOf: (value: Value) => string;
  /** The cursor of a value, where it has one. */
  readonly cursorOf?: (value: Value) => string;
}

/** Iterated it answers what its source does, and ends at once when it is left, also while it waits. */
export class Following<Value> implements AsyncIterableIterator<Value> {
  readonly source: Followed<Value>;
  readonly audience: string;
  readonly keyOf: (value: Value) => string;
  readonly cursorOf: ((value: Value) => string) | undefined;
  private isClosed = false;
  private wake: () => void = () => undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor({ source, audience, keyOf, cursorOf }: FollowingOptions<Value>) {
    this.source = source;
    this.audience = audience;
    this.keyOf = keyOf;
    this.cursorOf = cursorOf;
    source.onReady = () => this.wake();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** One after another, also when called again before the first has answered. */
  next(): Promise<IteratorResult<Value>> {
    const result = this.turn.then(() => this.take());
    this.turn = result.catch(() => undefined);
    return result;
  }

  async return(): Promise<IteratorResult<Value>> {
    this.isClosed = true;
    this.source.close();
    this.wake();
    return { done: true, value: undefined };
  }

  private async take(): Promise<IteratorResult<Value>> {
    while (!this.isClosed) {
      const ready = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      const value = this.source.take();
      if (value !== undefined) return { done: false, value };
      if (this.source.isEnded === true) break;
      await ready;
    }
    if (!this.isClosed) return this.return();
    return { done: true, value: undefined };
  }
}
