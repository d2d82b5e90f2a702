// Sessions of an account: their settings and figures, and the query for them.
import type { SessionRecord } from "../src/domain/records.ts";
import { listSessions } from "../src/services/readSessions.ts";
import { ACCOUNT_ARGUMENT } from "./arguments.ts";
import { builder } from "./builder.ts";
import { accountArgument } from "./globalIds.ts";
import { reportOf } from "./loaders.ts";
import { sessionCursor } from "./pageCursors.ts";
import { pageOf } from "./paging.ts";
import { Performance } from "./performance.ts";
import { MAY_READ } from "./rules.ts";
import { Settings } from "./settings.ts";

const Session = builder.objectRef<SessionRecord>("Session").implement({
  description:
    "One session of an account: from `enable` or a `reset` to the next `reset`. An ended one never changes; its positions, " +
    "trades, signals, report and curve are found by its number.",
  fields: (t) => ({
    number: t.exposeInt("session", {
      description: "Counted from 1 in its account: what arguments called `session` take.",
    }),
    startedAt: t.expose("startedAt", { type: "DateTime", description: "When it began." }),
    endedAt: t.expose("endedAt", {
      type: "DateTime",
      nullable: true,
      description: "When a `reset` ended it; null while it runs.",
    }),
    running: t.boolean({
      description: "Whether it is the account's present one.",
      resolve: ({ endedAt }) => endedAt === null,
    }),
    settings: t.field({
      type: Settings,
      description: "The settings in force, or those that it ended with.",
      resolve: (session) => session,
    }),
    startingCapital: t.expose("startingCapital", {
      type: "Decimal",
      description: "The cash that it began with, in USD.",
    }),
    equity: t.field({
      type: "Decimal",
      description: "What it is worth at the newest prices, or what it ended with, in USD.",
      resolve: async (session, _args, context) => (await reportOf(context, session)).equity,
    }),
    performance: t.field({
      type: Performance,
      description: "Its figures: so far, or final.",
      resolve: async (session, _args, context) => (await reportOf(context, session)).performance,
    }),
  }),
});

const SessionConnection = builder.connectionObject(
  { type: Session, name: "SessionConnection", description: "A page of a list of sessions." },
  { name: "SessionEdge", description: "A session and its place in the list." },
);

builder.queryField("sessions", (t) =>
  t.connection(
    {
      type: Session,
      authScopes: MAY_READ,
      description: "An account's sessions, newest first. None where there is no such account.",
      args: { account: t.arg.id({ description: ACCOUNT_ARGUMENT }) },
      resolve: (_root, { account, ...page }, { reads, sessionReads, viewer }) =>
        pageOf(page, { cursor: sessionCursor, placeOf: ({ session }) => session }, () =>
          listSessions(reads, sessionReads, viewer, accountArgument(account)),
        ),
    },
    SessionConnection,
  ),
);
