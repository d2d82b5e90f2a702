// Judges what comes in: settings, signals, quotes and bars, each with the path of every problem found.

import type { Bar, Milliseconds, Settings, ValidSignal } from "./book.ts";
import {
  decimal,
  eq,
  format,
  ge,
  gt,
  HUNDRED,
  integer,
  le,
  lt,
  ONE,
  parseDecimal,
  type Rational,
  ZERO,
} from "./rational.ts";
import type {
  AssetClass,
  BarInput,
  ExecuteSignalInput,
  InputIssue,
  Maybe,
  PositionSizeUnit,
  QuoteInput,
  SettingsInput,
  Side,
} from "./types.ts";

const BOUND = integer(1_000_000_000_000n);
const JSON_BYTES_MAX = 16 * 1024;
const SIGNAL_ID = /^[A-Za-z0-9._:-]{1,64}$/;
const SYMBOL = /^[A-Z0-9./-]{1,20}$/;
const FOREX_SYMBOL = /^[A-Z]{3}\/USD$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
export const ACCOUNT_NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** Throws where the text is not a time: that is an error of the whole request, which the model does not cover. */
export function parseTime(text: string): Milliseconds {
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new RangeError(`not a time: ${text}`);
  return time;
}

/** A price or a size: above 0 and below the bound; else null. */
function parseBounded(text: unknown): Rational | null {
  const value = parseDecimal(text);
  return value !== null && gt(value, ZERO) && lt(value, BOUND) ? value : null;
}

// Settings

type DecimalSetting = Exclude<keyof Settings, "useRealisticFills" | "breakevenAfterTarget1" | "maxPriceAge">;

const DECIMAL_SETTINGS: readonly { name: DecimalSetting; allows: (value: Rational) => boolean }[] = [
  { name: "startingCapital", allows: (value) => ge(value, integer(1_000)) && le(value, integer(100_000_000)) },
  { name: "commissionPerShare", allows: (value) => ge(value, ZERO) && le(value, ONE) },
  { name: "slippagePercentage", allows: (value) => ge(value, ZERO) && le(value, integer(10)) },
  { name: "maxTradeRisk", allows: (value) => gt(value, ZERO) && le(value, HUNDRED) },
  { name: "maxPortfolioHeat", allows: (value) => gt(value, ZERO) && le(value, HUNDRED) },
  { name: "maxCampaignRisk", allows: (value) => gt(value, ZERO) && le(value, HUNDRED) },
  { name: "target1Fraction", allows: (value) => gt(value, ZERO) && le(value, ONE) },
];

export const DEFAULT_SETTINGS: Settings = {
  startingCapital: decimal("100000"),
  commissionPerShare: decimal("0.005"),
  slippagePercentage: decimal("0.02"),
  useRealisticFills: true,
  maxTradeRisk: decimal("2"),
  maxPortfolioHeat: decimal("10"),
  maxCampaignRisk: decimal("5"),
  target1Fraction: decimal("0.5"),
  breakevenAfterTarget1: false,
  maxPriceAge: 3600,
};

/** The given settings merged over `base`, the names of those that differ from it, and the problems. */
export function mergeSettings(
  base: Settings,
  input: Maybe<SettingsInput>,
): { settings: Settings; changed: string[]; issues: InputIssue[] } {
  const issues: InputIssue[] = [];
  const changed: string[] = [];
  const settings: { -readonly [name in keyof Settings]: Settings[name] } = { ...base };
  for (const { name, allows } of DECIMAL_SETTINGS) {
    const text = input?.[name] ?? null;
    if (text === null) continue;
    const value = parseDecimal(text);
    if (value === null || !allows(value)) {
      issues.push({ path: ["settings", name] });
    } else if (!eq(value, base[name])) {
      settings[name] = value;
      changed.push(name);
    }
  }
  for (const name of ["useRealisticFills", "breakevenAfterTarget1"] as const) {
    const value = input?.[name] ?? base[name];
    if (value !== base[name]) changed.push(name);
    settings[name] = value;
  }
  const maxPriceAge = input?.maxPriceAge ?? base.maxPriceAge;
  if (!Number.isInteger(maxPriceAge) || maxPriceAge < 1 || maxPriceAge > 86_400)
    issues.push({ path: ["settings", "maxPriceAge"] });
  else if (maxPriceAge !== base.maxPriceAge) changed.push("maxPriceAge");
  settings.maxPriceAge = maxPriceAge;
  return { settings, changed, issues };
}

// Signals

/** JSON with the keys of every object in order, so that equal values have equal texts. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

const LEVERAGE_MAX: Record<AssetClass, Rational> = { STOCK: integer(2), FOREX: integer(500), CRYPTO: integer(10) };
const UNITS: Record<AssetClass, readonly PositionSizeUnit[]> = {
  STOCK: ["SHARES"],
  FOREX: ["LOTS"],
  CRYPTO: ["SHARES", "CONTRACTS"],
};

/** The signal with its defaults filled in, or every problem of it. */
export function validateSignal(input: ExecuteSignalInput): { signal: ValidSignal } | { issues: InputIssue[] } {
  const issues: InputIssue[] = [];
  const problem = (...path: string[]): void => {
    issues.push({ path });
  };
  const required = (text: string, ...path: string[]): Rational => {
    const value = parseBounded(text);
    if (value === null) problem(...path);
    return value ?? ZERO; // 0 stands for what is broken
  };
  const optional = (text: Maybe<string>, ...path: string[]): Rational | null =>
    text === null || text === undefined ? null : required(text, ...path);

  const assetClass = input.assetClass ?? "STOCK";
  const patternType = input.patternType ?? null;
  const patternSide: Side = patternType === "UTAD" ? "SHORT" : "LONG";
  const side = input.side ?? patternSide;
  if (!SIGNAL_ID.test(input.signalId)) problem("signalId");
  if (!SYMBOL.test(input.symbol)) problem("symbol");
  else if (assetClass === "FOREX" && !FOREX_SYMBOL.test(input.symbol)) problem("symbol");
  if (patternType !== null && side !== patternSide) problem("side");

  const entryPrice = required(input.entryPrice, "entryPrice");
  const stopLoss = required(input.stopLoss, "stopLoss");
  const target1 = required(input.target1, "target1");
  const target2 = optional(input.target2, "target2");
  const inOrder = (worse: Rational, better: Rational): boolean =>
    eq(worse, ZERO) || eq(better, ZERO) || (side === "LONG" ? lt(worse, better) : gt(worse, better));
  if (!inOrder(stopLoss, entryPrice)) problem("stopLoss");
  if (!inOrder(entryPrice, target1)) problem("target1");
  if (target2 !== null && !inOrder(target1, target2)) problem("target2");

  const trailingStop = input.trailingStop
    ? {
        activation: required(input.trailingStop.activation, "trailingStop", "activation"),
        offset: required(input.trailingStop.offset, "trailingStop", "offset"),
      }
    : null;
  const positionSize = optional(input.positionSize, "positionSize");
  const positionSizeUnit = input.positionSizeUnit ?? "SHARES";
  if (!UNITS[assetClass].includes(positionSizeUnit)) problem("positionSizeUnit");
  const leverage = parseDecimal(input.leverage ?? "1");
  if (leverage === null || lt(leverage, ONE) || gt(leverage, LEVERAGE_MAX[assetClass])) problem("leverage");
  const confidence = input.confidence ?? null;
  if (confidence !== null && (!Number.isInteger(confidence) || confidence < 0 || confidence > 100))
    problem("confidence");
  optional(input.marketPrice, "marketPrice");
  if ((input.schemaVersion ?? 1) !== 1) problem("schemaVersion");
  for (const name of ["patternData", "volumeAnalysis"] as const) {
    const bytes = new TextEncoder().encode(JSON.stringify(input[name] ?? null)).length;
    if (bytes > JSON_BYTES_MAX) problem(name);
  }
  const expiresAt = input.expiresAt ? parseTime(input.expiresAt) : null;
  if (input.generatedAt) parseTime(input.generatedAt);
  if (issues.length > 0 || leverage === null) return { issues };

  const text = (value: Rational | null): string | null => (value === null ? null : format(value));
  const campaignId = input.campaignId ?? null;
  const content = canonicalJson({
    signalId: input.signalId,
    symbol: input.symbol,
    assetClass,
    patternType,
    side,
    phase: input.phase ?? null,
    timeframe: input.timeframe ?? null,
    entryPrice: text(entryPrice),
    stopLoss: text(stopLoss),
    target1: text(target1),
    target2: text(target2),
    trailingStop: trailingStop && { activation: text(trailingStop.activation), offset: text(trailingStop.offset) },
    positionSize: text(positionSize),
    positionSizeUnit,
    leverage: text(leverage),
    confidence,
    campaignId,
    expiresAt,
    schemaVersion: 1,
    patternData: input.patternData ?? null,
    volumeAnalysis: input.volumeAnalysis ?? null,
  });
  return {
    signal: {
      signalId: input.signalId,
      symbol: input.symbol,
      assetClass,
      patternType,
      side,
      entryPrice,
      stopLoss,
      target1,
      target2,
      trailingStop,
      positionSize,
      positionSizeUnit,
      leverage,
      confidence,
      campaignId,
      expiresAt,
      source: input.source ?? null,
      content,
    },
  };
}

// Prices

function isVolume(text: Maybe<string>): boolean {
  if (text === null || text === undefined) return true;
  const volume = parseDecimal(text);
  return volume !== null && ge(volume, ZERO);
}

/** The quote's price and time (null: none given), or null where it is refused. */
export function parseQuote(input: QuoteInput): { symbol: string; price: Rational; time: Milliseconds | null } | null {
  const time = input.time ? parseTime(input.time) : null;
  const price = parseBounded(input.price);
  const sidesAreGood = [input.bid, input.ask].every(
    (text) => text === null || text === undefined || parseBounded(text) !== null,
  );
  if (price === null || !sidesAreGood || !isVolume(input.volume) || !SYMBOL.test(input.symbol)) return null;
  return { symbol: input.symbol, price, time };
}

/** The bar, or null where it is refused. */
export function parseBar(input: BarInput): Bar | null {
  const start = parseTime(input.start);
  const open = parseBounded(input.open);
  const high = parseBounded(input.high);
  const low = parseBounded(input.low);
  const close = parseBounded(input.close);
  if (open === null || high === null || low === null || close === null) return null;
  const inRange = (price: Rational): boolean => ge(price, low) && le(price, high);
  if (!inRange(open) || !inRange(close) || !isVolume(input.volume) || !SYMBOL.test(input.symbol)) return null;
  if (!Number.isInteger(input.intervalSeconds) || input.intervalSeconds <= 0) return null;
  return { symbol: input.symbol, open, high, low, close, start, end: start + input.intervalSeconds * 1000 };
}
