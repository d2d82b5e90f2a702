// Exact prices in places of twelve bytes each: a Decimal takes more than ten times as much.
import type { Decimal } from "../domain/decimal.ts";

/** Hundred-millionths in a whole: prices have up to 8 decimals. */
const FRACTION_DIGITS = 8;
/** The library keeps digits in words of seven, aligned to the point; `e` is the exponent of the first digit. */
const WORD_DIGITS = 7;
const WORD = 10 ** WORD_DIGITS;
/** A second word after the point has one digit that counts, its first. */
const SECOND_WORD_UNIT = WORD / 10;

/** Prices above 0 and below AMOUNT_LIMIT with up to 8 decimals, as the board takes them: each two whole numbers. */
export class PackedPrices {
  private wholes: Float64Array;
  private fractions: Uint32Array;

  constructor(places: number) {
    this.wholes = new Float64Array(places);
    this.fractions = new Uint32Array(places);
  }

  grow(places: number): void {
    const { wholes, fractions } = this;
    this.wholes = new Float64Array(places);
    this.fractions = new Uint32Array(places);
    this.wholes.set(wholes);
    this.fractions.set(fractions);
  }

  /** Taken from the library's own words: working with Decimals costs ten times as much. */
  set(place: number, { d: words, e: exponent }: Decimal): void {
    const point = Math.floor(exponent / WORD_DIGITS) + 1;
    let whole = 0;
    for (let word = 0; word < point; word++) whole = whole * WORD + (words[word] ?? 0);
    this.wholes[place] = whole;
    this.fractions[place] = (words[point] ?? 0) * 10 + (words[point + 1] ?? 0) / SECOND_WORD_UNIT;
  }

  copy(to: number, from: number): void {
    this.wholes[to] = this.wholes[from] as number;
    this.fractions[to] = this.fractions[from] as number;
  }

  isBelow(place: number, other: number): boolean {
    const difference = (this.wholes[place] as number) - (this.wholes[other] as number);
    if (difference !== 0) return difference < 0;
    return (this.fractions[place] as number) < (this.fractions[other] as number);
  }

  /** As the API shows it. */
  text(place: number): string {
    const whole = String(this.wholes[place]);
    const fraction = this.fractions[place] as number;
    return fraction === 0 ? whole : `${whole}.${String(fraction).padStart(FRACTION_DIGITS, "0").replace(/0+$/, "")}`;
  }
}
