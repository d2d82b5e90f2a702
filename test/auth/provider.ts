// An identity provider of a test's own, on a port of this machine: it publishes its key, and signs what it is told to.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Environment } from "../support/serverProcess.ts";

const ISSUER = "https://id.example.org/";
const AUDIENCE = "papertape";
const KEY = { alg: "ES256", kid: "one" } as const;

export interface Provider {
  /** What tells a server of it. */
  readonly env: Environment;
  /** A token that is good for 10 minutes. */
  token(claims: Readonly<Record<string, unknown>>): Promise<string>;
  close(): void;
}

export async function startProvider(): Promise<Provider> {
  const { privateKey, publicKey } = await generateKeyPair(KEY.alg);
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), ...KEY }] });
  const server = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(keys),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      AUTH_JWT_ISSUER: ISSUER,
      AUTH_JWT_AUDIENCE: AUDIENCE,
      AUTH_JWKS_URL: `http://127.0.0.1:${port}/jwks`,
    },
    token: (claims) => {
      const usual = { iss: ISSUER, aud: AUDIENCE, exp: Math.floor(Date.now() / 1000) + 600 };
      return new SignJWT({ ...usual, ...claims }).setProtectedHeader(KEY).sign(privateKey);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
