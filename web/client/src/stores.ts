// Where a follower keeps its cursor between its runs. Files are in the entry for Node.

/** Keeps one cursor. A bot with a database of its own implements it there. */
export interface CursorStore {
  /** The cursor saved last; undefined at the very first start. */
  load(): Promise<string | undefined>;
  /** Has kept the cursor for good when it resolves. It is called after each event, never twice at once. */
  save(cursor: string): Promise<void>;
}

/** A cursor that is gone with the page or the process: it begins at the cursor given, or as `from` says. */
export function memoryCursor(first?: string): CursorStore {
  let kept = first;
  return {
    load: async () => kept,
    save: async (cursor) => {
      kept = cursor;
    },
  };
}

/** What is needed of `localStorage`. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** A cursor in the browser's `localStorage` (or another storage): it outlives the page. Each follower needs its own key. */
export function storageCursor(
  key: string,
  storage: TextStorage = (globalThis as unknown as { readonly localStorage: TextStorage }).localStorage,
): CursorStore {
  return {
    load: async () => storage.getItem(key) ?? undefined,
    save: async (cursor) => storage.setItem(key, cursor),
  };
}
