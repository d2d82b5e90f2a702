// The WebSockets that are open: taken over from http, kept alive, and at the end sent away one after another.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { CloseCode, handleProtocols } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import { BODY_BYTES_MAX, CLOSE_SWEEP_EVERY_MS, FAREWELL_SPREAD_MS, KEEP_ALIVE_PING_MS } from "./limits.ts";
import type { Log } from "./log.ts";
import { createWebSocketProtocol, type Visit } from "./webSocketProtocol.ts";
import type { Yoga } from "./yoga.ts";

/** RFC 6455: the server is going down; clients come back to another or to the next one. */
export const GOING_AWAY = 1001;

/** Cuts a socket whose client has not answered the last ping when the next one is due. */
function keepAlive(socket: WebSocket): void {
  let answered = true;
  socket.on("pong", () => {
    answered = true;
  });
  const pings = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, KEEP_ALIVE_PING_MS);
  socket.once("close", () => clearInterval(pings));
}

function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve, reject) => {
    socket.send(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** The open sockets: `accept` takes over an upgrade, `farewell` closes all with 1001, `cut` does so without a word. */
export function createWebSockets(yoga: Yoga, log: Log) {
  const protocol = createWebSocketProtocol(yoga, log);
  const server = new WebSocketServer({ noServer: true, maxPayload: BODY_BYTES_MAX, handleProtocols });
  const visits = new Map<WebSocket, Visit>();

  function welcome(socket: WebSocket, request: IncomingMessage): void {
    const visit: Visit = { request, underWay: new Set(), leaving: false };
    visits.set(socket, visit);
    keepAlive(socket);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) => socket.on("message", (message) => void take(String(message)).catch(failed)),
      },
      visit,
    );
    function failed(error: unknown): void {
      if (socket.readyState !== socket.OPEN) return;
      log.error({ err: error }, "a WebSocket message could not be handled");
      socket.close(CloseCode.InternalServerError, "Internal server error");
    }
    // ws closes the socket itself, with the code of the fault: 1009 for a message that is too large, say.
    socket.on("error", (error) => log.info({ err: error }, "a WebSocket broke the protocol or its limits"));
    socket.once("close", (code, reason) => {
      visits.delete(socket);
      closed(code, String(reason)).catch((error: unknown) => log.error({ err: error }, "a WebSocket did not end well"));
    });
  }

  /** Subscribers go when their turn comes; who still waits for an answer gets it first. */
  async function sendAway(socket: WebSocket, visit: Visit, waitMs: number): Promise<void> {
    visit.leaving = true;
    await sleep(waitMs);
    while (visit.underWay.size > 0 && visits.has(socket)) await sleep(CLOSE_SWEEP_EVERY_MS);
    socket.close(GOING_AWAY, "The server is closing: connect again");
  }

  return {
    accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      server.handleUpgrade(request, socket, head, (accepted) => welcome(accepted, request));
    },
    /** Closes every socket within FAREWELL_SPREAD_MS, or when its last answer is given. */
    async farewell(): Promise<void> {
      const spacingMs = FAREWELL_SPREAD_MS / Math.max(visits.size, 1);
      await Promise.all([...visits].map(([socket, visit], index) => sendAway(socket, visit, index * spacingMs)));
    },
    cut(): void {
      for (const socket of visits.keys()) socket.terminate();
    },
  };
}

export type WebSockets = ReturnType<typeof createWebSockets>;
