// Reads what an export is asked for from its address: /export/NAME?format=csv&account=…, with the filters of the lists.
import { type Issue, Issues } from "../../domain/issues.ts";
import { TIME_MS_MAX, TIME_MS_MIN } from "../../domain/limits.ts";
import type { ExitReason } from "../../domain/position.ts";
import { SYMBOL_PATTERN, SYMBOL_WORDS } from "../../domain/signal.ts";
import { BREAKDOWNS, type Breakdown } from "../../domain/statistics/groups.ts";
import { EXPORT_FORMATS, type ExportFormat } from "./rowChunks.ts";

export const EXPORT_PATH = "/export/";

const SCOPE = ["format", "account", "session", "backtest"] as const;

/** What can be exported, and the parameters that each takes. */
const PARAMETERS = {
  trades: [...SCOPE, "symbol", "exitReason", "from", "to"],
  positions: [...SCOPE, "status", "symbol"],
  signals: [...SCOPE, "status", "symbol"],
  curve: [...SCOPE, "from", "to"],
  report: [...SCOPE, "breakdown"],
} as const satisfies Record<string, readonly string[]>;

export type ExportName = keyof typeof PARAMETERS;

const EXIT_REASONS: readonly ExitReason[] = [
  "STOP_LOSS",
  "TRAILING_STOP",
  "TARGET_1",
  "TARGET_2",
  "MANUAL",
  "EXPIRED",
  "RESET",
];
const STATUSES: Readonly<Partial<Record<ExportName, readonly string[]>>> = {
  positions: ["OPEN", "CLOSED"],
  signals: ["FILLED", "REJECTED", "ROUTED_LIVE", "SKIPPED"],
};
const SESSION = /^[1-9]\d{0,8}$/;
/** A time as the API writes it; without a time of day it is the start of the day in UTC. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

export interface ExportRequest {
  readonly name: ExportName;
  readonly format: ExportFormat;
  readonly account: string | undefined;
  readonly session: number | undefined;
  /** The global id of a backtest, whose result is exported instead of an account's session. */
  readonly backtest: string | undefined;
  readonly symbol: string | undefined;
  readonly status: string | undefined;
  readonly exitReason: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly breakdown: Breakdown | undefined;
}

export type ReadExport =
  | { readonly kind: "request"; readonly request: ExportRequest }
  | { readonly kind: "unknown" }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] };

/** The names of all exports. */
export const EXPORT_NAMES = Object.keys(PARAMETERS) as readonly ExportName[];

/** Reads an address (path and query). All its problems are told together, each with its parameter. */
export function readExportRequest(address: string): ReadExport {
  const { pathname, searchParams } = new URL(address, "http://localhost");
  const name = EXPORT_NAMES.find((known) => pathname === EXPORT_PATH + known);
  if (name === undefined) return { kind: "unknown" };
  const issues = new Issues();
  const allowed: readonly string[] = PARAMETERS[name];
  for (const parameter of new Set(searchParams.keys())) {
    if (!allowed.includes(parameter)) issues.add([parameter], `is no parameter of ${name}: ${allowed.join(", ")} are`);
    else if (searchParams.getAll(parameter).length > 1) issues.add([parameter], "is given more than once");
  }
  const given = (parameter: string): string | undefined => searchParams.get(parameter) ?? undefined;
  const oneOf = <Value extends string>(parameter: string, values: readonly Value[]): Value | undefined => {
    const text = given(parameter);
    const value = values.find((known) => known === text);
    if (text !== undefined && value === undefined) issues.add([parameter], `must be one of ${values.join(", ")}`);
    return value;
  };
  const time = (parameter: string): Date | undefined => readTime(parameter, given(parameter), issues);
  const symbol = given("symbol");
  if (symbol !== undefined) issues.pattern(["symbol"], symbol, SYMBOL_PATTERN, SYMBOL_WORDS);
  const session = given("session");
  if (session !== undefined) issues.pattern(["session"], session, SESSION, "the number of a session, from 1");
  if (given("backtest") !== undefined && (given("account") ?? session) !== undefined) {
    issues.add(["backtest"], "cannot be combined with account or session: it has a session of its own");
  }
  const request: ExportRequest = {
    name,
    format: oneOf("format", Object.keys(EXPORT_FORMATS) as ExportFormat[]) ?? "csv",
    account: given("account"),
    session: session === undefined ? undefined : Number(session),
    backtest: given("backtest"),
    symbol,
    status: oneOf("status", STATUSES[name] ?? []),
    exitReason: oneOf("exitReason", EXIT_REASONS),
    from: time("from"),
    to: time("to"),
    breakdown: oneOf("breakdown", BREAKDOWNS),
  };
  return issues.list.length > 0 ? { kind: "invalid", issues: issues.list } : { kind: "request", request };
}

function readTime(parameter: string, text: string | undefined, issues: Issues): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(TIME.test(text) ? text : Number.NaN);
  if (time.getTime() >= TIME_MS_MIN && time.getTime() <= TIME_MS_MAX) return time;
  return issues.add([parameter], "must be an ISO 8601 time with a zone, such as 2024-03-01T14:30:00Z, or a date");
}
