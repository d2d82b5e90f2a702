// Delivery: takes what is new for each subscriber while there is room on his way out, in short turns of the event loop.
import type { Followed } from "../../ports.ts";
import type { Channel, Rendered } from "./channels.ts";
import type { Outlet, Waiting } from "./outlet.ts";

/** A turn ends after so long, and lets the event loop do other work. */
const TURN_MS = 5;
/** Messages that one subscriber gets before it is the next one's turn. */
const MESSAGES_PER_TURN = 32;

/** A subscriber who takes his turn. */
interface Subscriber {
  deliver(): void;
}

/** Gives the subscribers that were woken their turns, one after another. */
export class Delivery {
  private readonly woken = new Set<Subscriber>();
  private isScheduled = false;

  wake(subscriber: Subscriber): void {
    this.woken.add(subscriber);
    if (!this.isScheduled) this.schedule();
  }

  /** How long one who is woken now waits for his turn, in milliseconds. */
  delay(): Promise<number> {
    const wokenMs = performance.now();
    return new Promise((resolve) => this.wake({ deliver: () => resolve(performance.now() - wokenMs) }));
  }

  private schedule(): void {
    this.isScheduled = true;
    setImmediate(() => this.turn());
  }

  /** One who is woken again in his own turn comes last. */
  private turn(): void {
    this.isScheduled = false;
    const endMs = performance.now() + TURN_MS;
    for (const subscriber of this.woken) {
      this.woken.delete(subscriber);
      subscriber.deliver();
      if (performance.now() > endMs) break;
    }
    if (this.woken.size > 0) this.schedule();
  }
}

export interface StreamOptions {
  readonly delivery: Delivery;
  readonly source: Followed<unknown>;
  readonly channel: Pick<Channel, "render">;
  readonly outlet: Outlet;
  /** Writes one message to the outlet's client. */
  readonly write: (rendered: Rendered, value: unknown) => void;
  /** Called once where the source fails: nothing is told any more then. */
  readonly onFailed: (error: unknown) => void;
  /** Called once where the source has ended, when everything is written. */
  readonly onEnded: () => void;
}

interface Awaited {
  readonly value: unknown;
  rendered: Rendered | undefined;
}

/** One subscription on its way to its client. */
export class Stream implements Waiting {
  private readonly options: StreamOptions;
  private isStopped = false;
  /** A value whose text is still being made; what comes after it waits. */
  private awaited: Awaited | undefined;

  constructor(options: StreamOptions) {
    this.options = options;
    options.source.onReady = () => this.wake();
  }

  wake(): void {
    if (!this.isStopped) this.options.delivery.wake(this);
  }

  stop(): void {
    this.isStopped = true;
    this.options.outlet.forget(this);
    this.options.source.close();
  }

  /** Sends until there is nothing more, no more room, or its share of the turn is used up. */
  deliver(): void {
    if (this.isStopped) return;
    const { outlet, onFailed } = this.options;
    try {
      outlet.together(() => this.send());
      outlet.watch();
    } catch (error) {
      this.stop();
      onFailed(error);
    }
  }

  private send(): void {
    const { outlet } = this.options;
    for (let sent = 0; sent < MESSAGES_PER_TURN; sent += 1) {
      if (outlet.isFull) {
        outlet.wakeWhenDrained(this);
        return;
      }
      if (!this.sendOne()) return;
    }
    this.wake();
  }

  private end(): void {
    if (this.isStopped) return;
    this.stop();
    this.options.onEnded();
  }

  /** Sends the next message; false where there is none yet. */
  private sendOne(): boolean {
    const { source, channel, write } = this.options;
    if (this.awaited !== undefined) return this.sendAwaited(this.awaited);
    const value = source.take();
    if (value === undefined) {
      if (source.isEnded === true) this.end();
      return false;
    }
    const rendered = channel.render(value);
    if (rendered instanceof Promise) {
      this.await(value, rendered);
      return false;
    }
    write(rendered, value);
    return true;
  }

  private sendAwaited({ value, rendered }: Awaited): boolean {
    if (rendered === undefined) return false;
    this.awaited = undefined;
    this.options.write(rendered, value);
    return true;
  }

  private await(value: unknown, rendering: Promise<Rendered>): void {
    const awaited: Awaited = { value, rendered: undefined };
    this.awaited = awaited;
    void rendering.then((rendered) => {
      awaited.rendered = rendered;
      this.wake();
    });
  }
}
