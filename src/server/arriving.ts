// Requests of one address that are on their way at the same time: so many are read, the next ones when these are there.
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { IsTrusted } from "./clientAddress.ts";
import { addressKey } from "./operationLimits/rateKey.ts";

/** How often it is looked whether a body is there that nobody reads yet: its request may wait for its turn. */
const LOOKED_EVERY_MS = 500;

interface Address {
  readonly read: Set<Socket>;
  /** Connections that nothing is read of yet, the first to come first. */
  readonly waiting: Set<Socket>;
}

/**
 * Counts connections from when they are opened until their request is there as a whole, or they are WebSockets. Of an address
 * that has `max` such, further connections are not read before one of those is done: those who send byte by byte, or do not
 * close what they have opened, take little of the time. Trusted proxies speak for many clients.
 */
export function limitArriving(server: Server, max: number, isTrusted: IsTrusted): void {
  const addresses = new Map<string, Address>();
  /** What to call when nothing more has to arrive on a connection. */
  const leaving = new WeakMap<Socket, () => void>();
  const leave = (socket: Socket) => leaving.get(socket)?.();

  function enter(socket: Socket): void {
    const name = addressKey(socket.remoteAddress);
    const address = addresses.get(name) ?? { read: new Set(), waiting: new Set() };
    addresses.set(name, address);
    if (address.read.size < max) address.read.add(socket);
    else {
      address.waiting.add(socket);
      // http begins to read in this tick.
      process.nextTick(() => address.waiting.has(socket) && socket.pause());
    }
    leaving.set(socket, () => {
      leaving.delete(socket);
      address.waiting.delete(socket);
      if (!address.read.delete(socket)) return;
      readNext(address);
      if (address.read.size === 0) addresses.delete(name);
    });
    socket.once("close", () => leave(socket));
  }

  server.on("connection", (socket) => {
    if (!isTrusted(socket.remoteAddress ?? "", 0)) enter(socket);
  });
  server.on("request", (request: IncomingMessage) => {
    const { socket } = request;
    if (!leaving.has(socket)) return;
    if (!hasBody(request)) return leave(socket);
    request.once("end", () => leave(socket));
    const look = () => {
      if (request.complete) leave(socket);
      else if (leaving.has(socket)) setTimeout(look, LOOKED_EVERY_MS).unref();
    };
    setImmediate(look);
  });
  server.on("upgrade", (request) => leave(request.socket));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
}

function readNext({ read, waiting }: Address): void {
  const [next] = waiting;
  if (next === undefined) return;
  waiting.delete(next);
  read.add(next);
  next.resume();
}
