// A client of the desk behind its proxy: HTTPS, event streams and WebSockets to a name that leads to this machine.
import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect } from "node:tls";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Request {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-protocol": "graphql-transport-ws",
};

/** A follower of a subscription, over whichever road. */
export interface Follower {
  /** Texts of all results that have come. */
  readonly results: readonly string[];
  /** Signs of life that came while nothing happened: pings, comment lines. */
  signs(): number;
  isOpen(): boolean;
  end(): void;
}

/** Whom a client calls: a port of this machine, by the name of the server that stands for it. */
export interface Called {
  readonly port: number;
  readonly hostName: string;
  /** The certificate that is trusted. */
  readonly ca: Buffer;
  /** The client's key. */
  readonly secret: string;
}

/** Talks to a port of this machine as to a server of another name. */
export class SecureClient {
  readonly authority: string;
  readonly origin: string;
  /** The header with the key. */
  readonly authorization: string;
  private readonly place;

  constructor({ port, hostName, ca, secret }: Called) {
    this.authority = `${hostName}:${port}`;
    this.origin = `https://${this.authority}`;
    this.authorization = `Bearer ${secret}`;
    this.place = { host: "127.0.0.1", port, servername: hostName, ca };
  }

  async send(wanted: Request): Promise<Answer> {
    const response = await this.open(wanted);
    let body = "";
    for await (const text of response.setEncoding("utf8")) body += text;
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  }

  /** An operation over HTTP with the key. */
  ask(query: string, variables: object = {}, more: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const headers = { "content-type": "application/json", authorization: this.authorization, ...more };
    return this.send({ path: "/graphql", method: "POST", headers, body: JSON.stringify({ query, variables }) });
  }

  /** The status of a request for a WebSocket (101 if it opens), and what closes that one. */
  upgrade(headers: Readonly<Record<string, string>> = {}): Promise<{ status: number; close(): void }> {
    return new Promise((resolve, reject) => {
      const all = { host: this.authority, ...UPGRADE, ...headers };
      const asked = request({ ...this.place, agent: false, path: "/graphql", headers: all });
      asked.on("upgrade", ({ statusCode = 0 }, socket) => {
        socket.on("error", () => undefined);
        resolve({ status: statusCode, close: () => void socket.destroy() });
      });
      asked.on("response", (response) => {
        resolve({ status: response.resume().statusCode ?? 0, close: () => undefined });
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  /** Follows a subscription by WebSocket, with the key in `connection_init`; answers when the server has said welcome. */
  async follow(query: string): Promise<Follower> {
    const { place } = this;
    const results: string[] = [];
    let [signs, isOpen] = [0, true];
    class Socket extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { createConnection: () => connect(place) });
        this.on("ping", () => {
          signs += 1;
        });
      }
    }
    const { promise: connected, resolve } = withResolver();
    const client = createClient({
      url: `wss://${this.authority}/graphql`,
      webSocketImpl: Socket,
      connectionParams: { authorization: this.authorization },
      retryAttempts: 0,
      on: { connected: resolve, closed: resolve },
    });
    const ended = () => {
      isOpen = false;
    };
    const sink = { next: (result: unknown) => results.push(JSON.stringify(result)), error: ended, complete: ended };
    const end = client.subscribe({ query }, sink);
    await connected;
    return { results, signs: () => signs, isOpen: () => isOpen, end };
  }

  /** Follows a subscription as an event stream. */
  async stream(query: string): Promise<Follower> {
    const response = await this.open({
      path: "/graphql",
      method: "POST",
      headers: { accept: "text/event-stream", "content-type": "application/json", authorization: this.authorization },
      body: JSON.stringify({ query }),
    });
    const results: string[] = [];
    let [signs, isOpen, text] = [0, true, ""];
    response.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = `${text}${chunk}`.split("\n");
      text = lines.pop() ?? "";
      signs += lines.filter((line) => line.startsWith(":")).length;
      results.push(...lines.filter((line) => line.startsWith("data: {")));
    });
    response
      .on("error", () => undefined)
      .on("close", () => {
        isOpen = false;
      });
    return { results, signs: () => signs, isOpen: () => isOpen, end: () => void response.destroy() };
  }

  private async open({ path, method = "GET", headers = {}, body }: Request): Promise<IncomingMessage> {
    const asked = request({ ...this.place, agent: false, path, method, headers: { host: this.authority, ...headers } });
    const answered = once(asked, "response");
    asked.end(body);
    const [response] = (await answered) as [IncomingMessage];
    return response;
  }
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
