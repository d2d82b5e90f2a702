// Whether a text is a figure within its bounds, compared digit by digit: the server judges by the same ones.
import type { SettingText } from "../../schemaTexts.ts";
import { units } from "./decimals.ts";

const DECIMAL = /^-?\d{1,20}(\.\d{1,8})?$/;
const INTEGER = /^-?\d{1,15}$/;

/** What is wrong with a text, as a sentence; undefined where nothing is. */
export function problemOf(
  { kind, bounds, lowest, highest, withLowest }: SettingText,
  text: string,
): string | undefined {
  if (kind === "boolean") return undefined;
  if (!(kind === "integer" ? INTEGER : DECIMAL).test(text))
    return kind === "integer"
      ? "It must be a whole number."
      : "It must be a decimal, such as 0.5, with at most 8 decimals.";
  const value = units(text);
  const isLow = lowest !== undefined && (withLowest ? value < units(lowest) : value <= units(lowest));
  const isHigh = highest !== undefined && value > units(highest);
  return isLow || isHigh ? `It must be ${bounds}.` : undefined;
}
