// A figure of a report, or the reason why there is none: what cannot be told is null, never 0 or infinity.
import type { Decimal } from "../decimal.ts";

export type Figure<T = Decimal> =
  | { readonly kind: "figure"; readonly value: T }
  | { readonly kind: "missing"; readonly reason: string };

/** A figure that a report leaves out, by its name, and why: words that follow "because", without a full stop. */
export interface MissingFigure {
  readonly figure: string;
  readonly reason: string;
}

export function figure<T>(value: T): Figure<T> {
  return { kind: "figure", value };
}

export function missing(reason: string): Figure<never> {
  return { kind: "missing", reason };
}

/** `value` as a figure, or the reason where it is null. */
export function figureOr<T>(value: T | null, reason: string): Figure<T> {
  return value === null ? missing(reason) : figure(value);
}

/** The value of a figure, null where it is missing. */
export function figureValue<T>(told: Figure<T>): T | null {
  return told.kind === "figure" ? told.value : null;
}

/** The figures that are missing among the fields of `figures`, in the order of the fields. */
export function missingOf(figures: object): MissingFigure[] {
  return Object.entries(figures).flatMap(([name, field]: [string, unknown]) =>
    isMissing(field) ? [{ figure: name, reason: field.reason }] : [],
  );
}

function isMissing(field: unknown): field is { readonly reason: string } {
  return typeof field === "object" && field !== null && "kind" in field && field.kind === "missing";
}
