// The end of the server's network side: what is under way finishes, subscribers come back elsewhere, within a deadline.
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { EventStreams } from "./eventStreams.ts";
import { CLOSE_DEADLINE_MS, CLOSE_SWEEP_EVERY_MS, SILENT_CONNECTION_GRACE_MS } from "./limits.ts";
import type { Log } from "./log.ts";
import type { WebSockets } from "./webSockets.ts";

/** Browsers and HTTP clients open connections ahead of their next request. */
function cutSilent(connections: ReadonlySet<Socket>): void {
  for (const connection of connections) {
    if (connection.bytesRead === 0) connection.destroy();
  }
}

/** What is open on a server: filled from now on. */
export function watchConnections(server: Server) {
  const connections = new Set<Socket>();
  const answering = new Set<ServerResponse>();
  server.on("connection", (socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  server.on("request", (_, response) => {
    answering.add(response);
    response.once("close", () => answering.delete(response));
  });
  return { connections, answering };
}

export type Open = ReturnType<typeof watchConnections>;

/** Those who stay until they are sent away. */
export interface Subscribers {
  readonly webSockets: Pick<WebSockets, "farewell" | "cut">;
  readonly eventStreams: Pick<EventStreams, "farewell">;
}

/**
 * Stops accepting and resolves when every connection is closed: idle ones at once, others after their answer,
 * subscribers spread over some time, WebSockets with 1001. What is still open after CLOSE_DEADLINE_MS is cut.
 */
export async function closeGently(server: Server, open: Open, subscribers: Subscribers, log: Log): Promise<void> {
  const { webSockets, eventStreams } = subscribers;
  const beganAtMs = performance.now();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    if (performance.now() - beganAtMs > SILENT_CONNECTION_GRACE_MS) cutSilent(open.connections);
  }, CLOSE_SWEEP_EVERY_MS);
  const deadline = setTimeout(() => {
    log.warn({ requests: open.answering.size }, `cut what was still open ${CLOSE_DEADLINE_MS} ms after the end began`);
    webSockets.cut();
    server.closeAllConnections();
  }, CLOSE_DEADLINE_MS);
  void webSockets.farewell();
  void eventStreams.farewell();
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}
