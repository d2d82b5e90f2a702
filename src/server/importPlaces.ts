// Who may import now: a few at a time, the next ones in a queue, and no more than that.

/** A place to import; it is given back when the import has ended. */
export type GiveBack = () => void;

/** Places for imports, taken in the order of asking. */
export class ImportPlaces {
  private free: number;
  private readonly waitingMax: number;
  private readonly waiting = new Set<() => void>();

  constructor(placesMax: number, waitingMax: number) {
    this.free = placesMax;
    this.waitingMax = waitingMax;
  }

  /** A place, when one is free; undefined at once where too many wait. Rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<GiveBack | undefined> {
    signal.throwIfAborted();
    if (this.free > 0) this.free -= 1;
    else if (this.waiting.size >= this.waitingMax) return undefined;
    else await this.wait(signal);
    return () => this.giveBack();
  }

  private wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.waiting.delete(proceed);
        reject(signal.reason);
      };
      this.waiting.add(proceed);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  /** It goes to the one who has waited longest. */
  private giveBack(): void {
    const [next] = this.waiting;
    if (next === undefined) this.free += 1;
    else {
      this.waiting.delete(next);
      next();
    }
  }
}
