// Tokens of an identity provider: which are good, and every way of making one that is not.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Authentication } from "../../src/auth/authentication.ts";
import { createTokenDoor, type TokenDoor, type TokenOptions } from "../../src/auth/tokens.ts";
import { accountIdOf, resolveAccount } from "../../src/services/accountIds.ts";

const ISSUER = "https://id.example.org/";
const AUDIENCE = "papertape";
const ALGORITHMS = ["RS256", "ES256", "EdDSA"] as const;
type Algorithm = (typeof ALGORITHMS)[number];

interface Pair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

const pairs = new Map<Algorithm, Pair>();
let options: TokenOptions;
let fetched = 0;
let isDown = false;
const unavailable: unknown[] = [];
const provider = createServer((_request, response) => {
  fetched += 1;
  void Promise.all(
    [...pairs].map(async ([alg, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid: alg, alg })),
  ).then((keys) =>
    response.writeHead(isDown ? 500 : 200, { "content-type": "application/json" }).end(JSON.stringify({ keys })),
  );
});

beforeAll(async () => {
  for (const alg of ALGORITHMS) pairs.set(alg, await generateKeyPair(alg, { extractable: true }));
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    keysUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks`,
    accountIdOf: resolveAccount,
    onKeysUnavailable: (error) => unavailable.push(error),
  };
});
afterAll(() => void provider.close());

function pairOf(alg: Algorithm): Pair {
  const pair = pairs.get(alg);
  if (pair === undefined) throw new Error(`there is no ${alg}`);
  return pair;
}

const seconds = (): number => Math.floor(Date.now() / 1000);

interface Wishes {
  readonly alg?: Algorithm;
  readonly kid?: string;
  readonly key?: CryptoKey;
}

/** A good token, but for what is changed; a claim that is undefined is left out. */
function token(
  claims: Record<string, unknown> = {},
  { alg = "RS256", kid = alg, key = pairOf(alg).privateKey }: Wishes = {},
) {
  const usual = { iss: ISSUER, aud: AUDIENCE, sub: "auth0|ana", exp: seconds() + 600, scope: "openid trade" };
  const given = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(given)).setProtectedHeader({ alg, kid }).sign(key);
}

async function judged(text: string, door: TokenDoor = createTokenDoor(options)): Promise<Authentication> {
  return door.authenticate(text);
}

/** A token put together by hand. */
function raw(header: object, claims: object, sign: (text: string) => string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${sign(text)}`;
}

describe("a good token", () => {
  it.each(ALGORITHMS)("should let in by %s", async (alg) => {
    expect(await judged(await token({}, { alg }))).toMatchObject({
      kind: "admitted",
      keyId: null,
      viewer: { owner: "auth0|ana", actor: { kind: "token", subject: "auth0|ana" }, accounts: null },
    });
  });

  it("should give the scopes that it names, those of Papertape's own claim first", async () => {
    const scopesOf = async (claims: Record<string, unknown>) => {
      const found = await judged(await token(claims));
      return found.kind === "admitted" ? [...found.viewer.scopes].sort() : found;
    };
    expect(await scopesOf({})).toEqual(["read", "trade"]);
    expect(await scopesOf({ papertape_scopes: ["feed"] })).toEqual(["feed"]);
    expect(await scopesOf({ papertape_scopes: "feed read" })).toEqual(["feed", "read"]);
    expect(await scopesOf({ scope: undefined })).toEqual([]);
    expect(await scopesOf({ scope: "ADMIN everything" })).toEqual([]);
    expect(await scopesOf({ scope: "admin", papertape_accounts: ["main"] })).toEqual([]);
  });

  it("should be of the owner, and bound to the accounts, that it names", async () => {
    const found = await judged(await token({ papertape_owner: "desk-1", papertape_accounts: ["main"] }));
    expect(found).toMatchObject({ viewer: { owner: "desk-1", actor: { subject: "auth0|ana" } } });
    expect(found.kind === "admitted" && found.viewer.accounts).toEqual(new Set([accountIdOf("desk-1", "main")]));
  });

  it("should be good half a minute longer than it says, for clocks differ, and end then", async () => {
    const exp = seconds() - 10;
    expect(await judged(await token({ exp }))).toMatchObject({ kind: "admitted", expiresAtMs: (exp + 30) * 1000 });
    let nowMs = Date.now();
    const door = createTokenDoor(options, () => nowMs);
    const text = await token({ exp });
    expect(await judged(text, door)).toMatchObject({ kind: "admitted" });
    nowMs += 25_000;
    expect(await judged(text, door)).toMatchObject({ kind: "refused" });
  });

  it("should not cost the provider a request each", async () => {
    const door = createTokenDoor(options);
    await judged(await token(), door);
    const before = fetched;
    for (let count = 0; count < 20; count += 1) await judged(await token({ sub: `user-${count}` }), door);
    for (let count = 0; count < 20; count += 1) await judged(await token({}, { kid: `unknown-${count}` }), door);
    expect(fetched).toBe(before);
  });
});

const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: "ana", scope: "admin", exp: 4_000_000_000 };

const BAD: readonly (readonly [string, () => Promise<string>])[] = [
  ["from another issuer", () => token({ iss: "https://evil.example.org/" })],
  ["for another audience", () => token({ aud: "another" })],
  ["without an audience", () => token({ aud: undefined })],
  ["that has expired", () => token({ exp: seconds() - 60 })],
  ["without an end", () => token({ exp: undefined })],
  ["that is not good yet", () => token({ nbf: seconds() + 600 })],
  ["without a subject", () => token({ sub: undefined })],
  ["signed by a key that the provider does not know", () => token({}, { kid: "unknown" })],
  [
    "signed by another key under a known name",
    async () => token({}, { key: (await generateKeyPair("RS256")).privateKey }),
  ],
  ["with alg none", async () => raw({ alg: "none" }, CLAIMS, () => "")],
  ["with alg None and a name", async () => raw({ alg: "None", kid: "RS256" }, CLAIMS, () => "")],
  [
    "with HS256 and the public key for a secret",
    async () => {
      const secret = await exportSPKI(pairOf("RS256").publicKey);
      const sign = (text: string) => createHmac("sha256", secret).update(text).digest("base64url");
      return raw({ alg: "HS256", kid: "RS256" }, CLAIMS, sign);
    },
  ],
  [
    "with a key of its own in its header",
    async () => {
      const own = await generateKeyPair("ES256", { extractable: true });
      const jwk = await exportJWK(own.publicKey);
      return new SignJWT(CLAIMS).setProtectedHeader({ alg: "ES256", jwk }).sign(own.privateKey);
    },
  ],
  [
    "whose claims were changed afterwards",
    async () => {
      const [header = "", , signature = ""] = (await token()).split(".");
      return [header, Buffer.from(JSON.stringify(CLAIMS)).toString("base64url"), signature].join(".");
    },
  ],
  ["of an owner whom nobody may be", () => token({ papertape_owner: "(nobody)" })],
  ["of an owner with a line break", () => token({ papertape_owner: "ana\nmain" })],
  ["whose accounts are no list", () => token({ papertape_accounts: "main" })],
  ["whose scopes are no words", () => token({ papertape_scopes: { admin: true } })],
  ["that is none", async () => "eyJ.e30.x"],
];

it.each(BAD)("a token %s should let nobody in", async (_name, made) => {
  expect(await judged(await made())).toEqual({
    kind: "refused",
    message: "The token is not valid here, or has expired.",
  });
});

it("should say of tokens that nobody can tell while the provider's keys cannot be had, and tell the operator", async () => {
  isDown = true;
  const before = unavailable.length;
  try {
    const door = createTokenDoor(options);
    for (let count = 0; count < 5; count += 1)
      expect(await judged(await token(), door)).toMatchObject({
        kind: "unreachable",
        code: "TOKEN_ISSUER_UNREACHABLE",
      });
  } finally {
    isDown = false;
  }
  expect(unavailable.length - before).toBe(1);
});
