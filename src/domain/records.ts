// The flat form of the desk's values: decimals and times as text. The database's rows, the log's payloads and the API's
// objects are all made of these, so that an event and a read show the same thing.
import type { Account, Session } from "./book.ts";
import { type Decimal, decimal, formatDecimal } from "./decimal.ts";
import { type DeliveryRecord, deliveryRecord } from "./deliveryRecord.ts";
import type { Figures, Valuation } from "./figures.ts";
import type { Fill, FillSettings } from "./fill.ts";
import type { LogEvent, SignalOutcome } from "./log.ts";
import type { Trade } from "./lot.ts";
import { isOpen, type Position } from "./position.ts";
import type { PriceSource } from "./price.ts";
import type { Settings } from "./settings.ts";
import type { AssetClass, PatternType, Side } from "./signal.ts";
import type { TimeInMarket } from "./statistics/timeInMarket.ts";

export { type QuoteRecord, quoteOfRecord, quoteRecord } from "./quoteRecord.ts";

export type AccountRecord = ReturnType<typeof accountRecord>;
export type SessionRecord = ReturnType<typeof sessionRecord>;
export type PositionRecord = ReturnType<typeof positionRecord>;
export type TradeRecord = ReturnType<typeof tradeRecord>;
export type SignalRecord = ReturnType<typeof signalRecord>;
export type ValuationRecord = ReturnType<typeof valuationRecord>;

const text = formatDecimal;
const optional = (value: Decimal | null): string | null => value && formatDecimal(value);
const time = (ms: number): string => new Date(ms).toISOString();
const optionalTime = (ms: number | null): string | null => (ms === null ? null : time(ms));

export function accountRecord(account: Account) {
  const { promotedAtMs, createdAtMs, updatedAtMs, ...same } = account;
  return {
    ...same,
    promotedAt: optionalTime(promotedAtMs),
    createdAt: time(createdAtMs),
    updatedAt: time(updatedAtMs),
  };
}

export function sessionRecord(accountId: string, session: Session) {
  return {
    accountId,
    session: session.session,
    startSequence: session.startSequence,
    startedAt: time(session.startedAtMs),
    endedAt: optionalTime(session.endedAtMs),
    ...settingsRecord(session.settings),
    ...figuresRecord(session.figures),
    ...timeInMarketRecord(session.timeInMarket),
  };
}

function timeInMarketRecord({ pastMs, sinceMs, lastExitMs }: TimeInMarket) {
  return { inMarketMs: pastMs, inMarketSince: optionalTime(sinceMs), lastExitAt: optionalTime(lastExitMs) };
}

function settingsRecord(settings: Settings) {
  return {
    startingCapital: text(settings.startingCapital),
    commissionPerShare: text(settings.commissionPerShare),
    slippagePercentage: text(settings.slippagePercentage),
    useRealisticFills: settings.useRealisticFills,
    maxTradeRisk: text(settings.maxTradeRisk),
    maxPortfolioHeat: text(settings.maxPortfolioHeat),
    maxCampaignRisk: text(settings.maxCampaignRisk),
    target1Fraction: text(settings.target1Fraction),
    breakevenAfterTarget1: settings.breakevenAfterTarget1,
    maxPriceAge: settings.maxPriceAge,
  };
}

function figuresRecord(figures: Figures) {
  return {
    cash: text(figures.cash),
    peakEquity: text(figures.peakEquity),
    maxDrawdown: text(figures.maxDrawdown),
    totalRealizedPnl: text(figures.totalRealizedPnl),
    totalCommissionPaid: text(figures.totalCommissionPaid),
    totalSlippageCost: text(figures.totalSlippageCost),
    totalTrades: figures.totalTrades,
    winningTrades: figures.winningTrades,
    grossWins: text(figures.grossWins),
    grossLosses: text(figures.grossLosses),
    largestWin: optional(figures.largestWin),
    largestLoss: optional(figures.largestLoss),
    sumOfR: text(figures.sumOfR),
    closedPositions: figures.closedPositions,
    closedWins: figures.closedWins,
    closedPnl: text(figures.closedPnl),
    closedLargestPnl: optional(figures.closedLargestPnl),
    closedSumOfR: text(figures.closedSumOfR),
    closedSumOfRSquared: text(figures.closedSumOfRSquared),
  };
}

export function valuationRecord(valuation: Valuation) {
  return {
    totalUnrealizedPnl: text(valuation.totalUnrealizedPnl),
    equity: text(valuation.equity),
    availableFunds: text(valuation.availableFunds),
    currentHeat: optional(valuation.currentHeat),
  };
}

function fillSettingsRecord(settings: FillSettings) {
  return {
    slippagePercentage: text(settings.slippagePercentage),
    commissionPerShare: text(settings.commissionPerShare),
    useRealisticFills: settings.useRealisticFills,
  };
}

export function positionRecord(position: Position) {
  const { entryFill, trailing } = position;
  return {
    accountId: position.accountId,
    number: position.number,
    session: position.session,
    signalId: position.signalId,
    patternType: position.patternType as string | null,
    campaignId: position.campaignId,
    source: position.source,
    symbol: position.symbol,
    assetClass: position.assetClass as string,
    side: position.side as string,
    status: isOpen(position) ? "OPEN" : "CLOSED",
    leverage: text(position.leverage),
    unitSize: position.unitSize,
    quantity: text(entryFill.quantity),
    remainingQuantity: text(position.remaining),
    entryTime: time(entryFill.timeMs),
    entryPrice: text(entryFill.price),
    entryReferencePrice: text(entryFill.reference.price),
    entryPriceSource: entryFill.reference.source as string,
    entryPriceTime: time(entryFill.reference.timeMs),
    entryCommission: text(entryFill.commission),
    entrySlippageCost: text(entryFill.slippageCost),
    entryModelVersion: entryFill.modelVersion,
    entrySettings: fillSettingsRecord(entryFill.settings),
    entryValue: text(entryFill.value),
    entryValueLeft: text(position.entryValueLeft),
    entryCommissionLeft: text(position.entryCommissionLeft),
    entrySlippageLeft: text(position.entrySlippageLeft),
    stopLoss: text(position.stopLoss),
    initialStopLoss: text(position.initialStopLoss),
    stopMovedBy: position.stopMovedBy as string | null,
    target1: text(position.target1),
    target1Reached: position.target1Reached,
    target2: optional(position.target2),
    trailActivation: trailing && text(trailing.activation),
    trailOffset: trailing && text(trailing.offset),
    trailBestPrice: trailing && optional(trailing.bestPrice),
    expiresAt: optionalTime(position.expiresAtMs),
    lastPrice: text(position.lastPrice),
    lastPriceTime: time(position.lastPriceTimeMs),
    realizedPnl: text(position.realizedPnl),
    commissionPaid: text(position.commissionPaid),
    slippageCost: text(position.slippageCost),
    tradeCount: position.tradeCount,
    quantityTimesR: text(position.quantityTimesR),
    createdAt: time(position.createdAtMs),
    updatedAt: time(position.updatedAtMs),
  };
}

export function tradeRecord(trade: Trade) {
  const { exitFill } = trade;
  return {
    accountId: trade.accountId,
    number: trade.number,
    session: trade.session,
    positionNumber: trade.positionNumber,
    requestId: trade.requestId,
    signalId: trade.signalId,
    patternType: trade.patternType as string | null,
    campaignId: trade.campaignId,
    source: trade.source,
    symbol: trade.symbol,
    side: trade.side as string,
    quantity: text(trade.quantity),
    entryTime: time(trade.entryTimeMs),
    entryPrice: text(trade.entryPrice),
    initialStopLoss: text(trade.initialStopLoss) as string | null,
    lowestSeen: trade.seen && text(trade.seen.lowest),
    highestSeen: trade.seen && text(trade.seen.highest),
    exitTime: time(exitFill.timeMs),
    exitPrice: text(exitFill.price),
    exitReferencePrice: text(exitFill.reference.price),
    exitPriceSource: exitFill.reference.source as string,
    exitPriceTime: time(exitFill.reference.timeMs),
    exitGapped: exitFill.gapped,
    exitCommission: text(exitFill.commission),
    exitSlippageCost: text(exitFill.slippageCost),
    exitModelVersion: exitFill.modelVersion,
    exitSettings: fillSettingsRecord(exitFill.settings),
    exitReason: trade.exitReason as string,
    realizedPnl: text(trade.realizedPnl),
    rMultipleAchieved: text(trade.rMultiple),
    commissionTotal: text(trade.commissionTotal),
    slippageTotal: text(trade.slippageTotal),
    createdAt: time(exitFill.timeMs),
  };
}

export function signalRecord(outcome: SignalOutcome) {
  const { signal } = outcome;
  return {
    accountId: outcome.accountId,
    signalId: signal.signalId,
    session: outcome.session,
    sequence: outcome.sequence,
    contentHash: outcome.contentHash,
    symbol: signal.symbol,
    assetClass: signal.assetClass as string,
    patternType: signal.patternType as string | null,
    side: signal.side as string,
    phase: signal.phase,
    timeframe: signal.timeframe,
    entryPrice: text(signal.entryPrice),
    stopLoss: text(signal.stopLoss),
    target1: text(signal.target1),
    target2: optional(signal.target2),
    trailActivation: signal.trailingStop && text(signal.trailingStop.activation),
    trailOffset: signal.trailingStop && text(signal.trailingStop.offset),
    positionSize: optional(signal.positionSize),
    positionSizeUnit: signal.positionSizeUnit as string,
    leverage: text(signal.leverage),
    confidence: signal.confidence,
    campaignId: signal.campaignId,
    marketPrice: optional(signal.marketPrice),
    expiresAt: optionalTime(signal.expiresAtMs),
    source: signal.source,
    generatedAt: optionalTime(signal.generatedAtMs),
    schemaVersion: signal.schemaVersion,
    patternData: signal.patternData,
    volumeAnalysis: signal.volumeAnalysis,
    status: outcome.status as string,
    rejections: outcome.rejections.map(({ code, message, limit, actual, excess }) => ({
      code: code as string,
      message,
      limit: optional(limit),
      actual: optional(actual),
      excess: optional(excess),
    })),
    skipReason: outcome.skipReason as string | null,
    positionNumber: outcome.positionNumber,
    receivedAt: time(outcome.receivedAtMs),
  };
}

/** An event as the log keeps it and subscribers get it. */
export interface EventRecord {
  readonly accountId: string;
  readonly sequence: number;
  readonly type: LogEvent["type"];
  readonly payload: EventPayload;
  /** Who caused it; null in events that were written before actors were kept. */
  readonly actor: string | null;
  readonly marketTime: string;
  readonly recordedAt: string;
}

export type EventPayload =
  | { readonly position: PositionRecord }
  | { readonly trade: TradeRecord; readonly position: PositionRecord }
  | { readonly signal: SignalRecord }
  | { readonly signal: SignalRecord; readonly delivery: DeliveryRecord }
  | { readonly delivery: DeliveryRecord }
  | {
      readonly change: string;
      /** Who did it, in events of promotions that were written before actors were kept. */
      readonly by?: string;
      readonly account: AccountRecord;
      readonly session: SessionRecord;
      readonly valuation: ValuationRecord;
    };

/** The record of an event with its number in the account's log. */
export function eventRecord(accountId: string, sequence: number, event: LogEvent, recordedAtMs: number): EventRecord {
  return {
    accountId,
    sequence,
    type: event.type,
    payload: payloadOf(accountId, event),
    actor: event.actor,
    marketTime: time(event.marketTimeMs),
    recordedAt: time(recordedAtMs),
  };
}

function payloadOf(accountId: string, event: LogEvent): EventPayload {
  switch (event.type) {
    case "PositionOpened":
      return { position: positionRecord(event.position) };
    case "TradeClosed":
      return { trade: tradeRecord(event.trade), position: positionRecord(event.position) };
    case "SignalDeclined":
      return { signal: signalRecord(event.outcome) };
    case "SignalRouted":
      return { signal: signalRecord(event.outcome), delivery: deliveryRecord(event.delivery) };
    case "DeliveryEnded":
      return { delivery: deliveryRecord(event.delivery) };
    case "AccountChanged":
      return {
        change: event.change,
        account: accountRecord(event.account),
        session: sessionRecord(accountId, event.session),
        valuation: valuationRecord(event.valuation),
      };
  }
}

const optionalDecimal = (value: string | null): Decimal | null => (value === null ? null : decimal(value));
const ms = (value: string): number => Date.parse(value);
const optionalMs = (value: string | null): number | null => (value === null ? null : ms(value));

export function accountOfRecord(record: AccountRecord): Account {
  const { promotedAt, createdAt, updatedAt, ...same } = record;
  return {
    ...same,
    promotedAtMs: optionalMs(promotedAt),
    createdAtMs: ms(createdAt),
    updatedAtMs: ms(updatedAt),
  };
}

export function sessionOfRecord(record: SessionRecord): Session {
  return {
    session: record.session,
    startSequence: record.startSequence,
    startedAtMs: ms(record.startedAt),
    endedAtMs: optionalMs(record.endedAt),
    settings: {
      startingCapital: decimal(record.startingCapital),
      commissionPerShare: decimal(record.commissionPerShare),
      slippagePercentage: decimal(record.slippagePercentage),
      useRealisticFills: record.useRealisticFills,
      maxTradeRisk: decimal(record.maxTradeRisk),
      maxPortfolioHeat: decimal(record.maxPortfolioHeat),
      maxCampaignRisk: decimal(record.maxCampaignRisk),
      target1Fraction: decimal(record.target1Fraction),
      breakevenAfterTarget1: record.breakevenAfterTarget1,
      maxPriceAge: record.maxPriceAge,
    },
    figures: {
      cash: decimal(record.cash),
      peakEquity: decimal(record.peakEquity),
      maxDrawdown: decimal(record.maxDrawdown),
      totalRealizedPnl: decimal(record.totalRealizedPnl),
      totalCommissionPaid: decimal(record.totalCommissionPaid),
      totalSlippageCost: decimal(record.totalSlippageCost),
      totalTrades: record.totalTrades,
      winningTrades: record.winningTrades,
      grossWins: decimal(record.grossWins),
      grossLosses: decimal(record.grossLosses),
      largestWin: optionalDecimal(record.largestWin),
      largestLoss: optionalDecimal(record.largestLoss),
      sumOfR: decimal(record.sumOfR),
      closedPositions: record.closedPositions,
      closedWins: record.closedWins,
      closedPnl: decimal(record.closedPnl),
      closedLargestPnl: optionalDecimal(record.closedLargestPnl),
      closedSumOfR: decimal(record.closedSumOfR),
      closedSumOfRSquared: decimal(record.closedSumOfRSquared),
    },
    timeInMarket: {
      pastMs: record.inMarketMs,
      sinceMs: optionalMs(record.inMarketSince),
      lastExitMs: optionalMs(record.lastExitAt),
    },
  };
}

export function positionOfRecord(record: PositionRecord): Position {
  return {
    accountId: record.accountId,
    number: record.number,
    session: record.session,
    signalId: record.signalId,
    patternType: record.patternType as PatternType | null,
    campaignId: record.campaignId,
    source: record.source,
    symbol: record.symbol,
    assetClass: record.assetClass as AssetClass,
    side: record.side as Side,
    leverage: decimal(record.leverage),
    unitSize: record.unitSize,
    entryFill: entryFillOfRecord(record),
    remaining: decimal(record.remainingQuantity),
    entryValueLeft: decimal(record.entryValueLeft),
    entryCommissionLeft: decimal(record.entryCommissionLeft),
    entrySlippageLeft: decimal(record.entrySlippageLeft),
    stopLoss: decimal(record.stopLoss),
    initialStopLoss: decimal(record.initialStopLoss),
    stopMovedBy: record.stopMovedBy as Position["stopMovedBy"],
    target1: decimal(record.target1),
    target1Reached: record.target1Reached,
    target2: optionalDecimal(record.target2),
    trailing: trailingOfRecord(record),
    expiresAtMs: optionalMs(record.expiresAt),
    lastPrice: decimal(record.lastPrice),
    lastPriceTimeMs: ms(record.lastPriceTime),
    realizedPnl: decimal(record.realizedPnl),
    commissionPaid: decimal(record.commissionPaid),
    slippageCost: decimal(record.slippageCost),
    tradeCount: record.tradeCount,
    quantityTimesR: decimal(record.quantityTimesR),
    createdAtMs: ms(record.createdAt),
    updatedAtMs: ms(record.updatedAt),
  };
}

function trailingOfRecord(record: PositionRecord): Position["trailing"] {
  const { trailActivation, trailOffset, trailBestPrice } = record;
  if (trailActivation === null || trailOffset === null) return null;
  return {
    activation: decimal(trailActivation),
    offset: decimal(trailOffset),
    bestPrice: optionalDecimal(trailBestPrice),
  };
}

function entryFillOfRecord(record: PositionRecord): Fill {
  const { entrySettings } = record;
  return {
    price: decimal(record.entryPrice),
    quantity: decimal(record.quantity),
    value: decimal(record.entryValue),
    timeMs: ms(record.entryTime),
    reference: {
      price: decimal(record.entryReferencePrice),
      source: record.entryPriceSource as PriceSource,
      timeMs: ms(record.entryPriceTime),
    },
    gapped: false,
    commission: decimal(record.entryCommission),
    slippageCost: decimal(record.entrySlippageCost),
    modelVersion: record.entryModelVersion,
    settings: {
      slippagePercentage: decimal(entrySettings.slippagePercentage),
      commissionPerShare: decimal(entrySettings.commissionPerShare),
      useRealisticFills: entrySettings.useRealisticFills,
    },
  };
}
