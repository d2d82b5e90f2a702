// The built server as a process of its own, with a browser: backtests are run by a worker, which only the build has.
import { startServer } from "../support/serverProcess.ts";
import { type DeskSuite, useServer } from "./deskPage.ts";

/** A server of a suite's own, on a fresh database. `isExpected` are complaints that belong to what the suite does. */
export function useBuiltDesk(isExpected?: (complaint: string) => boolean): DeskSuite {
  return useServer(async (dataDir) => {
    const { url, kill } = await startServer({ DATA_DIR: dataDir, LOG_LEVEL: "error" });
    return { url, close: async () => void (await kill()) };
  }, isExpected);
}
