// The built server as a process of its own, with a browser: backtests are run by a worker, which only the build has.
import { type Client, createClient } from "@papertape/client/node";
import { afterAll, beforeAll } from "vitest";
import { freshDataDir, type TestDir } from "../support/pglite.ts";
import { type ServerProcess, startServer } from "../support/serverProcess.ts";
import { type DeskSuite, useBrowser } from "./deskPage.ts";

/** A server of a suite's own, on a fresh database. `isExpected` are complaints that belong to what the suite does. */
export function useBuiltDesk(isExpected?: (complaint: string) => boolean): DeskSuite {
  let folder: TestDir;
  let server: ServerProcess;
  let client: Client;
  beforeAll(async () => {
    folder = await freshDataDir();
    server = await startServer({ DATA_DIR: folder.dataDir, LOG_LEVEL: "error" });
    client = createClient({ url: server.url });
  });
  afterAll(async () => {
    await server?.kill();
    await folder?.remove();
  });
  const visits = useBrowser(() => server.url, isExpected);
  return {
    ...visits,
    get url() {
      return server.url;
    },
    get client() {
      return client;
    },
  };
}
