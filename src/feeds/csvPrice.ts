// Reads the prices and the volume of a bar file into decimal strings of at most 8 decimals.
import { Decimal, q8 } from "../domain/decimal.ts";
import { AMOUNT_LIMIT, AMOUNT_LIMIT_TEXT } from "../domain/limits.ts";
import { quoteText } from "./feedError.ts";

export type ReadNumber =
  | { readonly kind: "number"; readonly value: Decimal }
  | { readonly kind: "fault"; readonly reason: string };

/** A decimal has at most 20 digits before its point (domain.md 1). */
const VOLUME_LIMIT = new Decimal("100000000000000000000");
const NUMBER_CHARACTERS_MAX = 64;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Answers a price above 0 and below 1,000,000,000,000, rounded half-even to 8 decimals, or why there is none.
 * The pattern and the length are judged before a decimal is built.
 */
export function readPrice(column: string, text: string): ReadNumber {
  const read = readNumber(column, text);
  if (read.kind === "fault") return read;
  const written = read.value;
  const value = q8(written);
  if (written.isNegative() && !written.isZero()) return fault(`${column} ${quoteText(text)} is negative`);
  if (written.isZero()) return fault(`${column} is 0`);
  if (value.isZero()) return fault(`${column} ${quoteText(text)} is 0 when rounded to 8 decimals`);
  if (value.gte(AMOUNT_LIMIT)) return fault(`${column} ${quoteText(text)} is not below ${AMOUNT_LIMIT_TEXT}`);
  return { kind: "number", value };
}

/** Answers a volume of 0 or more, rounded like a price, or why there is none; an empty one is the caller's to skip. */
export function readVolume(text: string): ReadNumber {
  const read = readNumber("volume", text);
  if (read.kind === "fault") return read;
  const value = q8(read.value);
  if (read.value.isNegative() && !read.value.isZero()) return fault(`volume ${quoteText(text)} is negative`);
  if (value.gte(VOLUME_LIMIT)) return fault(`volume ${quoteText(text)} has more than 20 digits`);
  return { kind: "number", value: value.abs() };
}

function readNumber(column: string, text: string): ReadNumber {
  if (text === "") return fault(`${column} is empty`);
  if (text.length > NUMBER_CHARACTERS_MAX) return fault(`${column} is longer than ${NUMBER_CHARACTERS_MAX} characters`);
  if (!PLAIN_NUMBER.test(text)) return fault(`${column} ${quoteText(text)} is not a plain decimal number`);
  return { kind: "number", value: new Decimal(text) };
}

function fault(reason: string): ReadNumber {
  return { kind: "fault", reason };
}
