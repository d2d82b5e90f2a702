// The events between the socket and the bot: a bounded number, in order. It says when to stop reading and when to go on.
import { WAITING_EVENTS_MAX } from "./limits.ts";

/** What stops and resumes the source of the events. */
export interface Flow {
  pause(): void;
  resume(): void;
}

export class EventBuffer<Event> {
  private readonly flow: Flow;
  private readonly waiting: Event[] = [];
  private isPaused = false;
  private ending: { readonly error?: unknown } | undefined;
  private wakeTaker: () => void = () => undefined;
  private wakeSource: () => void = () => undefined;

  constructor(flow: Flow) {
    this.flow = flow;
  }

  /** How many events wait to be taken. */
  get size(): number {
    return this.waiting.length;
  }

  push(event: Event): void {
    if (this.ending !== undefined) return;
    this.waiting.push(event);
    if (!this.isPaused && this.size >= WAITING_EVENTS_MAX) {
      this.isPaused = true;
      this.flow.pause();
    }
    this.wakeTaker();
  }

  /** The next event, when there is one; undefined after the end. Throws what the source failed with, after all events. */
  async take(): Promise<Event | undefined> {
    while (this.size === 0 && this.ending === undefined) {
      await new Promise<void>((resolve) => {
        this.wakeTaker = resolve;
      });
    }
    const event = this.waiting.shift();
    if (this.isPaused && this.size <= WAITING_EVENTS_MAX / 2) {
      this.isPaused = false;
      this.flow.resume();
      this.wakeSource();
    }
    if (event === undefined && this.ending?.error !== undefined) throw this.ending.error;
    return event;
  }

  /** Waits while there is no room for more. */
  async room(): Promise<void> {
    while (this.isPaused && this.ending === undefined) {
      await new Promise<void>((resolve) => {
        this.wakeSource = resolve;
      });
    }
  }

  /** No event follows; those that wait are still given. */
  complete(): void {
    this.ending ??= {};
    this.wakeTaker();
  }

  /** No event follows; those that wait are still given, and then the error is thrown. */
  fail(error: unknown): void {
    this.ending ??= { error };
    this.wakeTaker();
  }

  /** Nothing more is given, also not what waits; an error that was not thrown yet is forgotten. */
  end(): void {
    this.waiting.length = 0;
    this.ending = {};
    this.wakeTaker();
    this.wakeSource();
  }
}
