// One GraphQL operation on a WebSocket of its own: no retries, and nothing left of it once it is closed.
import { type Client, createClient } from "graphql-ws/client";
import { NetworkError, operationProblem } from "./errors.ts";
import { ACKNOWLEDGEMENT_WAIT_MS, CLOSE_WAIT_MS, OPEN_WAIT_MS } from "./limits.ts";
import { createPongWatch, type PongWatch } from "./pongWatch.ts";
import { closeProblem, sinkProblem } from "./socketErrors.ts";
import { CLOSED, CONNECTING, NORMAL_CLOSURE, type WebSocketClass, type WebSocketLike } from "./webSocket.ts";

export interface SocketSettings {
  /** ws://HOST:PORT/graphql */
  readonly address: string;
  readonly WebSocket: WebSocketClass;
  /** What `connection_init` carries; undefined without a key. Asked for at each connection. */
  readonly credentials: () => Promise<Record<string, unknown> | undefined>;
}

export interface SocketRequest extends SocketSettings {
  readonly keepAliveMs: number;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** What is told of an operation. What these functions throw ends it. */
export interface SocketListener<Data> {
  onConnected(): void;
  onData(data: Data): void;
}

/** How an operation ends that does not fail: by the server, or because the socket could not be paused. */
export type OperationEnd = "completed" | "left";

export interface SocketOperation {
  /** Rejects with a PapertapeError, or what the listener has thrown. */
  readonly ended: Promise<OperationEnd>;
  /** Reads nothing more, so that in the end the server has to wait. A socket that cannot do that is left. */
  pause(): void;
  resume(): void;
  /** Resolves when the socket is gone, which takes CLOSE_WAIT_MS at most. */
  close(): Promise<void>;
}

/** Connects and sends the operation. */
export function startOperation<Data>(request: SocketRequest, listener: SocketListener<Data>): SocketOperation {
  const ending = createEnding();
  const socket: { current?: WebSocketLike } = {};
  const giveUp = (code: string, message: string): void => {
    ending.fail(new NetworkError(code, message, { passes: true }));
    destroy(socket.current);
  };
  const watch = createPongWatch(request.keepAliveMs, () => giveUp("SILENCE", "The server does not answer any more."));
  const opening = setTimeout(() => giveUp("NO_ANSWER", "The server does not answer."), OPEN_WAIT_MS);
  const client = connect(request, socket, watch);
  client.on("opened", () => clearTimeout(opening));
  client.on("connected", () => ending.guard(() => listener.onConnected()));
  // Told before the close that follows it, which says less.
  client.on("error", (problem) => ending.fail(sinkProblem(problem)));
  client.on("closed", (event) => {
    clearTimeout(opening);
    ending.fail(closeProblem(event));
    // With an operation that is wanted it would connect again by itself after a close with 1000.
    leave();
  });
  const leave = client.subscribe<Data>(
    { query: request.query, variables: request.variables },
    {
      next: ({ data, errors }) =>
        ending.guard(() => {
          if (errors !== undefined || !data) throw operationProblem(errors ?? [], { data });
          listener.onData(data);
        }),
      error: (problem) => ending.fail(sinkProblem(problem)),
      complete: () => ending.end("completed"),
    },
  );
  return {
    ended: ending.promise,
    pause: () => {
      if (socket.current?.pause === undefined) return ending.end("left");
      watch.pause();
      socket.current.pause();
    },
    resume: () => {
      watch.resume();
      socket.current?.resume?.();
    },
    close: () => {
      clearTimeout(opening);
      return close(socket.current);
    },
  };
}

/** A client for one connection. graphql-ws makes its socket itself, and shows it only when it is open. */
function connect(request: SocketRequest, made: { current?: WebSocketLike }, watch: PongWatch): Client {
  class OwnSocket extends request.WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      made.current = this;
    }
  }
  return createClient({
    url: request.address,
    webSocketImpl: OwnSocket,
    connectionParams: request.credentials,
    // Its own retry would send the first variables again, with the old cursor.
    retryAttempts: 0,
    keepAlive: request.keepAliveMs,
    connectionAckWaitTimeout: ACKNOWLEDGEMENT_WAIT_MS,
    on: {
      message: watch.heard,
      ping: (isReceived) => isReceived || watch.pinged(),
      pong: (isReceived) => isReceived && watch.ponged(),
      closed: watch.stop,
    },
  });
}

/** How an operation ends: by the first that is told. */
function createEnding() {
  let isOver = false;
  let resolveEnd: (end: OperationEnd) => void = () => undefined;
  let rejectEnd: (problem: unknown) => void = () => undefined;
  const promise = new Promise<OperationEnd>((resolve, reject) => {
    resolveEnd = resolve;
    rejectEnd = reject;
  });
  promise.catch(() => undefined); // it may fail before anybody waits for it
  const end = (how: OperationEnd): void => {
    isOver = true;
    resolveEnd(how);
  };
  const fail = (problem: unknown): void => {
    isOver = true;
    rejectEnd(problem);
  };
  const guard = (act: () => void): void => {
    if (isOver) return;
    try {
      act();
    } catch (problem) {
      fail(problem);
    }
  };
  return { promise, end, fail, guard };
}

function close(socket: WebSocketLike | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (socket === undefined || socket.readyState === CLOSED) return resolve();
    const wait = setTimeout(() => {
      destroy(socket);
      resolve();
    }, CLOSE_WAIT_MS);
    const closed = (): void => {
      clearTimeout(wait);
      resolve();
    };
    socket.addEventListener("close", closed, { once: true });
    if (socket.readyState === CONNECTING) return destroy(socket);
    // From a paused socket the server's answer could not be read.
    socket.resume?.();
    socket.close(NORMAL_CLOSURE);
  });
}

/** At once where the socket can do that. */
function destroy(socket: WebSocketLike | undefined): void {
  if (socket?.terminate === undefined) socket?.close();
  else socket.terminate();
}
