// What one execution still waits for, and whether it has failed meanwhile.

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Of one execution: over when nothing is awaited any more, or as soon as anything has failed. */
export class Waiting {
  hasFailed = false;
  private awaited = 0;
  private onOver: (() => void) | undefined;

  /** Whether there is nothing to wait for. */
  get isOver(): boolean {
    return this.hasFailed || this.awaited === 0;
  }

  /** Fulfilled when it is over. */
  over(): Promise<void> {
    return new Promise((resolve) => {
      this.onOver = resolve;
    });
  }

  /** Does some of the work; what it throws is the end of it all. */
  attempt(work: () => void): void {
    try {
      work();
    } catch {
      this.fail();
    }
  }

  /** Goes on with the value of a promise when it is there, unless all has failed by then. */
  await<Value>(promise: PromiseLike<Value>, use: (value: Value) => void): void {
    this.awaited += 1;
    promise.then(
      (value) => {
        if (this.hasFailed) return;
        this.attempt(() => use(value));
        this.awaited -= 1;
        if (this.awaited === 0) this.onOver?.();
      },
      () => this.fail(),
    );
  }

  private fail(): void {
    this.hasFailed = true;
    this.onOver?.();
  }
}
