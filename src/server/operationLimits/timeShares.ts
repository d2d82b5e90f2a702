// What reading for one client may take of the server's time: whoever has taken more waits until others had theirs.
import { RATE_BURST_SECONDS, RATE_CLIENTS_MAX } from "../limits.ts";

/** Less than this is not worth a wait: ordinary requests take some hundredths of it. */
const NOTICED_MS = 0.5;
/** Between two whose turn it is, though what the first of them takes is not known yet. */
const SPACING_MS = 2;
/** At most so many are let go at once: all of them may be read before it counts what the first of them took. */
const BATCH_MAX = 32;
/** Nobody waits for longer than this for what was read before: as with the budget, what is beyond it is let off. */
const DEBT_MS_MAX = RATE_BURST_SECONDS * 1000;

interface Waiting {
  /** Whether nobody waits for it any more: it takes no turn then. */
  readonly isGone: () => boolean;
  readonly go: () => void;
}

interface Client {
  /** From when on it has waited enough. */
  freeAtMs: number;
  waiting: Waiting[];
  /** How many are let go next. */
  batch: number;
  /** Whether a timer runs for those who wait. */
  isDue: boolean;
}

const STAYS = () => false;

/** Times are in milliseconds of a clock that does not jump. */
export class TimeShares {
  private readonly clients = new Map<string, Client>();
  private readonly share: number;
  private readonly now: () => number;

  /** `share` is between 0 and 1. */
  constructor(share: number, now: () => number = () => performance.now()) {
    this.share = share;
    this.now = now;
  }

  /** Does work for a client, and counts how long it took. */
  timed<Result>(client: () => string, work: () => Result): Result {
    const begunMs = this.now();
    try {
      return work();
    } finally {
      const tookMs = this.now() - begunMs;
      if (tookMs >= NOTICED_MS) this.spend(client(), tookMs);
    }
  }

  /** So much of the time was a client's: it is to wait for so much longer that this is no more than its share. */
  spend(name: string, ms: number): void {
    const client = this.clientOf(name);
    const nowMs = this.now();
    const owedMs = Math.max(client.freeAtMs - nowMs, 0) + ms * (1 / this.share - 1);
    client.freeAtMs = nowMs + Math.min(owedMs, DEBT_MS_MAX);
    client.batch = 1;
  }

  /**
   * Resolves when it is the client's turn, in the order in which they ask; undefined where it is now. One who `isGone` takes
   * no turn, and is told when he comes to the front.
   */
  turn(nameOf: () => string, isGone: () => boolean = STAYS): Promise<void> | undefined {
    if (this.clients.size === 0) return undefined;
    const name = nameOf();
    const client = this.clients.get(name);
    if (client === undefined) return undefined;
    if (this.isFree(client)) {
      this.clients.delete(name);
      return undefined;
    }
    return new Promise((resolve) => {
      client.waiting.push({ isGone, go: resolve });
      this.callLater(client);
    });
  }

  /** In how many ms one may ask again of whom `max` wait, not counting those who are gone; else undefined. */
  crowdedMs(name: string, max: number): number | undefined {
    const client = this.clients.get(name);
    if (client === undefined || client.waiting.length < max) return undefined;
    const gone = client.waiting.filter(({ isGone }) => isGone());
    if (gone.length === 0) return Math.max(client.freeAtMs - this.now(), 0);
    client.waiting = client.waiting.filter(({ isGone }) => !isGone());
    for (const { go } of gone) go();
    return undefined;
  }

  private isFree({ waiting, freeAtMs }: Client): boolean {
    return waiting.length === 0 && freeAtMs <= this.now();
  }

  private clientOf(name: string): Client {
    const known = this.clients.get(name);
    if (known !== undefined) return known;
    if (this.clients.size >= RATE_CLIENTS_MAX) this.forgetFree();
    const made: Client = { freeAtMs: 0, waiting: [], batch: 1, isDue: false };
    this.clients.set(name, made);
    return made;
  }

  /** One who owes nothing is as good as unknown. */
  private forgetFree(): void {
    for (const [name, client] of this.clients) if (this.isFree(client)) this.clients.delete(name);
  }

  private callLater(client: Client): void {
    if (client.isDue || client.waiting.length === 0) return;
    client.isDue = true;
    setTimeout(
      () => {
        client.isDue = false;
        // It may have taken more time meanwhile.
        if (client.freeAtMs <= this.now()) this.letGo(client);
        this.callLater(client);
      },
      Math.max(client.freeAtMs - this.now(), SPACING_MS),
    );
  }

  /** More each time, until one of them takes time that counts: a client that owes nothing is soon not held up at all. */
  private letGo(client: Client): void {
    let places = client.batch;
    client.batch = Math.min(2 * client.batch, BATCH_MAX);
    while (places > 0) {
      const next = client.waiting.shift();
      if (next === undefined) return;
      if (!next.isGone()) places -= 1;
      next.go();
    }
  }
}
