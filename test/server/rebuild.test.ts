// The command `--rebuild`: tells which sessions' sums differed from their trades, and leaves them mended.
import fc from "fast-check";
import { expect, it } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { createLog } from "../../src/server/log.ts";
import { rebuild } from "../../src/server/rebuild.ts";
import { accountIdOf } from "../../src/services/accountIds.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { createReads } from "../../src/store/reads.ts";
import { busyHistory } from "../support/busyHistories.ts";
import { databaseRows } from "../support/databaseRows.ts";
import { silentLog } from "../support/log.ts";
import { freshDataDir } from "../support/pglite.ts";
import { createPlayer } from "../support/player.ts";

const HISTORY_SEED = 3;

it("should tell each session whose sums differed, mend it, and find nothing the next time", async () => {
  const { dataDir, remove } = await freshDataDir();
  try {
    const database = await openDatabase({ dataDir, log: silentLog });
    const player = await createPlayer(createDeskStore(database), databaseRows(database), createReads(database));
    const [steps = []] = fc.sample(busyHistory(), { numRuns: 1, seed: HISTORY_SEED });
    for (const step of steps) await player.play(step);
    await player.running.close();
    const sessions = await database.prisma.session.count();
    const { count } = await database.prisma.rollup.updateMany({
      where: { session: 1, breakdown: "ALL" },
      data: { commissions: "0.01" },
    });
    expect(count).toBe(1);
    await database.close();

    const lines: string[] = [];
    const run = () =>
      rebuild(readConfig({ DATA_DIR: dataDir }, ["--rebuild"]), createLog("silent"), (line) => lines.push(line));
    await run();
    await run();
    expect(lines).toEqual([
      `mended account main (${accountIdOf("local", "main")}), session 1`,
      `${sessions} sessions rebuilt, 1 of them differed`,
      `${sessions} sessions rebuilt, 0 of them differed`,
    ]);
  } finally {
    await remove();
  }
});
