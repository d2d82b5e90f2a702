// The WebSockets that are open: taken over from http, kept alive, given up when they stall, at the end sent away.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { GraphQLError } from "graphql";
import { CloseCode, handleProtocols, type Server } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import { clientAddressOf } from "./clientAddress.ts";
import {
  CLOSE_SWEEP_EVERY_MS,
  RATE_CLIENTS_MAX,
  REFUSALS_BURST_MAX,
  REFUSALS_PER_SECOND_MAX,
  SOCKET_MESSAGE_BYTES_MAX,
  SOCKET_OPENING_WAIT_MS_MAX,
  SOCKETS_OPENED_AT_ONCE_MAX,
  SOCKETS_OPENED_PER_SECOND_MAX,
  SPENT_ANSWER_DELAY_MS,
} from "./limits.ts";
import { OperationIds } from "./operationIds.ts";
import { addressKey } from "./operationLimits/rateKey.ts";
import { bodyTooLarge, tooManyOpened, tooManySockets } from "./operationLimits/refusals.ts";
import { TokenBucket, TokenBuckets } from "./operationLimits/tokenBuckets.ts";
import { withTrustedMessage } from "./operationLimits/trustedMessage.ts";
import {
  boundMessages,
  boundUnadmitted,
  closeFlooding,
  closeFor,
  cutSoon,
  fineFor,
  isTooLarge,
} from "./socketBounds.ts";
import { readInTurns, readNoMore, SocketReading, slowDown, waitForTurn } from "./socketReading.ts";
import { Outlet } from "./streams/outlet.ts";
import { originOf, type Visit } from "./visit.ts";
import { createWebSocketProtocol, TOO_MANY, type WebSocketProtocolOptions } from "./webSocketProtocol.ts";

/** RFC 6455: the server is going down; clients come back to another or to the next one. */
export const GOING_AWAY = 1001;
/** A client who took nothing of what waited for him: he may come back with his cursor. */
export const TOO_SLOW = 4510;

/** Cuts a socket whose client has not answered the last ping when the next one is due. One that is full is not heard. */
function keepAlive(socket: WebSocket, everyMs: number): void {
  let answered = true;
  socket.on("pong", () => {
    answered = true;
  });
  const pings = setInterval(() => {
    if (socket.readyState !== socket.OPEN || socket.isPaused) return;
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, everyMs);
  socket.once("close", () => clearInterval(pings));
}

function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve, reject) => {
    socket.send(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Ours; else the client's own, as clients fail without a word where none is chosen: so he gets to see the 4406. */
function chooseProtocol(offered: Set<string>): string | false {
  const [first = false] = offered;
  return handleProtocols(offered) || first;
}

/** The answer to a client who has too many sockets, or opens them too fast. */
const REFUSED_UPGRADE =
  "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 10\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

const OPENING_PACE = { perSecond: SOCKETS_OPENED_PER_SECOND_MAX, burst: SOCKETS_OPENED_AT_ONCE_MAX };

/** One who asks on and on is slowed down; and one who does not close his side must not keep the place. */
async function refuseLater(stream: Socket, delayMs: number): Promise<void> {
  await sleep(delayMs);
  stream.end(REFUSED_UPGRADE);
  stream.destroySoon();
}

/** Messages that a server sends and no client may. */
const SERVER_MESSAGE_TYPES: ReadonlySet<unknown> = new Set(["connection_ack", "next", "error"]);

function isServerMessage(text: string): boolean {
  try {
    return SERVER_MESSAGE_TYPES.has(JSON.parse(text).type);
  } catch {
    return false;
  }
}

/** A client who came by WebSocket. */
interface Guest {
  readonly socket: WebSocket;
  readonly visit: Visit;
  readonly reading: SocketReading;
  /** Ends what the client has open, once: with the socket, or before it when he does not listen any more. */
  leave(code: number, reason: string): void;
}

/** The open sockets: `accept` takes over an upgrade, `farewell` closes all with 1001, `cut` does so without a word. */
export class WebSockets {
  private readonly options: WebSocketProtocolOptions;
  private readonly protocol: Server<Visit>;
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: SOCKET_MESSAGE_BYTES_MAX,
    handleProtocols: chooseProtocol,
    // Others have their turn between the messages of one socket, however many come at once.
    allowSynchronousEvents: false,
  });
  private readonly guests = new Set<Guest>();
  /** How fast addresses open sockets, where there are keys. */
  private readonly openings: TokenBuckets | undefined;
  /** The end has begun: nobody who waits is let in any more. */
  private isOver = false;

  constructor(options: WebSocketProtocolOptions) {
    this.options = options;
    this.protocol = createWebSocketProtocol(options);
    if (options.access.isGuarded) this.openings = new TokenBuckets(OPENING_PACE, RATE_CLIENTS_MAX);
  }

  /** Takes over an upgrade, now or when the pace of its address allows it. */
  accept(request: IncomingMessage, stream: Socket, head: Buffer): void {
    const address = addressKey(clientAddressOf(request));
    const waitMs = this.openings === undefined ? 0 : this.openings.placeMs(address, SOCKET_OPENING_WAIT_MS_MAX);
    if (waitMs === 0) this.open(request, stream, head);
    else if (waitMs === undefined) this.refuse(stream, tooManyOpened(), SOCKET_OPENING_WAIT_MS_MAX);
    else
      setTimeout(() => {
        if (this.isOver) stream.destroy();
        else if (!stream.destroyed) this.open(request, stream, head);
      }, waitMs);
  }

  private open(request: IncomingMessage, stream: Socket, head: Buffer): void {
    const { guard } = this.options;
    const remoteAddress = clientAddressOf(request);
    const spent = guard.chargeSocket(remoteAddress);
    const leave = spent === undefined ? guard.sockets.enter(addressKey(remoteAddress)) : undefined;
    if (leave === undefined) {
      this.refuse(stream, spent ?? tooManySockets(guard.limits.socketsPerClientMax), SPENT_ANSWER_DELAY_MS);
      return;
    }
    stream.once("close", leave);
    this.server.handleUpgrade(request, stream, head, (accepted) => this.welcome(accepted, stream, request));
  }

  private refuse(stream: Socket, refusal: GraphQLError, delayMs: number): void {
    this.refused(refusal);
    void refuseLater(stream, delayMs);
  }

  /** How many are open. */
  get size(): number {
    return this.guests.size;
  }

  /** Closes every socket, spread over `farewellSpreadMs`, or when its last answer is given. */
  async farewell(): Promise<void> {
    this.isOver = true;
    const spacingMs = this.options.limits.farewellSpreadMs / Math.max(this.guests.size, 1);
    await Promise.all([...this.guests].map((guest, index) => this.sendAway(guest, index * spacingMs)));
  }

  cut(): void {
    for (const { socket } of this.guests) socket.terminate();
  }

  private welcome(socket: WebSocket, stream: Socket, request: IncomingMessage): void {
    const { log, limits, guard } = this.options;
    const guest = this.greet(socket, stream, request);
    this.guests.add(guest);
    keepAlive(socket, limits.pingEveryMs);
    // ws closes the socket itself, with the code of the fault: 1009 for a message that is too large, say.
    socket.on("error", (error) => {
      log.info({ err: error }, "a WebSocket broke the protocol or its limits");
      if (isTooLarge(error)) {
        this.refused(bodyTooLarge(SOCKET_MESSAGE_BYTES_MAX));
        fineFor(guard, guest.visit);
      }
      cutSoon(socket);
      readNoMore(guest.reading);
    });
    socket.once("close", (code, reason) => {
      this.guests.delete(guest);
      guest.leave(code, String(reason));
    });
  }

  private greet(socket: WebSocket, stream: Socket, request: IncomingMessage): Guest {
    const reading = new SocketReading(socket);
    // Nothing is read of a client who does not read: his requests would only add to what waits for him.
    const outlet = new Outlet(stream, stream, this.options.subscriptions.stalls, {
      onFull: () => reading.hold("full"),
      onDrained: () => reading.release("full"),
      giveUp: () => {
        socket.close(TOO_SLOW, "Too slow: connect again");
        reading.readForClose();
        guest.leave(TOO_SLOW, "");
      },
    });
    const write = (message: Buffer): void => socket.send(message, { binary: false });
    const close = (code: number, reason: string): void => closeFor(socket, code, reason);
    const refusals = { perSecond: REFUSALS_PER_SECOND_MAX, burst: REFUSALS_BURST_MAX };
    const refused = new TokenBucket(refusals, performance.now());
    let isAdmitted = false;
    const visit: Visit = {
      request,
      underWay: new Set(),
      ids: new OperationIds(),
      leaving: false,
      outlet,
      write,
      isAdmitted: () => isAdmitted,
      admitted: () => {
        isAdmitted = true;
      },
      mayBeRefused: () => refused.take(1, performance.now()),
      slowDown: () => slowDown(socket, reading),
      closeFlooding: (code, reason) => {
        fineFor(this.options.guard, visit);
        closeFlooding(socket, reading, code, reason);
      },
      close,
    };
    boundUnadmitted(this.options.guard, socket, reading, stream, visit);
    readInTurns(this.options.readingTurns, addressKey(clientAddressOf(request)), stream, reading);
    const closed = this.hand(socket, visit, reading);
    let hasLeft = false;
    const guest: Guest = {
      socket,
      visit,
      reading,
      leave: (code, reason) => {
        if (hasLeft) return;
        hasLeft = true;
        closed(code, reason).catch((error: unknown) => this.failed(error, "a WebSocket did not end well"));
      },
    };
    return guest;
  }

  /** Hands a socket to the protocol, and answers what tells it of the end. */
  private hand(socket: WebSocket, visit: Visit, reading: SocketReading) {
    const { guard, trustedDocuments } = this.options;
    const refusalOf = boundMessages(guard, visit);
    const failed = (error: unknown, text: string): void => {
      if (socket.readyState !== socket.OPEN) return;
      if (isServerMessage(text)) {
        closeFor(socket, CloseCode.BadRequest, "Invalid message received");
        return;
      }
      this.failed(error, "a WebSocket message could not be handled");
      closeFor(socket, CloseCode.InternalServerError, "Internal server error");
    };
    const wire = {
      protocol: socket.protocol,
      send: (text: string) => {
        const sent = send(socket, text);
        visit.outlet.watch();
        return sent;
      },
      close: (code: number, reason: string) => (code === TOO_MANY ? visit.closeFlooding : visit.close)(code, reason),
      onMessage: (take: (text: string) => Promise<void>) =>
        void socket.on("message", (message: Buffer) => {
          if (socket.readyState !== socket.OPEN) return;
          const refused = refusalOf(message.length);
          if (refused !== undefined) {
            this.refused(refused.error);
            return visit.closeFlooding(TOO_MANY, refused.reason);
          }
          const text = withTrustedMessage(String(message), trustedDocuments);
          const origin = () => originOf({ extra: visit });
          const read = () => void take(text).catch((error: unknown) => failed(error, text));
          // The others of an address do not pay for one who is not known yet.
          if (!visit.isAdmitted()) return read();
          guard.timed(origin, read);
          waitForTurn(guard, origin, visit.request.socket, reading);
        }),
    };
    return this.protocol.opened(wire, visit);
  }

  /** Counts what was refused before it came to an operation. */
  private refused(error: GraphQLError): void {
    this.options.watch?.refused("websocket", [error]);
  }

  private failed(error: unknown, what: string): void {
    this.options.log.error({ err: error }, what);
  }

  /** Subscribers go when their turn comes; who still waits for an answer gets it first. */
  private async sendAway(guest: Guest, waitMs: number): Promise<void> {
    const { socket, visit, reading } = guest;
    visit.leaving = true;
    await sleep(waitMs);
    while (visit.underWay.size > 0 && this.guests.has(guest)) await sleep(CLOSE_SWEEP_EVERY_MS);
    socket.close(GOING_AWAY, "The server is closing: connect again");
    reading.readForClose();
  }
}
