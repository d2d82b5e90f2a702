// The books in memory: those with open positions for good, of the others as many as were used last.
import type { Book } from "../domain/book.ts";
import type { Books } from "../ports.ts";

/** Books without open positions that are kept: each takes a few kilobytes. */
const IDLE_BOOKS_MAX = 10_000;

export function createBooks(): Books {
  const held = new Map<string, Book>();
  const idle = new Map<string, Book>();
  const forget = (accountId: string): void => {
    held.delete(accountId);
    idle.delete(accountId);
  };
  return {
    get: (accountId) => held.get(accountId) ?? idle.get(accountId),
    set: (book) => {
      const { accountId } = book.account;
      forget(accountId);
      (book.positions.size > 0 ? held : idle).set(accountId, book);
      const oldest = idle.size > IDLE_BOOKS_MAX ? idle.keys().next().value : undefined;
      if (oldest !== undefined) idle.delete(oldest);
    },
    delete: forget,
  };
}
