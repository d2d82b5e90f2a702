// A WebSocket spoken by hand: what was sent is sent as it is, and every message can be waited for.
import { once } from "node:events";
import { request } from "node:http";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** Opens a graphql-transport-ws socket and, unless told not to, initialises it. */
export async function openSocket(graphqlUrl: string, { initialise = true } = {}) {
  const socket = new WebSocket(graphqlUrl.replace("http", "ws"), "graphql-transport-ws");
  onTestFinished(() => socket.terminate());
  const unread: Message[] = [];
  const readers = new Set<() => void>();
  socket.on("error", () => undefined);
  socket.on("message", (text) => {
    unread.push(JSON.parse(String(text)));
    for (const reader of readers) reader();
  });
  const closed = once(socket, "close").then(([code]) => code as number);

  function next(wanted: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const reader = () => {
        const index = unread.findIndex(wanted);
        if (index < 0) return;
        readers.delete(reader);
        resolve(unread.splice(index, 1)[0] as Message);
      };
      readers.add(reader);
      reader();
    });
  }

  await once(socket, "open");
  const raw = {
    closed,
    sendText: (text: string) => socket.send(text),
    send: (message: Message) => socket.send(JSON.stringify(message)),
    subscribe: (id: string, query: string) => raw.send({ type: "subscribe", id, payload: { query } as unknown }),
    /** The oldest message for this id that was not given yet. */
    nextFor: (id: string) => next((message) => message.id === id),
    terminate: () => socket.terminate(),
  };
  if (!initialise) return raw;
  raw.send({ type: "connection_init" });
  await next(({ type }) => type === "connection_ack");
  return raw;
}

export type RawSocket = Awaited<ReturnType<typeof openSocket>>;

/** The status that a request for an upgrade is answered with: 101 if the socket is open. */
export function upgradeStatus(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      agent: false,
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-protocol": "graphql-transport-ws",
        ...headers,
      },
    });
    asked.on("upgrade", (_, socket) => {
      socket.destroy();
      resolve(101);
    });
    asked.on("response", (response) => resolve(response.resume().statusCode ?? 0));
    asked.on("error", reject);
    asked.end();
  });
}
