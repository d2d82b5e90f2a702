// The guard against a second process on the same DATA_DIR, released by the kernel when its process ends.
//
// A process that holds DATA_DIR listens on a Unix domain socket in it. That a socket accepts is proof of a living holder,
// that it refuses is proof of a dead one: no pid, clock or heartbeat is asked, so a stalled event loop keeps its lock, a
// SIGKILL frees it, and containers that share a volume see each other.
//
// Every process has a socket of its own name, which is never used again, so a dead one can be removed without a race. Who
// comes first shows its socket first and looks at the others after that, so of two at least one sees the other:
// - another that holds the lock wins;
// - another that is still deciding wins if its name is lower; one with a higher name is waited for.
// So at most one holds it (whoever looked last saw the other), and one always does (the lowest name gives way to nobody
// but a holder).
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { askSocket, type Listener, listen } from "./lockSocket.ts";
import { errorCode, StartError } from "./startError.ts";

/** DATA_DIR's folder of sockets. */
export const LOCK_FOLDER = "lock";

/** How often a higher name that is still deciding is asked again, and the pause between. */
const DECISION_POLLS_MAX = 200;
const DECISION_POLL_MS = 25;

/** The right to use a DATA_DIR; it lasts until `release` or the end of the process. */
export type DataDirLock = { release(): Promise<void> };

/**
 * Takes the lock of a directory that exists. Throws a StartError that tells the pid where another process (or this one)
 * holds it, and where the directory cannot hold a socket.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  if (process.platform === "win32") return lockPipe(dataDir);
  const folder = path.join(dataDir, LOCK_FOLDER);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => refuseFolder(dataDir, error));
  const name = `s${randomBytes(8).toString("hex")}`;
  const listener = await show(folder, name, dataDir);
  try {
    for (const other of await readdir(folder)) {
      if (other.startsWith("s") && other !== name) await outlast(path.join(folder, other), other > name, dataDir);
    }
  } catch (error) {
    await leave(listener, path.join(folder, name));
    throw error;
  }
  listener.hold();
  return { release: () => leave(listener, path.join(folder, name)) };
}

/** Listens under a hidden name and shows the socket when it accepts, so that no one can take it for a dead one. */
async function show(folder: string, name: string, dataDir: string): Promise<Listener> {
  const hidden = path.join(folder, `.${name}`);
  const listener = await listen(hidden, dataDir);
  try {
    await rename(hidden, path.join(folder, name));
    return listener;
  } catch (error) {
    await leave(listener, hidden);
    return refuseFolder(dataDir, error);
  }
}

/** Returns when the socket's process is gone for good; throws when it has, or may get, the lock. */
async function outlast(socket: string, waits: boolean, dataDir: string): Promise<void> {
  for (let poll = 0; poll < DECISION_POLLS_MAX; poll += 1) {
    const answer = await askSocket(socket);
    if (answer.kind === "dead") return rm(socket, { force: true });
    if (answer.kind === "holds" || answer.kind === "silent" || !waits) throw held(dataDir, answer.pid);
    await sleep(DECISION_POLL_MS);
  }
  throw held(dataDir, undefined);
}

async function leave(listener: Listener, socket: string): Promise<void> {
  await rm(socket, { force: true });
  await listener.close();
}

/** Windows has named pipes, which belong to one listener at a time and vanish with it. */
async function lockPipe(dataDir: string): Promise<DataDirLock> {
  const pipe = `\\\\.\\pipe\\papertape-${createHash("sha256").update(dataDir.toLowerCase()).digest("hex")}`;
  try {
    const listener = await listen(pipe, dataDir);
    listener.hold();
    return { release: () => listener.close() };
  } catch (error) {
    const answer = await askSocket(pipe);
    if (answer.kind === "dead") throw error;
    throw held(dataDir, answer.pid);
  }
}

function held(dataDir: string, pid: number | undefined): StartError {
  const holder = pid === undefined ? "another process" : pid === process.pid ? "this very process" : `process ${pid}`;
  return new StartError(`DATA_DIR ${dataDir} is in use by ${holder}: stop it first, or choose another DATA_DIR`);
}

function refuseFolder(dataDir: string, cause: unknown): never {
  throw new StartError(`DATA_DIR ${dataDir} is not writable (${errorCode(cause)})`, { cause });
}
