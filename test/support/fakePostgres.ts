// A server that greets like PostgreSQL and answers every query with the same single row: an old or an odd one for tests.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A row's columns, as text. */
type Row = Readonly<Record<string, string>>;

const TEXT_OID = 25;
const INT_OID = 23;
const BOOL_OID = 16;

/** Starts the server; a null row never answers anything, not even the greeting. */
export async function fakePostgres(row: Row | null): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    if (row !== null) talk(socket, row);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgresql://someone@127.0.0.1:${port}/desk`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function talk(socket: Socket, row: Row): void {
  let greeted = false;
  socket.on("data", (bytes) => {
    if (!greeted) {
      greeted = true;
      socket.write(Buffer.concat([message("R", int32(0)), READY]));
    } else if (bytes[0] === "Q".charCodeAt(0)) {
      socket.write(Buffer.concat([description(row), values(row), message("C", text("SELECT 1")), READY]));
    }
  });
}

const READY = message("Z", Buffer.from("I"));

function description(row: Row): Buffer {
  const columns = Object.entries(row).map(([name, value]) =>
    Buffer.concat([text(name), int32(0), int16(0), int32(oidOf(value)), int16(-1), int32(-1), int16(0)]),
  );
  return message("T", Buffer.concat([int16(columns.length), ...columns]));
}

function values(row: Row): Buffer {
  const columns = Object.values(row).map((value) =>
    Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]),
  );
  return message("D", Buffer.concat([int16(columns.length), ...columns]));
}

function oidOf(value: string): number {
  if (/^\d+$/.test(value)) return INT_OID;
  return value === "t" || value === "f" ? BOOL_OID : TEXT_OID;
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
