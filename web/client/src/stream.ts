// A `for await` loop over what comes on a socket: one value after another, and nothing left when it is over.
import { EventBuffer } from "./eventBuffer.ts";

/** Brings values into a buffer. */
export interface Source {
  pause(): void;
  resume(): void;
  /** Runs until the signal; at its end, or at a problem, it ends the buffer. Never rejects. */
  run(): Promise<void>;
}

export type OpenSource<Value> = (buffer: EventBuffer<Value>, signal: AbortSignal) => Source;

export class Stream<Value> implements AsyncIterableIterator<Value> {
  private readonly leaving = new AbortController();
  private readonly buffer: EventBuffer<Value>;
  private readonly source: Source;
  private running: Promise<void> | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(open: OpenSource<Value>, signal: AbortSignal | undefined) {
    this.buffer = new EventBuffer({ pause: () => this.source.pause(), resume: () => this.source.resume() });
    const signals = signal === undefined ? [this.leaving.signal] : [this.leaving.signal, signal];
    this.source = open(this.buffer, AbortSignal.any(signals));
  }

  /** How many values have come that the loop has not taken yet. */
  get waiting(): number {
    return this.buffer.size;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** One after another, also when called again before the first has answered. */
  next(): Promise<IteratorResult<Value>> {
    const result = this.turn.then(() => this.advance());
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** Leaves: `break` does it. */
  async return(): Promise<IteratorResult<Value>> {
    this.leaving.abort();
    await this.running;
    this.buffer.end();
    return { done: true, value: undefined };
  }

  /** Before the next value is taken. */
  protected async finish(): Promise<void> {}

  /** A value is handed to the loop. */
  protected handOver(_value: Value): void {}

  private async advance(): Promise<IteratorResult<Value>> {
    try {
      await this.finish();
      this.running ??= this.source.run();
      const value = await this.buffer.take();
      if (value === undefined) return await this.return();
      this.handOver(value);
      return { done: false, value };
    } catch (error) {
      await this.return();
      throw error;
    }
  }
}
