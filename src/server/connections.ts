// How many connections one address may have open: those who only hold them leave places for others.
import type { Server } from "node:http";
import type { IsTrusted } from "./clientAddress.ts";
import { addressKey } from "./operationLimits/rateKey.ts";
import { SocketCounts } from "./operationLimits/socketCounts.ts";

/**
 * Cuts connections of an address that are beyond `max`, before anything is read of them; those of trusted proxies are those of
 * many clients. Answers what counts them.
 */
export function limitConnections(server: Server, max: number, isTrusted: IsTrusted = () => false): SocketCounts {
  const counts = new SocketCounts(max);
  server.prependListener("connection", (socket) => {
    if (isTrusted(socket.remoteAddress ?? "", 0)) return;
    const leave = counts.enter(addressKey(socket.remoteAddress));
    if (leave === undefined) socket.resetAndDestroy();
    else socket.once("close", leave);
  });
  return counts;
}
