// The errors of operations that go beyond a limit: each says the limit and the actual figure, and has a code and a status.
import { GraphQLError } from "graphql";
import { SOCKETS_OPENED_PER_SECOND_MAX } from "../limits.ts";

const STATUS_BAD_REQUEST = 400;
const STATUS_FORBIDDEN = 403;
const STATUS_UNSUPPORTED_TYPE = 415;
const STATUS_TOO_MANY_REQUESTS = 429;
const STATUS_UNAVAILABLE = 503;

/** The codes of refused documents and operations. */
export type LimitCode =
  | "DOCUMENT_TOO_LONG"
  | "DOCUMENT_TOO_DEEP"
  | "DOCUMENT_TOO_WIDE"
  | "TOO_MANY_ALIASES"
  | "TOO_MANY_DIRECTIVES"
  | "TOO_MANY_FRAGMENTS"
  | "TOO_MANY_ROOT_FIELDS"
  | "COST_TOO_HIGH";

/** The codes of requests to the endpoint that are answered without being read. */
export type NotReadCode =
  | "UNAUTHENTICATED"
  | "TOKEN_ISSUER_UNREACHABLE"
  | "REQUEST_ENTITY_TOO_LARGE"
  | "LENGTH_REQUIRED"
  | "TOO_MANY_BODIES"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "SERVER_CLOSING";

/** A whole number as people read it. */
export function shown(number: number): string {
  return number.toLocaleString("en-US");
}

function plural(count: number, what: string): string {
  return count === 1 ? `${shown(count)} ${what}` : `${shown(count)} ${what}s`;
}

/** An operation or document that has `actual` where at most `limit` are allowed; `message` says both. */
export function beyondLimit(code: LimitCode, message: string, figures: { limit: number; actual: number }) {
  return new GraphQLError(message, { extensions: { code, ...figures, http: { status: STATUS_BAD_REQUEST } } });
}

/** One who may try again in `waitMs`. */
function tooMuch(what: string, limit: number, waitMs: number): GraphQLError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `${what} Try again in ${plural(retryAfterSeconds, "second")}.`;
  const http = { status: STATUS_TOO_MANY_REQUESTS, headers: { "Retry-After": String(retryAfterSeconds) } };
  return new GraphQLError(message, { extensions: { code: "RATE_LIMITED", limit, retryAfterSeconds, http } });
}

/** An operation for which the client's budget does not suffice now. `waitMs`: when it will. */
export function rateLimited(perSecond: number, waitMs: number): GraphQLError {
  return tooMuch(`Too much at once: ${shown(perSecond)} of cost are allowed in a second.`, perSecond, waitMs);
}

/** A request that would wait for its turn behind too many others of its client. `waitMs`: when that is the first one's. */
export function tooManyWaiting(limit: number, waitMs: number): GraphQLError {
  return tooMuch(`Too much at once: ${shown(limit)} of your requests wait for their turn.`, limit, waitMs);
}

/** When one whose budget did not suffice may try again. */
export function retryAfterOf({ extensions }: GraphQLError): number {
  return Number(extensions["retryAfterSeconds"] ?? 1);
}

/** A client who has as many WebSockets and event streams open as he may. */
export function tooManySockets(limit: number): GraphQLError {
  const message = `At most ${shown(limit)} WebSockets and event streams may be open for one client.`;
  const http = { status: STATUS_TOO_MANY_REQUESTS };
  return new GraphQLError(message, { extensions: { code: "TOO_MANY_SOCKETS", limit, http } });
}

/** A client who opens WebSockets too fast. */
export function tooManyOpened(): GraphQLError {
  const message = `At most ${shown(SOCKETS_OPENED_PER_SECOND_MAX)} WebSockets may be opened in a second.`;
  return new GraphQLError(message, { extensions: { code: "RATE_LIMITED", limit: SOCKETS_OPENED_PER_SECOND_MAX } });
}

/** A WebSocket that sends more messages in a second than it may. */
export function tooManyMessages(limit: number): GraphQLError {
  const message = `At most ${shown(limit)} messages may be sent in a second.`;
  return new GraphQLError(message, { extensions: { code: "TOO_MANY_MESSAGES", limit } });
}

/** A body or message that is larger than it may be. */
export function bodyTooLarge(limit: number): GraphQLError {
  const message = `At most ${shown(limit)} bytes may be sent at once.`;
  return new GraphQLError(message, { extensions: { code: "REQUEST_ENTITY_TOO_LARGE", limit } });
}

/** A body of a type that is none of GraphQL's, or that any page's form could send. */
export function unsupportedType(): GraphQLError {
  const message = "The body of a POST must be JSON: send it with Content-Type: application/json.";
  const http = { status: STATUS_UNSUPPORTED_TYPE };
  return new GraphQLError(message, { extensions: { code: "UNSUPPORTED_MEDIA_TYPE", http } });
}

/** A parameter in the address that should be JSON. */
export function noJson(name: string): GraphQLError {
  const http = { status: STATUS_BAD_REQUEST };
  return new GraphQLError(`${name} is not JSON.`, { extensions: { code: "BAD_USER_INPUT", http } });
}

/** What is refused before it is read, where the answer is given elsewhere: for who counts it. */
export function notRead(code: NotReadCode): GraphQLError {
  return new GraphQLError("The request was not read.", { extensions: { code } });
}

/** An operation that took too long. What it does may go on, and what it has committed stays. */
export function timedOut(timeMsMax: number): GraphQLError {
  const message = `The operation took longer than ${shown(timeMsMax)} ms. What it has committed, or commits yet, stays: read it, or send the same signal again.`;
  const http = { status: STATUS_UNAVAILABLE };
  return new GraphQLError(message, { extensions: { code: "TIMED_OUT", limit: timeMsMax, http } });
}

/** An operation that is not in the manifest. */
export function notTrusted(): GraphQLError {
  const message = "Only the operations of this server's manifest are executed, and this is none of them.";
  return new GraphQLError(message, {
    extensions: { code: "DOCUMENT_NOT_TRUSTED", http: { status: STATUS_FORBIDDEN } },
  });
}
