// Reports: how a session has done, and how that compares with a backtest.
import type { SessionScope } from "../src/readPorts.ts";
import { readBacktestById } from "../src/services/backtests.ts";
import { compareSession } from "../src/services/compareBacktest.ts";
import type { SessionReport } from "../src/services/readReport.ts";
import { findSession } from "../src/services/readSessions.ts";
import { Account } from "./account.ts";
import { ACCOUNT_ARGUMENT, SESSION_ARGUMENT } from "./arguments.ts";
import { Breakdown, ReportGroup, shownGroups } from "./breakdown.ts";
import { builder } from "./builder.ts";
import { BacktestComparison } from "./comparison.ts";
import type { SchemaContext } from "./context.ts";
import { Eligibility } from "./eligibility.ts";
import { requestError } from "./errors.ts";
import { accountArgument, backtestIdOf } from "./globalIds.ts";
import { reportOf } from "./loaders.ts";
import { Performance } from "./performance.ts";
import { MAY_READ } from "./rules.ts";

/** Its fields are read when they are shown, those that are shown together in one go: they are of one instant. */
export const Report = builder.objectRef<SessionScope>("Report").implement({
  description: "How a session of an account has done. All its figures are of one instant.",
  fields: (t) => ({
    account: t.field({
      type: Account,
      description: "The account now, in its present session.",
      resolve: async (scope, _args, context) => present((await reportOf(context, scope)).account),
    }),
    performance: t.field({
      type: Performance,
      description: "The figures of the session that the report is of.",
      resolve: async (scope, _args, context) => (await reportOf(context, scope)).performance,
    }),
    breakdown: t.field({
      type: [ReportGroup],
      description:
        "The same figures for each group of its trades, in the order of the groups' keys, the one without a key last. Every " +
        "trade is in one group.",
      args: { by: t.arg({ type: Breakdown, required: true, description: "What the trades are grouped by." }) },
      resolve: async (scope, { by }, context) => {
        const { breakdowns } = await reportOf(context, { ...scope, breakdown: by });
        return shownGroups(breakdowns.get(by), by);
      },
    }),
    backtestComparison: t.field({
      type: BacktestComparison,
      nullable: true,
      description:
        "How that compares with a stored backtest; null where there is no such backtest, an error where it is not DONE.",
      args: { backtest: t.arg.id({ required: true, description: "The backtest's id." }) },
      resolve: (scope, { backtest }, context) => comparisonOf(context, scope, backtest),
    }),
    eligibility: t.field({
      type: Eligibility,
      description: "Whether the present session has shown enough to go live.",
      resolve: async (scope, _args, context) => present((await reportOf(context, scope)).eligibility),
    }),
    generatedAt: t.field({
      type: "DateTime",
      description: "The time of these figures, by the desk's clock.",
      resolve: async (scope, _args, context) => new Date((await reportOf(context, scope)).generatedAtMs),
    }),
  }),
});

async function comparisonOf(context: SchemaContext, scope: SessionScope, globalId: string) {
  const { backtests, sessionReads, viewer } = context;
  const backtestId = backtestIdOf(globalId);
  const backtest = backtestId === undefined ? null : await readBacktestById(backtests, viewer, backtestId);
  if (backtest === null) return null;
  const { performance, breakdowns } = await reportOf(context, { ...scope, breakdown: "SYMBOL" });
  const session = { performance, symbols: breakdowns.get("SYMBOL") };
  const comparison = await compareSession(sessionReads, session, backtest);
  if (comparison.kind === "compared") return comparison;
  const message = `The backtest is ${comparison.status}: only the result of one that is DONE can be compared.`;
  throw requestError("BAD_USER_INPUT", message);
}

/** What only a backtest's report lacks, which is none of this type. */
function present<Part extends SessionReport["account"] | SessionReport["eligibility"]>(part: Part): NonNullable<Part> {
  if (part === null) throw new Error("a report has lost its account");
  return part;
}

builder.queryField("report", (t) =>
  t.field({
    type: Report,
    authScopes: MAY_READ,
    nullable: true,
    description: "How a session has done; null where there is no such account or session.",
    args: {
      account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
      session: t.arg.int({ description: SESSION_ARGUMENT }),
    },
    resolve: (_root, { account, session }, { reads, viewer }) =>
      findSession(reads, viewer, { account: accountArgument(account), session }),
  }),
);
