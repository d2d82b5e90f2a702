// Which names and addresses mean this machine itself, and which requests come from it.
import { isIPv4 } from "node:net";

/** True for 127.0.0.0/8, ::1 and localhost (a name or an address without brackets or port). */
export function isLoopbackHost(host: string): boolean {
  if (host === "::1" || host.toLowerCase() === "localhost") return true;
  return isIPv4(host) && host.startsWith("127.");
}

/** True for the addresses that mean every one of this machine's, which no client can call it by. */
export function isAnyAddress(host: string): boolean {
  return host === "0.0.0.0" || /^[0:]+$/.test(host);
}

const AUTHORITY = /^(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:[\]]+))(?::\d{1,5})?$/;

/**
 * True if a `Host` header names this machine, with any port. A page elsewhere whose name is made to resolve to
 * 127.0.0.1 (DNS rebinding) still sends its own name here.
 */
export function isLoopbackAuthority(authority: string | undefined): boolean {
  const host = authorityHost(authority);
  return host !== undefined && isLoopbackHost(host);
}

/** The name or address in a `Host` header, in lower case, without brackets and port; undefined where there is none. */
export function authorityHost(authority: string | undefined): string | undefined {
  const groups = AUTHORITY.exec(authority ?? "")?.groups;
  return (groups?.["bracketed"] ?? groups?.["plain"])?.toLowerCase();
}

/** True if an `Origin` header is absent (not a browser, or the page itself) or an http(s) page of this machine. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  const authority = /^https?:\/\/(.+)$/.exec(origin)?.[1];
  return authority !== undefined && isLoopbackAuthority(authority);
}
