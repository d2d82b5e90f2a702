// Reading accounts: stored state and figures of one instant, valued at the board's prices; only the viewer's own.
import { mayKnow } from "../auth/viewer.ts";
import type { Book } from "../domain/book.ts";
import { type Eligibility, eligibilityOf, notStarted } from "../domain/eligibility.ts";
import { resolveAccount } from "./accountIds.ts";
import { type AccountView, accountView } from "./accountViews.ts";
import { boardPrices, type Desk, type Viewer } from "./desk.ts";

/** Books of accounts as they are committed, by id; those that do not exist for the viewer are left out. */
export async function readBooks(desk: Desk, viewer: Viewer, asked: readonly string[]): Promise<Map<string, Book>> {
  const accountIds = asked.filter((accountId) => mayKnow(viewer, accountId));
  const current = await currentInMemory(desk, accountIds);
  const missing = accountIds.filter((accountId) => !current.has(accountId));
  const read = missing.length === 0 ? [] : await desk.store.readBooks(missing);
  const books = [...current.values(), ...read].filter((book) => book.account.owner === viewer.owner);
  return new Map(books.map((book) => [book.account.accountId, book]));
}

/** The books that memory has as they are committed: all it has, unless other processes write to the database too. */
async function currentInMemory(desk: Desk, accountIds: readonly string[]): Promise<Map<string, Book>> {
  const revisions = desk.store.isShared ? await desk.store.readRevisions(accountIds) : undefined;
  const books = new Map<string, Book>();
  for (const accountId of accountIds) {
    const book = desk.books.get(accountId);
    if (book === undefined) continue;
    if (revisions === undefined || revisions.get(accountId) === book.account.revision) books.set(accountId, book);
  }
  return books;
}

/** Views of accounts in the order of their ids given; null for each that is not the viewer's. */
export async function readAccounts(
  desk: Desk,
  viewer: Viewer,
  accountIds: readonly string[],
): Promise<(AccountView | null)[]> {
  const books = await readBooks(desk, viewer, accountIds);
  const priceOf = boardPrices(desk);
  return accountIds.map((accountId) => {
    const book = books.get(accountId);
    return book === undefined ? null : accountView(book, priceOf);
  });
}

/** The account that an `account` argument means, or null. */
export async function readAccount(
  desk: Desk,
  viewer: Viewer,
  account: string | null | undefined,
): Promise<AccountView | null> {
  const [view] = await readAccounts(desk, viewer, [resolveAccount(viewer.owner, account)]);
  return view ?? null;
}

/** Whether the account is eligible to go live; one that was never started has a reason, not an error. */
export async function readEligibility(
  desk: Desk,
  viewer: Viewer,
  account: string | null | undefined,
): Promise<Eligibility> {
  const book = await readBook(desk, viewer, account);
  return book === undefined ? notStarted() : eligibilityOfBook(desk, book);
}

async function readBook(desk: Desk, viewer: Viewer, account: string | null | undefined): Promise<Book | undefined> {
  const accountId = resolveAccount(viewer.owner, account);
  return (await readBooks(desk, viewer, [accountId])).get(accountId);
}

/** The eligibility of an account by its running session. */
export function eligibilityOfBook(desk: Desk, book: Book): Eligibility {
  return eligibilityOf(book.session, desk.clock.nowMs(), book.account.session - 1);
}
