// The client of one server: queries and mutations by HTTP, subscriptions by WebSocket, all with the types of their documents.
import type { ConnectionStatus, Wire } from "./connections.ts";
import { KEEP_ALIVE_MS, REQUEST_WAIT_MS } from "./limits.ts";
import { request } from "./request.ts";
import { Stream } from "./stream.ts";
import { Subscription } from "./subscription.ts";
import type { CallArguments, TypedDocument } from "./typedDocument.ts";
import { globalWebSocket, type WebSocketClass } from "./webSocket.ts";

export interface ClientOptions {
  /** The server's address, such as http://localhost:4000. */
  readonly url: string;
  /** An API key or a token; a function is asked at each request and connection, for tokens that are renewed. */
  readonly key?: string | (() => string | Promise<string>) | undefined;
  /** The global one by default. */
  readonly fetch?: typeof globalThis.fetch;
  /** The global one by default. Node 20 has none: use `@papertape/client/node`, or give that of the ws package. */
  readonly WebSocket?: WebSocketClass;
  /** Within which an answer by HTTP must be there, in milliseconds; 30 s by default. */
  readonly timeoutMs?: number;
}

export interface CallOptions {
  /** Leaves the request: it throws the signal's reason. A mutation may have been done. */
  readonly signal?: AbortSignal;
  /** In place of the client's. */
  readonly timeoutMs?: number;
}

export interface SubscribeOptions {
  /** Ends the loop. */
  readonly signal?: AbortSignal;
  /** Is told when the connection comes and goes. */
  readonly onStatus?: (status: ConnectionStatus) => void;
  /** How often the connection is tried by a ping, in milliseconds; one that has no answer by the next is given up. */
  readonly keepAliveMs?: number;
}

export interface LiveData<Data> extends AsyncIterableIterator<Data> {
  /** How many have come that the loop has not taken yet. */
  readonly waiting: number;
  return(): Promise<IteratorResult<Data>>;
}

export interface Client {
  /** The data of a query. Throws a PapertapeError for anything else, once: it is not tried again. */
  query<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: CallArguments<Variables, CallOptions>
  ): Promise<Data>;
  /** The data of a mutation, likewise. Expected failures are members of its result, told by `__typename`. */
  mutate<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: CallArguments<Variables, CallOptions>
  ): Promise<Data>;
  /**
   * What a subscription tells, for one `for await` loop, on a WebSocket of its own. It connects again by itself; a document
   * that takes `$after: LogCursor` goes on after its newest event, any other begins anew. Throws a PapertapeError where that
   * cannot help. To miss nothing over restarts of one's own, use `followAccount`.
   */
  subscribe<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: CallArguments<Variables, SubscribeOptions>
  ): LiveData<Data>;
  /** How the server is reached: for `followAccount`. */
  readonly wire: Wire;
}

/** Connects to nothing yet. Throws a TypeError for an address that is none. */
export function createClient(options: ClientOptions): Client {
  const { key, timeoutMs: usualTimeoutMs = REQUEST_WAIT_MS } = options;
  const address = serverAddress(options.url);
  const authorization = async (): Promise<string | undefined> => {
    const secret = typeof key === "function" ? await key() : key;
    return secret === undefined ? undefined : `Bearer ${secret}`;
  };
  const ask = async <Data, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: Variables | undefined,
    { signal, timeoutMs = usualTimeoutMs }: CallOptions = {},
  ): Promise<Data> => {
    // A browser's fetch must be called as the window's own.
    const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
    const asked = { address, fetch, query: String(document), variables, timeoutMs, signal };
    return (await request({ ...asked, authorization: await authorization() })) as Data;
  };
  const wire: Wire = {
    address: address.replace(/^http/, "ws"),
    get WebSocket() {
      const found = options.WebSocket ?? globalWebSocket();
      if (found !== undefined) return found;
      throw new TypeError("There is no WebSocket here: use @papertape/client/node, or give createClient that of ws.");
    },
    credentials: async () => {
      const value = await authorization();
      return value === undefined ? undefined : { authorization: value };
    },
    renewsKey: typeof key === "function",
  };
  return {
    query: (document, ...[variables, options]) => ask(document, variables, options),
    mutate: (document, ...[variables, options]) => ask(document, variables, options),
    subscribe: (document, ...[variables, options]) => openSubscription(wire, document, variables, options),
    wire,
  };
}

function openSubscription<Data, Variables>(
  wire: Wire,
  document: TypedDocument<Data, Variables>,
  variables: Variables | undefined,
  { signal: left, onStatus = () => undefined, keepAliveMs = KEEP_ALIVE_MS }: SubscribeOptions = {},
): LiveData<Data> {
  // Where variables are left out, none is needed.
  const operation = { document, variables: { ...variables } as Variables };
  return new Stream<Data>(
    (buffer, signal) => new Subscription(operation, { wire, keepAliveMs, signal, onStatus }, buffer),
    left,
  );
}

/** http://HOST:PORT/graphql, unless the address names another path. */
function serverAddress(url: string): string {
  const address = new URL(url);
  if (!/^(http|ws)s?:$/.test(address.protocol))
    throw new TypeError(`${url} is no address of a server: http://HOST:PORT`);
  address.protocol = address.protocol.replace("ws", "http");
  if (address.pathname === "/") address.pathname = "/graphql";
  return address.href;
}
