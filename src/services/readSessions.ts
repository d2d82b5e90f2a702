// Reading an account's sessions: one by its number, and the list of them; only the viewer's own.
import type { SessionRecord } from "../domain/records.ts";
import type { Reads, SessionReads, SessionScope, StoredRows } from "../readPorts.ts";
import type { Viewer } from "./desk.ts";
import type { List, ListScope } from "./lists.ts";
import { readHead } from "./readRows.ts";

type Heads = Pick<Reads<StoredRows>, "findHead">;

/** The session that the arguments mean, the running one by default; null where the viewer has no such one. */
export async function findSession(
  reads: Heads,
  viewer: Viewer,
  { account, session }: ListScope,
): Promise<SessionScope | null> {
  const head = await readHead(reads, viewer, account);
  if (head === null) return null;
  const { accountId } = head;
  const number = session ?? head.session;
  // Sessions are numbered from 1 without a gap, and none is ever deleted.
  return number >= 1 && number <= head.session ? { accountId, session: number } : null;
}

/** The sessions of an account, newest first; none where the viewer has no such account. */
export async function listSessions(
  reads: Heads,
  sessions: SessionReads,
  viewer: Viewer,
  account: string | null | undefined,
): Promise<List<SessionRecord, number>> {
  const head = await readHead(reads, viewer, account);
  if (head === null) return { find: async () => [], count: async () => 0 };
  const { accountId } = head;
  return {
    find: (range) => sessions.findSessions(accountId, range),
    count: () => sessions.countSessions(accountId),
  };
}
