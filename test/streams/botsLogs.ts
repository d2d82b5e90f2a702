// The logs that the bots' lists are held against: read anew through the API, and as the database has them.
import { setTimeout as sleep } from "node:timers/promises";
import { encodeCursor } from "../../src/events/cursor.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import type { BotsLogSubscription } from "../generated/graphql.ts";
import { databaseRows } from "../support/databaseRows.ts";
import { silentLog } from "../support/log.ts";
import type { WireClient } from "../support/wireClient.ts";
import type { Place } from "../support/wireDesk.ts";
import type { Told } from "./botsLife.ts";
import { BotsAccount, BotsLog } from "./botsOperations.ts";

const POLL_MS = 20;

export type LoggedEvent = BotsLogSubscription["accountEvents"];

/** An account's whole log, from the beginning of its session to its head. */
export async function readLog(client: WireClient, name: string): Promise<LoggedEvent[]> {
  const { account } = await client.run(BotsAccount, { account: name });
  if (!account) throw new Error(`there is no account ${name}`);
  const events: LoggedEvent[] = [];
  for await (const { accountEvents } of await client.follow(BotsLog, { account: name, after: account.sessionCursor })) {
    events.push(accountEvents);
    if (accountEvents.cursor === account.cursor) break;
  }
  return events;
}

/** The events in the database of a server that has ended, by the names of their accounts. */
export async function readStoredLogs({ env }: Place): Promise<Map<string, Told[]>> {
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir = "unused" } = env;
  const database = await openDatabase({ databaseUrl, dataDir, log: silentLog });
  try {
    const logs = new Map<string, Told[]>();
    for (const { accountId, name } of await database.prisma.account.findMany()) {
      logs.set(name, await readStoredLog(database, accountId));
    }
    return logs;
  } finally {
    await database.close();
  }
}

/** An account's events in the database. */
export async function readStoredLog(database: Database, accountId: string): Promise<Told[]> {
  const events = await databaseRows(database).events(accountId);
  return events.map(({ type, sequence }) => ({
    __typename: type,
    cursor: encodeCursor({ accountId, sequence }),
    sequence,
  }));
}

/** Waits until lists are as long as they should be, at most for so long: what is missing then is told by `differences`. */
export async function untilLongEnough(isSo: () => boolean, patienceMs: number): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!isSo() && performance.now() < deadlineMs) await sleep(POLL_MS);
}

/** How a list differs from a log, at the first place where it does; nothing where both are the same. */
export function differences(name: string, list: readonly Told[], log: readonly Told[]): string[] {
  const length = Math.max(list.length, log.length);
  for (let place = 0; place < length; place += 1) {
    const [got, wanted] = [list[place], log[place]];
    if (got && wanted && told(got) === told(wanted)) continue;
    const counts = `${list.length} for ${log.length} events`;
    return [`${name} has ${counts}; at ${place} it has ${told(got)} in place of ${told(wanted)}`];
  }
  return [];
}

function told(event: Told | undefined): string {
  return event === undefined ? "nothing" : `${event.sequence} ${event.__typename} ${event.cursor}`;
}
