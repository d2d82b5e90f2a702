// The largest (or smallest) of the last so many values, kept up to date at no more than a few comparisons a value.
import type { Decimal } from "../../domain/decimal.ts";

/** Values that can still become the extreme, best first: each is better than all that came after it. */
export class WindowExtreme {
  private readonly size: number;
  private readonly isAsGood: (a: Decimal, b: Decimal) => boolean;
  private readonly candidates: { readonly value: Decimal; readonly number: number }[] = [];
  private count = 0;

  constructor(size: number, isAsGood: (a: Decimal, b: Decimal) => boolean) {
    this.size = size;
    this.isAsGood = isAsGood;
  }

  push(value: Decimal): void {
    for (let last = this.candidates.at(-1); last !== undefined; last = this.candidates.at(-1)) {
      if (!this.isAsGood(value, last.value)) break;
      this.candidates.pop();
    }
    this.candidates.push({ value, number: this.count });
    this.count += 1;
    if ((this.candidates[0]?.number ?? 0) < this.count - this.size) this.candidates.shift();
  }

  /** The extreme of the last `size` values; undefined while there are fewer. */
  whole(): Decimal | undefined {
    return this.count < this.size ? undefined : this.candidates[0]?.value;
  }
}
