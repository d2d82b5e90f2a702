// A subscription over as many connections as it takes. One that reads a log goes on after its newest event.
import { Connections } from "./connections.ts";
import type { EventBuffer } from "./eventBuffer.ts";
import type { Source } from "./stream.ts";
import type { TypedDocument } from "./typedDocument.ts";

/** A document that can go on after a cursor: under the name that all documents of this package give it. */
const TAKES_CURSOR = /\$after\s*:\s*LogCursor\b/;

export class Subscription<Data, Variables> implements Source {
  private readonly buffer: EventBuffer<Data>;
  private readonly connections: Connections;
  private readonly signal: AbortSignal;
  private readonly document: TypedDocument<Data, Variables>;
  private readonly takesCursor: boolean;
  private variables: Variables;

  constructor(
    { document, variables }: { readonly document: TypedDocument<Data, Variables>; readonly variables: Variables },
    options: ConstructorParameters<typeof Connections>[0],
    buffer: EventBuffer<Data>,
  ) {
    this.document = document;
    this.variables = variables;
    this.takesCursor = TAKES_CURSOR.test(String(document));
    this.buffer = buffer;
    this.signal = options.signal;
    this.connections = new Connections(options);
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
      await this.connections.attempt(() => this.follow());
      this.buffer.complete();
    } catch (error) {
      this.buffer.fail(error);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  private async follow(): Promise<void> {
    let end: string;
    do {
      await this.buffer.room();
      end = await this.connections.operate(this.document, this.variables, (data) => this.receive(data));
    } while (end === "left");
  }

  private receive(data: Data): void {
    if (this.takesCursor) this.variables = { ...this.variables, after: cursorIn(data) };
    this.buffer.push(data);
  }
}

/** Throws where there is none: after a disconnect the loop would get what it has had already, or miss some. */
function cursorIn(data: unknown): string {
  for (const field of Object.values(data as Record<string, unknown>)) {
    const { cursor } = (field ?? {}) as { readonly cursor?: unknown };
    if (typeof cursor === "string") return cursor;
  }
  throw new TypeError("A subscription that takes $after must ask for the cursor of each event.");
}
