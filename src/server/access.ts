// Who may reach the server, and who comes in: by being on this machine (AUTH=off), or with credentials (AUTH=on).
import type { IncomingHttpHeaders } from "node:http";
import type { Authentication } from "../auth/authentication.ts";
import type { Door } from "../auth/door.ts";
import type { OpenVisits } from "../auth/openVisits.ts";
import { authorityHost, isLoopbackAuthority, isLoopbackHost, isLoopbackOrigin } from "./loopback.ts";
import { LOCAL_VIEWER } from "./viewer.ts";

export interface Access {
  /** Whether credentials are asked for. */
  readonly isGuarded: boolean;
  /** Whether a request is meant for this server (Host), and comes from where requests may come from (Origin). */
  isWelcome(headers: IncomingHttpHeaders): boolean;
  /** What one is told who is not welcome. */
  readonly refusal: string;
  /** Whether pages of this origin, another site's, may read the answers. */
  isAllowedOrigin(origin: string): boolean;
  /** Who comes with this `Authorization`. */
  authenticate(authorization: unknown): Authentication | Promise<Authentication>;
  readonly visits: Pick<OpenVisits, "enter">;
}

const LOCAL: Authentication = { kind: "admitted", viewer: LOCAL_VIEWER, keyId: null, expiresAtMs: null };

/**
 * Everybody on this machine, and nobody else: a page of another site must not reach a server that trusts its machine,
 * neither under its own name made to resolve to this machine (Host) nor from afar (Origin).
 */
export const LOCAL_ACCESS: Access = {
  isGuarded: false,
  isWelcome: ({ host, origin }) => isLoopbackAuthority(host) && isLoopbackOrigin(origin),
  refusal: "Only requests to and from this machine are served: Host and Origin must be loopback.",
  isAllowedOrigin: () => false,
  authenticate: () => LOCAL,
  visits: { enter: () => () => undefined },
};

const PAGE_ORIGIN = /^(https?:)\/\/([^/?#@\\]+)$/;

/** The name and the port that one calls, without a port that is the protocol's own. */
function called(protocol: string, authority: string): string | undefined {
  const address = `${protocol}//${authority}`;
  return URL.canParse(address) ? new URL(address).host : undefined;
}

/**
 * Whether a page is the server's own: it was called by the name that the request is for. Its protocol is not asked for, as a
 * proxy may end TLS before the server.
 */
function isOwnOrigin(origin: string, host: string): boolean {
  const [, protocol = "", authority = ""] = PAGE_ORIGIN.exec(origin) ?? [];
  const own = called(protocol, authority);
  return own !== undefined && own === called(protocol, host);
}

export interface GuardOptions {
  /** Where the server listens. */
  readonly host: string;
  /** Names that clients may call it by, besides those of this machine; where there are none, `host`. */
  readonly allowedHosts: readonly string[];
  /** Origins of pages that may call it, besides its own. */
  readonly allowedOrigins: readonly string[];
}

/**
 * Whoever has credentials. They are sent by programs, in a header or in the first message of a WebSocket, and never by a
 * browser on its own (there are no cookies), so that another site's page has nothing to forge a request with.
 */
export function createGuardedAccess(door: Pick<Door, "authenticate" | "visits">, options: GuardOptions): Access {
  const { allowedHosts, host: ownHost } = options;
  const hosts = new Set(allowedHosts.length > 0 ? allowedHosts : [ownHost.toLowerCase()]);
  const origins = new Set(options.allowedOrigins);
  // Names of this machine itself never lead a browser here under another site's name.
  const isOwnName = (name: string): boolean => hosts.has(name) || isLoopbackHost(name);
  return {
    isGuarded: true,
    isWelcome: ({ host, origin }) => {
      const name = authorityHost(host);
      if (host === undefined || name === undefined || !isOwnName(name)) return false;
      return origin === undefined || isOwnOrigin(origin, host) || origins.has(origin);
    },
    refusal:
      "Host must be a name of this server (ALLOWED_HOSTS), and Origin its own or an allowed one (ALLOWED_ORIGINS).",
    isAllowedOrigin: (origin) => origins.has(origin),
    authenticate: (authorization) => door.authenticate(authorization),
    visits: door.visits,
  };
}
