// A desk that plays a script: it speaks graphql-transport-ws by hand, and tells what each visitor asked for.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { FollowedEvent } from "@papertape/client/node";
import { onTestFinished } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";

/** A subscription of a visitor, on a socket of its own. */
export interface Visit {
  readonly socket: WebSocket;
  /** The number of the event after whose cursor it was asked for. */
  readonly after: number;
  tell(...events: FollowedEvent[]): void;
  refuse(type: "next" | "error", code: string): void;
}

export interface FakeDesk {
  readonly url: string;
  /** The cursors that subscriptions were asked for with, in order. */
  readonly asked: (string | undefined)[];
  /** The codes that visitors closed their sockets with. */
  readonly closes: readonly number[];
  /** How many asked for the cursors of the account. */
  readonly cursorQueries: () => number;
}

export interface FakeDeskOptions {
  readonly port?: number;
  /** The status that a WebSocket is refused with: "503 Service Unavailable", say; "" is no answer, undefined lets it in. */
  readonly refusal?: () => string | undefined;
  /** What a query for the account's cursors is answered with. */
  readonly account?: { readonly cursor: string; readonly sessionCursor: string } | null;
  /** Whether pings of the protocol are answered. */
  readonly answersPings?: boolean;
}

interface Message {
  readonly type: string;
  readonly id: string;
  readonly payload: { readonly query: string; readonly variables: { readonly after?: string } };
}

/** An event with a cursor that tells its number. */
export function eventOf(sequence: number, typename = "SignalDeclined", padding = ""): FollowedEvent {
  const time = "2024-01-02T00:00:00.000Z";
  const event = { __typename: typename, sequence, cursor: `c${sequence}`, marketTime: time, recordedAt: time, padding };
  return event as unknown as FollowedEvent;
}

/** Starts a desk whose visits are played one after another, the last script again and again; it ends with the test. */
export async function startFakeDesk(
  scripts: readonly ((visit: Visit) => void)[],
  { port = 0, refusal, account = { cursor: "c0", sessionCursor: "s0" }, answersPings = true }: FakeDeskOptions = {},
): Promise<FakeDesk> {
  const asked: (string | undefined)[] = [];
  const closes: number[] = [];
  let cursorQueries = 0;
  const sockets = new WebSocketServer({ noServer: true });
  const http = createServer();
  http.on("upgrade", (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const status = refusal?.();
    if (status === "") return;
    if (status !== undefined) {
      connection.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`, () => connection.destroy());
      return;
    }
    sockets.handleUpgrade(request, connection, head, (socket) => {
      const send = (message: object) => socket.send(JSON.stringify(message));
      const answer = ({ id, payload }: Message) => {
        if (payload.query.includes("query AccountCursors")) {
          cursorQueries += 1;
          send({ type: "next", id, payload: { data: { account } } });
          return send({ type: "complete", id });
        }
        const script = scripts[Math.min(asked.length, scripts.length - 1)];
        asked.push(payload.variables.after);
        script?.(visitOf(socket, id, payload.variables.after));
      };
      socket.on("error", () => undefined);
      socket.on("close", (code) => closes.push(code));
      socket.on("message", (text) => {
        const message: Message = JSON.parse(String(text));
        if (message.type === "connection_init") send({ type: "connection_ack" });
        if (message.type === "ping" && answersPings) send({ type: "pong" });
        if (message.type === "subscribe") answer(message);
      });
    });
  });
  http.listen(port, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
    http.close();
    await once(http, "close");
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { url, asked, closes, cursorQueries: () => cursorQueries };
}

function visitOf(socket: WebSocket, id: string, after: string | undefined): Visit {
  const send = (message: object) => socket.send(JSON.stringify({ id, ...message }));
  return {
    socket,
    after: Number(after?.slice(1)),
    tell: (...events) => {
      for (const event of events) send({ type: "next", payload: { data: { accountEvents: event } } });
    },
    refuse: (type, code) => {
      const errors = [{ message: "no", extensions: { code } }];
      send({ type, payload: type === "next" ? { data: null, errors } : errors });
    },
  };
}

/** Tells the next so many events after the visitor's cursor. */
export function tellNext(visit: Visit, count: number): void {
  visit.tell(...Array.from({ length: count }, (_, index) => eventOf(visit.after + index + 1)));
}
