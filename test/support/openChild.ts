// A child process that opens a database when asked, with the options of its message.
import { openDatabase } from "../../src/store/database.ts";
import { silentLog } from "./log.ts";

process.on("message", async (options: { databaseUrl?: string; dataDir: string }) => {
  try {
    const database = await openDatabase({ ...options, log: silentLog });
    const accounts = await database.prisma.account.count();
    process.send?.({ kind: database.kind, accounts });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});
process.send?.("ready");
