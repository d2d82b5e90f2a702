// How figures are written for people: exact decimal strings in, text out; no figure passes through a float.

/** What stands where there is no figure. */
export const NOTHING = "–";

type Figure = string | null | undefined;

/** Intl takes decimals as text and keeps every digit; its type wants a literal. */
function exact(text: string): Intl.StringNumericLiteral {
  return text as Intl.StringNumericLiteral;
}

const formats = {
  money: new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }),
  signedMoney: new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", signDisplay: "exceptZero" }),
  percent: new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  signedPercent: new Intl.NumberFormat("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: "exceptZero",
  }),
  price: new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 8 }),
  ratio: new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  count: new Intl.NumberFormat("en-US", { maximumFractionDigits: 8 }),
};

function written(format: Intl.NumberFormat, value: Figure, unit = ""): string {
  return value === null || value === undefined ? NOTHING : `${format.format(exact(value))}${unit}`;
}

/** USD with cents. */
export const money = (value: Figure): string => written(formats.money, value);
/** USD with its sign: gains and losses. */
export const gain = (value: Figure): string => written(formats.signedMoney, value);
/** A percentage that is one already. */
export const percent = (value: Figure): string => written(formats.percent, value, " %");
export const signedPercent = (value: Figure): string => written(formats.signedPercent, value, " %");
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
