// Work of which each client may have so much under way at once; the rest of it waits, and nobody else's does.

interface Client {
  underWay: number;
  readonly waiting: (() => void)[];
}

export class AtOnce {
  private readonly max: number;
  private readonly clients = new Map<string, Client>();

  constructor(max: number) {
    this.max = max;
  }

  /** Clients that have work under way. */
  get size(): number {
    return this.clients.size;
  }

  /** Does the work when there is room for it, first come, first served. */
  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const client = this.clients.get(name) ?? { underWay: 0, waiting: [] };
    this.clients.set(name, client);
    if (client.underWay < this.max) client.underWay += 1;
    // Whoever is called takes the place of the one who has left.
    else await new Promise<void>((resolve) => client.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = client.waiting.shift();
      if (next !== undefined) next();
      else client.underWay -= 1;
      if (client.underWay === 0) this.clients.delete(name);
    }
  }
}
