// Shows the desk's records in the shapes of the reference model, so that the two can be compared to the digit.
import { decimal, formatDecimal, q8 } from "../../src/domain/decimal.ts";
import type { Eligibility } from "../../src/domain/eligibility.ts";
import { mean, percentage } from "../../src/domain/means.ts";
import type { Performance } from "../../src/domain/performance.ts";
import { unroundedPnl } from "../../src/domain/position.ts";
import {
  type EventRecord,
  type PositionRecord,
  positionOfRecord,
  type SignalRecord,
  type TradeRecord,
} from "../../src/domain/records.ts";
import type { Excursion } from "../../src/domain/statistics/excursions.ts";
import { figureValue } from "../../src/domain/statistics/figure.ts";
import type { Board } from "../../src/ports.ts";
import type { AccountView as DeskAccountView } from "../../src/services/accountViews.ts";
import { tradeExcursions } from "../../src/services/rowFigures.ts";
import type {
  AccountView,
  EligibilityView,
  EventView,
  ExcursionView,
  FillView,
  PerformanceView,
  PositionView,
  SettingsView,
  SignalSummary,
  TradeView,
} from "../reference/types.ts";

export function viewAccount({ account, session, valuation }: DeskAccountView): AccountView {
  const settings: SettingsView = {
    startingCapital: session.startingCapital,
    commissionPerShare: session.commissionPerShare,
    slippagePercentage: session.slippagePercentage,
    useRealisticFills: session.useRealisticFills,
    maxTradeRisk: session.maxTradeRisk,
    maxPortfolioHeat: session.maxPortfolioHeat,
    maxCampaignRisk: session.maxCampaignRisk,
    target1Fraction: session.target1Fraction,
    breakevenAfterTarget1: session.breakevenAfterTarget1,
    maxPriceAge: session.maxPriceAge,
  };
  const { totalTrades, winningTrades } = session;
  return {
    name: account.name,
    status: account.status,
    session: account.session,
    startingCapital: session.startingCapital,
    currentCapital: session.cash,
    ...valuation,
    peakEquity: session.peakEquity,
    totalRealizedPnl: session.totalRealizedPnl,
    totalCommissionPaid: session.totalCommissionPaid,
    totalSlippageCost: session.totalSlippageCost,
    totalTrades,
    winningTrades,
    losingTrades: totalTrades - winningTrades,
    winRate: optional(percentage(winningTrades, totalTrades)),
    averageRMultiple: optional(mean(decimal(session.sumOfR), totalTrades)),
    maxDrawdown: session.maxDrawdown,
    settings,
    paperTradingStartDate: session.startedAt,
  };
}

export function viewPosition(record: PositionRecord, board: Board): PositionView {
  const isOpen = record.status === "OPEN";
  const quote = isOpen ? board.get(record.symbol) : undefined;
  const price = quote?.price ?? decimal(record.lastPrice);
  const { trailActivation, trailOffset } = record;
  return {
    signalId: record.signalId,
    campaignId: record.campaignId,
    symbol: record.symbol,
    side: record.side as PositionView["side"],
    status: record.status as PositionView["status"],
    leverage: record.leverage,
    session: record.session,
    quantity: record.quantity,
    remainingQuantity: record.remainingQuantity,
    entryTime: record.entryTime,
    entryPrice: record.entryPrice,
    entryFill: {
      price: record.entryPrice,
      quantity: record.quantity,
      time: record.entryTime,
      referencePrice: record.entryReferencePrice,
      priceSource: record.entryPriceSource as FillView["priceSource"],
      priceTime: record.entryPriceTime,
      gapped: false,
      commission: record.entryCommission,
      slippageCost: record.entrySlippageCost,
      modelVersion: record.entryModelVersion,
    },
    stopLoss: record.stopLoss,
    initialStopLoss: record.initialStopLoss,
    target1: record.target1,
    target2: record.target2,
    trailingStop:
      trailActivation === null || trailOffset === null
        ? null
        : { activation: trailActivation, offset: trailOffset, active: record.trailBestPrice !== null },
    expiresAt: record.expiresAt,
    currentPrice: formatDecimal(price),
    priceTime: quote === undefined ? record.lastPriceTime : new Date(quote.timeMs).toISOString(),
    unrealizedPnl: isOpen ? formatDecimal(q8(unroundedPnl(positionOfRecord(record), price))) : "0",
    realizedPnl: record.realizedPnl,
    commissionPaid: record.commissionPaid,
    slippageCost: record.slippageCost,
  };
}

export function viewTrade(record: TradeRecord): TradeView {
  const excursions = tradeExcursions(record);
  return {
    signalId: record.signalId,
    symbol: record.symbol,
    side: record.side as TradeView["side"],
    session: record.session,
    quantity: record.quantity,
    entryTime: record.entryTime,
    entryPrice: record.entryPrice,
    exitTime: record.exitTime,
    exitPrice: record.exitPrice,
    exitFill: {
      price: record.exitPrice,
      quantity: record.quantity,
      time: record.exitTime,
      referencePrice: record.exitReferencePrice,
      priceSource: record.exitPriceSource as FillView["priceSource"],
      priceTime: record.exitPriceTime,
      gapped: record.exitGapped,
      commission: record.exitCommission,
      slippageCost: record.exitSlippageCost,
      modelVersion: record.exitModelVersion,
    },
    exitReason: record.exitReason as TradeView["exitReason"],
    realizedPnl: record.realizedPnl,
    rMultipleAchieved: record.rMultipleAchieved,
    commissionTotal: record.commissionTotal,
    slippageTotal: record.slippageTotal,
    maxAdverseExcursion: viewExcursion(excursions?.adverse),
    maxFavourableExcursion: viewExcursion(excursions?.favourable),
  };
}

function viewExcursion(excursion: Excursion | undefined): ExcursionView | null {
  if (excursion === undefined) return null;
  const { perUnit, usd, r } = excursion;
  return { perUnit: formatDecimal(perUnit), usd: formatDecimal(usd), r: formatDecimal(r) };
}

export function viewSignal(record: SignalRecord): SignalSummary {
  return {
    signalId: record.signalId,
    status: record.status as SignalSummary["status"],
    rejections: record.rejections.map(({ code, limit, actual, excess }) => ({
      code: code as SignalSummary["rejections"][number]["code"],
      limit,
      actual,
      excess,
    })),
    skipReason: record.skipReason as SignalSummary["skipReason"],
    session: record.session,
  };
}

export function viewEvent({ sequence, type, marketTime, payload }: EventRecord): EventView {
  const same = { sequence, type: type as EventView["type"], marketTime };
  if ("change" in payload) {
    return { ...same, session: payload.session.session, change: payload.change as NonNullable<EventView["change"]> };
  }
  const of = "signal" in payload ? payload.signal : "position" in payload ? payload.position : undefined;
  if (of === undefined) throw new Error(`the reference model knows no ${type}`);
  const { session, signalId } = of;
  return { ...same, session, signalId };
}

export function viewPerformance(performance: Performance): PerformanceView {
  return {
    totalTrades: performance.totalTrades,
    winningTrades: performance.winningTrades,
    losingTrades: performance.losingTrades,
    winRate: optional(figureValue(performance.winRate)),
    averageRMultiple: optional(figureValue(performance.averageRMultiple)),
    profitFactor: optional(figureValue(performance.profitFactor)),
    expectancy: optional(figureValue(performance.expectancy)),
    averageWin: optional(figureValue(performance.averageWin)),
    averageLoss: optional(figureValue(performance.averageLoss)),
    largestWin: optional(figureValue(performance.largestWin)),
    largestLoss: optional(figureValue(performance.largestLoss)),
    totalReturn: formatDecimal(performance.totalReturn),
    maxDrawdown: formatDecimal(performance.maxDrawdown),
  };
}

/** Without the warnings: they are words. */
export function viewEligibility(eligibility: Eligibility): Omit<EligibilityView, "reason" | "warnings"> {
  return {
    eligible: eligibility.eligible,
    daysCompleted: eligibility.daysCompleted,
    daysRemaining: eligibility.daysRemaining,
    progressPercentage: formatDecimal(eligibility.progressPercentage),
    checks: eligibility.checks.map(({ criterion, required, actual, passed }) => ({
      criterion,
      required: formatDecimal(required),
      actual: optional(actual),
      passed,
    })),
    winRateLow: optional(eligibility.winRateLow),
    winRateHigh: optional(eligibility.winRateHigh),
    averageRMultipleStandardError: optional(eligibility.averageRMultipleStandardError),
  };
}

function optional(value: Parameters<typeof formatDecimal>[0] | null): string | null {
  return value && formatDecimal(value);
}
