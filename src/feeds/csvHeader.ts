// Finds the columns of a bar file by its header, in any case and order.
import { FeedError, quoteText } from "./feedError.ts";

export const PRICE_COLUMNS = ["open", "high", "low", "close"] as const;
const TIME_COLUMNS: readonly string[] = ["time", "date", "timestamp"];
const COLUMNS_TOLD_MAX = 20;

/** Where each column stands in a row, counted from 0. */
export interface CsvColumns {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number;
  /** How many columns the header names. */
  readonly count: number;
}

/** Answers the separator of a bar file: tabs where its header has one, else commas. */
export function findDelimiter(headerLine: string): "," | "\t" {
  return headerLine.includes("\t") ? "\t" : ",";
}

/**
 * Answers where the columns stand; columns that a bar does not need are ignored, and the volume may be missing.
 * Throws FeedError that names what is missing, or there twice, and what was found.
 */
export function readHeader(file: string, fields: readonly string[]): CsvColumns {
  const names = fields.map((field) => field.toLowerCase());
  const times = names.filter((name) => TIME_COLUMNS.includes(name));
  const missing = PRICE_COLUMNS.filter((name) => !names.includes(name)) as string[];
  if (times.length === 0) missing.unshift("time (or date, or timestamp)");
  if (missing.length > 0) {
    throw new FeedError(`${file} has no column ${missing.join(", ")} in its header; found: ${tellColumns(fields)}`);
  }
  const twice = [...PRICE_COLUMNS, "volume"].filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (times.length > 1) twice.unshift(`for the time (${times.join(", ")})`);
  if (twice.length > 0) {
    throw new FeedError(
      `${file} has more than one column ${twice.join(", ")} in its header; found: ${tellColumns(fields)}`,
    );
  }
  const volume = names.indexOf("volume");
  return {
    time: names.findIndex((name) => TIME_COLUMNS.includes(name)),
    open: names.indexOf("open"),
    high: names.indexOf("high"),
    low: names.indexOf("low"),
    close: names.indexOf("close"),
    ...(volume < 0 ? {} : { volume }),
    count: names.length,
  };
}

function tellColumns(fields: readonly string[]): string {
  const told = fields.slice(0, COLUMNS_TOLD_MAX).map(quoteText).join(", ");
  return fields.length > COLUMNS_TOLD_MAX ? `${told} and ${fields.length - COLUMNS_TOLD_MAX} more` : told;
}
