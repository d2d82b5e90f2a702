// An account's settings: defaults, bounds, reading and merging (domain.md 2).
import { Decimal, type Decimal as DecimalType, formatDecimal, HUNDRED, ONE, ZERO } from "./decimal.ts";
import type { DecimalBounds, Issues } from "./issues.ts";

export interface Settings {
  readonly startingCapital: DecimalType;
  readonly commissionPerShare: DecimalType;
  /** In percent: 0.02 is 0.02 %. */
  readonly slippagePercentage: DecimalType;
  readonly useRealisticFills: boolean;
  readonly maxTradeRisk: DecimalType;
  readonly maxPortfolioHeat: DecimalType;
  readonly maxCampaignRisk: DecimalType;
  readonly target1Fraction: DecimalType;
  readonly breakevenAfterTarget1: boolean;
  /** In seconds. */
  readonly maxPriceAge: number;
}

/** Settings as a client sends them; null is the same as leaving out. */
export interface SettingsInput {
  readonly startingCapital?: string | null | undefined;
  readonly commissionPerShare?: string | null | undefined;
  readonly slippagePercentage?: string | null | undefined;
  readonly useRealisticFills?: boolean | null | undefined;
  readonly maxTradeRisk?: string | null | undefined;
  readonly maxPortfolioHeat?: string | null | undefined;
  readonly maxCampaignRisk?: string | null | undefined;
  readonly target1Fraction?: string | null | undefined;
  readonly breakevenAfterTarget1?: boolean | null | undefined;
  readonly maxPriceAge?: number | null | undefined;
}

export const DEFAULT_SETTINGS: Settings = {
  startingCapital: new Decimal("100000"),
  commissionPerShare: new Decimal("0.005"),
  slippagePercentage: new Decimal("0.02"),
  useRealisticFills: true,
  maxTradeRisk: new Decimal("2"),
  maxPortfolioHeat: new Decimal("10"),
  maxCampaignRisk: new Decimal("5"),
  target1Fraction: new Decimal("0.5"),
  breakevenAfterTarget1: false,
  maxPriceAge: 3600,
};

const MAX_PRICE_AGE_SECONDS = { from: 1, to: 86_400 };
const PERCENTAGE: DecimalBounds = { above: ZERO, to: HUNDRED, words: "above 0 and at most 100" };

export const DECIMAL_SETTINGS = {
  startingCapital: { from: new Decimal(1000), to: new Decimal(100_000_000), words: "from 1000 to 100000000" },
  commissionPerShare: { from: ZERO, to: ONE, words: "from 0 to 1" },
  slippagePercentage: { from: ZERO, to: new Decimal(10), words: "from 0 to 10" },
  maxTradeRisk: PERCENTAGE,
  maxPortfolioHeat: PERCENTAGE,
  maxCampaignRisk: PERCENTAGE,
  target1Fraction: { above: ZERO, to: ONE, words: "above 0 and at most 1" },
} as const satisfies Partial<Record<keyof Settings, DecimalBounds>>;

export type DecimalSetting = keyof typeof DECIMAL_SETTINGS;
export const DECIMAL_SETTING_NAMES = Object.keys(DECIMAL_SETTINGS) as DecimalSetting[];

/** The settings that `input` names, each checked against its bounds; problems go to `issues` under `path`. */
export function readSettings(input: SettingsInput, path: readonly string[], issues: Issues): Partial<Settings> {
  const read: { -readonly [Name in keyof Settings]?: Settings[Name] } = {};
  for (const name of DECIMAL_SETTING_NAMES) {
    const value = issues.decimal([...path, name], input[name], DECIMAL_SETTINGS[name]);
    if (value !== undefined) read[name] = value;
  }
  const age = input.maxPriceAge;
  if (age !== undefined && age !== null) {
    const { from, to } = MAX_PRICE_AGE_SECONDS;
    if (Number.isInteger(age) && age >= from && age <= to) read.maxPriceAge = age;
    else issues.add([...path, "maxPriceAge"], `is ${age}, but must be from ${from} to ${to} seconds`);
  }
  if (typeof input.useRealisticFills === "boolean") read.useRealisticFills = input.useRealisticFills;
  if (typeof input.breakevenAfterTarget1 === "boolean") read.breakevenAfterTarget1 = input.breakevenAfterTarget1;
  return read;
}

/** The names of the settings in `given` that differ from those in force. */
export function changedSettings(inForce: Settings, given: Partial<Settings>): (keyof Settings)[] {
  return (Object.keys(given) as (keyof Settings)[]).filter((name) => {
    const now = inForce[name];
    const next = given[name];
    return Decimal.isDecimal(now) && Decimal.isDecimal(next) ? !now.eq(next) : now !== next;
  });
}

/** Settings as plain values, decimals in the API's form: for records and comparisons. */
export function plainSettings(settings: Settings): Record<keyof Settings, string | boolean | number> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, Decimal.isDecimal(value) ? formatDecimal(value) : value]),
  ) as Record<keyof Settings, string | boolean | number>;
}
