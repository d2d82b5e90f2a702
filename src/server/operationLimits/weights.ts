// What each field costs: one is about a row that is read by its id. Fields that are not here cost by their type.

import { PRICE_PATH_POINTS_MAX } from "../../domain/limits.ts";

/** How many rows a field works on or answers. */
export interface Size {
  /** The first of these arguments that is given tells it: a number, or a list's length; a dot leads into an input. */
  readonly by: readonly string[];
  /** Where none is given. */
  readonly otherwise: number;
  /** More is refused by the field itself. */
  readonly max: number;
}

export interface Weight {
  /** What the field itself costs, whatever it answers. */
  readonly cost: number;
  /** What each row costs besides what is selected of it; only with `size`. */
  readonly each?: number;
  readonly size?: Size;
}

/** Any operation. */
export const OPERATION_WEIGHT = 1;
/** A field with fields of its own: it may have to be looked up. */
export const OBJECT_WEIGHT = 1;
/** The same in introspection. */
export const INTROSPECTION_WEIGHT = 0.1;
/** A field with `first` and `last`: a page is one query more. */
export const PAGE_WEIGHT = 2;
/** A subscription, with what is selected of one event. */
export const SUBSCRIPTION_WEIGHT = 10;
/** A mutation that is not in the table. */
export const MUTATION_WEIGHT = 5;
/** A list that nobody tells the length of. */
export const LIST_SIZE_ASSUMED = 10;

/** An export, paid at its start however long the list is: at most four run at once. */
export const EXPORT_WEIGHT = 1_000;
/** A file of bars, paid at its start whatever becomes of it: it may hold a million rows. */
export const IMPORT_WEIGHT = 5_000;

/** The page that `first` and `last` tell. */
export const PAGE_SIZE: Size = { by: ["first", "last"], otherwise: 50, max: 200 };

const POINTS: Size = { by: ["points"], otherwise: 500, max: 5000 };

function sizedBy(argument: string, max: number, otherwise = 1): Size {
  return { by: [argument], otherwise, max };
}

/** By the field's coordinate. */
export const WEIGHTS: Readonly<Record<string, Weight>> = {
  // Reports are summed up from rollups; their parts read trades, days and points.
  "Query.report": { cost: 20 },
  "Report.breakdown": { cost: 50 },
  "Report.backtestComparison": { cost: 20 },
  "Query.equityCurve": { cost: 10, size: POINTS },
  "Backtest.equityCurve": { cost: 10, size: POINTS },
  "Backtest.breakdown": { cost: 50 },
  "EquityCurve.points": { cost: 0.02 },
  "Query.eligibility": { cost: 20 },
  "Report.eligibility": { cost: 20 },
  "Query.quotes": { cost: 1, each: 0.1, size: sizedBy("symbols", 200, 200) },
  "Query.pricePath": { cost: 2, size: { by: [], otherwise: PRICE_PATH_POINTS_MAX, max: PRICE_PATH_POINTS_MAX } },
  "PricePath.points": { cost: 0.02 },
  // Few prices are refused as a rule, however many are published.
  "PublishReport.refused": { cost: 0.01 },
  // Introspection works in memory, but its lists multiply each other. Wrappers of a type are a chain, and no list.
  "Query.__schema": { cost: 10 },
  "Query.__type": { cost: 2 },
  "__Schema.types": { cost: 0, each: 0.1, size: { by: [], otherwise: 150, max: 150 } },
  "__Type.ofType": { cost: 0 },
  // Writing costs a transaction's share and rows of the log.
  "Mutation.executeSignal": { cost: 5 },
  "Mutation.executeSignals": { cost: 1, each: 5, size: sizedBy("inputs", 500) },
  "Mutation.publishQuotes": { cost: 1, each: 0.2, size: sizedBy("quotes", 5000) },
  "Mutation.publishBars": { cost: 1, each: 0.5, size: sizedBy("bars", 5000) },
  "Mutation.closePosition": { cost: 5 },
  "Mutation.enable": { cost: 10 },
  "Mutation.disable": { cost: 50 },
  "Mutation.reset": { cost: 50 },
  "Mutation.updateSettings": { cost: 5 },
  "Mutation.runBacktest": { cost: 500 },
  "Mutation.recordBacktest": { cost: 20, each: 0.1, size: sizedBy("input.symbols", 500) },
  "Mutation.cancelBacktest": { cost: 5 },
  "Mutation.deleteBacktest": { cost: 50 },
  "Mutation.deleteDataSet": { cost: 100 },
  "Mutation.createApiKey": { cost: 10 },
  "Mutation.revokeApiKey": { cost: 10 },
  "Mutation.promote": { cost: 50 },
  "Mutation.demote": { cost: 10 },
};
