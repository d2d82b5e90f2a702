// Exact reckoning with decimals: as integers of their eighth place, which is the last that a decimal has.
export const DECIMALS = 8;

const SCALE = 10n ** BigInt(DECIMALS);
const HUNDRED = 100n;

/** A decimal in units of its eighth place. */
export function units(text: string): bigint {
  const [whole = "0", part = ""] = text.replace("-", "").split(".");
  const all = BigInt(whole + part.padEnd(DECIMALS, "0"));
  return text.startsWith("-") ? -all : all;
}

/** Units as a decimal, with all eight places. */
function written(value: bigint): string {
  const digits = magnitude(value)
    .toString()
    .padStart(DECIMALS + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** A part in percent of a whole that is above 0, rounded as the server rounds: to eight places, halves to the even digit. */
export function percentageOf(part: bigint, whole: bigint): string {
  const scaled = part * HUNDRED * SCALE;
  const cut = scaled / whole;
  const twiceLeft = magnitude(scaled % whole) * 2n;
  const isUp = twiceLeft > whole || (twiceLeft === whole && cut % 2n !== 0n);
  return written(isUp ? cut + (scaled < 0n ? -1n : 1n) : cut);
}
