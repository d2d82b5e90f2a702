// A subscription over as many connections as it takes. One that reads a log goes on after its newest event.
import { ConnectedSource } from "./connectedSource.ts";
import type { ConnectionOptions } from "./connections.ts";
import type { EventBuffer } from "./eventBuffer.ts";
import type { TypedDocument } from "./typedDocument.ts";

/** A document that can go on after a cursor: under the name that all documents of this package give it. */
const TAKES_CURSOR = /\$after\s*:\s*LogCursor\b/;

export class Subscription<Data, Variables> extends ConnectedSource<Data> {
  private readonly document: TypedDocument<Data, Variables>;
  private readonly takesCursor: boolean;
  private variables: Variables;

  constructor(
    { document, variables }: { readonly document: TypedDocument<Data, Variables>; readonly variables: Variables },
    options: ConnectionOptions,
    buffer: EventBuffer<Data>,
  ) {
    super(options, buffer);
    this.document = document;
    this.variables = variables;
    this.takesCursor = TAKES_CURSOR.test(String(document));
  }

  protected override read(): Promise<void> {
    return this.connections.attempt(() => this.follow());
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
