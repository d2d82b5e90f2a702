// Running a statement of tables.ts on many records: in portions, so that an embedded database never holds everything up.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Prisma } from "./generated/client.ts";

/** Rows that one statement writes at the most: more would hold the event loop of an embedded database too long. */
export const STATEMENT_ROWS_MAX = 250;

/** The client of a transaction. */
export type Client = Prisma.TransactionClient;

/** Runs a statement whose `$1` is an array of records; throws where it wrote another number of rows than it was given. */
export async function execute(client: Client, statement: string, records: readonly object[]): Promise<void> {
  for (let from = 0; from < records.length; from += STATEMENT_ROWS_MAX) {
    const portion = records.slice(from, from + STATEMENT_ROWS_MAX);
    const written = await executePortion(client, statement, portion);
    if (written !== portion.length) {
      throw new Error(`a statement wrote ${written} of ${portion.length} rows: ${statement.slice(0, 60)}`);
    }
  }
}

/** The same for a statement that may leave some of the rows as they are. */
export async function executeLoosely(client: Client, statement: string, records: readonly object[]): Promise<void> {
  for (let from = 0; from < records.length; from += STATEMENT_ROWS_MAX) {
    await executePortion(client, statement, records.slice(from, from + STATEMENT_ROWS_MAX));
  }
}

async function executePortion(client: Client, statement: string, portion: readonly object[]): Promise<number> {
  // An embedded database answers without ever yielding: between statements everything else gets its turn.
  await nextTurn();
  return client.$executeRawUnsafe(statement, JSON.stringify(portion));
}

/** Rows of a query whose `$1` is an array of records; asked for in portions too. */
export async function query<Row>(client: Client, statement: string, records: readonly object[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (let from = 0; from < records.length; from += STATEMENT_ROWS_MAX) {
    await nextTurn();
    const portion = records.slice(from, from + STATEMENT_ROWS_MAX);
    rows.push(...(await client.$queryRawUnsafe<Row[]>(statement, JSON.stringify(portion))));
  }
  return rows;
}
