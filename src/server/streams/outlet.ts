// The way out of the process to one client: it tells when it is full and when it has drained, and gives up one that stalls.
import type { Socket } from "node:net";
import type { StallWatch } from "./stallWatch.ts";

/** Something that waits for room. */
export interface Waiting {
  wake(): void;
}

/** A socket or an HTTP response: node tells after each write whether more than its high-water mark (16 KiB) waits. */
interface Way {
  readonly writableNeedDrain: boolean;
  cork(): void;
  uncork(): void;
  on(event: "drain", listener: () => void): unknown;
  once(event: "close", listener: () => void): unknown;
}

/** What is done to a client, as its way out fills and drains. */
export interface OutletClient {
  /** Called when it has become full, and when it has drained. */
  readonly onFull?: () => void;
  readonly onDrained?: () => void;
  /** Called once, when nothing has gone out for too long. */
  readonly giveUp: () => void;
}

/**
 * Nothing is written to it while it is full, so that what waits in memory for a client is at most node's high-water mark
 * and one message.
 */
export class Outlet {
  private readonly way: Way;
  private readonly socket: Socket;
  private readonly stalls: StallWatch;
  private readonly client: OutletClient;
  private readonly waiting = new Set<Waiting>();
  private isWatched = false;
  private isClosed = false;

  constructor(way: Way, socket: Socket, stalls: StallWatch, client: OutletClient) {
    this.way = way;
    this.socket = socket;
    this.stalls = stalls;
    this.client = client;
    way.on("drain", () => this.drained());
    way.once("close", () => this.close());
  }

  get isFull(): boolean {
    return this.way.writableNeedDrain;
  }

  /** Everything that `write` writes leaves together. */
  together(write: () => void): void {
    this.way.cork();
    try {
      write();
    } finally {
      this.way.uncork();
    }
  }

  /** Watches a full outlet until it has drained: to be called after writing. */
  watch(): void {
    if (this.isWatched || this.isClosed || !this.isFull) return;
    this.isWatched = true;
    this.stalls.add(this);
    this.client.onFull?.();
  }

  /** Wakes `waiting` when there is room again. */
  wakeWhenDrained(waiting: Waiting): void {
    this.waiting.add(waiting);
    this.watch();
  }

  forget(waiting: Waiting): void {
    this.waiting.delete(waiting);
  }

  /**
   * Changes whenever anything has gone out. Node counts a write as a whole when it is through; how much of a long one is
   * still to go only the socket's handle knows.
   */
  progress(): number {
    const { bytesWritten, writableLength } = this.socket;
    const { _handle: handle } = this.socket as { _handle?: { writeQueueSize?: number } | null };
    return bytesWritten - writableLength - (handle?.writeQueueSize ?? 0);
  }

  stalled(): void {
    this.close();
    this.client.giveUp();
  }

  private drained(): void {
    if (this.isFull) return;
    if (this.isWatched) this.client.onDrained?.();
    this.unwatch();
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const one of waiting) one.wake();
  }

  private close(): void {
    this.isClosed = true;
    this.unwatch();
    this.waiting.clear();
  }

  private unwatch(): void {
    if (!this.isWatched) return;
    this.isWatched = false;
    this.stalls.delete(this);
  }
}
