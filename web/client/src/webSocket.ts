// A WebSocket as browsers have it, and what the ws package's can do besides.

export interface WebSocketLike {
  readonly readyState: number;
  addEventListener(type: "close", listener: () => void, options?: { readonly once?: boolean }): void;
  close(code?: number, reason?: string): void;
  /** Only of the ws package: it stops reading, so that the server has to wait. */
  pause?(): void;
  resume?(): void;
  /** Only of the ws package: it goes at once, without a goodbye. */
  terminate?(): void;
}

/** The class: the global WebSocket of browsers and newer Nodes, or that of the ws package. */
export type WebSocketClass = new (url: string, protocol: string) => WebSocketLike;

export const CONNECTING = 0;
export const CLOSED = 3;
export const NORMAL_CLOSURE = 1000;

/** The global one, where there is one. */
export function globalWebSocket(): WebSocketClass | undefined {
  return (globalThis as { readonly WebSocket?: WebSocketClass }).WebSocket;
}
