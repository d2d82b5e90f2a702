// A TCP proxy between clients and a server that comes back on other ports: its connections are cut at any byte, or held.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface CuttingProxy {
  /** http://HOST:PORT, the same whatever becomes of the server. */
  readonly url: string;
  /** Resets the connections that are open: what is under way in either direction is lost. */
  reset(): void;
  /** Lets so many more bytes pass, both directions together, and then cuts; with none open it is the next connection. */
  cutAfter(bytes: number): void;
  /** Takes nothing more from the server on the connections that are open, so that in the end it has to wait. */
  hold(): void;
  /** Takes on. */
  release(): void;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

/** Starts a proxy on a free port. At each connection `address` tells the server's, http://HOST:PORT, if there is one. */
export async function startCuttingProxy(address: () => string | undefined): Promise<CuttingProxy> {
  const links = new Set<Link>();
  let bytesOfNext = Number.POSITIVE_INFINITY;
  const server = createServer((client) => {
    const target = address();
    if (target === undefined) return reset(client.on("error", () => undefined));
    const { hostname, port } = new URL(target);
    const link = new Link(client, connect(Number(port), hostname), bytesOfNext);
    bytesOfNext = Number.POSITIVE_INFINITY;
    links.add(link);
    client.once("close", () => links.delete(link));
  });
  await once(server.listen(0, HOST), "listening");
  const { port } = server.address() as AddressInfo;
  const resetAll = (): void => {
    for (const link of links) link.reset();
  };
  return {
    url: `http://${HOST}:${port}`,
    reset: resetAll,
    cutAfter: (bytes) => {
      if (links.size === 0) bytesOfNext = bytes;
      for (const link of links) link.bytesLeft = bytes;
    },
    hold: () => {
      for (const link of links) link.hold();
    },
    release: () => {
      for (const link of links) link.release();
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      resetAll();
      await closed;
    },
  };
}

/** One connection of a client, and the one to the server that belongs to it. */
class Link {
  /** How many bytes may pass before the cut. */
  bytesLeft: number;
  private readonly client: Socket;
  private readonly server: Socket;
  private isHeld = false;
  private isFull = false;

  constructor(client: Socket, server: Socket, bytesLeft: number) {
    this.client = client;
    this.server = server;
    this.bytesLeft = bytesLeft;
    this.connect(client, server);
    this.connect(server, client);
    client.on("data", (bytes: Buffer) => this.pass(bytes, client, server));
    server.on("data", (bytes: Buffer) => {
      if (this.pass(bytes, server, client)) return;
      this.isFull = true;
      this.flow();
    });
    client.on("drain", () => {
      this.isFull = false;
      this.flow();
    });
  }

  reset(): void {
    for (const socket of [this.client, this.server]) reset(socket);
  }

  hold(): void {
    this.isHeld = true;
    this.flow();
  }

  release(): void {
    this.isHeld = false;
    this.flow();
  }

  /** The end of one side, by its close or a fault, is the other's too. */
  private connect(one: Socket, other: Socket): void {
    one.on("error", () => undefined);
    one.once("close", (hadError) => (hadError ? reset(other) : other.destroySoon()));
  }

  /** False where the taker has enough for now. */
  private pass(bytes: Buffer, from: Socket, to: Socket): boolean {
    if (bytes.length < this.bytesLeft) {
      this.bytesLeft -= bytes.length;
      return to.write(bytes);
    }
    to.end(bytes.subarray(0, this.bytesLeft));
    reset(from);
    return true;
  }

  private flow(): void {
    if (this.isHeld || this.isFull) this.server.pause();
    else this.server.resume();
  }
}

function reset(socket: Socket): void {
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
