// Making rollups anew from the trades: all of them on demand, at a start those that an older version did not keep.
import type { NamedSession, RollupStore, SessionKey } from "../ports.ts";
import type { DeskLog } from "./desk.ts";

const PORTION_SESSIONS = 200;

export interface Rebuilding {
  readonly sessions: number;
  /** How many of them had other rollups, or another time in the market, than their trades say. */
  readonly mended: number;
}

/** Makes the rollups of all sessions anew, or of one account's, and tells each session whose were others. */
export async function rebuildRollups(
  store: RollupStore,
  onMended: (session: NamedSession) => void,
  accountId?: string,
): Promise<Rebuilding> {
  let sessions = 0;
  let mended = 0;
  let after: SessionKey | undefined;
  for (;;) {
    const portion = await store.sessionsAfter(after, PORTION_SESSIONS, accountId);
    for (const session of portion) {
      sessions += 1;
      if (!(await store.rebuild(session))) continue;
      mended += 1;
      onMended(session);
    }
    after = portion.at(-1);
    if (portion.length < PORTION_SESSIONS) return { sessions, mended };
  }
}

/** Makes the rollups of sessions that have none though they have trades. Nothing of them may be read before. */
export async function rebuildMissing(store: RollupStore, log: DeskLog): Promise<void> {
  const missing = await store.sessionsWithoutRollups();
  if (missing.length === 0) return;
  for (const session of missing) await store.rebuild(session);
  log.info({ sessions: missing.length }, "rollups of an older version's sessions made");
}
