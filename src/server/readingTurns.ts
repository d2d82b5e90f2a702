// Whose turn it is to be read of those who send much: one piece in each turn of the event loop, all of them together.

/** A body, whose pieces come one after another, or a piece of what a WebSocket sends. */
export class Sender {
  readonly client: string;
  /** The how manyth it is to begin, when it has. */
  begun: number | undefined;

  constructor(client: string) {
    this.client = client;
  }
}

/**
 * What comes in large bodies and messages is read piece by piece: node itself reads of each socket up to 2 MiB in one turn of
 * the event loop, and everybody else waits meanwhile. Clients take turns. The bodies that one client sends at once are
 * read one after the other, so that little of them is in memory at a time.
 */
export class ReadingTurns {
  /** By client, the first to begin first. */
  private readonly waiting = new Map<string, Map<Sender, () => void>>();
  private count = 0;
  private isDue = false;

  /** Calls `resume` when it is the sender's turn. */
  wait(sender: Sender, resume: () => void): void {
    sender.begun ??= this.count++;
    const others = this.waiting.get(sender.client);
    if (others === undefined) this.waiting.set(sender.client, new Map([[sender, resume]]));
    else others.set(sender, resume);
    this.plan();
  }

  private plan(): void {
    if (this.isDue || this.waiting.size === 0) return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      this.take();
      this.plan();
    });
  }

  private take(): void {
    const [next] = this.waiting;
    if (next === undefined) return;
    const [client, senders] = next;
    const first = this.firstOf(senders);
    const resume = first && senders.get(first);
    if (first !== undefined) senders.delete(first);
    // Behind the other clients.
    this.waiting.delete(client);
    if (senders.size > 0) this.waiting.set(client, senders);
    resume?.();
  }

  private firstOf(senders: ReadonlyMap<Sender, unknown>): Sender | undefined {
    let first: Sender | undefined;
    for (const sender of senders.keys()) {
      if (first === undefined || (sender.begun ?? 0) < (first.begun ?? 0)) first = sender;
    }
    return first;
  }
}
