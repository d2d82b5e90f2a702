// Clients that keep nothing of what they are told, and only count it: what a test finds kept is the server's.
import { once } from "node:events";
import { request } from "node:http";
import { WebSocket } from "ws";

export interface Operation {
  readonly query: string;
  readonly variables?: object;
}

/** A WebSocket. */
export class LeaksSocket {
  private readonly socket: WebSocket;
  /** Messages of each type that have come. */
  private readonly told = new Map<string, number>();
  private asked = 0;

  constructor(graphqlUrl: string) {
    this.socket = new WebSocket(graphqlUrl.replace(/^http/, "ws"), "graphql-transport-ws");
    this.socket.on("error", () => undefined);
    this.socket.on("message", (text) => {
      const { type }: { readonly type: string } = JSON.parse(String(text));
      this.told.set(type, this.count(type) + 1);
      this.socket.emit("told");
    });
  }

  /** Resolves when it is connected. */
  async open(): Promise<this> {
    await once(this.socket, "open");
    return this;
  }

  /** Resolves when it is connected and acknowledged. */
  async ready(): Promise<this> {
    await this.open();
    this.send({ type: "connection_init" });
    await this.until("connection_ack", 1);
    return this;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Asks for an operation, and answers its id: another each time, where none is given. */
  subscribe(payload: Operation, id = `operation ${this.asked}`): string {
    this.asked += 1;
    this.send({ type: "subscribe", id, payload });
    return id;
  }

  complete(id: string): void {
    this.send({ type: "complete", id });
  }

  /** How many messages of a type have come. */
  count(type: string): number {
    return this.told.get(type) ?? 0;
  }

  /** Resolves when so many messages of a type have come. */
  async until(type: string, count: number): Promise<void> {
    while (this.count(type) < count) await once(this.socket, "told");
  }

  /** Breaks the connection without a word. */
  async cut(): Promise<void> {
    const closed = once(this.socket, "close");
    this.socket.terminate();
    await closed;
  }
}

export interface LeaksStream {
  /** Resolves when it has been answered. */
  readonly begun: Promise<unknown>;
  /** Resolves when it has ended or was left. */
  readonly ended: Promise<unknown>;
  leave(): void;
}

/** Asks for an event stream; it may be left before it has begun. */
export function askForStream(graphqlUrl: string, operation: Operation): LeaksStream {
  const headers = { "content-type": "application/json", accept: "text/event-stream" };
  const asked = request(graphqlUrl, { method: "POST", agent: false, headers });
  // What is left in the middle ends with an error, here and in the response.
  asked.on("error", () => undefined);
  const begun = new Promise((resolve) => {
    asked.on("response", (response) => resolve(response.on("error", () => undefined).resume()));
  });
  asked.end(JSON.stringify(operation));
  return {
    begun,
    ended: new Promise((resolve) => asked.once("close", resolve)),
    leave: () => void asked.destroy(),
  };
}
