// Exact numbers of the reference model: fractions of BigInts, the decimal pattern, q8, and plain formatting.

export interface Rational {
  readonly num: bigint;
  /** Always above 0; the fraction is in lowest terms. */
  readonly den: bigint;
}

const UNITS_PER_ONE = 100_000_000n; // 8 decimals
const DECIMAL_PATTERN = /^-?\d{1,20}(\.\d{1,8})?$/;
const ROOT_SCALE = 10n ** 40n;

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

export function rational(num: bigint, den: bigint = 1n): Rational {
  if (den === 0n) throw new RangeError("division by zero");
  if (den < 0n) return rational(-num, -den);
  const divisor = greatestCommonDivisor(num < 0n ? -num : num, den);
  return { num: num / divisor, den: den / divisor };
}

export const ZERO = rational(0n);
export const ONE = rational(1n);
export const HUNDRED = rational(100n);

export const integer = (value: number | bigint): Rational => rational(BigInt(value));
export const add = (a: Rational, b: Rational): Rational => rational(a.num * b.den + b.num * a.den, a.den * b.den);
export const sub = (a: Rational, b: Rational): Rational => rational(a.num * b.den - b.num * a.den, a.den * b.den);
export const mul = (a: Rational, b: Rational): Rational => rational(a.num * b.num, a.den * b.den);
export const div = (a: Rational, b: Rational): Rational => rational(a.num * b.den, a.den * b.num);
export const neg = (a: Rational): Rational => rational(-a.num, a.den);
export const abs = (a: Rational): Rational => (a.num < 0n ? neg(a) : a);

export const eq = (a: Rational, b: Rational): boolean => a.num * b.den === b.num * a.den;
export const lt = (a: Rational, b: Rational): boolean => a.num * b.den < b.num * a.den;
export const gt = (a: Rational, b: Rational): boolean => lt(b, a);
export const le = (a: Rational, b: Rational): boolean => !gt(a, b);
export const ge = (a: Rational, b: Rational): boolean => !lt(a, b);
export const min = (a: Rational, b: Rational): Rational => (lt(b, a) ? b : a);
export const max = (a: Rational, b: Rational): Rational => (gt(b, a) ? b : a);
export const sum = (values: readonly Rational[]): Rational => values.reduce(add, ZERO);

/** The largest whole number that is not above the value. */
export function floor(value: Rational): bigint {
  const quotient = value.num / value.den;
  return value.num < 0n && value.num % value.den !== 0n ? quotient - 1n : quotient;
}

/** Rounds to 8 decimals, half to even. */
export function q8(value: Rational): Rational {
  const scaled = mul(value, rational(UNITS_PER_ONE));
  const below = floor(scaled);
  const twiceRest = mul(sub(scaled, rational(below)), rational(2n));
  const up = gt(twiceRest, ONE) || (eq(twiceRest, ONE) && below % 2n !== 0n);
  return rational(up ? below + 1n : below, UNITS_PER_ONE);
}

/** The square root of a number that is not negative, cut off after 40 decimals. */
export function squareRoot(value: Rational): Rational {
  if (value.num < 0n) throw new RangeError("square root of a negative number");
  const square = (value.num * ROOT_SCALE * ROOT_SCALE) / value.den;
  let low = 0n;
  let high = square + 1n; // low² ≤ square < high²
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * middle <= square) low = middle;
    else high = middle;
  }
  return rational(low, ROOT_SCALE);
}

/** The number that a decimal's text stands for, or null where the text does not match the pattern. */
export function parseDecimal(text: unknown): Rational | null {
  if (typeof text !== "string" || !DECIMAL_PATTERN.test(text)) return null;
  const [whole = "", decimals = ""] = text.replace("-", "").split(".");
  const value = rational(BigInt(whole + decimals.padEnd(8, "0")), UNITS_PER_ONE);
  return text.startsWith("-") ? neg(value) : value;
}

/** A constant of the rules; throws where it is not a decimal. */
export function decimal(text: string): Rational {
  const value = parseDecimal(text);
  if (value === null) throw new RangeError(`not a decimal: ${text}`);
  return value;
}

/** The shortest plain text of a number of at most 8 decimals; throws where it has more. */
export function format(value: Rational): string {
  const scaled = mul(value, rational(UNITS_PER_ONE));
  if (scaled.den !== 1n) throw new RangeError(`more than 8 decimals: ${value.num}/${value.den}`);
  const units = scaled.num < 0n ? -scaled.num : scaled.num;
  const decimals = (units % UNITS_PER_ONE).toString().padStart(8, "0").replace(/0+$/, "");
  const text = (units / UNITS_PER_ONE).toString() + (decimals === "" ? "" : `.${decimals}`);
  return scaled.num < 0n ? `-${text}` : text;
}
