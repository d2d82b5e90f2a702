// A WebSocket spoken by hand: it offers any subprotocol, keeps what came in order, stops reading, and tells its close.
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { Message } from "../server/rawSocket.ts";

export interface SocketOptions {
  /** The subprotocols that are offered; none where the list is empty. */
  readonly protocols?: readonly string[];
  /** Whether to send `connection_init` and wait for its answer. */
  readonly initialise?: boolean;
  readonly connectionParams?: object;
  /** Whether pings of the WebSocket protocol are answered. */
  readonly autoPong?: boolean;
}

export interface Close {
  readonly code: number;
  readonly reason: string;
}

const OPERATIONS = new Set(["next", "error", "complete"]);

/** Opens a socket to the server; it is gone when the test is finished. */
export async function openStreamSocket(graphqlUrl: string, options: SocketOptions = {}) {
  const { protocols = ["graphql-transport-ws"], initialise = true, autoPong = true, connectionParams } = options;
  const socket = new WebSocket(graphqlUrl.replace(/^http/, "ws"), [...protocols], { autoPong });
  onTestFinished(() => socket.terminate());
  const received: Message[] = [];
  const unread: Message[] = [];
  const readers = new Set<() => void>();
  let pings = 0;
  let close: Close | undefined;
  socket.on("error", () => undefined);
  socket.on("ping", () => {
    pings += 1;
  });
  socket.on("message", (text) => {
    const message: Message = JSON.parse(String(text));
    received.push(message);
    unread.push(message);
    for (const reader of readers) reader();
  });
  const closed = new Promise<Close>((resolve) => {
    socket.once("close", (code, reason) => {
      close = { code, reason: String(reason) };
      for (const reader of readers) reader();
      resolve(close);
    });
  });

  function next(wanted: (message: Message) => boolean, name: string): Promise<Message> {
    return new Promise((resolve, reject) => {
      const reader = () => {
        const found = unread.find(wanted);
        if (found === undefined && close === undefined) return;
        readers.delete(reader);
        if (found === undefined) return reject(new Error(`closed before ${name}: ${JSON.stringify(close)}`));
        unread.splice(unread.indexOf(found), 1);
        resolve(found);
      };
      readers.add(reader);
      reader();
    });
  }

  const raw = {
    closed,
    isClosed: () => close !== undefined,
    /** The subprotocol that the server has chosen. */
    protocol: () => socket.protocol,
    /** Pings of the WebSocket protocol that have come. */
    pings: () => pings,
    /** What came about operations: about one of them, or all. */
    told: (id?: string) =>
      received.filter((message) => OPERATIONS.has(message.type) && (id === undefined || message.id === id)),
    sendText: (text: string | Buffer) => socket.send(text),
    send: (message: object) => socket.send(JSON.stringify(message)),
    subscribe: (id: string, query: string, more: object = {}) =>
      raw.send({ type: "subscribe", id, payload: { query, ...more } }),
    /** The oldest message of a type that was not given yet. */
    nextOf: (type: string) => next((message) => message.type === type, type),
    /** The oldest message about an operation that was not given yet. */
    nextFor: (id: string) => next((message) => message.id === id, id),
    /** Returns when the server has taken everything that was sent before, and what it sent by then has come. */
    roundTrip: async () => {
      const stamp = String(Math.random());
      raw.send({ type: "ping", payload: { stamp } });
      await next(({ payload }) => (payload as { stamp?: string } | undefined)?.stamp === stamp, "the answer to a ping");
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    terminate: () => socket.terminate(),
  };
  await once(socket, "open");
  if (!initialise) return raw;
  raw.send({ type: "connection_init", ...(connectionParams === undefined ? {} : { payload: connectionParams }) });
  await raw.nextOf("connection_ack");
  return raw;
}

export type StreamSocket = Awaited<ReturnType<typeof openStreamSocket>>;
