// Where a request's client is: the address of its connection, or what proxies that are trusted say of the one behind them.
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import proxyAddr from "proxy-addr";

/** Whether an address is that of a proxy whose word is believed. */
export type IsTrusted = (address: string, hop: number) => boolean;

const trustNobody: IsTrusted = () => false;

/** Trusts addresses and networks (10.0.0.0/8). Throws a TypeError at what is neither, and at a network of everybody. */
export function trustProxies(proxies: readonly string[] = []): IsTrusted {
  return proxies.length === 0 ? trustNobody : proxyAddr.compile([...proxies]);
}

/** Whether a word names an address or a network, by its bits. */
export function isAddressOrNetwork(word: string): boolean {
  if (isIP(word.split("/")[0] ?? "") === 0 || !/^[^/]+(\/\d{1,3})?$/.test(word)) return false;
  try {
    trustProxies([word]);
    return true;
  } catch {
    return false;
  }
}

const WITH_PORT = /^(?:\[([^\]]+)\](?::\d{1,5})?|(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5})$/;

/** An address as some proxies write it: with a port, or in brackets. */
function withoutPort(written: string): string {
  const [, bracketed, plain] = WITH_PORT.exec(written) ?? [];
  return bracketed ?? plain ?? written;
}

const addresses = new WeakMap<IncomingMessage, string>();

/**
 * Notes the client of a request. Each trusted proxy names in X-Forwarded-For who came to it: the last one that is no trusted
 * proxy is the client, whatever he himself wrote before. What is no address names nobody: then it is the proxy next to it.
 */
export function noteClientAddress(request: IncomingMessage, isTrusted: IsTrusted): void {
  const { remoteAddress } = request.socket;
  if (isTrusted === trustNobody || remoteAddress === undefined) return;
  const way = proxyAddr.all(request, (address, hop) => isTrusted(withoutPort(address), hop)).map(withoutPort);
  const known = way.findLast((address) => isIP(address) !== 0);
  if (known !== undefined) addresses.set(request, known);
}

/** The address of a request's client. */
export function clientAddressOf(request: IncomingMessage): string | undefined {
  return addresses.get(request) ?? request.socket.remoteAddress;
}
