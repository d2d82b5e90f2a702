// How figures are written for people: exact decimal strings in, text out; no figure passes through a float.
import { DECIMALS } from "./decimals.ts";

/** What stands where there is no figure. */
export const NOTHING = "–";

type Figure = string | null | undefined;

/** Intl takes decimals as text and keeps every digit; its type wants a literal. */
function exact(text: string): Intl.StringNumericLiteral {
  return text as Intl.StringNumericLiteral;
}

/** A minus only where a digit other than 0 follows it: "-0.00" is no figure. */
const PLAIN = { signDisplay: "negative" } as const;
/** Likewise, with a plus too: gains and losses. */
const SIGNED = { signDisplay: "exceptZero" } as const;
const USD = { style: "currency", currency: "USD" } as const;
const TWO_DECIMALS = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
const ALL_DECIMALS = { maximumFractionDigits: DECIMALS };

const formats = {
  money: new Intl.NumberFormat("en-US", { ...PLAIN, ...USD }),
  signedMoney: new Intl.NumberFormat("en-US", { ...SIGNED, ...USD }),
  ratio: new Intl.NumberFormat("en-US", { ...PLAIN, ...TWO_DECIMALS }),
  signedRatio: new Intl.NumberFormat("en-US", { ...SIGNED, ...TWO_DECIMALS }),
  price: new Intl.NumberFormat("en-US", { ...PLAIN, minimumFractionDigits: 2, ...ALL_DECIMALS }),
  count: new Intl.NumberFormat("en-US", { ...PLAIN, ...ALL_DECIMALS }),
};

function written(format: Intl.NumberFormat, value: Figure, unit = ""): string {
  return value === null || value === undefined ? NOTHING : `${format.format(exact(value))}${unit}`;
}

/** USD with cents. */
export const money = (value: Figure): string => written(formats.money, value);
/** USD with its sign: gains and losses. */
export const gain = (value: Figure): string => written(formats.signedMoney, value);
/** A percentage that is one already. */
export const percent = (value: Figure): string => written(formats.ratio, value, " %");
export const signedPercent = (value: Figure): string => written(formats.signedRatio, value, " %");
/** A price for a unit, with all its digits. */
export const price = (value: Figure): string => written(formats.price, value);
export const quantity = (value: Figure): string => written(formats.count, value);
export const ratio = (value: Figure): string => written(formats.ratio, value);
/** Multiples of the risk first taken. */
export const multiple = (value: Figure): string => written(formats.ratio, value, " R");
export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? NOTHING : formats.count.format(value);

/** Whether a figure is a gain, a loss, or neither. */
export function directionOf(value: Figure): "gain" | "loss" | "even" {
  if (value === null || value === undefined || /^-?0*(\.0*)?$/.test(value)) return "even";
  return value.startsWith("-") ? "loss" : "gain";
}

/** A figure for drawing: the nearest float. Never for a figure that is shown or sent. */
export function drawn(value: string): number {
  return Number(value);
}
