// Forged tokens at a real server: confused algorithms, keys that a token brings along, claims that are not for us; and a
// provider who does not answer. What the door itself does with more of them is in test/auth/tokens.test.ts.
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { KEYS_GOOD_MS, KEYS_KEPT_MS, KEYS_TRIED_EVERY_MS } from "../../src/auth/issuerKeys.ts";
import { createTokenDoor, type TokenOptions } from "../../src/auth/tokens.ts";
import { resolveAccount } from "../../src/services/accountIds.ts";
import { ask, bearer, codeOf, type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";
import { send } from "../server/serving.ts";
import { openStreamSocket } from "../streams/streamSocket.ts";
import { AUDIENCE, byHand, claimsNow, ISSUER, KEY_ID, type Provider, startProvider } from "./identity/provider.ts";

const QUERY = "{ accounts { totalCount } }";

let provider: Provider;
let desk: GuardedDesk;
beforeAll(async () => {
  provider = await startProvider();
  desk = await startGuardedDesk({ tokens: { ...provider.tokens } });
});
afterEach(() => provider.setDown(false));
afterAll(async () => {
  provider.close();
  await desk.close();
});

const seconds = (): number => Math.floor(Date.now() / 1000);
const hmac =
  (secret: string | Buffer, hash = "sha256") =>
  (text: string) =>
    createHmac(hash, secret).update(text).digest();

/** A server of the attacker's, who hopes to be asked for keys. */
async function startTrap() {
  const own = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(own.publicKey)), kid: KEY_ID, alg: "RS256" };
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  const sign = (header: object) =>
    new SignJWT(claimsNow()).setProtectedHeader({ alg: "RS256", ...header }).sign(own.privateKey);
  return { url, jwk, sign, asked: () => asked };
}

const RSA = { alg: "RS256", kid: KEY_ID };

/** Tokens that are told to be bad by what can be seen of them; the provider is not asked. */
const PLAINLY_BAD: readonly (readonly [string, () => Promise<string> | string])[] = [
  ["alg none, with a signature", () => byHand({ alg: "none", kid: KEY_ID }, claimsNow())],
  ["alg nOnE", () => byHand({ alg: "nOnE" }, claimsNow())],
  ["no alg", () => byHand({ kid: KEY_ID }, claimsNow())],
  ["alg as a list", () => byHand({ alg: ["RS256"], kid: KEY_ID }, claimsNow())],
  [
    "HS256 by the public key in PEM",
    () => byHand({ alg: "HS256", kid: KEY_ID }, claimsNow(), hmac(provider.publicPem)),
  ],
  [
    "HS256 by the public key in PEM without its last line end",
    () => byHand({ alg: "HS256", kid: KEY_ID }, claimsNow(), hmac(provider.publicPem.trim())),
  ],
  [
    "HS256 by the public key as JWK",
    () => byHand({ alg: "HS256", kid: KEY_ID }, claimsNow(), hmac(JSON.stringify(provider.publicJwk))),
  ],
  [
    "HS512 by the modulus itself",
    () =>
      byHand(
        { alg: "HS512", kid: KEY_ID },
        claimsNow(),
        hmac(Buffer.from(provider.publicJwk.n ?? "", "base64url"), "sha512"),
      ),
  ],
  ["HS256 by nothing", () => byHand({ alg: "HS256", kid: KEY_ID }, claimsNow(), hmac(""))],
  ["a critical header that nobody knows", () => byHand({ ...RSA, crit: ["exp"], exp: 1 }, claimsNow())],
  ["an unencoded payload", () => byHand({ ...RSA, crit: ["b64"], b64: false }, claimsNow())],
  ["a kid that is no text", () => byHand({ alg: "RS256", kid: { $ne: "" } }, claimsNow())],
  ["no end", () => provider.sign({ exp: undefined })],
  ["an end that is text", () => provider.sign({ exp: String(seconds() + 600) })],
  ["an end that is past", () => provider.sign({ exp: seconds() - 31 })],
  ["a beginning that is to come", () => provider.sign({ nbf: seconds() + 60 })],
  ["another issuer", () => provider.sign({ iss: "https://evil.example.org/" })],
  ["an issuer that begins like ours", () => provider.sign({ iss: `${ISSUER}evil` })],
  ["issuers in a list", () => provider.sign({ iss: [ISSUER] })],
  ["another audience", () => provider.sign({ aud: "another" })],
  ["an audience that holds ours", () => provider.sign({ aud: `not-${AUDIENCE}` })],
  ["audiences, ours not among them", () => provider.sign({ aud: ["one", "two"] })],
  ["a token in a token", async () => byHand({ ...RSA, cty: "JWT" }, await provider.sign())],
  ["claims in a list", () => byHand(RSA, [claimsNow()])],
  ["claims that are no JSON", () => byHand(RSA, "{")],
  ["five parts, as encrypted ones have", async () => `${await provider.sign()}.a.b`],
  ["two parts", async () => (await provider.sign()).split(".").slice(0, 2).join(".")],
  ["no signature", async () => `${(await provider.sign()).split(".").slice(0, 2).join(".")}.`],
];

/** Tokens that could be good, but for their signature or the key that they name. */
const FORGED: readonly (readonly [string, () => Promise<string> | string])[] = [
  ["another kid", () => provider.sign({}, { kid: "another" })],
  ["a kid that is a path", () => byHand({ alg: "RS256", kid: "../../../../dev/null" }, claimsNow(), hmac(""))],
  ["a kid that is a statement", () => byHand({ alg: "RS256", kid: "' UNION SELECT 'x" }, claimsNow(), hmac("x"))],
  ["a kid that is a prototype", () => provider.sign({}, { kid: "__proto__" })],
  [
    "another algorithm of the same key",
    () => provider.sign({}, { alg: "PS256" }).catch(() => byHand({ ...RSA, alg: "PS256" }, claimsNow())),
  ],
  ["an algorithm of another kind of key", () => byHand({ ...RSA, alg: "ES256" }, claimsNow(), () => Buffer.alloc(64))],
  ["a signature of zeros", () => byHand(RSA, claimsNow(), () => Buffer.alloc(256))],
  [
    "the key in its header",
    async () => {
      const trap = await startTrap();
      return trap.sign({ jwk: trap.jwk });
    },
  ],
  [
    "a certificate in its header",
    () => {
      const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const x5c = [own.publicKey.export({ type: "spki", format: "der" }).toString("base64")];
      return byHand({ ...RSA, x5c }, claimsNow(), (text) => createSign("RSA-SHA256").update(text).sign(own.privateKey));
    },
  ],
  [
    "claims that come twice, changed after it was signed",
    async () => {
      const [header = "", , signature = ""] = (await provider.sign()).split(".");
      const claims = `{"sub":"eve",${JSON.stringify({ ...claimsNow(), sub: "ana" }).slice(1)}`;
      return [header, Buffer.from(claims).toString("base64url"), signature].join(".");
    },
  ],
];

async function refusalOf(graphqlUrl: string, token: string) {
  const answered = await ask(graphqlUrl, token, QUERY);
  return [answered.status, codeOf(answered), answered.errors?.[0]?.message];
}
const REFUSED = [401, "UNAUTHENTICATED", "The token is not valid here, or has expired."];

it("should let in by the tokens that the bad ones below are made of", async () => {
  const { graphqlUrl } = await desk.serve();
  expect((await ask(graphqlUrl, await provider.sign(), QUERY)).status).toBe(200);
  expect((await ask(graphqlUrl, await provider.sign({ aud: ["other", AUDIENCE] }), QUERY)).status).toBe(200);
});

it.each([...PLAINLY_BAD, ...FORGED])("should let nobody in by a token with %s", async (_name, made) => {
  const { graphqlUrl } = await desk.serve();
  const token = await made();
  expect(await refusalOf(graphqlUrl, token)).toEqual(REFUSED);
  const socket = await openStreamSocket(graphqlUrl, { initialise: false });
  socket.send({ type: "connection_init", payload: bearer(token) });
  expect(await socket.closed).toMatchObject({ code: 4401 });
});

it("should never ask where a token says that its keys are", async () => {
  const { graphqlUrl } = await desk.serve();
  const trap = await startTrap();
  for (const header of [{ jku: trap.url }, { x5u: trap.url }, { jku: trap.url, kid: KEY_ID }, { kid: trap.url }]) {
    expect(await refusalOf(graphqlUrl, await trap.sign(header))).toEqual(REFUSED);
  }
  expect(trap.asked()).toBe(0);
});

it("should refuse a token of a megabyte, in a header and in the first message", async () => {
  const { graphqlUrl } = await desk.serve();
  const huge = byHand(RSA, { ...claimsNow(), padding: "x".repeat(1_000_000) });
  const { status } = await send(
    graphqlUrl,
    "POST",
    { ...bearer(huge), "content-type": "application/json" },
    "{}",
  ).catch(
    // The rest of its headers is not read.
    () => ({ status: 431 }),
  );
  expect(status).toBe(431);
  const socket = await openStreamSocket(graphqlUrl, { initialise: false });
  socket.send({ type: "connection_init", payload: bearer(huge) });
  // Too large for a first message, or for a token: whichever is found first.
  expect([1009, 4401]).toContain((await socket.closed).code);
});

describe("a provider who does not answer", () => {
  it("should have tokens that may be good answered 503 on every road, and not others", async () => {
    provider.setDown(true);
    const { url, graphqlUrl, lines } = await desk.serve();
    const good = await provider.sign();
    const answered = await ask(graphqlUrl, good, QUERY);
    expect([answered.status, codeOf(answered)]).toEqual([503, "TOKEN_ISSUER_UNREACHABLE"]);
    for (const path of ["/export/trades", "/graphql?query={__typename}"]) {
      const response = await fetch(`${url}${path}`, { headers: bearer(good) });
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "10"]);
      expect(response.headers.get("www-authenticate")).toBeNull();
    }
    const socket = await openStreamSocket(graphqlUrl, { initialise: false });
    socket.send({ type: "connection_init", payload: bearer(good) });
    expect(await socket.closed).toEqual({ code: 1013, reason: expect.stringMatching(/^TOKEN_ISSUER_UNREACHABLE: /) });
    expect((await ask(graphqlUrl, await desk.newKey(["read"]), QUERY)).status).toBe(200);
    const told = lines.filter(({ msg }) => String(msg).startsWith("the identity provider's keys cannot be had"));
    expect(told).toEqual([expect.objectContaining({ level: 50, keysUrl: provider.tokens.keysUrl })]);
    expect(JSON.stringify(lines)).not.toContain(good);
  });

  it.each(PLAINLY_BAD)("should not be asked about a token with %s", async (_name, made) => {
    provider.setDown(true);
    const { graphqlUrl } = await desk.serve();
    const before = provider.asked();
    expect(await refusalOf(graphqlUrl, await made())).toEqual(REFUSED);
    expect(provider.asked()).toBe(before);
  });

  /** A door whose time is the test's. */
  function doorAt(start = Date.now()) {
    const time = { nowMs: start };
    const options: TokenOptions = {
      ...provider.tokens,
      accountIdOf: resolveAccount,
      onKeysUnavailable: () => undefined,
    };
    const door = createTokenDoor(options, () => time.nowMs);
    const kindOf = async (claims: Record<string, unknown>, header?: Record<string, unknown>) =>
      (await door.authenticate(await provider.sign(claims, header))).kind;
    return { time, kindOf };
  }

  const LATE = { exp: seconds() + 10 * 3600 };

  it("should not matter as long as keys that are known suffice, for an hour", async () => {
    const { time, kindOf } = doorAt();
    expect(await kindOf(LATE)).toBe("admitted");
    provider.setDown(true);
    time.nowMs += KEYS_KEPT_MS;
    expect(await kindOf({ ...LATE, sub: "another" })).toBe("admitted");
    expect(await kindOf(LATE, { kid: "new" })).toBe("unreachable");
    time.nowMs += KEYS_GOOD_MS - KEYS_KEPT_MS;
    expect(await kindOf({ ...LATE, sub: "third" })).toBe("unreachable");
    provider.setDown(false);
    time.nowMs += KEYS_TRIED_EVERY_MS;
    expect(await kindOf({ ...LATE, sub: "third" })).toBe("admitted");
  });

  it("should be asked now and then only, whoever comes with whatever", async () => {
    const { time, kindOf } = doorAt();
    provider.setDown(true);
    const before = provider.asked();
    for (let count = 0; count < 20; count += 1) expect(await kindOf({ sub: `user-${count}` })).toBe("unreachable");
    await Promise.all(Array.from({ length: 20 }, (_, index) => kindOf({ sub: `crowd-${index}` })));
    expect(provider.asked() - before).toBe(1);
    time.nowMs += KEYS_TRIED_EVERY_MS;
    await Promise.all(Array.from({ length: 20 }, (_, index) => kindOf({ sub: `crowd-${index}` })));
    expect(provider.asked() - before).toBe(2);
  });
});
