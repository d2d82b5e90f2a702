// The door of the server's roads: lets a request in by its credentials, or answers it (401; 503; 403 for want of a scope).
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Authentication, MISSING } from "../auth/authentication.ts";
import type { Scope } from "../auth/scopes.ts";
import { isUnbound } from "../auth/viewer.ts";
import type { Access } from "./access.ts";
import { clientAddressOf } from "./clientAddress.ts";
import {
  RATE_CLIENTS_MAX,
  REFUSED_CREDENTIALS_BURST_MAX,
  REFUSED_CREDENTIALS_PER_SECOND_MAX,
  SPENT_ANSWER_DELAY_MS,
} from "./limits.ts";
import { addressKey } from "./operationLimits/rateKey.ts";
import { TokenBuckets } from "./operationLimits/tokenBuckets.ts";
import { sendJson } from "./plainPages.ts";
import { noteAdmission, viewerOf } from "./viewer.ts";

/** Answers whether one was let in; where not, he has been answered. */
export type LetIn = (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

/** The door of all roads that ask for credentials at the beginning of a request. */
export function createLetIn(access: Access): LetIn {
  const budget = { perSecond: REFUSED_CREDENTIALS_PER_SECOND_MAX, burst: REFUSED_CREDENTIALS_BURST_MAX };
  const refusals = new TokenBuckets(budget, RATE_CLIENTS_MAX);

  /** Nothing is read meanwhile of an address that was refused too often. */
  async function slowDown(req: IncomingMessage): Promise<void> {
    if (!refusals.take(addressKey(clientAddressOf(req)), 1)) await sleep(SPENT_ANSWER_DELAY_MS);
  }

  return async (req, res) => {
    const found = access.authenticate(req.headers.authorization);
    const authentication = found instanceof Promise ? await found : found;
    if (authentication.kind === "admitted") {
      noteAdmission(req, authentication);
      return true;
    }
    if (authentication.kind === "unreachable") {
      const { message, code, retryAfterSeconds } = authentication;
      res.setHeader("Retry-After", retryAfterSeconds);
      sendJson(res, 503, { message, errors: [{ message, extensions: { code } }] });
      return false;
    }
    await slowDown(req);
    refuseCredentials(res, authentication.message, authentication === MISSING ? "" : undefined);
    return false;
  };
}

/** Answers with 401. `fault` is what the challenge says of the credentials, if anything. */
export function refuseCredentials(res: ServerResponse, message: string, fault?: string): void {
  challenge(res, fault);
  sendJson(res, 401, unauthenticated(message));
}

/** Every 401 says how to come in. */
export function challenge(res: ServerResponse, fault = ', error="invalid_token"'): void {
  res.setHeader("WWW-Authenticate", `Bearer realm="papertape"${fault}`);
}

/** What is told to one whose credentials are missing or bad. */
export function unauthenticated(message: string): object {
  return { message, errors: [{ message, extensions: { code: "UNAUTHENTICATED" } }] };
}

/** Whether one who was let in has a scope for a road that is not GraphQL's; where not, he has been answered. */
export function maySend(scope: Scope, needsAll: boolean, req: IncomingMessage, res: ServerResponse): boolean {
  const viewer = viewerOf(req);
  const lacks = !viewer.scopes.has(scope)
    ? `needs the scope ${scope}, which your credentials do not have`
    : needsAll && !isUnbound(viewer)
      ? "is for credentials that are bound to no account"
      : undefined;
  if (lacks === undefined) return true;
  sendJson(res, 403, { message: `This ${lacks}.`, issues: [] });
  return false;
}

/** What a WebSocket's client shows: in `connection_init`, where browsers can put it, or else with the upgrade. */
export function socketAuthorization(params: Readonly<Record<string, unknown>>, request: IncomingMessage): unknown {
  return textIn(params) ?? textIn(params["headers"]) ?? request.headers.authorization;
}

function textIn(given: unknown): unknown {
  if (typeof given !== "object" || given === null) return undefined;
  const found = Object.entries(given).find(([name]) => name.toLowerCase() === "authorization");
  return found?.[1];
}

/** Who comes by a WebSocket; noted where he is let in. */
export async function letSocketIn(
  access: Access,
  params: Readonly<Record<string, unknown>>,
  request: IncomingMessage,
): Promise<Authentication> {
  const authentication = await access.authenticate(socketAuthorization(params, request));
  if (authentication.kind === "admitted") noteAdmission(request, authentication);
  return authentication;
}
