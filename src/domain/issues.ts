// Reading untrusted input field by field: every problem is kept, with the path of its field.
import { DECIMAL_FORM, type Decimal, parseDecimal } from "./decimal.ts";
import { AMOUNT_LIMIT, AMOUNT_LIMIT_TEXT, TEXT_LENGTH_MAX } from "./limits.ts";

/** One problem of an input: where it is and what is allowed there. */
export interface Issue {
  readonly path: readonly string[];
  readonly message: string;
}

export interface DecimalBounds {
  readonly above?: Decimal;
  readonly from?: Decimal;
  readonly to?: Decimal;
  /** The bounds in words, for the message. */
  readonly words: string;
}

/** A list of issues that fills while fields are read; a reader answers undefined where it added one. */
export class Issues {
  readonly list: Issue[] = [];

  add(path: readonly string[], message: string): undefined {
    this.list.push({ path, message });
    return undefined;
  }

  /** A decimal within bounds, or undefined with an issue; null and undefined are "not given". */
  decimal(path: readonly string[], text: unknown, bounds?: DecimalBounds): Decimal | undefined {
    if (text === undefined || text === null) return undefined;
    const value = parseDecimal(text);
    if (value === undefined) return this.add(path, `must be ${DECIMAL_FORM}`);
    if (bounds === undefined) return value;
    const outside =
      (bounds.above !== undefined && value.lte(bounds.above)) ||
      (bounds.from !== undefined && value.lt(bounds.from)) ||
      (bounds.to !== undefined && value.gt(bounds.to));
    return outside ? this.add(path, `is ${text}, but must be ${bounds.words}`) : value;
  }

  /** A price, size or distance: above 0 and below the limit of amounts. */
  amount(path: readonly string[], text: unknown): Decimal | undefined {
    const value = this.decimal(path, text);
    if (value === undefined) return undefined;
    if (value.gt(0) && value.lt(AMOUNT_LIMIT)) return value;
    return this.add(path, `is ${text}, but must be above 0 and below ${AMOUNT_LIMIT_TEXT}`);
  }

  /** An amount that must be there. */
  neededAmount(path: readonly string[], text: unknown): Decimal | undefined {
    if (text === undefined || text === null) return this.add(path, "is missing");
    return this.amount(path, text);
  }

  /** Text of the given pattern. */
  pattern(path: readonly string[], text: unknown, pattern: RegExp, words: string): string | undefined {
    if (typeof text === "string" && pattern.test(text)) return text;
    return this.add(path, `must be ${words}`);
  }

  /** Free text: 1 to 64 characters, none of them a control character or half of a surrogate pair. */
  text(path: readonly string[], text: unknown): string | undefined {
    if (text === undefined || text === null) return undefined;
    if (typeof text === "string" && text.length >= 1 && text.length <= TEXT_LENGTH_MAX && isPlainText(text))
      return text;
    return this.add(path, `must be 1 to ${TEXT_LENGTH_MAX} characters without control characters`);
  }
}

/** Whether `text` can be stored and shown: no control characters, no half of a surrogate pair. */
function isPlainText(text: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(text);
}
