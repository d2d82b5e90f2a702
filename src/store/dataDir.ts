// The layout of DATA_DIR and the marker file that says it is ours: papertape.json, db/ (PGlite's files) and lock/.
import { access, constants, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { LOCK_FOLDER } from "./lock.ts";
import { errorCode, StartError } from "./startError.ts";

/** The file that marks a directory as a Papertape DATA_DIR. */
export const MARKER_FILE = "papertape.json";

/** The folder of PGlite's files. */
export const DATABASE_FOLDER = "db";

/** The layout of DATA_DIR that this version writes and reads. */
const FORMAT = 1;

/** Names that an empty directory may hold all the same: a mounted volume's, and hidden ones. */
const NOT_CONTENT = /^(\.|lost\+found$)/;

/**
 * What a DATA_DIR holds: nothing yet, a database whose creation was cut short (it never answered anyone, so it is made
 * anew), or a database.
 */
export type DataDirState = "empty" | "unfinished" | "ready";

/**
 * Tells what a directory holds, and touches nothing. Throws a StartError where it is no directory, holds something else,
 * is damaged, or was written by a newer Papertape.
 */
export async function inspectDataDir(dataDir: string): Promise<DataDirState> {
  const names = await listing(dataDir);
  if (names.includes(MARKER_FILE)) return readMarker(dataDir);
  const foreign = names.filter((name) => name !== LOCK_FOLDER && !NOT_CONTENT.test(name));
  if (foreign.length === 0) return "empty";
  throw new StartError(
    `DATA_DIR ${dataDir} holds files that are not Papertape's (${foreign[0]}): choose an empty or a new directory`,
  );
}

/** Creates the directory where it is missing. Throws a StartError where that, or writing in it, is not possible. */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await makeFolders(dataDir);
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new StartError(`DATA_DIR ${dataDir} is not writable (${errorCode(cause)})`, { cause });
  }
}

/** As mkdir's `recursive`, which never ends in a file system that refuses folders as /proc does. */
async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || path.dirname(folder) === folder) throw error;
    await makeFolders(path.dirname(folder));
    await mkdir(folder);
  }
}

/** Marks the directory as ours, with a database that is being made; what was left of an earlier attempt is removed. */
export async function beginDatabase(dataDir: string): Promise<void> {
  await writeMarker(dataDir, "unfinished");
  await rm(path.join(dataDir, DATABASE_FOLDER), { recursive: true, force: true });
}

/** Marks the database as one that answers. */
export async function finishDatabase(dataDir: string): Promise<void> {
  await writeMarker(dataDir, "ready");
}

async function listing(dataDir: string): Promise<string[]> {
  try {
    return await readdir(dataDir);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR" && (await isFile(dataDir))) {
      throw new StartError(`DATA_DIR ${dataDir} is a file: it must be a directory`, { cause });
    }
    throw new StartError(`DATA_DIR ${dataDir} cannot be read (${code})`, { cause });
  }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => !found.isDirectory(),
    () => false,
  );
}

async function readMarker(dataDir: string): Promise<DataDirState> {
  const file = path.join(dataDir, MARKER_FILE);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new StartError(`DATA_DIR ${dataDir} cannot be read (${errorCode(cause)} on ${MARKER_FILE})`, { cause });
  });
  const marker = parseMarker(text);
  if (marker === undefined) {
    throw new StartError(
      `DATA_DIR ${dataDir} is damaged (${MARKER_FILE} is unreadable): restore it from a backup, or choose another DATA_DIR`,
    );
  }
  if (marker.format > FORMAT) {
    throw new StartError(`DATA_DIR ${dataDir} was written by a newer Papertape: start that version, or a newer one`);
  }
  return marker.state;
}

function parseMarker(text: string): { format: number; state: "unfinished" | "ready" } | undefined {
  try {
    const { format, state }: Record<string, unknown> = Object(JSON.parse(text));
    if (typeof format !== "number" || !Number.isInteger(format) || format < 1) return undefined;
    if (format > FORMAT) return { format, state: "ready" };
    return state === "unfinished" || state === "ready" ? { format, state } : undefined;
  } catch {
    return undefined;
  }
}

async function writeMarker(dataDir: string, state: "unfinished" | "ready"): Promise<void> {
  const file = path.join(dataDir, MARKER_FILE);
  try {
    await writeFile(`${file}.new`, `${JSON.stringify({ format: FORMAT, state })}\n`, { flush: true });
    await rename(`${file}.new`, file);
  } catch (cause) {
    throw new StartError(`DATA_DIR ${dataDir} is not writable (${errorCode(cause)})`, { cause });
  }
}
