// Whole lists of a session as records, for exports: by keyset, page after page, read only as fast as they are taken.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { PositionRecord, SignalRecord, TradeRecord } from "../domain/records.ts";
import type { ExportReads, PositionFilter, SignalFilter, TradeFilter } from "../readPorts.ts";
import type { PrismaClient } from "./generated/client.ts";
import { numbersOfSession } from "./pages.ts";
import { columnOf, POSITIONS, SIGNALS, selectList, type Table, TRADES } from "./tables.ts";

/** Rows of one page: what is made of a page at once, nobody else has a turn meanwhile. */
const PAGE_ROWS = 200;

/** The reads over an open database. */
export function createExportReads(prisma: PrismaClient): ExportReads {
  return {
    trades: (filter) => tradesOf(prisma, filter),
    positions: (filter) => positionsOf(prisma, filter),
    signals: (filter) => signalsOf(prisma, filter),
  };
}

/** Newest exit first. */
function tradesOf(prisma: PrismaClient, { from, to, ...same }: TradeFilter): AsyncIterable<TradeRecord[]> {
  return pagesOf(prisma, TRADES, "exit_time DESC, number DESC", (last) => {
    const where = new Conditions(TRADES, same);
    if (from !== undefined) where.add(`exit_time >= ${where.value(from.toISOString())}::timestamptz`);
    if (to !== undefined) where.add(`exit_time < ${where.value(to.toISOString())}::timestamptz`);
    if (last !== undefined) {
      const place = `${where.value(last.exitTime)}::timestamptz, ${where.value(last.number)}::int`;
      where.add(`(exit_time, number) < (${place})`);
    }
    return where;
  });
}

/** Oldest first. */
async function* positionsOf(prisma: PrismaClient, filter: PositionFilter): AsyncIterable<PositionRecord[]> {
  const { above, upTo } = filter.status === undefined ? await numbersOfSession(prisma, filter) : {};
  yield* pagesOf(prisma, POSITIONS, "number", (last) => {
    const where = new Conditions(POSITIONS, filter);
    const from = last?.number ?? above;
    if (from !== undefined) where.add(`number > ${where.value(from)}::int`);
    if (upTo !== undefined) where.add(`number <= ${where.value(upTo)}::int`);
    return where;
  });
}

/** Newest first. */
function signalsOf(prisma: PrismaClient, filter: SignalFilter): AsyncIterable<SignalRecord[]> {
  return pagesOf(prisma, SIGNALS, "sequence DESC", (last) => {
    const where = new Conditions(SIGNALS, filter);
    if (last !== undefined) where.add(`sequence < ${where.value(last.sequence)}::int`);
    return where;
  });
}

/** Page after page of a table; `after` says what holds for the rows behind the last that was taken. */
async function* pagesOf<R>(
  prisma: PrismaClient,
  table: Table<R>,
  order: string,
  after: (last: R | undefined) => Conditions,
): AsyncIterable<R[]> {
  let last: R | undefined;
  do {
    const where = after(last);
    const statement = `SELECT ${selectList(table)} FROM ${table.name} WHERE ${where} ORDER BY ${order} LIMIT ${PAGE_ROWS}`;
    const page = await prisma.$queryRawUnsafe<R[]>(statement, ...where.values);
    await nextTurn();
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
