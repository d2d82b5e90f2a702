// One GraphQL operation on a WebSocket of its own: no retries, and nothing left of it once it is closed.
import { type Client, createClient } from "graphql-ws";
import { type ClientOptions, WebSocket } from "ws";
import { closeProblem, FollowError, operationProblem, sinkProblem } from "./followError.ts";
import { ACKNOWLEDGEMENT_WAIT_MS, CLOSE_WAIT_MS, OPEN_WAIT_MS } from "./limits.ts";
import { createPongWatch, type PongWatch } from "./pongWatch.ts";

/** The types of ws do not know `closeTimeout` yet. */
const SOCKET_OPTIONS: ClientOptions & { readonly closeTimeout: number } = {
  handshakeTimeout: OPEN_WAIT_MS,
  closeTimeout: CLOSE_WAIT_MS,
  perMessageDeflate: false,
};
const NORMAL_CLOSURE = 1000;

export interface SocketRequest {
  /** ws://HOST:PORT/graphql */
  readonly address: string;
  readonly keepAliveMs: number;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** What is told of an operation. What these functions throw ends it. */
export interface SocketListener<Data> {
  onConnected(): void;
  onData(data: Data): void;
}

export interface SocketOperation {
  /** Resolves when the server has completed the operation; rejects with a FollowError, or what the listener has thrown. */
  readonly ended: Promise<void>;
  /** Reads nothing more, so that in the end the server has to wait. Pings are not answered meanwhile. */
  pause(): void;
  resume(): void;
  /** Resolves when the socket is gone, which takes CLOSE_WAIT_MS at most. */
  close(): Promise<void>;
}

/** Connects and sends the operation. */
export function startOperation<Data>(request: SocketRequest, listener: SocketListener<Data>): SocketOperation {
  const ending = createEnding();
  const socket: { current?: WebSocket } = {};
  const watch = createPongWatch(request.keepAliveMs, () => {
    ending.fail(new FollowError("SILENCE", "The server does not answer any more.", true));
    socket.current?.terminate();
  });
  const client = connect(request, socket, watch);
  client.on("connected", () => ending.guard(() => listener.onConnected()));
  // Told before the close that follows it, which says less.
  client.on("error", (problem) => ending.fail(sinkProblem(problem)));
  client.on("closed", (event) => {
    ending.fail(closeProblem(event));
    // With an operation that is wanted it would connect again by itself after a close with 1000.
    leave();
  });
  const leave = client.subscribe<Data>(
    { query: request.query, variables: request.variables },
    {
      next: ({ data, errors }) =>
        ending.guard(() => {
          if (errors !== undefined || !data) throw operationProblem(errors ?? []);
          listener.onData(data);
        }),
      error: (problem) => ending.fail(sinkProblem(problem)),
      complete: ending.complete,
    },
  );
  return {
    ended: ending.promise,
    pause: () => {
      watch.pause();
      socket.current?.pause();
    },
    resume: () => {
      watch.resume();
      socket.current?.resume();
    },
    close: () => close(socket.current),
  };
}

/** A client for one connection. graphql-ws makes its socket itself, and shows it only when it is open. */
function connect({ address, keepAliveMs }: SocketRequest, made: { current?: WebSocket }, watch: PongWatch): Client {
  class OwnSocket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, SOCKET_OPTIONS);
      made.current = this;
    }
  }
  return createClient({
    url: address,
    webSocketImpl: OwnSocket,
    // Its own retry would send the first variables again, with the old cursor.
    retryAttempts: 0,
    keepAlive: keepAliveMs,
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
  let complete: () => void = () => undefined;
  let fail: (problem: unknown) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    complete = resolve;
    fail = (problem) => {
      isOver = true;
      reject(problem);
    };
  });
  promise.catch(() => undefined); // it may fail before anybody waits for it
  const guard = (act: () => void): void => {
    if (isOver) return;
    try {
      act();
    } catch (problem) {
      fail(problem);
    }
  };
  return { promise, complete, fail, guard };
}

function close(socket: WebSocket | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return resolve();
    socket.once("close", () => resolve());
    if (socket.readyState === WebSocket.CONNECTING) return socket.terminate();
    // From a paused socket the server's answer could not be read.
    socket.resume();
    socket.close(NORMAL_CLOSURE);
  });
}
