// What waits in this process on the connections that its servers have accepted, as node itself counts it.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { onTestFinished } from "vitest";

/** From here on a connection is full: nothing more should be written to it. */
export const FULL_BYTES = 16 * 1024;

const LOOK_EVERY_MS = 1;
/** The system may take a little more of what it seemed not to take. */
const STUCK_AFTER_LOOKS = 100;

export interface Waiting {
  /** The most that has ever waited on one connection, in bytes. */
  max(): number;
  /** Whether a connection is full and nothing goes out any more. */
  isStuck(): boolean;
}

interface Seen {
  bytesWritten: number;
  looks: number;
}

function channelSocket(message: unknown): Socket {
  const { socket } = message as { readonly socket: Socket };
  return socket;
}

/** Watches the connections that are accepted from now on, until the test is finished. */
export function watchWaiting(): Waiting {
  const connections = new Map<Socket, Seen>();
  const accept = (message: unknown) => void connections.set(channelSocket(message), { bytesWritten: 0, looks: 0 });
  let max = 0;
  const look = (): void => {
    for (const [{ writableLength, bytesWritten }, seen] of connections) {
      max = Math.max(max, writableLength);
      const isStill = writableLength >= FULL_BYTES && bytesWritten === seen.bytesWritten;
      seen.looks = isStill ? seen.looks + 1 : 0;
      seen.bytesWritten = bytesWritten;
    }
  };
  subscribe("net.server.socket", accept);
  const looks = setInterval(look, LOOK_EVERY_MS);
  onTestFinished(() => {
    clearInterval(looks);
    unsubscribe("net.server.socket", accept);
  });
  return {
    max: () => max,
    isStuck: () => [...connections.values()].some((seen) => seen.looks >= STUCK_AFTER_LOOKS),
  };
}
