// The rows of an exported report: one for each figure, or one for each group of a breakdown.
import { Decimal, formatDecimal, ONE } from "../../domain/decimal.ts";
import type { Performance } from "../../domain/performance.ts";
import { BREAKDOWN_GROUPS_MAX, type Breakdown } from "../../domain/statistics/groups.ts";
import { tradeFiguresOf } from "../../domain/statistics/tradeFigures.ts";
import { NO_TRADES } from "../../domain/statistics/tradeSums.ts";
import type { ReportGroups } from "../../services/readReport.ts";
import { tableOf } from "./exportTables.ts";
import type { Cell, Row, Table } from "./rows.ts";

/** A session's figures, with what it began and ended with, or is worth now. */
export interface ExportedReport {
  readonly startingCapital: Decimal;
  readonly equity: Decimal;
  readonly performance: Performance;
}

/** The names of the figures that a group has. */
const GROUP_FIGURES = Object.keys(tradeFiguresOf(NO_TRADES, ONE));

/** A breakdown has more groups than a report shows. */
export class TooManyGroupsError extends Error {
  constructor(breakdown: Breakdown) {
    super(`The breakdown by ${breakdown} has more than ${BREAKDOWN_GROUPS_MAX} groups, the most that are shown.`);
    this.name = "TooManyGroupsError";
  }
}

/** Every figure by its name in the API, its value, and where there is none the reason. Parts are named `bestDay.day`. */
export function figureTable({ startingCapital, equity, performance }: ExportedReport): Table {
  const figures = { startingCapital, equity, ...performance };
  const rows = Object.entries(figures).flatMap(([name, figure]) => figureRows(name, figure));
  return tableOf(["figure", "value", "reason"], rows);
}

function figureRows(name: string, figure: unknown): Row[] {
  if (!isObject(figure) || Decimal.isDecimal(figure)) return [{ figure: name, value: cellOf(figure), reason: null }];
  if (figure["kind"] === "missing") return [{ figure: name, value: null, reason: String(figure["reason"]) }];
  if (figure["kind"] === "figure") return figureRows(name, figure["value"]);
  return Object.entries(figure).flatMap(([part, value]) => figureRows(`${name}.${part}`, value));
}

/** The groups of a breakdown in their order, a column for each figure. Throws TooManyGroupsError. */
export function groupTable(found: ReportGroups | null | undefined, breakdown: Breakdown): Table {
  if (found?.kind === "tooMany") throw new TooManyGroupsError(breakdown);
  const rows = (found?.groups ?? []).map((group) =>
    Object.fromEntries(Object.entries(group).map(([name, figure]) => [name, cellOf(toldBy(figure))])),
  );
  return tableOf(["key", ...GROUP_FIGURES], rows);
}

function toldBy(figure: unknown): unknown {
  if (!isObject(figure) || Decimal.isDecimal(figure)) return figure;
  return figure["kind"] === "figure" ? figure["value"] : null;
}

function cellOf(value: unknown): Cell {
  if (Decimal.isDecimal(value)) return formatDecimal(value as Decimal);
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  throw new RangeError(`${String(value)} is no cell`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
