// Keeps what was made of the documents that clients send again and again, within bounds.
import { CACHED_DOCUMENT_CHARS_MAX, CACHED_DOCUMENTS_MAX } from "./limits.ts";

/** Keyed by the document's text. */
export interface DocumentCache<Made> {
  get(text: string): Made | undefined;
  set(text: string, made: Made): void;
}

/** A cache that forgets the least recently used document, and never keeps a long one. */
export function createDocumentCache<Made extends object>(): DocumentCache<Made> {
  const kept = new Map<string, Made>();
  return {
    get(text) {
      const made = kept.get(text);
      if (made === undefined) return undefined;
      kept.delete(text);
      kept.set(text, made);
      return made;
    },
    set(text, made) {
      if (text.length > CACHED_DOCUMENT_CHARS_MAX) return;
      kept.delete(text);
      kept.set(text, made);
      if (kept.size <= CACHED_DOCUMENTS_MAX) return;
      const [oldest] = kept.keys();
      if (oldest !== undefined) kept.delete(oldest);
    },
  };
}
