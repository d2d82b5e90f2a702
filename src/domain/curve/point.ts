// A point of an account's equity curve: what the account was worth at one mark (domain.md 8).
import type { Decimal } from "../decimal.ts";

/** The points of a curve belong to one session and are in the order of their times; two may have the same time. */
export interface CurvePoint {
  readonly timeMs: number;
  readonly equity: Decimal;
  readonly cash: Decimal;
  /** From the peak of the session until then, in percent. */
  readonly drawdown: Decimal;
}
