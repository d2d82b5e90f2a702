// The migrations: they lead to schema.prisma, and what breaks a rule of the domain is not stored.
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diffToSchema } from "../../prisma/diff.ts";
import { rebuildMissing } from "../../src/services/rebuildRollups.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import type { PrismaClient } from "../../src/store/generated/client.ts";
import { applyMigrations } from "../../src/store/migrate.ts";
import { readMigrations } from "../../src/store/migrationFiles.ts";
import { createRollupStore } from "../../src/store/rebuild.ts";
import { columnOf } from "../../src/store/tables.ts";
import { silentLog } from "../support/log.ts";
import { freshDataDir } from "../support/pglite.ts";
import { freshPostgres, postgresReachable } from "../support/postgres.ts";
import { account, event, position, quote, session, signal, trade } from "../support/rows.ts";

describe("the migrations", () => {
  it("lead exactly to schema.prisma", async () => {
    expect(await diffToSchema(await readMigrations())).toBe("");
  });

  it("have names in the order of their times, and statements that need no rights beyond tables", async () => {
    for (const { name, sql } of await readMigrations()) {
      expect(name).toMatch(/^\d{14}_[a-z][a-z0-9_]*$/);
      expect(sql).not.toMatch(/CREATE (SCHEMA|EXTENSION|DATABASE)|CONCURRENTLY/i);
    }
  });
});

async function openPglite() {
  const { dataDir, remove } = await freshDataDir();
  return { database: await openDatabase({ dataDir, log: silentLog }), remove };
}

async function openPostgres() {
  const { url, drop } = await freshPostgres();
  return { database: await openDatabase({ databaseUrl: url, dataDir: "unused", log: silentLog }), remove: drop };
}

/** Inserts a row that breaks one rule; it is never there afterwards. */
type Broken = [rule: string, insert: (prisma: PrismaClient) => Promise<unknown>];

const sessionWith = (change: Parameters<typeof session>[0]) => (prisma: PrismaClient) =>
  prisma.session.createMany({ data: [session({ session: 2, ...change })] });
const positionWith = (change: Parameters<typeof position>[0]) => (prisma: PrismaClient) =>
  prisma.position.createMany({ data: [position({ number: 9, ...change })] });
const signalWith = (change: Parameters<typeof signal>[0]) => (prisma: PrismaClient) =>
  prisma.signal.createMany({ data: [signal({ signalId: "signal-9", ...change })] });
const tradeWith = (change: Parameters<typeof trade>[0]) => (prisma: PrismaClient) =>
  prisma.trade.createMany({ data: [trade({ number: 9, ...change })] });
const accountWith = (change: Parameters<typeof account>[0]) => (prisma: PrismaClient) =>
  prisma.account.createMany({ data: [account({ accountId: "01890000-0000-7000-8000-000000000009", ...change })] });
const quoteWith = (change: Parameters<typeof quote>[0]) => (prisma: PrismaClient) =>
  prisma.quote.createMany({ data: [quote({ symbol: "MSFT", ...change })] });
const eventWith = (change: Parameters<typeof event>[0]) => (prisma: PrismaClient) =>
  prisma.event.createMany({ data: [event({ sequence: 9, ...change })] });

const BROKEN: Broken[] = [
  ["accounts_status_check", accountWith({ status: "PAUSED" })],
  ["accounts_name_check", accountWith({ name: "Main" })],
  ["accounts_session_check", accountWith({ session: 0 })],
  ["accounts_sequence_check", accountWith({ sequence: -1 })],
  ["sessions_starting_capital_check", sessionWith({ startingCapital: "999.99" })],
  ["sessions_peak_equity_check", sessionWith({ peakEquity: "0" })],
  ["sessions_trades_check", sessionWith({ totalTrades: 1, winningTrades: 2 })],
  ["sessions_closed_check", sessionWith({ closedPositions: 1 })],
  ["sessions_target1_fraction_check", sessionWith({ target1Fraction: "0" })],
  ["signals_signal_id_check", signalWith({ signalId: "a b" })],
  ["signals_asset_class_check", signalWith({ assetClass: "BOND" })],
  ["signals_pattern_type_check", signalWith({ patternType: "CUP" })],
  ["signals_side_check", signalWith({ side: "BOTH", stopLoss: "160", target1: "145" })],
  ["signals_prices_check", signalWith({ stopLoss: "150" })],
  ["signals_prices_check", signalWith({ side: "SHORT" })],
  ["signals_trailing_stop_check", signalWith({ trailActivation: "155" })],
  ["signals_position_size_unit_check", signalWith({ positionSizeUnit: "BOXES" })],
  ["signals_status_check", signalWith({ status: "LOST", positionNumber: null })],
  ["signals_rejections_check", signalWith({ status: "REJECTED", positionNumber: null })],
  ["signals_rejections_check", signalWith({ rejections: [{ code: "TRADE_RISK" }] })],
  ["signals_skip_reason_check", signalWith({ status: "SKIPPED", positionNumber: null })],
  ["signals_skip_reason_check", signalWith({ status: "SKIPPED", positionNumber: null, skipReason: "TIRED" })],
  ["signals_position_number_check", signalWith({ positionNumber: null })],
  ["positions_side_check", positionWith({ side: "FLAT" })],
  ["positions_status_check", positionWith({ status: "HALF" })],
  ["positions_closed_check", positionWith({ status: "CLOSED" })],
  ["positions_closed_check", positionWith({ remainingQuantity: "0", tradeCount: 1 })],
  ["positions_quantity_check", positionWith({ quantity: "0", remainingQuantity: "0", status: "CLOSED" })],
  ["positions_remaining_quantity_check", positionWith({ remainingQuantity: "100.00000001" })],
  ["positions_remaining_quantity_check", positionWith({ remainingQuantity: "-1", tradeCount: 1 })],
  ["positions_entry_price_check", positionWith({ entryPrice: "0" })],
  ["positions_entry_price_source_check", positionWith({ entryPriceSource: "GUESS" })],
  ["positions_stop_loss_check", positionWith({ stopLoss: "144", stopMovedBy: "TRAILING" })],
  ["positions_stop_moved_by_check", positionWith({ stopLoss: "146" })],
  ["positions_stop_moved_by_check", positionWith({ stopLoss: "146", stopMovedBy: "HAND" })],
  ["positions_number_check", positionWith({ number: 0 })],
  ["trades_exit_reason_check", tradeWith({ exitReason: "BORED" })],
  ["trades_prices_check", tradeWith({ exitPrice: "0" })],
  ["trades_quantity_check", tradeWith({ quantity: "-1" })],
  ["trades_number_check", tradeWith({ number: 1 })],
  ["trades_exit_price_source_check", tradeWith({ exitPriceSource: "MARKET" })],
  ["events_sequence_check", eventWith({ sequence: 0 })],
  ["events_payload_check", eventWith({ payload: [] })],
  ["quotes_price_check", quoteWith({ price: "0" })],
  ["quotes_bid_ask_check", quoteWith({ bid: "-1" })],
  ["quotes_source_check", quoteWith({ source: "MARKET" })],
  ["quotes_symbol_check", quoteWith({ symbol: "aapl" })],
];

describe.each([
  { kind: "PGlite", opens: openPglite, skip: false },
  { kind: "PostgreSQL", opens: openPostgres, skip: !postgresReachable },
])("the second net on $kind", ({ opens, skip }) => {
  let database: Database;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    if (skip) return;
    ({ database, remove } = await opens());
    await database.prisma.account.createMany({ data: [account()] });
  });

  afterAll(async () => {
    if (skip) return;
    await database.close();
    await remove();
  });

  it.skipIf(skip)("lets pass what follows the rules", async () => {
    const { prisma } = database;
    await prisma.session.createMany({ data: [session()] });
    await prisma.position.createMany({
      data: [
        position(),
        position({ number: 4, status: "CLOSED", remainingQuantity: "0", tradeCount: 1 }),
        position({ number: 5, side: "SHORT", stopLoss: "154", initialStopLoss: "155", stopMovedBy: "BREAKEVEN" }),
        position({ number: 6, trailActivation: "155", trailOffset: "2", trailBestPrice: "156" }),
      ],
    });
    await prisma.signal.createMany({
      data: [
        signal(),
        signal({ signalId: "short", side: "SHORT", stopLoss: "155", target1: "145", target2: "140" }),
        signal({ signalId: "no", status: "REJECTED", positionNumber: null, rejections: [{ code: "TRADE_RISK" }] }),
        signal({ signalId: "off", status: "SKIPPED", positionNumber: null, skipReason: "ACCOUNT_DISABLED" }),
      ],
    });
    await prisma.trade.createMany({ data: [trade()] });
    await prisma.event.createMany({ data: [event()] });
    await prisma.quote.createMany({ data: [quote()] });
  });

  it.skipIf(skip).each(BROKEN)("refuses what breaks %s", async (rule, insert) => {
    await expect(insert(database.prisma)).rejects.toThrow(rule);
  });
});

describe("a database of the version before reports", () => {
  it.skipIf(!postgresReachable)("is upgraded with what reports need of its trades", async () => {
    const { url, drop } = await freshPostgres();
    await makeOlder(url);
    const database = await openDatabase({ databaseUrl: url, dataDir: "unused", log: silentLog });
    try {
      const { prisma } = database;
      expect(await prisma.rollup.count()).toBe(0);
      await rebuildMissing(createRollupStore(database), silentLog);

      const kept = await prisma.trade.findFirstOrThrow();
      expect(kept).toMatchObject({ patternType: "SPRING", campaignId: "c1", source: "bot" });
      const rollups = await prisma.rollup.findMany({ orderBy: { breakdown: "asc" } });
      expect(rollups.map(({ breakdown, key }) => `${breakdown} ${key}`)).toEqual([
        "ALL ",
        "CAMPAIGN c1",
        "EXIT_REASON STOP_LOSS",
        "HOUR 14",
        "MONTH 2024-03",
        "PATTERN SPRING",
        "SIDE LONG",
        "SOURCE bot",
        "SYMBOL AAPL",
        "WEEKDAY FRIDAY",
      ]);
      expect(rollups.map(({ totalRealizedPnl }) => totalRealizedPnl.toFixed())).toEqual(Array(10).fill("-506.9"));
      const upgraded = await prisma.session.findFirstOrThrow();
      expect(upgraded.inMarketMs).toBe(60_000n);
      expect(upgraded.lastExitAt).toEqual(EXIT_TIME);
      expect(await createRollupStore(database).sessionsWithoutRollups()).toEqual([]);
    } finally {
      await database.close();
      await drop();
    }
  });
});

const OLDER_MIGRATIONS = /_(desk|checks)$/;
const EXIT_TIME = new Date("2024-03-01T14:31:00.123Z");

/** Makes a database with the tables of before, and one closed position in it. */
async function makeOlder(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    const run = async (sql: string) => {
      const result: pg.QueryResult | pg.QueryResult[] = await pool.query(sql);
      return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
    };
    const older = (await readMigrations()).filter(({ name }) => OLDER_MIGRATIONS.test(name));
    await applyMigrations({ adapter: new PrismaPg(pool), run, name: "the older database" }, older);
    const insert = async (table: string, row: object): Promise<void> => {
      const columns = Object.fromEntries(Object.entries(row).map(([field, value]) => [columnOf(field), value]));
      await pool.query(`INSERT INTO ${table} SELECT * FROM json_populate_record(NULL::${table}, $1::json)`, [
        JSON.stringify(columns, (_, value) => (typeof value === "bigint" ? Number(value) : value)),
      ]);
    };
    const closed = { status: "CLOSED", remainingQuantity: "0", tradeCount: 1, campaignId: "c1" };
    await insert("accounts", account());
    await insert("sessions", session({ totalTrades: 1 }));
    await insert("positions", position(closed));
    await insert("signals", signal({ patternType: "SPRING", source: "bot", campaignId: "c1" }));
    await insert("trades", trade({ exitTime: EXIT_TIME }));
  } finally {
    await pool.end();
  }
}
