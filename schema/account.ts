// Accounts: their type, whose figures are of one instant, and the queries for them.
import { decimal } from "../src/domain/decimal.ts";
import { mean, percentage } from "../src/domain/means.ts";
import { encodeCursor } from "../src/events/cursor.ts";
import type { AccountView } from "../src/services/accountViews.ts";
import { listAccounts } from "../src/services/lists.ts";
import { readAccount } from "../src/services/readAccounts.ts";
import { ACCOUNT_ARGUMENT } from "./arguments.ts";
import { builder } from "./builder.ts";
import { textEnum } from "./enums.ts";
import { accountArgument, accountGlobalId } from "./globalIds.ts";
import { accountCursor } from "./pageCursors.ts";
import { pageOf } from "./paging.ts";
import { MAY_READ } from "./rules.ts";
import { Settings } from "./settings.ts";

const AccountStatus = textEnum("AccountStatus", "Whether an account takes signals.", {
  ENABLED: "Signals are traded on paper.",
  DISABLED: "Nothing is open, and signals are skipped.",
});

export const Account = builder.objectRef<AccountView>("Account").implement({
  description:
    "A book of paper money in USD, of one owner. Its figures are those of its present session, all of one instant, valued " +
    "at the newest prices.",
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: "Opaque; the same as `accountId` of its events.",
      resolve: ({ account }) => accountGlobalId(account.accountId),
    }),
    name: t.string({ description: "Unique among its owner's accounts.", resolve: ({ account }) => account.name }),
    status: t.field({
      type: AccountStatus,
      description: "Whether it takes signals.",
      resolve: ({ account }) => account.status,
    }),
    session: t.int({
      description: "The number of the present session, counted from 1: `reset` ends it and begins the next.",
      resolve: ({ account }) => account.session,
    }),
    startingCapital: t.field({
      type: "Decimal",
      description: "The cash that the session began with, in USD.",
      resolve: ({ session }) => session.startingCapital,
    }),
    currentCapital: t.field({
      type: "Decimal",
      description: "Cash, in USD: what was paid for open positions is not in it, what short sales brought is.",
      resolve: ({ session }) => session.cash,
    }),
    availableFunds: t.field({
      type: "Decimal",
      description:
        "What new positions may bind, in USD: equity less the market value of the open ones over their leverage.",
      resolve: ({ valuation }) => valuation.availableFunds,
    }),
    equity: t.field({
      type: "Decimal",
      description: "Starting capital and all profit and loss, realized and not, in USD.",
      resolve: ({ valuation }) => valuation.equity,
    }),
    peakEquity: t.field({
      type: "Decimal",
      description: "The highest equity at any mark of the session, in USD; at first the starting capital.",
      resolve: ({ session }) => session.peakEquity,
    }),
    totalRealizedPnl: t.field({
      type: "Decimal",
      description: "The sum of the session's trades, in USD, commissions taken off.",
      resolve: ({ session }) => session.totalRealizedPnl,
    }),
    totalUnrealizedPnl: t.field({
      type: "Decimal",
      description:
        "What the open positions have gained or lost at the newest prices, in USD; rounded once, as a whole.",
      resolve: ({ valuation }) => valuation.totalUnrealizedPnl,
    }),
    totalCommissionPaid: t.field({
      type: "Decimal",
      description: "The commissions of all fills of the session, entries included, in USD.",
      resolve: ({ session }) => session.totalCommissionPaid,
    }),
    totalSlippageCost: t.field({
      type: "Decimal",
      description: "What slippage has cost in all fills of the session, in USD: it is in the fill prices already.",
      resolve: ({ session }) => session.totalSlippageCost,
    }),
    totalTrades: t.int({
      description: "How many trades (closed lots) the session has.",
      resolve: ({ session }) => session.totalTrades,
    }),
    winningTrades: t.int({
      description: "Trades with a realized profit above 0.",
      resolve: ({ session }) => session.winningTrades,
    }),
    losingTrades: t.int({
      description: "All other trades.",
      resolve: ({ session }) => session.totalTrades - session.winningTrades,
    }),
    winRate: t.field({
      type: "Decimal",
      nullable: true,
      description: "Winning trades in percent of all; null without trades.",
      resolve: ({ session }) => percentage(session.winningTrades, session.totalTrades),
    }),
    averageRMultiple: t.field({
      type: "Decimal",
      nullable: true,
      description: "The mean over trades of the gain in units of the risk first taken; null without trades.",
      resolve: ({ session }) => mean(decimal(session.sumOfR), session.totalTrades),
    }),
    maxDrawdown: t.field({
      type: "Decimal",
      description: "The largest fall of equity from its peak so far, in percent of the peak.",
      resolve: ({ session }) => session.maxDrawdown,
    }),
    currentHeat: t.field({
      type: "Decimal",
      nullable: true,
      description:
        "What the open positions stand to lose at their stops, in percent of equity; null where equity is not positive.",
      resolve: ({ valuation }) => valuation.currentHeat,
    }),
    settings: t.field({
      type: Settings,
      description: "The settings in force.",
      resolve: ({ session }) => session,
    }),
    paperTradingStartDate: t.field({
      type: "DateTime",
      description: "When the present session began.",
      resolve: ({ session }) => session.startedAt,
    }),
    cursor: t.field({
      type: "LogCursor",
      description: "The head of the account's log now: a subscription after it misses nothing that comes later.",
      resolve: ({ account }) => encodeCursor(account),
    }),
    sessionCursor: t.field({
      type: "LogCursor",
      description:
        "Just before the first event of the present session: a subscription after it tells the whole session.",
      resolve: ({ account, session }) =>
        encodeCursor({ accountId: account.accountId, sequence: session.startSequence }),
    }),
    createdAt: t.field({
      type: "DateTime",
      description: "When the account was made.",
      resolve: ({ account }) => account.createdAt,
    }),
    updatedAt: t.field({
      type: "DateTime",
      description: "The market time of the newest event in its log.",
      resolve: ({ account }) => account.updatedAt,
    }),
  }),
});

const AccountConnection = builder.connectionObject(
  { type: Account, name: "AccountConnection", description: "A page of a list of accounts." },
  { name: "AccountEdge", description: "An account and its place in the list." },
);

builder.queryFields((t) => ({
  account: t.field({
    type: Account,
    authScopes: MAY_READ,
    nullable: true,
    description: "One account; null where there is none of that id or name.",
    args: { account: t.arg.id({ description: ACCOUNT_ARGUMENT }) },
    resolve: (_root, { account }, { desk, viewer }) => readAccount(desk.desk, viewer, accountArgument(account)),
  }),
  accounts: t.connection(
    {
      type: Account,
      authScopes: MAY_READ,
      description: "Your accounts, in the order in which they were made.",
      resolve: (_root, args, { reads, desk, viewer }) =>
        pageOf(
          args,
          {
            cursor: accountCursor,
            placeOf: ({ account: { accountId, createdAt } }) => ({ accountId, createdAt: new Date(createdAt) }),
          },
          () => listAccounts(reads, desk.desk, viewer),
        ),
    },
    AccountConnection,
  ),
}));
