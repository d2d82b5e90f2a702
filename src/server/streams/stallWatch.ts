// Watches clients that do not take what was sent: one that takes nothing for too long is given up.

/** A full way out to a client. */
export interface Watched {
  /** Changes whenever anything has gone out. */
  progress(): number;
  /** Called when nothing has gone out for too long. */
  stalled(): void;
}

interface Seen {
  readonly progress: number;
  readonly sinceMs: number;
}

/** How often within the limit one looks. */
const LOOKS = 5;

export class StallWatch {
  /** How many were given up so far. */
  givenUp = 0;
  private readonly limitMs: number;
  private readonly watched = new Map<Watched, Seen>();
  private timer: NodeJS.Timeout | undefined;

  /** Gives up what makes no progress for `limitMs`, within a fifth more. */
  constructor(limitMs: number) {
    this.limitMs = limitMs;
  }

  add(one: Watched): void {
    this.watched.set(one, { progress: one.progress(), sinceMs: performance.now() });
    this.timer ??= setInterval(() => this.look(), this.limitMs / LOOKS).unref();
  }

  delete(one: Watched): void {
    this.watched.delete(one);
  }

  /** Stops looking when there is nothing left to look at, rather than at each `delete`. */
  private look(): void {
    const nowMs = performance.now();
    for (const [one, seen] of this.watched) {
      const progress = one.progress();
      if (progress !== seen.progress) this.watched.set(one, { progress, sinceMs: nowMs });
      else if (nowMs - seen.sinceMs >= this.limitMs) {
        this.givenUp += 1;
        one.stalled();
      }
    }
    if (this.watched.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
