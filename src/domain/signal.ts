// A trade signal: its shape and its reading from untrusted input (domain.md 3).
import { type Decimal, ONE } from "./decimal.ts";
import { type Issue, Issues } from "./issues.ts";
import { FREE_JSON_BYTES_MAX, FREE_JSON_DEPTH_MAX, TIME_MS_MAX, TIME_MS_MIN } from "./limits.ts";

export type AssetClass = "STOCK" | "FOREX" | "CRYPTO";
export type PatternType = "SPRING" | "SOS" | "LPS" | "UTAD";
export type Side = "LONG" | "SHORT";
export type PositionSizeUnit = "SHARES" | "LOTS" | "CONTRACTS";

export interface TrailingStop {
  readonly activation: Decimal;
  readonly offset: Decimal;
}

export interface Signal {
  readonly signalId: string;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly patternType: PatternType | null;
  readonly side: Side;
  readonly phase: string | null;
  readonly timeframe: string | null;
  readonly entryPrice: Decimal;
  readonly stopLoss: Decimal;
  readonly target1: Decimal;
  readonly target2: Decimal | null;
  readonly trailingStop: TrailingStop | null;
  readonly positionSize: Decimal | null;
  readonly positionSizeUnit: PositionSizeUnit;
  readonly leverage: Decimal;
  readonly confidence: number | null;
  readonly campaignId: string | null;
  readonly marketPrice: Decimal | null;
  readonly expiresAtMs: number | null;
  readonly source: string | null;
  readonly generatedAtMs: number | null;
  readonly schemaVersion: number;
  readonly patternData: unknown;
  readonly volumeAnalysis: unknown;
}

type Given<T> = T | null | undefined;

/** A signal as its sender gives it: decimals as text, times as dates; null is the same as leaving out. */
export interface SignalInput {
  readonly signalId: string;
  readonly symbol: string;
  readonly assetClass?: Given<AssetClass>;
  readonly patternType?: Given<PatternType>;
  readonly side?: Given<Side>;
  readonly phase?: Given<string>;
  readonly timeframe?: Given<string>;
  readonly entryPrice: string;
  readonly stopLoss: string;
  readonly target1: string;
  readonly target2?: Given<string>;
  readonly trailingStop?: Given<{ readonly activation: string; readonly offset: string }>;
  readonly positionSize?: Given<string>;
  readonly positionSizeUnit?: Given<PositionSizeUnit>;
  readonly leverage?: Given<string>;
  readonly confidence?: Given<number>;
  readonly campaignId?: Given<string>;
  readonly marketPrice?: Given<string>;
  readonly expiresAt?: Given<Date>;
  readonly source?: Given<string>;
  readonly generatedAt?: Given<Date>;
  readonly schemaVersion?: Given<number>;
  readonly patternData?: unknown;
  readonly volumeAnalysis?: unknown;
}

export type ReadSignal =
  | { readonly kind: "signal"; readonly signal: Signal }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] };

export const SYMBOL_PATTERN = /^[A-Z0-9./-]{1,20}$/;
export const SYMBOL_WORDS = "1 to 20 characters of A-Z, 0-9, '.', '/' and '-'";
export const ID_PATTERN = /^[A-Za-z0-9._:-]{1,64}$/;
export const ID_WORDS = "1 to 64 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'";
/** The symbols that FOREX can have: other quote currencies are not built yet. */
export const FOREX_SYMBOL_PATTERN = /^[A-Z]{3}\/USD$/;

const LEVERAGE_MAX: Record<AssetClass, number> = { STOCK: 2, FOREX: 500, CRYPTO: 10 };
const UNITS: Record<AssetClass, { allowed: readonly PositionSizeUnit[]; words: string }> = {
  STOCK: { allowed: ["SHARES"], words: "SHARES for a STOCK" },
  FOREX: { allowed: ["LOTS"], words: "LOTS for FOREX" },
  CRYPTO: { allowed: ["SHARES", "CONTRACTS"], words: "SHARES or CONTRACTS for CRYPTO" },
};

/** The signal that `input` means, with its defaults filled in, or every problem it has. */
export function readSignal(input: SignalInput): ReadSignal {
  const issues = new Issues();
  const signal = readFields(input, issues);
  return signal !== undefined && issues.list.length === 0
    ? { kind: "signal", signal }
    : { kind: "invalid", issues: issues.list };
}

function readFields(input: SignalInput, issues: Issues): Signal | undefined {
  const signalId = issues.pattern(["signalId"], input.signalId, ID_PATTERN, ID_WORDS);
  const symbol = issues.pattern(["symbol"], input.symbol, SYMBOL_PATTERN, SYMBOL_WORDS);
  const assetClass = input.assetClass ?? "STOCK";
  const side = readSide(input, issues);
  const prices = readPrices(input, side, issues);
  const size = readSize(input, assetClass, issues);
  if (symbol !== undefined && assetClass === "FOREX" && !FOREX_SYMBOL_PATTERN.test(symbol)) {
    issues.add(["symbol"], `is ${symbol}, but FOREX needs XXX/USD: other quote currencies are not built yet`);
  }
  const details = readDetails(input, issues);
  if (signalId === undefined || symbol === undefined || prices === undefined || size === undefined) return undefined;
  return { signalId, symbol, assetClass, patternType: input.patternType ?? null, side, ...prices, ...size, ...details };
}

function readSide(input: SignalInput, issues: Issues): Side {
  const implied: Side = input.patternType === "UTAD" ? "SHORT" : "LONG";
  if (!input.side) return implied;
  if (input.patternType && input.side !== implied) {
    issues.add(["side"], `is ${input.side}, but the pattern ${input.patternType} is ${implied}`);
  }
  return input.side;
}

type Prices = Pick<Signal, "entryPrice" | "stopLoss" | "target1" | "target2" | "trailingStop" | "marketPrice">;

function readPrices(input: SignalInput, side: Side, issues: Issues): Prices | undefined {
  const entryPrice = issues.neededAmount(["entryPrice"], input.entryPrice);
  const stopLoss = issues.neededAmount(["stopLoss"], input.stopLoss);
  const target1 = issues.neededAmount(["target1"], input.target1);
  const target2 = issues.amount(["target2"], input.target2);
  const trailingStop = readTrailingStop(input, issues);
  const marketPrice = issues.amount(["marketPrice"], input.marketPrice) ?? null;
  const below = side === "LONG" ? "below" : "above";
  const above = side === "LONG" ? "above" : "below";
  const d = side === "LONG" ? 1 : -1;
  if (entryPrice && stopLoss && stopLoss.cmp(entryPrice) !== -d) {
    issues.add(["stopLoss"], `is ${input.stopLoss}, but a ${side} needs it ${below} entryPrice ${input.entryPrice}`);
  }
  if (entryPrice && target1 && target1.cmp(entryPrice) !== d) {
    issues.add(["target1"], `is ${input.target1}, but a ${side} needs it ${above} entryPrice ${input.entryPrice}`);
  }
  if (target1 && target2 && target2.cmp(target1) !== d) {
    issues.add(["target2"], `is ${input.target2}, but a ${side} needs it ${above} target1 ${input.target1}`);
  }
  if (!entryPrice || !stopLoss || !target1) return undefined;
  return { entryPrice, stopLoss, target1, target2: target2 ?? null, trailingStop, marketPrice };
}

function readTrailingStop(input: SignalInput, issues: Issues): TrailingStop | null {
  if (!input.trailingStop) return null;
  const activation = issues.neededAmount(["trailingStop", "activation"], input.trailingStop.activation);
  const offset = issues.neededAmount(["trailingStop", "offset"], input.trailingStop.offset);
  return activation && offset ? { activation, offset } : null;
}

type Size = Pick<Signal, "positionSize" | "positionSizeUnit" | "leverage">;

function readSize(input: SignalInput, assetClass: AssetClass, issues: Issues): Size {
  const positionSize = issues.amount(["positionSize"], input.positionSize) ?? null;
  const positionSizeUnit = input.positionSizeUnit ?? "SHARES";
  const unit = UNITS[assetClass];
  if (!unit.allowed.includes(positionSizeUnit)) {
    issues.add(["positionSizeUnit"], `is ${positionSizeUnit}, but must be ${unit.words}`);
  }
  const to = LEVERAGE_MAX[assetClass];
  const words = `from 1 to ${to} for ${assetClass}`;
  const leverage = issues.decimal(["leverage"], input.leverage, { from: ONE, to: ONE.times(to), words }) ?? ONE;
  return { positionSize, positionSizeUnit, leverage };
}

type Details = Pick<
  Signal,
  | "phase"
  | "timeframe"
  | "confidence"
  | "campaignId"
  | "expiresAtMs"
  | "source"
  | "generatedAtMs"
  | "schemaVersion"
  | "patternData"
  | "volumeAnalysis"
>;

function readDetails(input: SignalInput, issues: Issues): Details {
  const confidence = input.confidence ?? null;
  if (confidence !== null && !(Number.isInteger(confidence) && confidence >= 0 && confidence <= 100)) {
    issues.add(["confidence"], `is ${confidence}, but must be a whole number from 0 to 100`);
  }
  const schemaVersion = input.schemaVersion ?? 1;
  if (schemaVersion !== 1) issues.add(["schemaVersion"], `is ${schemaVersion}, but only 1 is known`);
  return {
    phase: issues.text(["phase"], input.phase) ?? null,
    timeframe: issues.text(["timeframe"], input.timeframe) ?? null,
    confidence,
    campaignId: issues.text(["campaignId"], input.campaignId) ?? null,
    expiresAtMs: readTime(["expiresAt"], input.expiresAt, issues),
    source: issues.text(["source"], input.source) ?? null,
    generatedAtMs: readTime(["generatedAt"], input.generatedAt, issues),
    schemaVersion,
    patternData: readFreeJson(["patternData"], input.patternData, issues),
    volumeAnalysis: readFreeJson(["volumeAnalysis"], input.volumeAnalysis, issues),
  };
}

/** The milliseconds of a time, or null where none was given; outside the years 1900 to 9999 it is an issue. */
export function readTime(path: readonly string[], time: Date | null | undefined, issues: Issues): number | null {
  if (time === undefined || time === null) return null;
  const ms = time.getTime();
  if (ms >= TIME_MS_MIN && ms <= TIME_MS_MAX) return ms;
  issues.add(path, "must lie between the years 1900 and 9999");
  return null;
}

function readFreeJson(path: readonly string[], json: unknown, issues: Issues): unknown {
  if (json === undefined || json === null) return null;
  if (isDeeperThan(json, FREE_JSON_DEPTH_MAX)) {
    issues.add(path, `is nested more than ${FREE_JSON_DEPTH_MAX} levels deep, the most allowed`);
  } else if (new TextEncoder().encode(JSON.stringify(json)).length > FREE_JSON_BYTES_MAX) {
    issues.add(path, `is more than ${FREE_JSON_BYTES_MAX} bytes of JSON, the most allowed`);
  } else if (!isStorable(json)) {
    issues.add(path, "holds a NUL character or half of a surrogate pair, which cannot be stored");
  }
  return json;
}

function isDeeperThan(json: unknown, levels: number): boolean {
  if (typeof json !== "object" || json === null) return false;
  return levels === 0 || Object.values(json).some((value) => isDeeperThan(value, levels - 1));
}

function isStorable(json: unknown): boolean {
  if (typeof json === "string") return !/[\0\p{Cs}]/u.test(json);
  if (typeof json !== "object" || json === null) return true;
  return Object.entries(json).every(([key, value]) => isStorable(key) && isStorable(value));
}
