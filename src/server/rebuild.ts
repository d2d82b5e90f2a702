// The command `--rebuild`: makes the rollups of all sessions anew from their trades, tells which were others, and ends.
import { rebuildRollups } from "../services/rebuildRollups.ts";
import { openDatabase } from "../store/database.ts";
import { createRollupStore } from "../store/rebuild.ts";
import { type Config, databaseOf } from "./config.ts";
import type { Log } from "./log.ts";

/** Rebuilds in the database of `config` and tells people on `say`. Throws a StartError where it cannot be opened. */
export async function rebuild(config: Config, log: Log, say: (line: string) => void): Promise<void> {
  const database = await openDatabase({ ...databaseOf(config), log });
  try {
    // After a restore the database knows nothing of its tables yet, and would sort a session for each page of it.
    await database.prisma.$executeRaw`ANALYZE positions, trades`;
    const { sessions, mended } = await rebuildRollups(createRollupStore(database), ({ accountId, name, session }) =>
      say(`mended account ${name} (${accountId}), session ${session}`),
    );
    say(`${sessions} sessions rebuilt, ${mended} of them differed`);
  } finally {
    await database.close();
  }
}
