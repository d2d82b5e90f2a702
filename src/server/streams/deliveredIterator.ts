// Stands for a subscription whose messages are delivered past graphql-ws: an iterator without values, that ends with it.

/** How a delivery ends by itself, once. */
export interface DeliveryEnd {
  readonly failed: (error: unknown) => void;
  /** Everything has been delivered, and nothing will come. */
  readonly ended: () => void;
}

/** What the iterator stands for. */
export interface Delivered {
  /** Starts the delivery and answers what stops it. */
  begin(end: DeliveryEnd): () => void;
  /** Called in place of `begin` where the client has left before it. */
  abandon(): void;
}

/**
 * graphql-ws asks for the next value, which never comes, and calls `return` when its client leaves. It is not told of the
 * end then: it would tell the client of it, who may have used the id anew. Nothing refers to what waits for the value.
 */
export class DeliveredIterator implements AsyncGenerator<never, undefined, undefined> {
  private readonly delivered: Delivered;
  private leave: () => void;
  private isEnded = false;

  constructor(delivered: Delivered) {
    this.delivered = delivered;
    this.leave = () => delivered.abandon();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Begins the delivery, and answers that it has ended. Throws what it failed with. */
  next(): Promise<IteratorResult<never, undefined>> {
    if (this.isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.leave = this.delivered.begin({
        failed: (error) => {
          this.close();
          reject(error);
        },
        ended: () => {
          this.close();
          resolve({ done: true, value: undefined });
        },
      });
    });
  }

  async return(): Promise<IteratorResult<never, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<never> {
    this.close();
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  private close(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.leave();
  }
}
