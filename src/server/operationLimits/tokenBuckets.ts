// Budgets that fill up again: what may be spent in a second for long, and what may be spared for a burst.

/** What a budget allows. */
export interface Budget {
  readonly perSecond: number;
  readonly burst: number;
}

/** One budget. Times are in milliseconds of a clock that does not jump. */
export class TokenBucket {
  private readonly budget: Budget;
  private level: number;
  private seenMs: number;

  constructor(budget: Budget, nowMs: number) {
    this.budget = budget;
    this.level = budget.burst;
    this.seenMs = nowMs;
  }

  /**
   * Spends, and answers whether that was allowed. What costs more than the burst is allowed when the budget is full, and
   * leaves a debt.
   */
  take(cost: number, nowMs: number): boolean {
    this.fill(nowMs);
    if (this.level < Math.min(cost, this.budget.burst)) return false;
    this.level -= cost;
    return true;
  }

  /** Spends, whether or not there is enough: a debt grows up to the burst. */
  owe(cost: number, nowMs: number): void {
    this.fill(nowMs);
    this.level = Math.min(this.level, Math.max(this.level - cost, -this.budget.burst));
  }

  /** Takes the next place for 1, and answers in how many ms it comes; undefined where that is longer than one may wait. */
  placeMs(waitMsMax: number, nowMs: number): number | undefined {
    const waitMs = this.waitMs(1, nowMs);
    if (waitMs > waitMsMax) return undefined;
    this.level -= 1;
    return waitMs;
  }

  /** What is left now; below 0 is a debt. */
  left(nowMs: number): number {
    this.fill(nowMs);
    return this.level;
  }

  /** How long it is until so much may be spent. */
  waitMs(cost: number, nowMs: number): number {
    this.fill(nowMs);
    const missing = Math.min(cost, this.budget.burst) - this.level;
    return missing <= 0 ? 0 : (missing / this.budget.perSecond) * 1000;
  }

  isFull(nowMs: number): boolean {
    return this.left(nowMs) >= this.budget.burst;
  }

  private fill(nowMs: number): void {
    const { perSecond, burst } = this.budget;
    this.level = Math.min(burst, this.level + ((nowMs - this.seenMs) / 1000) * perSecond);
    this.seenMs = nowMs;
  }
}

/** A part of those that are kept makes room at once, so that looking for it is seldom. */
const FORGOTTEN_PART = 0.1;

/** A budget for each client; those of the longest known are forgotten where there are too many. */
export class TokenBuckets {
  private readonly budget: Budget;
  private readonly clientsMax: number;
  private readonly now: () => number;
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(budget: Budget, clientsMax: number, now: () => number = () => performance.now()) {
    this.budget = budget;
    this.clientsMax = clientsMax;
    this.now = now;
  }

  get size(): number {
    return this.buckets.size;
  }

  /** Spends of a client's budget, and answers whether that was allowed. */
  take(key: string, cost: number): boolean {
    return this.bucket(key).take(cost, this.now());
  }

  /** Spends of a client's budget, whether or not there is enough. */
  owe(key: string, cost: number): void {
    this.bucket(key).owe(cost, this.now());
  }

  /** Takes a client's next place, and answers in how many ms it comes: 0 is now. Undefined where one may not wait so long. */
  placeMs(key: string, waitMsMax: number): number | undefined {
    return this.bucket(key).placeMs(waitMsMax, this.now());
  }

  left(key: string): number {
    return this.bucket(key).left(this.now());
  }

  waitMs(key: string, cost: number): number {
    return this.bucket(key).waitMs(cost, this.now());
  }

  private bucket(key: string): TokenBucket {
    const known = this.buckets.get(key);
    if (known !== undefined) return known;
    if (this.buckets.size >= this.clientsMax) this.makeRoom();
    const made = new TokenBucket(this.budget, this.now());
    this.buckets.set(key, made);
    return made;
  }

  /** One with a full budget is as good as unknown. */
  private makeRoom(): void {
    const nowMs = this.now();
    for (const [key, bucket] of this.buckets) if (bucket.isFull(nowMs)) this.buckets.delete(key);
    let many = this.buckets.size - this.clientsMax * (1 - FORGOTTEN_PART);
    for (const key of this.buckets.keys()) {
      if (many <= 0) return;
      this.buckets.delete(key);
      many -= 1;
    }
  }
}
