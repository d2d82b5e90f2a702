// The scalars of the API as types: texts that cannot be taken for one another, and what makes and reads them.

declare const decimal_: unique symbol;
declare const dateTime_: unique symbol;
declare const logCursor_: unique symbol;

/** An exact decimal as a text, such as "150.03". Arithmetic needs a decimal library: see `parseDecimal`. */
export type Decimal = string & { readonly [decimal_]: true };

/** A moment in ISO 8601 with a time zone; out of the API always UTC with milliseconds. */
export type DateTime = string & { readonly [dateTime_]: true };

/** An opaque place in one account's log. A page's cursor (`edges`, `pageInfo`) is none. */
export type LogCursor = string & { readonly [logCursor_]: true };

const DECIMAL = /^-?\d{1,20}(\.\d{1,8})?$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** A text as a Decimal. Throws a TypeError for what the API would refuse: more than 20 digits or 8 decimals, "1e3", "+1". */
export function decimal(text: string): Decimal {
  if (typeof text === "string" && DECIMAL.test(text)) return text as Decimal;
  throw new TypeError(
    `${show(text)} is no decimal: it must be a text such as "150.03", up to 20 digits and 8 decimals`,
  );
}

/** A decimal as a number of a library, exactly: `parseDecimal(trade.realizedPnl, Big)`. Null stays null. */
export function parseDecimal<Exact>(value: Decimal, library: new (text: string) => Exact): Exact;
export function parseDecimal<Exact>(value: Decimal | null, library: new (text: string) => Exact): Exact | null;
export function parseDecimal<Exact>(value: Decimal | null, library: new (text: string) => Exact): Exact | null {
  return value === null ? null : new library(value);
}

/** A decimal as the nearest floating point number: good for charts, wrong for money. Null stays null. */
export function toNumber(value: Decimal): number;
export function toNumber(value: Decimal | null): number | null;
export function toNumber(value: Decimal | null): number | null {
  return value === null ? null : Number(value);
}

/** A moment as the API takes it. A text must be RFC 3339 with a time zone. Throws a TypeError for what is no moment. */
export function dateTime(moment: Date | string): DateTime {
  if (typeof moment !== "string") {
    if (!Number.isNaN(moment.getTime())) return moment.toISOString() as DateTime;
  } else if (DATE_TIME.test(moment) && !Number.isNaN(Date.parse(moment))) {
    return moment as DateTime;
  }
  throw new TypeError(`${show(moment)} is no moment: it must be a Date, or such as "2024-03-01T14:30:00Z"`);
}

/** A moment as a Date. Null stays null. */
export function toDate(value: DateTime): Date;
export function toDate(value: DateTime | null): Date | null;
export function toDate(value: DateTime | null): Date | null {
  return value === null ? null : new Date(value);
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
