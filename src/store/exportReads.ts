// Whole lists of a session as records, for exports: by keyset, page after page, read only as fast as they are taken.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { PositionRecord, SignalRecord, TradeRecord } from "../domain/records.ts";
import type { ExportReads, PositionFilter, SessionScope, SignalFilter, TradeFilter } from "../readPorts.ts";
import type { PrismaClient } from "./generated/client.ts";
import { columnOf, POSITIONS, SIGNALS, selectList, type Table, TRADES } from "./tables.ts";

/** Rows of one page: what is made of a page at once, nobody else has a turn meanwhile. */
const PAGE_ROWS = 200;
const NUMBER_MAX = 2_147_483_647;

/** The reads over an open database. */
export function createExportReads(prisma: PrismaClient): ExportReads {
  return {
    trades: (filter) => tradesOf(prisma, filter),
    positions: (filter) => positionsOf(prisma, filter),
    signals: (filter) => signalsOf(prisma, filter),
  };
}

/** Newest exit first. */
async function* tradesOf(prisma: PrismaClient, { from, to, ...same }: TradeFilter): AsyncIterable<TradeRecord[]> {
  let last: TradeRecord | undefined;
  do {
    const where = new Conditions(TRADES, same);
    if (from !== undefined) where.add(`exit_time >= ${where.value(from.toISOString())}::timestamptz`);
    if (to !== undefined) where.add(`exit_time < ${where.value(to.toISOString())}::timestamptz`);
    if (last !== undefined) {
      const place = `${where.value(last.exitTime)}::timestamptz, ${where.value(last.number)}::int`;
      where.add(`(exit_time, number) < (${place})`);
    }
    const page = await read(prisma, TRADES, where, "exit_time DESC, number DESC");
    if (page.length > 0) yield page;
    last = page.length < PAGE_ROWS ? undefined : page.at(-1);
  } while (last !== undefined);
}

/** Oldest first. */
async function* positionsOf(prisma: PrismaClient, filter: PositionFilter): AsyncIterable<PositionRecord[]> {
  let last: PositionRecord | undefined;
  do {
    const where = new Conditions(POSITIONS, filter);
    if (filter.status === undefined) addNumbersOf(filter, where);
    if (last !== undefined) where.add(`number > ${where.value(last.number)}::int`);
    const page = await read(prisma, POSITIONS, where, "number");
    if (page.length > 0) yield page;
    last = page.length < PAGE_ROWS ? undefined : page.at(-1);
  } while (last !== undefined);
}

/** What pages.ts does: without a status the database walks along the numbers of the whole account. */
function addNumbersOf({ accountId, session }: SessionScope, where: Conditions): void {
  const ofAccount = `SELECT start_sequence FROM sessions WHERE account_id = ${where.value(accountId)}::uuid`;
  const own = `${where.value(session)}::int`;
  where.add(`number > (${ofAccount} AND session = ${own})`);
  where.add(`number <= coalesce((${ofAccount} AND session = ${own} + 1), ${NUMBER_MAX})`);
}

/** Newest first. */
async function* signalsOf(prisma: PrismaClient, filter: SignalFilter): AsyncIterable<SignalRecord[]> {
  let last: SignalRecord | undefined;
  do {
    const where = new Conditions(SIGNALS, filter);
    if (last !== undefined) where.add(`sequence < ${where.value(last.sequence)}::int`);
    const page = await read(prisma, SIGNALS, where, "sequence DESC");
    if (page.length > 0) yield page;
    last = page.length < PAGE_ROWS ? undefined : page.at(-1);
  } while (last !== undefined);
}

/** Conditions that all hold, with the values that they name as $1, $2 … */
class Conditions {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  /** Begins with equality for each field of `same`. */
  constructor(table: Pick<Table<never>, "columns">, same: object) {
    const columns = table.columns as Readonly<Record<string, string>>;
    for (const [field, value] of Object.entries(same)) {
      this.add(`${columnOf(field)} = ${this.value(value)}::${columns[field]}`);
    }
  }

  /** The placeholder of a value. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  add(part: string): void {
    this.parts.push(part);
  }

  toString(): string {
    return this.parts.join(" AND ");
  }
}

async function read<R>(prisma: PrismaClient, table: Table<R>, where: Conditions, order: string): Promise<R[]> {
  const statement = `SELECT ${selectList(table)} FROM ${table.name} WHERE ${where} ORDER BY ${order} LIMIT ${PAGE_ROWS}`;
  const rows = await prisma.$queryRawUnsafe<R[]>(statement, ...where.values);
  await nextTurn();
  return rows;
}
