// What one WebSocket may send: little before it is let in, not too much after; and how it is closed where it goes on.
import type { Socket } from "node:net";
import type { GraphQLError } from "graphql";
import type { WebSocket } from "ws";
import { clientAddressOf } from "./clientAddress.ts";
import {
  CLOSED_FOR_FAULT_COST,
  REFUSED_CLOSE_WAIT_MS,
  UNADMITTED_BYTES_MAX,
  UNADMITTED_MESSAGES_MAX,
} from "./limits.ts";
import type { OperationGuard } from "./operationLimits/guard.ts";
import { tooManyMessages } from "./operationLimits/refusals.ts";
import { TokenBucket } from "./operationLimits/tokenBuckets.ts";
import { readNoMore, type SocketReading } from "./socketReading.ts";
import { originOf, type Visit } from "./visit.ts";

/** RFC 6455: a message that is too big. */
const MESSAGE_TOO_BIG = 1009;
/** A close frame holds so much of a reason, in bytes. */
const REASON_BYTES_MAX = 123;
const REASON_HALF_BYTES = 60;

/** A reason that is too long (it may hold a client's id) keeps its beginning and its end. */
function closeReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= REASON_BYTES_MAX) return reason;
  const halves = [bytes.subarray(0, REASON_HALF_BYTES), bytes.subarray(-REASON_HALF_BYTES)];
  // Characters that are cut in their middle are left out.
  return halves.map((half) => half.toString("utf8").replaceAll("\uFFFD", "")).join("…");
}

/** Closes with a fault of the client's: he is not waited for as one who is only slow. */
export function closeFor(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, closeReason(reason));
  cutSoon(socket);
}

/** Closes with a fault that comes with much to read: nothing more is. */
export function closeFlooding(socket: WebSocket, reading: SocketReading, code: number, reason: string): void {
  closeFor(socket, code, reason);
  readNoMore(reading);
}

/** Whether ws has closed a socket for the size of a message. */
export function isTooLarge(error: NodeJS.ErrnoException): boolean {
  return error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
}

export function cutSoon(socket: WebSocket): void {
  const timer = setTimeout(() => socket.terminate(), REFUSED_CLOSE_WAIT_MS);
  timer.unref();
  socket.once("close", () => clearTimeout(timer));
}

/** What one is closed for costs his budget: of his key where he was let in, else of his address. */
export function fineFor(guard: OperationGuard, visit: Visit): void {
  if (visit.isAdmitted()) guard.fine(guard.clientOf(originOf({ extra: visit })), CLOSED_FOR_FAULT_COST);
  else guard.fineAddress(clientAddressOf(visit.request), CLOSED_FOR_FAULT_COST);
}

/** Nothing large is taken of one who was not let in yet, be it one message that does not end. */
export function boundUnadmitted(
  guard: OperationGuard,
  socket: WebSocket,
  reading: SocketReading,
  stream: Socket,
  visit: Visit,
): void {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    if (visit.isAdmitted()) return void stream.off("data", count);
    bytes += chunk.length;
    if (bytes <= UNADMITTED_BYTES_MAX || socket.readyState !== socket.OPEN) return;
    closeFlooding(
      socket,
      reading,
      MESSAGE_TOO_BIG,
      `At most ${UNADMITTED_BYTES_MAX} bytes may be sent before connection_ack`,
    );
    fineFor(guard, visit);
  };
  stream.on("data", count);
}

/** Why a message is refused: what the socket is closed with, and what those are told who count. */
export interface RefusedMessage {
  readonly reason: string;
  readonly error: GraphQLError;
}

/** Counts the messages of a socket, and answers why one is refused. */
export function boundMessages(guard: OperationGuard, visit: Visit): (bytes: number) => RefusedMessage | undefined {
  const { messagesPerSecondMax: perSecond, messagesBurstMax: burst } = guard.limits;
  const messages = new TokenBucket({ perSecond, burst }, performance.now());
  let early = 0;
  return (bytes) => {
    if (!messages.take(1, performance.now())) return tooMany(`${perSecond} in a second`, perSecond);
    if (visit.isAdmitted()) {
      const error = guard.chargeBody(() => originOf({ extra: visit }), bytes, true);
      return error && { reason: error.message, error };
    }
    early += 1;
    if (early <= UNADMITTED_MESSAGES_MAX) return undefined;
    return tooMany(`${UNADMITTED_MESSAGES_MAX} before connection_ack`, UNADMITTED_MESSAGES_MAX);
  };
}

function tooMany(what: string, limit: number): RefusedMessage {
  return { reason: `Too many messages: at most ${what}`, error: tooManyMessages(limit) };
}
