// Rows as the store keeps them, valid in every column, for tests that need one.
import type { Account, Prisma } from "../../src/store/generated/client.ts";

const ACCOUNT_ID = "01890000-0000-7000-8000-000000000001";
const TIME = new Date("2024-03-01T14:30:00.123Z");

/** An account without a session. */
export function account(change: Partial<Account> = {}): Account {
  return {
    accountId: ACCOUNT_ID,
    kind: "PAPER",
    owner: "local",
    name: "main",
    status: "ENABLED",
    session: 1,
    sequence: 2,
    revision: 0n,
    promotedAt: null,
    createdAt: TIME,
    updatedAt: TIME,
    ...change,
  };
}

/** A quote of AAPL. */
export function quote(change: Partial<Prisma.QuoteCreateManyInput> = {}): Prisma.QuoteCreateManyInput {
  return { symbol: "AAPL", price: "150.03", time: TIME, source: "QUOTE", ...change };
}

/** A session of that account with the default settings. */
export function session(change: Partial<Prisma.SessionCreateManyInput> = {}): Prisma.SessionCreateManyInput {
  return {
    accountId: ACCOUNT_ID,
    session: 1,
    startSequence: 0,
    startedAt: TIME,
    startingCapital: "100000",
    commissionPerShare: "0.005",
    slippagePercentage: "0.02",
    useRealisticFills: true,
    maxTradeRisk: "2",
    maxPortfolioHeat: "10",
    maxCampaignRisk: "5",
    target1Fraction: "0.5",
    breakevenAfterTarget1: false,
    maxPriceAge: 3600,
    cash: "100000",
    peakEquity: "100000",
    maxDrawdown: "0",
    totalRealizedPnl: "0",
    totalCommissionPaid: "0",
    totalSlippageCost: "0",
    totalTrades: 0,
    winningTrades: 0,
    grossWins: "0",
    grossLosses: "0",
    sumOfR: "0",
    closedPositions: 0,
    closedWins: 0,
    closedPnl: "0",
    closedSumOfR: "0",
    closedSumOfRSquared: "0",
    ...change,
  };
}

/** A LONG position of 100 AAPL, opened by event 2. */
export function position(change: Partial<Prisma.PositionCreateManyInput> = {}): Prisma.PositionCreateManyInput {
  return {
    accountId: ACCOUNT_ID,
    number: 2,
    session: 1,
    signalId: "signal-1",
    symbol: "AAPL",
    assetClass: "STOCK",
    side: "LONG",
    status: "OPEN",
    leverage: "1",
    unitSize: 1,
    quantity: "100",
    remainingQuantity: "100",
    entryTime: TIME,
    entryPrice: "150.03",
    entryReferencePrice: "150",
    entryPriceSource: "QUOTE",
    entryPriceTime: TIME,
    entryCommission: "0.5",
    entrySlippageCost: "3",
    entryModelVersion: 1,
    entrySettings: {},
    entryValue: "15003",
    entryValueLeft: "15003",
    entryCommissionLeft: "0.5",
    entrySlippageLeft: "3",
    stopLoss: "145",
    initialStopLoss: "145",
    target1: "160",
    target1Reached: false,
    lastPrice: "150",
    lastPriceTime: TIME,
    realizedPnl: "0",
    commissionPaid: "0.5",
    slippageCost: "3",
    tradeCount: 0,
    quantityTimesR: "0",
    createdAt: TIME,
    updatedAt: TIME,
    ...change,
  };
}

/** The signal of that position. */
export function signal(change: Partial<Prisma.SignalCreateManyInput> = {}): Prisma.SignalCreateManyInput {
  return {
    accountId: ACCOUNT_ID,
    signalId: "signal-1",
    session: 1,
    sequence: 2,
    contentHash: "hash",
    symbol: "AAPL",
    assetClass: "STOCK",
    side: "LONG",
    entryPrice: "150",
    stopLoss: "145",
    target1: "160",
    positionSizeUnit: "SHARES",
    leverage: "1",
    schemaVersion: 1,
    status: "FILLED",
    rejections: [],
    positionNumber: 2,
    receivedAt: TIME,
    ...change,
  };
}

/** The trade that closes that position at its stop, told by event 3. */
export function trade(change: Partial<Prisma.TradeCreateManyInput> = {}): Prisma.TradeCreateManyInput {
  return {
    accountId: ACCOUNT_ID,
    number: 3,
    session: 1,
    positionNumber: 2,
    signalId: "signal-1",
    symbol: "AAPL",
    side: "LONG",
    quantity: "100",
    entryTime: TIME,
    entryPrice: "150.03",
    exitTime: TIME,
    exitPrice: "144.971",
    exitReferencePrice: "145",
    exitPriceSource: "QUOTE",
    exitPriceTime: TIME,
    exitGapped: false,
    exitCommission: "0.5",
    exitSlippageCost: "2.9",
    exitModelVersion: 1,
    exitSettings: {},
    exitReason: "STOP_LOSS",
    realizedPnl: "-506.9",
    rMultipleAchieved: "-1.00576541",
    commissionTotal: "1",
    slippageTotal: "5.9",
    createdAt: TIME,
    ...change,
  };
}

/** The event that opened that position. */
export function event(change: Partial<Prisma.EventCreateManyInput> = {}): Prisma.EventCreateManyInput {
  return {
    accountId: ACCOUNT_ID,
    sequence: 2,
    type: "PositionOpened",
    payload: {},
    marketTime: TIME,
    recordedAt: TIME,
    ...change,
  };
}
