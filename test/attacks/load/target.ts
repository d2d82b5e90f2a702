// What attacks are aimed at, what they are answered, and the plain ways to ask: one request, one WebSocket.
import { Agent, request } from "node:http";
import { WebSocket } from "ws";

export interface Target {
  /** http://HOST:PORT */
  readonly url: string;
  /** The secret of a key; without it nobody is let in. */
  readonly key?: string | undefined;
  /** The address of this machine that the attack comes from: 127.0.0.2, say. */
  readonly from?: string | undefined;
}

/** What an attack was refused with. */
export interface Refusal {
  /** Of HTTP. */
  readonly status?: number;
  /** Of a WebSocket that was closed. */
  readonly close?: number;
  /** Of the first error. */
  readonly code?: string;
  /** The first error's, or the reason of the close. */
  readonly message?: string;
  /** Where the connection was cut without an answer: the error's code. */
  readonly cut?: string;
}

/** An attack: done once, over again at full pace in the bench. */
export interface Attack {
  readonly name: string;
  run(target: Target): Promise<Refusal>;
}

export const SUBPROTOCOL = "graphql-transport-ws";

const agents = new Map<string | undefined, Agent>();

function agentFrom(from: string | undefined): Agent {
  const agent = agents.get(from) ?? new Agent({ keepAlive: true, maxSockets: 256 });
  agents.set(from, agent);
  return agent;
}

export function authorizationOf({ key }: Target): { readonly authorization?: string } {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

export interface Post {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Sent without Content-Length. */
  readonly isChunked?: boolean;
}

/** Posts a body; an answer counts that comes before all of it is sent. */
export function post(target: Target, { headers, body, isChunked = false }: Post): Promise<Refusal> {
  const { url, from } = target;
  return new Promise((resolve) => {
    const asked = request(`${url}/graphql`, {
      method: "POST",
      agent: agentFrom(from),
      localAddress: from,
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...authorizationOf(target),
        ...(isChunked ? { "transfer-encoding": "chunked" } : { "content-length": Buffer.byteLength(body) }),
        ...headers,
      },
    });
    asked.on("error", ({ code = "" }: NodeJS.ErrnoException) => resolve({ cut: code }));
    asked.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", () => undefined);
      response.on("close", () => {
        asked.destroy();
        resolve({ status: response.statusCode ?? 0, ...firstError(Buffer.concat(chunks).toString()) });
      });
    });
    asked.end(body);
  });
}

/** The first error of a JSON answer, or of the first event of a stream. */
export function firstError(body: string): Pick<Refusal, "code" | "message"> {
  const data = /^data: (\{.*)$/m.exec(body)?.[1] ?? body;
  try {
    return errorOf((JSON.parse(data) as { errors?: unknown }).errors);
  } catch {
    return { message: body };
  }
}

export function errorOf(errors: unknown): Pick<Refusal, "code" | "message"> {
  const [first] = (errors ?? []) as { message: string; extensions?: { code?: string } }[];
  if (first === undefined) return {};
  const { message, extensions } = first;
  return extensions?.code === undefined ? { message } : { message, code: extensions.code };
}

interface Told {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface Line {
  readonly socket: WebSocket;
  /** What the upgrade was refused with, or how the socket was closed. */
  readonly ended: Promise<Refusal>;
  send(message: object): void;
  /** Whoever hears each message from now on. */
  hear(listener: (message: Told) => void): void;
}

/** A WebSocket on its way to be open; it says nothing by itself. */
export function dial({ url, from }: Target): Line {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/graphql`, SUBPROTOCOL, { localAddress: from });
  let fault: Refusal | undefined;
  socket.on("unexpected-response", (asked, { statusCode = 0 }) => {
    fault = { status: statusCode };
    asked.destroy();
    socket.terminate();
  });
  socket.on("error", ({ code = "" }: NodeJS.ErrnoException) => {
    fault ??= { cut: code };
  });
  const ended = new Promise<Refusal>((resolve) => {
    socket.once("close", (code, reason) =>
      resolve(code === 1006 && fault ? fault : { close: code, message: `${reason}` }),
    );
  });
  return {
    socket,
    ended,
    send: (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    },
    hear: (listener) => void socket.on("message", (text) => listener(JSON.parse(String(text)) as Told)),
  };
}

/** The line when it is open, or what it was refused with. */
export async function open(target: Target): Promise<Line | Refusal> {
  const line = dial(target);
  const opened = new Promise<true>((resolve) => line.socket.once("open", () => resolve(true)));
  const first = await Promise.race([opened, line.ended]);
  return first === true ? line : first;
}

/** The line when its visitor was let in, or what it was refused with. */
export async function enter(target: Target): Promise<Line | Refusal> {
  const line = await open(target);
  if (!isLine(line)) return line;
  const admitted = new Promise<true>((resolve) => line.hear(({ type }) => type === "connection_ack" && resolve(true)));
  line.send({ type: "connection_init", payload: authorizationOf(target) });
  const first = await Promise.race([admitted, line.ended]);
  return first === true ? line : first;
}

export function isLine(found: Line | Refusal): found is Line {
  return "socket" in found;
}
