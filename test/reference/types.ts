// The shapes that go into and come out of the reference model: the API's, as plain JSON.

export type Maybe<T> = T | null | undefined;
export type AssetClass = "STOCK" | "FOREX" | "CRYPTO";
export type PatternType = "SPRING" | "SOS" | "LPS" | "UTAD";
export type Side = "LONG" | "SHORT";
export type PositionSizeUnit = "SHARES" | "LOTS" | "CONTRACTS";
export type ExitReason = "STOP_LOSS" | "TRAILING_STOP" | "TARGET_1" | "TARGET_2" | "MANUAL" | "EXPIRED" | "RESET";
export type SignalStatus = "FILLED" | "REJECTED" | "SKIPPED";
export type PriceSource = "QUOTE" | "BAR";
export type AccountChange = "ENABLED" | "DISABLED" | "RESET" | "SETTINGS";
export type RejectionCode =
  | "SIGNAL_EXPIRED"
  | "PRICE_UNAVAILABLE"
  | "PRICE_STALE"
  | "PRICE_BEYOND_STOP"
  | "PRICE_BEYOND_TARGET"
  | "NO_EQUITY"
  | "TOO_MANY_POSITIONS"
  | "SIZE_ZERO"
  | "TRADE_RISK"
  | "PORTFOLIO_HEAT"
  | "CAMPAIGN_RISK"
  | "INSUFFICIENT_FUNDS";

// What goes in. An explicit null is the same as leaving a field out.

export interface SettingsInput {
  startingCapital?: Maybe<string>;
  commissionPerShare?: Maybe<string>;
  slippagePercentage?: Maybe<string>;
  useRealisticFills?: Maybe<boolean>;
  maxTradeRisk?: Maybe<string>;
  maxPortfolioHeat?: Maybe<string>;
  maxCampaignRisk?: Maybe<string>;
  target1Fraction?: Maybe<string>;
  breakevenAfterTarget1?: Maybe<boolean>;
  maxPriceAge?: Maybe<number>;
}
export interface EnableInput {
  name?: Maybe<string>;
  settings?: Maybe<SettingsInput>;
}
export interface DisableInput {
  account?: Maybe<string>;
}
export interface ResetInput {
  account?: Maybe<string>;
  session: number;
  settings?: Maybe<SettingsInput>;
}
export interface UpdateSettingsInput {
  account?: Maybe<string>;
  settings: SettingsInput;
}
export interface ExecuteSignalInput {
  account?: Maybe<string>;
  signalId: string;
  symbol: string;
  assetClass?: Maybe<AssetClass>;
  patternType?: Maybe<PatternType>;
  side?: Maybe<Side>;
  phase?: Maybe<string>;
  timeframe?: Maybe<string>;
  entryPrice: string;
  stopLoss: string;
  target1: string;
  target2?: Maybe<string>;
  trailingStop?: Maybe<{ activation: string; offset: string }>;
  positionSize?: Maybe<string>;
  positionSizeUnit?: Maybe<PositionSizeUnit>;
  leverage?: Maybe<string>;
  confidence?: Maybe<number>;
  campaignId?: Maybe<string>;
  marketPrice?: Maybe<string>;
  expiresAt?: Maybe<string>;
  source?: Maybe<string>;
  generatedAt?: Maybe<string>;
  schemaVersion?: Maybe<number>;
  patternData?: unknown;
  volumeAnalysis?: unknown;
}
/** `position` is the id of the signal that the position came from. */
export interface ClosePositionInput {
  account?: Maybe<string>;
  position: string;
  quantity?: Maybe<string>;
  requestId?: Maybe<string>;
}
export interface QuoteInput {
  symbol: string;
  price: string;
  bid?: Maybe<string>;
  ask?: Maybe<string>;
  volume?: Maybe<string>;
  time?: Maybe<string>;
}
export interface BarInput {
  symbol: string;
  open: string;
  high: string;
  low: string;
  close: string;
  volume?: Maybe<string>;
  start: string;
  intervalSeconds: number;
}

// What comes out. Decimals and times are texts.

export interface SettingsView {
  startingCapital: string;
  commissionPerShare: string;
  slippagePercentage: string;
  useRealisticFills: boolean;
  maxTradeRisk: string;
  maxPortfolioHeat: string;
  maxCampaignRisk: string;
  target1Fraction: string;
  breakevenAfterTarget1: boolean;
  maxPriceAge: number;
}
export interface AccountView {
  name: string;
  status: "ENABLED" | "DISABLED";
  session: number;
  startingCapital: string;
  currentCapital: string;
  availableFunds: string;
  equity: string;
  peakEquity: string;
  totalRealizedPnl: string;
  totalUnrealizedPnl: string;
  totalCommissionPaid: string;
  totalSlippageCost: string;
  totalTrades: number;
  winningTrades: number;
  losingTrades: number;
  winRate: string | null;
  averageRMultiple: string | null;
  maxDrawdown: string;
  currentHeat: string | null;
  settings: SettingsView;
  paperTradingStartDate: string;
}
export interface FillView {
  price: string;
  quantity: string;
  time: string;
  referencePrice: string;
  priceSource: PriceSource;
  priceTime: string;
  gapped: boolean;
  commission: string;
  slippageCost: string;
  modelVersion: number;
}
export interface PositionView {
  signalId: string;
  campaignId: string | null;
  symbol: string;
  side: Side;
  status: "OPEN" | "CLOSED";
  leverage: string;
  session: number;
  quantity: string;
  remainingQuantity: string;
  entryTime: string;
  entryPrice: string;
  entryFill: FillView;
  stopLoss: string;
  initialStopLoss: string;
  target1: string;
  target2: string | null;
  trailingStop: { activation: string; offset: string; active: boolean } | null;
  expiresAt: string | null;
  currentPrice: string;
  priceTime: string;
  unrealizedPnl: string;
  realizedPnl: string;
  commissionPaid: string;
  slippageCost: string;
}
export interface TradeView {
  signalId: string;
  symbol: string;
  side: Side;
  session: number;
  quantity: string;
  entryTime: string;
  entryPrice: string;
  exitTime: string;
  exitPrice: string;
  exitFill: FillView;
  exitReason: ExitReason;
  realizedPnl: string;
  rMultipleAchieved: string;
  commissionTotal: string;
  slippageTotal: string;
  maxAdverseExcursion: ExcursionView | null;
  maxFavourableExcursion: ExcursionView | null;
}
export interface ExcursionView {
  perUnit: string;
  usd: string;
  r: string;
}
export interface RejectionView {
  code: RejectionCode;
  limit: string | null;
  actual: string | null;
  excess: string | null;
}
export interface SignalSummary {
  signalId: string;
  status: SignalStatus;
  rejections: RejectionView[];
  skipReason: "ACCOUNT_DISABLED" | null;
  session: number;
}
export interface SignalView extends SignalSummary {
  symbol: string;
  assetClass: AssetClass;
  patternType: PatternType | null;
  side: Side;
  entryPrice: string;
  stopLoss: string;
  target1: string;
  target2: string | null;
  positionSize: string | null;
  campaignId: string | null;
  confidence: number | null;
  source: string | null;
  position: PositionView | null;
}
export interface EventView {
  sequence: number;
  type: "PositionOpened" | "TradeClosed" | "SignalDeclined" | "AccountChanged";
  marketTime: string;
  session: number;
  /** Of every event but AccountChanged. */
  signalId?: string;
  /** Of AccountChanged only. */
  change?: AccountChange;
}
export interface PerformanceView {
  totalTrades: number;
  winningTrades: number;
  losingTrades: number;
  winRate: string | null;
  averageRMultiple: string | null;
  profitFactor: string | null;
  expectancy: string | null;
  averageWin: string | null;
  averageLoss: string | null;
  largestWin: string | null;
  largestLoss: string | null;
  totalReturn: string;
  maxDrawdown: string;
}
export interface EligibilityCheckView {
  criterion: "DURATION" | "POSITION_COUNT" | "WIN_RATE" | "AVERAGE_R_MULTIPLE";
  required: string;
  actual: string | null;
  passed: boolean;
}
/** A warning is named by its kind here; the API writes a sentence for each. */
export type WarningKind = "WIN_RATE_INTERVAL_SPANS_THRESHOLD" | "ONE_POSITION_MAKES_MOST_PROFIT" | "EARLIER_SESSIONS";
export interface EligibilityView {
  eligible: boolean;
  reason: string | null;
  daysCompleted: number;
  daysRemaining: number;
  progressPercentage: string;
  checks: EligibilityCheckView[];
  winRateLow: string | null;
  winRateHigh: string | null;
  averageRMultipleStandardError: string | null;
  warnings: WarningKind[];
}
export interface Dump {
  /** Null, like the report, where there is no such account. */
  account: AccountView | null;
  /** Of the present session, oldest first. */
  positions: PositionView[];
  /** Of the present session, in the order they happened. */
  trades: TradeView[];
  /** Of all sessions, in decision order. */
  signals: SignalSummary[];
  /** Of all sessions. */
  events: EventView[];
  report: PerformanceView | null;
  eligibility: EligibilityView;
}
export interface SessionDump {
  positions: PositionView[];
  trades: TradeView[];
  performance: PerformanceView;
}

export interface InputIssue {
  path: string[];
}
export interface InvalidInput {
  __typename: "InvalidInput";
  issues: InputIssue[];
}
export interface AccountNotFound {
  __typename: "AccountNotFound";
}
export interface SignalConflict {
  __typename: "SignalConflict";
  signalId: string;
}
export interface SessionMismatch {
  __typename: "SessionMismatch";
  currentSession: number;
}
export interface PositionNotFound {
  __typename: "PositionNotFound";
}
export interface PositionAlreadyClosed {
  __typename: "PositionAlreadyClosed";
  position: PositionView;
}

export interface EnablePayload {
  __typename: "EnablePayload";
  account: AccountView;
}
export interface DisablePayload {
  __typename: "DisablePayload";
  account: AccountView;
  closedTrades: number;
}
export interface ResetPayload {
  __typename: "ResetPayload";
  account: AccountView;
  endedSession: number;
  replayed: boolean;
}
export interface UpdateSettingsPayload {
  __typename: "UpdateSettingsPayload";
  account: AccountView;
}
export interface ExecuteSignalPayload {
  __typename: "ExecuteSignalPayload";
  signal: SignalView;
  replayed: boolean;
}
export interface ClosePositionPayload {
  __typename: "ClosePositionPayload";
  position: PositionView;
  trade: TradeView;
  replayed: boolean;
}
export interface PublishReport {
  __typename: "PublishReport";
  accepted: number;
  stale: number;
  refused: { index: number }[];
}

export type EnableResult = EnablePayload | InvalidInput;
export type DisableResult = DisablePayload | AccountNotFound;
export type ResetResult = ResetPayload | AccountNotFound | SessionMismatch | InvalidInput;
export type UpdateSettingsResult = UpdateSettingsPayload | AccountNotFound | InvalidInput;
export type ExecuteSignalResult = ExecuteSignalPayload | InvalidInput | SignalConflict | AccountNotFound;
export type ClosePositionResult = ClosePositionPayload | PositionNotFound | PositionAlreadyClosed | InvalidInput;
