// What becomes of credentials: who was let in, for how long and by which key; or why nobody was.
import type { Viewer } from "./viewer.ts";

/** One who was let in. */
export interface Admission {
  readonly viewer: Viewer;
  /** The key that he came with, where it was one. */
  readonly keyId: string | null;
  /** From then on his credentials are good for nothing; null for ever. */
  readonly expiresAtMs: number | null;
}

export interface Refused {
  readonly kind: "refused";
  /** A sentence for the client. It holds nothing of what he sent, and not whether a key ever existed. */
  readonly message: string;
}

/** Whether he may come in cannot be told now. */
export interface Unreachable {
  readonly kind: "unreachable";
  readonly message: string;
  readonly code: string;
  readonly retryAfterSeconds: number;
}

export type Authentication = ({ readonly kind: "admitted" } & Admission) | Refused | Unreachable;

export const MISSING: Refused = {
  kind: "refused",
  message: "Credentials are needed: Authorization: Bearer, with an API key or a token.",
};
export const BAD_KEY: Refused = { kind: "refused", message: "The API key is unknown, expired or revoked." };
export const BAD_TOKEN: Refused = { kind: "refused", message: "The token is not valid here, or has expired." };
export const ISSUER_UNREACHABLE: Unreachable = {
  kind: "unreachable",
  message: "Tokens cannot be checked now: their issuer does not answer. Try again.",
  code: "TOKEN_ISSUER_UNREACHABLE",
  retryAfterSeconds: 10,
};

/** Longer than any token that fits into the headers of a request. */
const CREDENTIALS_CHARS_MAX = 16_384;
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;

/** What stands after `Bearer`; undefined for anything else. */
export function bearerOf(authorization: unknown): string | undefined {
  if (typeof authorization !== "string" || authorization.length > CREDENTIALS_CHARS_MAX) return undefined;
  return BEARER.exec(authorization)?.[1];
}
