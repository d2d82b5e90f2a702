// The id of each request: the client's own where it is well-formed, else a new one. Errors tell it, so that a user can quote it.
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

export const REQUEST_ID_HEADER = "X-Request-Id";

/** What people and proxies use for ids; anything else is not repeated. */
const WELL_FORMED = /^[A-Za-z0-9._:/+=-]{1,64}$/;

const idOfRequest = new WeakMap<IncomingMessage, string>();
const idOfError = new WeakMap<object, string>();

/** The id of a request: always the same one for the same request. */
export function requestIdOf(request: IncomingMessage): string {
  const known = idOfRequest.get(request);
  if (known !== undefined) return known;
  const given = request.headers["x-request-id"];
  const id = typeof given === "string" && WELL_FORMED.test(given) ? given : randomUUID();
  idOfRequest.set(request, id);
  return id;
}

/** Notes which request met an error, for whoever shows or logs it later. */
export function noteRequest(error: unknown, requestId: string | undefined): void {
  if (typeof error === "object" && error !== null && requestId !== undefined) idOfError.set(error, requestId);
}

/** The id of the request that met an error, where it was noted. */
export function requestOfError(error: unknown): string | undefined {
  return typeof error === "object" && error !== null ? idOfError.get(error) : undefined;
}
