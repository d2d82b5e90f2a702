// Tokens of an identity provider (JWT): signatures by its published keys, and what their claims let one do.
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { type Authentication, BAD_TOKEN, ISSUER_UNREACHABLE } from "./authentication.ts";
import { createIssuerKeys, KEYS_FETCHED_EVERY_MS } from "./issuerKeys.ts";
import { hashOfSecret } from "./keySecret.ts";
import { isScope, type Scope } from "./scopes.ts";
import { shownSubject } from "./subjects.ts";
import { grantedViewer, OWNER_PATTERN } from "./viewer.ts";

/**
 * Signatures by a private key only: with a shared secret (HS256) whoever can check a token could make one, and a provider's
 * public key would be taken for such a secret.
 */
export const TOKEN_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/** How far the provider's clock may be from ours. */
export const CLOCK_TOLERANCE_SECONDS = 30;
/** A token that was checked is not checked again for so long, so that every request need not cost a signature. */
export const TOKEN_REMEMBERED_MS = 30_000;
export const TOKENS_REMEMBERED_MAX = 1_000;
/** Accounts that one token may be bound to. */
const TOKEN_ACCOUNTS_MAX = 100;

export interface TokenOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Where the provider publishes its keys. */
  readonly keysUrl: string;
  /** The id of an owner's account by its name or id, whether it exists or not. */
  readonly accountIdOf: (owner: string, account: string) => string;
  /** Told when the provider's keys cannot be had, now and then as long as that lasts. */
  readonly onKeysUnavailable: (error: unknown) => void;
}

export interface TokenDoor {
  authenticate(token: string): Authentication | Promise<Authentication>;
}

type Admitted = Extract<Authentication, { kind: "admitted" }>;

export function createTokenDoor(options: TokenOptions, now: () => number = Date.now): TokenDoor {
  const known = new LRUCache<string, Admitted>({ max: TOKENS_REMEMBERED_MAX, ttl: TOKEN_REMEMBERED_MS });

  let toldAtMs = Number.NEGATIVE_INFINITY;
  const tellNowAndThen = (error: unknown): void => {
    if (now() - toldAtMs < KEYS_FETCHED_EVERY_MS) return;
    toldAtMs = now();
    options.onKeysUnavailable(error);
  };
  const keys = createIssuerKeys(options.keysUrl, tellNowAndThen, now);

  async function check(token: string, hash: string): Promise<Authentication> {
    // What is plainly bad is not worth a question to the provider, and is bad whether or not he answers.
    if (!mayBeGood(token, options, now())) return BAD_TOKEN;
    const payload = await verify(token, keys, { ...options, onKeysUnavailable: tellNowAndThen }, now());
    if (payload === "unknown") return ISSUER_UNREACHABLE;
    const admitted = payload && admissionOf(payload, options);
    if (admitted === undefined) return BAD_TOKEN;
    known.set(hash, admitted);
    return admitted;
  }

  return {
    authenticate: (token) => {
      const hash = hashOfSecret(token);
      const admitted = known.get(hash);
      if (admitted === undefined) return check(token, hash);
      return (admitted.expiresAtMs ?? 0) > now() ? admitted : BAD_TOKEN;
    },
  };
}

const SIGNATURE = /^[A-Za-z0-9_-]+$/;

/** Whether a token can be good, as far as it can be seen without a key: its form, algorithm, issuer, audience and time. */
function mayBeGood(token: string, { issuer, audience }: TokenOptions, nowMs: number): boolean {
  try {
    const { alg = "", kid, crit } = decodeProtectedHeader(token);
    const { iss, aud, exp, nbf, sub } = decodeJwt(token);
    if (!TOKEN_ALGORITHMS.includes(alg) || crit !== undefined || (kid !== undefined && typeof kid !== "string"))
      return false;
    if (!SIGNATURE.test(token.split(".")[2] ?? "") || iss !== issuer || typeof sub !== "string") return false;
    const isForUs = Array.isArray(aud) ? aud.includes(audience) : aud === audience;
    const [toleranceMs, notYet] = [CLOCK_TOLERANCE_SECONDS * 1000, nbf ?? 0];
    if (typeof exp !== "number" || typeof notYet !== "number") return false;
    return isForUs && exp * 1000 + toleranceMs > nowMs && notYet * 1000 - toleranceMs <= nowMs;
  } catch {
    return false;
  }
}

/** Its claims, where it is good; undefined where it is not; unknown where nobody can tell now. */
async function verify(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, onKeysUnavailable }: TokenOptions,
  nowMs: number,
): Promise<JWTPayload | "unknown" | undefined> {
  try {
    const rules = { issuer, audience, algorithms: TOKEN_ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_SECONDS };
    const currentDate = new Date(nowMs);
    return (await jwtVerify(token, keys, { ...rules, currentDate, requiredClaims: ["exp", "sub"] })).payload;
  } catch (error) {
    if (isFaultOfToken(error)) return undefined;
    onKeysUnavailable(error);
    return "unknown";
  }
}

/** Everything else is a provider who does not answer, or with keys that are none. */
function isFaultOfToken(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  return !(error instanceof errors.JWKSInvalid) && error.code !== "ERR_JOSE_GENERIC";
}

/** Undefined where a claim is not of its form: what was meant to bind a token must never be passed over. */
function admissionOf(payload: JWTPayload, { accountIdOf }: TokenOptions): Admitted | undefined {
  const { sub, exp, papertape_owner: owner = sub, papertape_scopes: own, scope, papertape_accounts: bound } = payload;
  if (typeof sub !== "string" || typeof exp !== "number") return undefined;
  if (typeof owner !== "string" || !OWNER_PATTERN.test(owner)) return undefined;
  const scopes = scopesIn(own ?? scope ?? "");
  const accounts = bound === undefined ? null : textsIn(bound);
  if (scopes === undefined || accounts === undefined || (accounts?.length ?? 0) > TOKEN_ACCOUNTS_MAX) return undefined;
  const viewer = grantedViewer({
    owner,
    actor: { kind: "token", subject: shownSubject(sub) },
    scopes,
    accounts: accounts === null ? null : new Set(accounts.map((account) => accountIdOf(owner, account))),
  });
  return { kind: "admitted", viewer, keyId: null, expiresAtMs: (exp + CLOCK_TOLERANCE_SECONDS) * 1000 };
}

/** Scopes of other services are passed over. */
function scopesIn(claim: unknown): Scope[] | undefined {
  const words = typeof claim === "string" ? claim.split(" ") : textsIn(claim);
  return words?.filter(isScope);
}

function textsIn(claim: unknown): string[] | undefined {
  return Array.isArray(claim) && claim.every((text) => typeof text === "string") ? claim : undefined;
}
