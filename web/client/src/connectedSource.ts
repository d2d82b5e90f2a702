// What all sources that read from the server have in common: their connections, and how they end.
import { type ConnectionOptions, Connections } from "./connections.ts";
import type { EventBuffer } from "./eventBuffer.ts";
import type { Source } from "./stream.ts";

export abstract class ConnectedSource<Value> implements Source {
  protected readonly buffer: EventBuffer<Value>;
  protected readonly connections: Connections;
  private readonly signal: AbortSignal;

  constructor(options: ConnectionOptions, buffer: EventBuffer<Value>) {
    this.buffer = buffer;
    this.connections = new Connections(options);
    this.signal = options.signal;
  }

  pause(): void {
    this.connections.pause();
  }

  resume(): void {
    this.connections.resume();
  }

  async run(): Promise<void> {
    const { signal } = this;
    const leave = (): void => {
      this.buffer.end();
      this.connections.close();
    };
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave);
    try {
      await this.read();
      this.buffer.complete();
    } catch (error) {
      this.buffer.fail(error);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** Brings values into the buffer until there are no more. Throws what stays wrong. */
  protected abstract read(): Promise<void>;
}
