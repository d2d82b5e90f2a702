// What programs on Node import: everything, with the WebSocket of the ws package and stores in files.
import { type ClientOptions as SocketOptions, WebSocket } from "ws";
import { type Client, type ClientOptions, createClient as createPlainClient } from "./client.ts";
import { CLOSE_WAIT_MS, OPEN_WAIT_MS } from "./limits.ts";

export { cursorFile, stateFile } from "./files.ts";
export * from "./index.ts";

/** The types of ws do not know `closeTimeout` yet. */
const SOCKET_OPTIONS: SocketOptions & { readonly closeTimeout: number } = {
  handshakeTimeout: OPEN_WAIT_MS,
  closeTimeout: CLOSE_WAIT_MS,
  perMessageDeflate: false,
};

class NodeSocket extends WebSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol, SOCKET_OPTIONS);
  }
}

/** The same as that of `@papertape/client`, on sockets that can be paused, and say why there is no connection. */
export function createClient(options: ClientOptions): Client {
  return createPlainClient({ WebSocket: NodeSocket, ...options });
}
