// Turns what the reference model remembers into the API's shapes.

import {
  type Account,
  type Board,
  type DecidedSignal,
  type Fill,
  type Milliseconds,
  type Position,
  presentSession,
  type Settings,
  type Trade,
} from "./book.ts";
import {
  allFills,
  availableFunds,
  cash,
  currentPrice,
  equity,
  heat,
  isOpen,
  performance,
  realizedPnl,
  remainingQuantity,
  unrealizedExact,
  unrealizedPnl,
} from "./figures.ts";
import { abs, add, div, format, max, min, mul, q8, type Rational, sub, sum } from "./rational.ts";
import type {
  AccountView,
  ExcursionView,
  FillView,
  PositionView,
  SettingsView,
  SignalSummary,
  SignalView,
  TradeView,
} from "./types.ts";

const time = (value: Milliseconds): string => new Date(value).toISOString();
const formatOrNull = (value: Rational | null): string | null => (value === null ? null : format(value));

export function settingsView(settings: Settings): SettingsView {
  return {
    startingCapital: format(settings.startingCapital),
    commissionPerShare: format(settings.commissionPerShare),
    slippagePercentage: format(settings.slippagePercentage),
    useRealisticFills: settings.useRealisticFills,
    maxTradeRisk: format(settings.maxTradeRisk),
    maxPortfolioHeat: format(settings.maxPortfolioHeat),
    maxCampaignRisk: format(settings.maxCampaignRisk),
    target1Fraction: format(settings.target1Fraction),
    breakevenAfterTarget1: settings.breakevenAfterTarget1,
    maxPriceAge: settings.maxPriceAge,
  };
}

export function accountView(account: Account, board: Board): AccountView {
  const session = presentSession(account);
  const figures = performance(session, board);
  const fills = allFills(session);
  return {
    name: account.name,
    status: account.enabled ? "ENABLED" : "DISABLED",
    session: session.number,
    startingCapital: format(session.startingCapital),
    currentCapital: format(cash(session)),
    availableFunds: format(availableFunds(session, board)),
    equity: format(equity(session, board)),
    peakEquity: format(session.peakEquity),
    totalRealizedPnl: format(realizedPnl(session.trades)),
    totalUnrealizedPnl: format(unrealizedPnl(session, board)),
    totalCommissionPaid: format(sum(fills.map((fill) => fill.commission))),
    totalSlippageCost: format(sum(fills.map((fill) => fill.slippageCost))),
    totalTrades: figures.totalTrades,
    winningTrades: figures.winningTrades,
    losingTrades: figures.losingTrades,
    winRate: figures.winRate,
    averageRMultiple: figures.averageRMultiple,
    maxDrawdown: figures.maxDrawdown,
    currentHeat: formatOrNull(heat(session, board)),
    settings: settingsView(account.settings),
    paperTradingStartDate: time(session.startedAt),
  };
}

export function fillView(fill: Fill): FillView {
  return {
    price: format(fill.price),
    quantity: format(fill.quantity),
    time: time(fill.time),
    referencePrice: format(fill.reference.price),
    priceSource: fill.reference.source,
    priceTime: time(fill.reference.time),
    gapped: fill.gapped,
    commission: format(fill.commission),
    slippageCost: format(fill.slippageCost),
    modelVersion: 1,
  };
}

export function positionView(position: Position, board: Board): PositionView {
  const { signal, entryFill } = position;
  const price = currentPrice(position, board);
  const exitFills = position.trades.map((trade) => trade.exitFill);
  return {
    signalId: signal.signalId,
    campaignId: signal.campaignId,
    symbol: signal.symbol,
    side: signal.side,
    status: isOpen(position) ? "OPEN" : "CLOSED",
    leverage: format(signal.leverage),
    session: position.session,
    quantity: format(entryFill.quantity),
    remainingQuantity: format(remainingQuantity(position)),
    entryTime: time(entryFill.time),
    entryPrice: format(entryFill.price),
    entryFill: fillView(entryFill),
    stopLoss: format(position.stop),
    initialStopLoss: format(signal.stopLoss),
    target1: format(signal.target1),
    target2: formatOrNull(signal.target2),
    trailingStop: signal.trailingStop && {
      activation: format(signal.trailingStop.activation),
      offset: format(signal.trailingStop.offset),
      active: position.bestPrice !== null,
    },
    expiresAt: signal.expiresAt === null ? null : time(signal.expiresAt),
    currentPrice: format(price.price),
    priceTime: time(price.time),
    unrealizedPnl: format(q8(unrealizedExact(position, board))),
    realizedPnl: format(realizedPnl(position.trades)),
    commissionPaid: format(sum([entryFill, ...exitFills].map((fill) => fill.commission))),
    slippageCost: format(sum([entryFill, ...exitFills].map((fill) => fill.slippageCost))),
  };
}

export function tradeView(trade: Trade): TradeView {
  const { signal, entryFill, session } = trade.position;
  return {
    signalId: signal.signalId,
    symbol: signal.symbol,
    side: signal.side,
    session,
    quantity: format(trade.quantity),
    entryTime: time(entryFill.time),
    entryPrice: format(entryFill.price),
    exitTime: time(trade.exitFill.time),
    exitPrice: format(trade.exitFill.price),
    exitFill: fillView(trade.exitFill),
    exitReason: trade.exitReason,
    realizedPnl: format(trade.realizedPnl),
    rMultipleAchieved: format(trade.rMultiple),
    commissionTotal: format(add(trade.exitFill.commission, trade.entryCommissionPart)),
    slippageTotal: format(add(trade.exitFill.slippageCost, trade.entrySlippagePart)),
    ...excursions(trade),
  };
}

/** How far the prices that were seen went from the entry, against the position and in its favour. */
function excursions(trade: Trade): Pick<TradeView, "maxAdverseExcursion" | "maxFavourableExcursion"> {
  const { signal, entryFill } = trade.position;
  const { price } = entryFill;
  const below = sub(price, trade.seen.reduce(min));
  const above = sub(trade.seen.reduce(max), price);
  const view = (perUnit: Rational): ExcursionView => ({
    perUnit: format(perUnit),
    usd: format(q8(mul(perUnit, trade.quantity))),
    r: format(q8(div(perUnit, abs(sub(price, signal.stopLoss))))),
  });
  return signal.side === "LONG"
    ? { maxAdverseExcursion: view(below), maxFavourableExcursion: view(above) }
    : { maxAdverseExcursion: view(above), maxFavourableExcursion: view(below) };
}

export function signalSummary(decided: DecidedSignal): SignalSummary {
  return {
    signalId: decided.signal.signalId,
    status: decided.status,
    rejections: decided.rejections.map(({ code, limit, actual, excess }) => ({
      code,
      limit: formatOrNull(limit),
      actual: formatOrNull(actual),
      excess: formatOrNull(excess),
    })),
    skipReason: decided.status === "SKIPPED" ? "ACCOUNT_DISABLED" : null,
    session: decided.session,
  };
}

export function signalView(decided: DecidedSignal, board: Board): SignalView {
  const { signal, position } = decided;
  return {
    ...signalSummary(decided),
    symbol: signal.symbol,
    assetClass: signal.assetClass,
    patternType: signal.patternType,
    side: signal.side,
    entryPrice: format(signal.entryPrice),
    stopLoss: format(signal.stopLoss),
    target1: format(signal.target1),
    target2: formatOrNull(signal.target2),
    positionSize: formatOrNull(signal.positionSize),
    campaignId: signal.campaignId,
    confidence: signal.confidence,
    source: signal.source,
    position: position === null ? null : positionView(position, board),
  };
}
