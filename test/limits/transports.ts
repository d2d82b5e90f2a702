// One operation over each transport, asked by hand: what the client gets as its first answer, whatever carries it.

import { send } from "../server/serving.ts";
import { openEventStream } from "../streams/eventStreamReader.ts";
import { openStreamSocket } from "../streams/streamSocket.ts";

export interface Answer {
  /** Of HTTP; a WebSocket has none. */
  readonly status?: number | undefined;
  readonly retryAfter?: string | undefined;
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
  readonly extensions?: Record<string, unknown>;
}

export interface Question {
  readonly query?: string;
  readonly variables?: object;
  readonly operationName?: string;
  readonly extensions?: object;
  readonly documentId?: string;
}

/** What is sent beside the question: with the request, on a WebSocket with `connection_init`. */
export interface Credentials {
  readonly authorization?: string;
}

export interface Transport {
  readonly name: string;
  /** As metrics name it. */
  readonly label: "http" | "websocket" | "event stream";
  ask(graphqlUrl: string, question: Question, credentials?: Credentials): Promise<Answer>;
}

const JSON_TYPE = { "content-type": "application/json" };

/** By the fast road. */
const http: Transport = {
  name: "HTTP",
  label: "http",
  ask: async (graphqlUrl, question, credentials) => {
    const headers = { ...JSON_TYPE, accept: "application/json", ...credentials };
    const { status, headers: got, body } = await send(graphqlUrl, "POST", headers, JSON.stringify(question));
    return { status, retryAfter: got["retry-after"], ...JSON.parse(body) };
  },
};

/** By GET, which Yoga answers. */
const httpGet: Transport = {
  name: "HTTP GET",
  label: "http",
  ask: async (graphqlUrl, question, credentials) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(question)) {
      search.set(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    const asked = { accept: "application/json", ...credentials };
    const { status, headers, body } = await send(`${graphqlUrl}?${search}`, "GET", asked);
    return { status, retryAfter: headers["retry-after"], ...JSON.parse(body) };
  },
};

const webSocket: Transport = {
  name: "WebSocket",
  label: "websocket",
  ask: async (graphqlUrl, { query, ...more }, connectionParams = {}) => {
    const socket = await openStreamSocket(graphqlUrl, { connectionParams });
    socket.send({ type: "subscribe", id: "1", payload: { ...(query === undefined ? {} : { query }), ...more } });
    const { type, payload } = await socket.nextFor("1");
    socket.terminate();
    return type === "error" ? { errors: payload as Answer["errors"] & object } : (payload as Answer);
  },
};

/** A stream that does not begin is an ordinary answer; one that does holds it in its first event. */
const eventStream: Transport = {
  name: "server-sent events",
  label: "event stream",
  ask: async (graphqlUrl, question, credentials) => {
    const headers = { ...JSON_TYPE, accept: "text/event-stream", ...credentials };
    const { status, headers: got, body } = await send(graphqlUrl, "POST", headers, JSON.stringify(question));
    const data = /^data: (\{.*)$/m.exec(body)?.[1] ?? body;
    return { status, retryAfter: got["retry-after"], ...JSON.parse(data) };
  },
};

export const TRANSPORTS: readonly Transport[] = [http, httpGet, webSocket, eventStream];
/** Those that take documents that no URL could hold. */
export const LONG_TRANSPORTS: readonly Transport[] = [http, webSocket, eventStream];

export { openEventStream, openStreamSocket };

/** The code of the first error, if any. */
export function codeOf({ errors }: Answer): unknown {
  return errors?.[0]?.extensions?.["code"];
}
