// Where a bot on Node keeps its cursor between its runs: in a file, or in a file together with its own state.
import { open, readFile, rename } from "node:fs/promises";
import type { CursorStore } from "./stores.ts";

/** A cursor in a file of its own. Each bot needs its own file. */
export function cursorFile(path: string): CursorStore {
  return {
    load: async () => (await readIfThere(path))?.trim(),
    save: (cursor) => replaceFile(path, `${cursor}\n`),
  };
}

/**
 * The cursor and the bot's own state in one file, as JSON. The bot changes `state` while it deals with an event; both are
 * then saved in one stroke, so no crash can count an event twice or leave it out. `first` is the state of the first start.
 */
export async function stateFile<State>(path: string, first: State): Promise<CursorStore & { readonly state: State }> {
  const text = await readIfThere(path);
  const kept: { cursor?: string; state: State } = text === undefined ? { state: first } : JSON.parse(text);
  const { cursor: saved, state } = kept;
  return {
    state,
    load: async () => saved,
    save: (cursor) => replaceFile(path, `${JSON.stringify({ cursor, state })}\n`),
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a file whole or not at all: whoever reads it finds the old text or the new one, also after a crash. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.tmp`;
  const file = await open(draft, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
