// The two ends of a lock's socket: who holds or wants the lock listens, who wants it too asks.
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { errorCode, StartError } from "./startError.ts";

/** The longest path that every Unix has room for in a socket's address (macOS 103, Linux 107). */
const SOCKET_PATH_BYTES_MAX = 103;

/** How long the answer of a socket that accepts is waited for, in milliseconds. Without an answer it counts as held. */
const ANSWER_TIMEOUT_MS = 3000;

/** An answer is a pid and a word of at most this many characters. */
const ANSWER_CHARS_MAX = 64;

/** The listening end. It never keeps the process alive. */
export type Listener = {
  /** From now on it answers that it holds the lock. */
  hold(): void;
  close(): Promise<void>;
};

/** What a socket tells: its process is gone, still deciding, holds the lock, or lives but does not say. */
export type Answer = { kind: "dead" | "decides" | "holds" | "silent"; pid?: number | undefined };

/** Listens on a socket and answers every caller with the pid and whether the lock is held. */
export async function listen(socketPath: string, dataDir: string): Promise<Listener> {
  let holds = false;
  const server = createServer((caller) => {
    caller.on("error", () => caller.destroy());
    caller.end(`${process.pid} ${holds ? "holds" : "decides"}\n`, () => caller.destroy());
  });
  server.listen(shortest(socketPath, dataDir));
  try {
    await once(server, "listening");
  } catch (cause) {
    const reason = errorCode(cause);
    throw new StartError(`DATA_DIR ${dataDir} cannot hold the lock's socket (${reason}): choose a local directory`, {
      cause,
    });
  }
  server.on("error", () => {
    // A caller that could not be accepted asks again.
  });
  server.unref();
  return {
    hold: () => {
      holds = true;
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** Asks who listens on a socket. */
export async function askSocket(socketPath: string): Promise<Answer> {
  const socket = connect(shortest(socketPath, path.dirname(path.dirname(socketPath))));
  const timer = setTimeout(() => socket.destroy(), ANSWER_TIMEOUT_MS);
  try {
    await once(socket, "connect");
    return parse(await readAll(socket));
  } catch (error) {
    const code = errorCode(error);
    return { kind: code === "ECONNREFUSED" || code === "ENOENT" ? "dead" : "silent" };
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function readAll(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.length > ANSWER_CHARS_MAX) break;
  }
  return text;
}

function parse(text: string): Answer {
  const [, pid, word] = /^(\d{1,10}) (decides|holds)\n$/.exec(text) ?? [];
  if (pid === undefined) return { kind: "silent" };
  return { kind: word === "holds" ? "holds" : "decides", pid: Number(pid) };
}

/** The shorter of the absolute and the relative path, for a socket's address has little room. */
function shortest(socketPath: string, dataDir: string): string {
  if (process.platform === "win32") return socketPath;
  const relative = path.relative(process.cwd(), socketPath);
  const address = relative.length < socketPath.length ? relative : socketPath;
  if (Buffer.byteLength(address) <= SOCKET_PATH_BYTES_MAX) return address;
  const room = SOCKET_PATH_BYTES_MAX - (Buffer.byteLength(socketPath) - Buffer.byteLength(dataDir));
  throw new StartError(`DATA_DIR ${dataDir} is too long a path: the lock's socket in it leaves room for ${room} bytes`);
}
