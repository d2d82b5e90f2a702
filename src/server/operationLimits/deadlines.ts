// Work that may take so long and no longer, all the same: one timer for all of it, as it becomes late in the order it began.

interface Waiting {
  readonly lateMs: number;
  readonly late: () => void;
}

export class Deadlines {
  readonly timeMsMax: number;
  private readonly waiting = new Set<Waiting>();
  private timer: NodeJS.Timeout | undefined;

  constructor(timeMsMax: number) {
    this.timeMsMax = timeMsMax;
  }

  /** How much is under way. */
  get size(): number {
    return this.waiting.size;
  }

  /** What `work` answers, or what `late` does where that takes too long: the work goes on then, and nobody waits for it. */
  within<Answer>(work: Promise<Answer>, late: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const one: Waiting = { lateMs: performance.now() + this.timeMsMax, late: () => resolve(late()) };
      this.waiting.add(one);
      this.timer ??= this.arm(this.timeMsMax);
      work.then(
        (answer) => {
          this.waiting.delete(one);
          resolve(answer);
        },
        (error: unknown) => {
          this.waiting.delete(one);
          reject(error);
        },
      );
    });
  }

  private arm(inMs: number): NodeJS.Timeout {
    // The connection of who waits keeps the process alive, if anything has to.
    return setTimeout(() => this.look(), Math.max(1, Math.ceil(inMs))).unref();
  }

  private look(): void {
    const nowMs = performance.now();
    this.timer = undefined;
    for (const one of this.waiting) {
      if (one.lateMs > nowMs) {
        this.timer = this.arm(one.lateMs - nowMs);
        return;
      }
      this.waiting.delete(one);
      one.late();
    }
  }
}
