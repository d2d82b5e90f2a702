// What reading for one client may take of the server's time: whoever has taken more waits until others had theirs.
import { RATE_CLIENTS_MAX } from "../limits.ts";

/** Less than this is not worth a wait: ordinary requests take some hundredths of it. */
const NOTICED_MS = 0.5;
/** Between two whose turn it is, though what the first of them takes is not known yet. */
const SPACING_MS = 2;

interface Client {
  /** From when on it has waited enough. */
  freeAtMs: number;
  readonly waiting: (() => void)[];
}

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
    client.freeAtMs = Math.max(client.freeAtMs, this.now()) + ms * (1 / this.share - 1);
  }

  /** Resolves when it is the client's turn, in the order in which they ask; undefined where it is now. */
  turn(nameOf: () => string): Promise<void> | undefined {
    if (this.clients.size === 0) return undefined;
    const name = nameOf();
    const client = this.clients.get(name);
    if (client === undefined) return undefined;
    if (this.isFree(client)) {
      this.clients.delete(name);
      return undefined;
    }
    return new Promise((resolve) => {
      client.waiting.push(resolve);
      if (client.waiting.length === 1) this.callLater(client);
    });
  }

  private isFree({ waiting, freeAtMs }: Client): boolean {
    return waiting.length === 0 && freeAtMs <= this.now();
  }

  private clientOf(name: string): Client {
    const known = this.clients.get(name);
    if (known !== undefined) return known;
    if (this.clients.size >= RATE_CLIENTS_MAX) this.forgetFree();
    const made: Client = { freeAtMs: 0, waiting: [] };
    this.clients.set(name, made);
    return made;
  }

  /** One who owes nothing is as good as unknown. */
  private forgetFree(): void {
    for (const [name, client] of this.clients) if (this.isFree(client)) this.clients.delete(name);
  }

  private callLater(client: Client): void {
    setTimeout(
      () => {
        // It may have taken more time meanwhile.
        if (client.freeAtMs <= this.now()) client.waiting.shift()?.();
        if (client.waiting.length > 0) this.callLater(client);
      },
      Math.max(client.freeAtMs - this.now(), SPACING_MS),
    );
  }
}
