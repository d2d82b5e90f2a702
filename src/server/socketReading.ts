// Why a WebSocket is not read for a while: it is read again when no reason is left.
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { SPENT_ANSWER_DELAY_MS } from "./limits.ts";
import type { OperationOrigin } from "./operation.ts";
import type { OperationGuard } from "./operationLimits/guard.ts";
import { type ReadingTurns, Sender } from "./readingTurns.ts";

/**
 * Its client does not read; has spent his budget; has had more than his share of time; has just sent a large piece; has sent
 * too much, and is not read any more.
 */
type Reason = "full" | "spent" | "share" | "piece" | "flooding";

export class SocketReading {
  private readonly socket: WebSocket;
  private readonly reasons = new Set<Reason>();

  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  isHeldFor(reason: Reason): boolean {
    return this.reasons.has(reason);
  }

  hold(reason: Reason): void {
    this.reasons.add(reason);
    this.socket.pause();
  }

  release(reason: Reason): void {
    this.reasons.delete(reason);
    // One that is being closed is read too: its client's answer to that has to arrive.
    if (this.reasons.size === 0) this.socket.resume();
  }

  /** To be called when the socket is being closed: what it was held for does not keep its client's answer to that away. */
  readForClose(): void {
    if (this.isHeldFor("flooding")) return;
    this.reasons.clear();
    this.socket.resume();
  }
}

/** Reads nothing for a while of one whose budget is spent. What was read already is answered. */
export function slowDown(socket: WebSocket, reading: SocketReading): void {
  if (reading.isHeldFor("spent") || socket.readyState !== socket.OPEN) return;
  reading.hold("spent");
  setTimeout(() => reading.release("spent"), SPENT_ANSWER_DELAY_MS).unref();
}

/** One whose client has had more than his share of time is read when it is his turn again. */
export function waitForTurn(
  guard: OperationGuard,
  origin: () => OperationOrigin,
  stream: Socket,
  reading: SocketReading,
): void {
  if (reading.isHeldFor("share")) return;
  const turn = guard.turn(origin, () => stream.destroyed);
  if (turn === undefined) return;
  reading.hold("share");
  void turn.then(() => reading.release("share"));
}

/** ws itself goes on reading in the next tick where it has found a fault. */
export function readNoMore(reading: SocketReading): void {
  setImmediate(() => reading.hold("flooding"));
}

/** Pieces of ordinary messages are smaller. */
const LARGE_PIECE_BYTES = 32 * 1024;

/** Lets others have their turn after each large piece, those on the client's other sockets too. */
export function readInTurns(turns: ReadingTurns, client: string, stream: Socket, reading: SocketReading): void {
  stream.on("data", (piece: Buffer) => {
    if (piece.length < LARGE_PIECE_BYTES || reading.isHeldFor("piece")) return;
    reading.hold("piece");
    turns.wait(new Sender(client), () => reading.release("piece"));
  });
}
