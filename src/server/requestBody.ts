// Reads the body of a request into memory, up to the limit and while there is room, and says so where there is not.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { GraphQLError } from "graphql";
import {
  BODIES_BYTES_MAX,
  BODIES_BYTES_OF_A_CLIENT_MAX,
  BODIES_RETRY_AFTER_SECONDS,
  BODY_BYTES_MAX,
  BODY_FREE_BYTES,
  UNSIZED_BODY_BYTES_MAX,
} from "./limits.ts";
import { sendJson } from "./plainPages.ts";
import { type ReadingTurns, Sender } from "./readingTurns.ts";

/** What bodies may take together, in bytes. */
export interface BodyBounds {
  readonly ofAClient: number;
  readonly ofAll: number;
}

const BOUNDS: BodyBounds = { ofAClient: BODIES_BYTES_OF_A_CLIENT_MAX, ofAll: BODIES_BYTES_MAX };

/** Counts the bytes of bodies that are on their way: many slow ones take no more memory than this. */
export class BodyRoom {
  private readonly bounds: BodyBounds;
  private readonly ofClients = new Map<string, number>();
  private total = 0;

  constructor(bounds: BodyBounds = BOUNDS) {
    this.bounds = bounds;
  }

  /** How much is taken now. */
  get bytes(): number {
    return this.total;
  }

  /** Takes room for a client, and answers whether there was some. */
  take(client: string, bytes: number): boolean {
    const ofClient = (this.ofClients.get(client) ?? 0) + bytes;
    if (ofClient > this.bounds.ofAClient || this.total + bytes > this.bounds.ofAll) return false;
    this.ofClients.set(client, ofClient);
    this.total += bytes;
    return true;
  }

  give(client: string, bytes: number): void {
    const left = (this.ofClients.get(client) ?? 0) - bytes;
    if (left > 0) this.ofClients.set(client, left);
    else this.ofClients.delete(client);
    this.total -= bytes;
  }
}

/**
 * Why a body was not read: it is larger than BODY_BYTES_MAX, or than UNSIZED_BODY_BYTES_MAX without saying its length, or too
 * many others are on their way.
 */
export type NotRead = "too large" | "no length" | "no room";

/** Whose body is read, and what it costs him. */
export interface BodyReading {
  readonly client: string;
  readonly room: BodyRoom;
  /** Whose turn it is among those with large bodies. */
  readonly turns: ReadingTurns;
  /** Charges for a body of so many bytes, which is read already or not; answers why that is refused. */
  charge(bytes: number, isRead: boolean): GraphQLError | undefined;
}

/** There is nobody to answer: nothing went wrong here. */
export class ClientLeftError extends Error {}

/**
 * Reads the body of a client's request. Where it answers a reason the rest is thrown away as it comes, so that the client
 * gets to read his answer. Rejects with a ClientLeftError if the client leaves before all of it is read. The room is given back with the answer, or where the
 * client leaves.
 */
export async function readBody(
  request: IncomingMessage,
  { client, room, turns, charge }: BodyReading,
): Promise<Buffer | NotRead | GraphQLError> {
  const { "content-length": length } = request.headers;
  const declared = Number(length ?? 0);
  if (declared > BODY_BYTES_MAX) return "too large";
  const refused = charge(declared, false);
  if (refused !== undefined) return refused;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    // Node itself sees to it that no more comes than was said.
    const bytesMax = length === undefined ? UNSIZED_BODY_BYTES_MAX : BODY_BYTES_MAX;
    const sender = new Sender(client);
    const { socket } = request;
    // One who has been answered meanwhile, for being slow, is not told of by node when he leaves.
    const left = () => void request.destroy(new ClientLeftError("the client left"));
    const settle = () => {
      room.give(client, bytes);
      bytes = 0;
      request.off("data", take);
      socket.off("close", left);
    };
    const refuse = (reason: NotRead | GraphQLError) => {
      settle();
      resolve(reason);
    };
    const take = (chunk: Buffer) => {
      if (bytes + chunk.length > bytesMax) return refuse("no length");
      if (!room.take(client, chunk.length)) return refuse("no room");
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= BODY_FREE_BYTES) return;
      request.pause();
      turns.wait(sender, () => request.resume());
    };
    socket.once("close", left);
    request
      .on("error", (error) => {
        settle();
        reject(error instanceof ClientLeftError ? error : new ClientLeftError("the client left", { cause: error }));
      })
      .on("data", take)
      .on("end", () => {
        const unpaid = length === undefined ? charge(bytes, true) : undefined;
        if (unpaid !== undefined) return refuse(unpaid);
        settle();
        resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
      });
  });
}

/** Answers one whose body was not read. */
export function sendNotRead(response: ServerResponse, reason: NotRead): void {
  if (reason === "too large") {
    const message = `The body is larger than ${BODY_BYTES_MAX} bytes.`;
    const extensions = { code: "REQUEST_ENTITY_TOO_LARGE", limit: BODY_BYTES_MAX };
    sendJson(response, 413, { errors: [{ message, extensions }] });
    return;
  }
  if (reason === "no length") {
    const message = `A body of more than ${UNSIZED_BODY_BYTES_MAX} bytes needs a Content-Length.`;
    sendJson(response, 411, {
      errors: [{ message, extensions: { code: "LENGTH_REQUIRED", limit: UNSIZED_BODY_BYTES_MAX } }],
    });
    return;
  }
  const message = `Too many bodies are on their way: at most ${BODIES_BYTES_OF_A_CLIENT_MAX} bytes of one client, ${BODIES_BYTES_MAX} of all.`;
  response.setHeader("Retry-After", BODIES_RETRY_AFTER_SECONDS);
  const extensions = { code: "TOO_MANY_BODIES", limit: BODIES_BYTES_OF_A_CLIENT_MAX };
  sendJson(response, 503, { errors: [{ message, extensions }] });
}
