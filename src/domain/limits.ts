// Bounds that the rules name, each with its unit (domain.md 1, 3, 4 and 6).
import { Decimal } from "./decimal.ts";

/** A price and a size stay below this, so that no product leaves NUMERIC(38,8). */
export const AMOUNT_LIMIT = new Decimal("1000000000000");
export const AMOUNT_LIMIT_TEXT = "1,000,000,000,000";

export const OPEN_POSITIONS_MAX = 10_000;
export const FREE_JSON_BYTES_MAX = 16 * 1024;
export const FREE_JSON_DEPTH_MAX = 32;
export const TEXT_LENGTH_MAX = 64;
export const FUTURE_PRICE_MS_MAX = 60_000;
export const BAR_INTERVAL_SECONDS_MAX = 366 * 86_400;

/** The points in which the path of a symbol's prices is kept and told, at most. */
export const PRICE_PATH_POINTS_MAX = 512;

/** The symbols whose paths are kept, at most: those that had a price first. */
export const PRICE_PATHS_MAX = 10_000;

/** Times lie within four-digit years: what ISO 8601 writes without a sign, and PostgreSQL reads back. */
export const TIME_MS_MIN = Date.UTC(1900, 0, 1);
export const TIME_MS_MAX = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
