// An identity provider on a port of its own: it publishes keys, can be down, and signs whatever a test wants signed.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from "jose";

export const ISSUER = "https://id.example.org/";
export const AUDIENCE = "papertape";
export const KEY_ID = "current";

export interface Provider {
  readonly tokens: { readonly issuer: string; readonly audience: string; readonly keysUrl: string };
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly publicPem: string;
  /** How often it was asked for its keys. */
  asked(): number;
  setDown(isDown: boolean): void;
  /** A good token, but for what is changed; a claim that is undefined is left out. */
  sign(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  close(): void;
}

export function claimsNow(): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return { iss: ISSUER, aud: AUDIENCE, sub: "eve", exp: now + 600, scope: "admin" };
}

export async function startProvider(): Promise<Provider> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: "RS256" };
  let asked = 0;
  let isDown = false;
  const server = createServer((_request, response) => {
    asked += 1;
    if (isDown) response.destroy();
    else
      response
        .writeHead(200, { "content-type": "application/json", connection: "close" })
        .end(JSON.stringify({ keys: [publicJwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const keysUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  return {
    tokens: { issuer: ISSUER, audience: AUDIENCE, keysUrl },
    privateKey,
    publicJwk,
    publicPem: await exportSPKI(publicKey),
    asked: () => asked,
    setDown: (down) => {
      isDown = down;
    },
    sign: (claims = {}, header = {}) => {
      const given = Object.entries({ ...claimsNow(), ...claims }).filter(([, value]) => value !== undefined);
      const marked = { alg: "RS256", kid: KEY_ID, ...header };
      return new SignJWT(Object.fromEntries(given)).setProtectedHeader(marked).sign(privateKey);
    },
    close: () => void server.close(),
  };
}

/** A token put together by hand; the claims can be any text. */
export function byHand(
  header: object,
  claims: object | string,
  sign: (text: string) => string | Buffer = () => "x",
): string {
  const part = (value: object | string): string =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${Buffer.from(sign(text)).toString("base64url")}`;
}
