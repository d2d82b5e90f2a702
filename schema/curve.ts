// Equity curves: what a session was worth from mark to mark, with no more points than are to be drawn.
import { CURVE_COUNT_MAX, CURVE_COUNT_MIN } from "../src/domain/curve/downsample.ts";
import type { CurvePoint } from "../src/domain/curve/point.ts";
import { type Curve, readCurve } from "../src/services/readCurve.ts";
import { findSession } from "../src/services/readSessions.ts";
import { ACCOUNT_ARGUMENT, SESSION_ARGUMENT, timeArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import { requestError } from "./errors.ts";
import { accountArgument } from "./globalIds.ts";
import { MAY_READ } from "./rules.ts";

const POINTS_DEFAULT = 500;
const POINTS_MAX_TEXT = CURVE_COUNT_MAX.toLocaleString("en-US");

const EquityPoint = builder.objectRef<CurvePoint>("EquityPoint").implement({
  description: "What a session was worth at one mark.",
  fields: (t) => ({
    time: t.field({
      type: "DateTime",
      description: "When that was, by the desk's clock.",
      resolve: ({ timeMs }) => new Date(timeMs),
    }),
    equity: t.expose("equity", { type: "Decimal", description: "Starting capital and all profit and loss, in USD." }),
    cash: t.expose("cash", { type: "Decimal", description: "Cash, in USD." }),
    drawdown: t.expose("drawdown", {
      type: "Decimal",
      description: "(peak − equity) / peak × 100, from the highest equity of the session until then.",
    }),
  }),
});

export const EquityCurve = builder.objectRef<Curve>("EquityCurve").implement({
  description:
    "The equity of a session from mark to mark. Stored points are thinned as they grow old, drawn ones to the number asked " +
    "for; peaks and troughs stay.",
  fields: (t) => ({
    points: t.field({
      type: [EquityPoint],
      description:
        "At most as many as were asked for, in the order of their times: first and last, lowest and highest equity, the " +
        "deepest drawdown, and of each even part of the time its first, lowest, highest and last (M4: Jugel, Jerzak, " +
        "Hackenbroich, Markl, VLDB 2014). The running session's last is its value now.",
      resolve: ({ points }) => points,
    }),
    recorded: t.exposeInt("recorded", { description: "How many points are stored of the time asked for." }),
  }),
});

/** Arguments of every field that answers a curve. */
export const CURVE_POINTS_ARGUMENT = `The most points to answer: ${CURVE_COUNT_MIN} to ${POINTS_MAX_TEXT}.`;

/** How many points are wanted. Throws a request error for a number out of bounds. */
export function pointsArgument(points: number | null | undefined): number {
  const count = points ?? POINTS_DEFAULT;
  if (count >= CURVE_COUNT_MIN && count <= CURVE_COUNT_MAX) return count;
  throw requestError(
    "BAD_USER_INPUT",
    `points is ${count}, but must be from ${CURVE_COUNT_MIN} to ${POINTS_MAX_TEXT}.`,
  );
}

builder.queryField("equityCurve", (t) =>
  t.field({
    type: EquityCurve,
    authScopes: MAY_READ,
    nullable: true,
    description: "The equity curve of a session; null where there is no such account or session.",
    args: {
      account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
      session: t.arg.int({ description: SESSION_ARGUMENT }),
      from: t.arg({ type: "DateTime", description: "Only points at or after this time." }),
      to: t.arg({ type: "DateTime", description: "Only points before this time." }),
      points: t.arg.int({ defaultValue: POINTS_DEFAULT, description: CURVE_POINTS_ARGUMENT }),
    },
    resolve: async (_root, { account, session, from, to, points }, { desk, reads, sessionReads, viewer }) => {
      const range = { from: timeArgument("from", from), to: timeArgument("to", to), count: pointsArgument(points) };
      const scope = await findSession(reads, viewer, { account: accountArgument(account), session });
      return scope && readCurve(desk.desk, sessionReads, viewer, scope, range);
    },
  }),
);
