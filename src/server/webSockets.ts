// The WebSockets that are open: taken over from http, kept alive, given up when they stall, at the end sent away.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CloseCode, handleProtocols } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import { BODY_BYTES_MAX, CLOSE_SWEEP_EVERY_MS } from "./limits.ts";
import { Outlet } from "./streams/outlet.ts";
import { createWebSocketProtocol, type Visit, type WebSocketProtocolOptions } from "./webSocketProtocol.ts";

/** RFC 6455: the server is going down; clients come back to another or to the next one. */
export const GOING_AWAY = 1001;
/** A client who took nothing of what waited for him: he may come back with his cursor. */
export const TOO_SLOW = 4510;

/** Cuts a socket whose client has not answered the last ping when the next one is due. One that is full is not heard. */
function keepAlive(socket: WebSocket, everyMs: number): void {
  let answered = true;
  socket.on("pong", () => {
    answered = true;
  });
  const pings = setInterval(() => {
    if (socket.readyState !== socket.OPEN || socket.isPaused) return;
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, everyMs);
  socket.once("close", () => clearInterval(pings));
}

function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve, reject) => {
    socket.send(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** The open sockets: `accept` takes over an upgrade, `farewell` closes all with 1001, `cut` does so without a word. */
export function createWebSockets(options: WebSocketProtocolOptions) {
  const { log, limits, subscriptions } = options;
  const protocol = createWebSocketProtocol(options);
  const server = new WebSocketServer({ noServer: true, maxPayload: BODY_BYTES_MAX, handleProtocols });
  const visits = new Map<WebSocket, Visit>();

  function welcome(socket: WebSocket, stream: Socket, request: IncomingMessage): void {
    // Nothing is read of a client who does not read: his requests would only add to what waits for him.
    const outlet = new Outlet(stream, stream, subscriptions.stalls, {
      onFull: () => socket.pause(),
      onDrained: () => socket.resume(),
      giveUp: () => {
        socket.resume();
        socket.close(TOO_SLOW, "Too slow: connect again");
        leave(TOO_SLOW, "");
      },
    });
    const visit: Visit = {
      request,
      underWay: new Set(),
      leaving: false,
      outlet,
      write: (message) => socket.send(message, { binary: false }),
    };
    visits.set(socket, visit);
    keepAlive(socket, limits.pingEveryMs);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => {
          const sent = send(socket, text);
          outlet.watch();
          return sent;
        },
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on("message", (message) => {
            if (socket.readyState === socket.OPEN) take(String(message)).catch(failed);
          }),
      },
      visit,
    );
    let hasLeft = false;
    /** Ends what the client has open: with the socket, or before it when he does not listen any more. */
    function leave(code: number, reason: string): void {
      if (hasLeft) return;
      hasLeft = true;
      closed(code, reason).catch((error: unknown) => log.error({ err: error }, "a WebSocket did not end well"));
    }
    function failed(error: unknown): void {
      if (socket.readyState !== socket.OPEN) return;
      log.error({ err: error }, "a WebSocket message could not be handled");
      socket.close(CloseCode.InternalServerError, "Internal server error");
    }
    // ws closes the socket itself, with the code of the fault: 1009 for a message that is too large, say.
    socket.on("error", (error) => log.info({ err: error }, "a WebSocket broke the protocol or its limits"));
    socket.once("close", (code, reason) => {
      visits.delete(socket);
      leave(code, String(reason));
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
    accept(request: IncomingMessage, stream: Socket, head: Buffer): void {
      server.handleUpgrade(request, stream, head, (accepted) => welcome(accepted, stream, request));
    },
    /** Closes every socket, spread over `farewellSpreadMs`, or when its last answer is given. */
    async farewell(): Promise<void> {
      const spacingMs = limits.farewellSpreadMs / Math.max(visits.size, 1);
      await Promise.all([...visits].map(([socket, visit], index) => sendAway(socket, visit, index * spacingMs)));
    },
    cut(): void {
      for (const socket of visits.keys()) socket.terminate();
    },
  };
}

export type WebSockets = ReturnType<typeof createWebSockets>;
