// Reads the body of a request into memory, up to the limit and while there is room, and says so where there is not.
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  BODIES_BYTES_MAX,
  BODIES_BYTES_OF_A_CLIENT_MAX,
  BODIES_RETRY_AFTER_SECONDS,
  BODY_BYTES_MAX,
} from "./limits.ts";
import { sendJson } from "./plainPages.ts";

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

/** The body, or why there is none: it is larger than BODY_BYTES_MAX, or too many others are on their way. */
export type BodyRead = Buffer | "too large" | "no room";

/**
 * Reads the body of one of `client`'s requests. Where it answers a reason the rest is thrown away as it comes, so that
 * the client gets to read his answer. Rejects if the client leaves in the middle. The room is given back with the answer,
 * or where the client leaves.
 */
export function readBody(request: IncomingMessage, client: string, room: BodyRoom): Promise<BodyRead> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > BODY_BYTES_MAX) {
    request.on("error", () => undefined).resume();
    return Promise.resolve("too large");
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const { socket } = request;
    // One who has been answered meanwhile, for being slow, is not told of by node when he leaves.
    const left = () => void request.destroy(new Error("the client left"));
    const settle = () => {
      room.give(client, bytes);
      bytes = 0;
      request.off("data", take);
      socket.off("close", left);
    };
    const refuse = (reason: "too large" | "no room") => {
      settle();
      request.resume();
      resolve(reason);
    };
    const take = (chunk: Buffer) => {
      if (bytes + chunk.length > BODY_BYTES_MAX) return refuse("too large");
      if (!room.take(client, chunk.length)) return refuse("no room");
      bytes += chunk.length;
      chunks.push(chunk);
    };
    socket.once("close", left);
    request
      .on("error", (error) => {
        settle();
        reject(error);
      })
      .on("data", take)
      .on("end", () => {
        settle();
        resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
      });
  });
}

/** Answers one whose body was not read. */
export function sendNotRead(response: ServerResponse, reason: Exclude<BodyRead, Buffer>): void {
  if (reason === "too large") {
    const message = `The body is larger than ${BODY_BYTES_MAX} bytes.`;
    const extensions = { code: "REQUEST_ENTITY_TOO_LARGE", limit: BODY_BYTES_MAX };
    sendJson(response, 413, { errors: [{ message, extensions }] });
    return;
  }
  const message = `Too many bodies are on their way: at most ${BODIES_BYTES_OF_A_CLIENT_MAX} bytes of one client, ${BODIES_BYTES_MAX} of all.`;
  response.setHeader("Retry-After", BODIES_RETRY_AFTER_SECONDS);
  const extensions = { code: "TOO_MANY_BODIES", limit: BODIES_BYTES_OF_A_CLIENT_MAX };
  sendJson(response, 503, { errors: [{ message, extensions }] });
}
