// Reads for the API: heads of accounts, the accounts of an owner, and rows by their keys. Each names its owner.
import type { PositionKey, SignalKey } from "../ports.ts";
import type { AccountPlace, AccountsAmong, Range, Reads, SessionReads } from "../readPorts.ts";
import type { Database } from "./database.ts";
import { createDeliveryReads } from "./deliveries.ts";
import type { Prisma } from "./generated/client.ts";
import { createPages } from "./pages.ts";
import { type Rows, SIGNAL_OMIT } from "./rows.ts";
import { createSessionReads } from "./sessionReads.ts";

/** Backtests keep their results as accounts of another kind, which is none of the API's. */
const PAPER = "PAPER";

/** The reads over an open database. */
export function createReads({ prisma }: Database): Reads<Rows> & SessionReads {
  return {
    ...createPages(prisma),
    ...createSessionReads(prisma),
    ...createDeliveryReads(prisma),
    findHead: async (owner, accountId) => {
      const select = { session: true, sequence: true };
      return (await prisma.account.findUnique({ where: { accountId, owner, kind: PAPER }, select })) ?? undefined;
    },
    findAccounts: (among, range) =>
      prisma.account.findMany({
        where: { ...accountsAmong(among), AND: accountsWithin(range) },
        orderBy: [{ createdAt: range.backward ? "desc" : "asc" }, { accountId: range.backward ? "desc" : "asc" }],
        take: range.limit,
        select: { accountId: true, createdAt: true },
      }),
    countAccounts: (among) => prisma.account.count({ where: accountsAmong(among) }),
    positionsByKey: async (owner, keys) =>
      keys.length === 0 ? [] : prisma.position.findMany({ where: { account: { owner }, OR: byNumber(keys) } }),
    tradesByKey: async (owner, keys) =>
      keys.length === 0 ? [] : prisma.trade.findMany({ where: { account: { owner }, OR: byNumber(keys) } }),
    tradesOfPositions: async (owner, positions) => {
      if (positions.length === 0) return [];
      const OR = byNumber(positions).map(({ accountId, number }) => ({ accountId, positionNumber: number }));
      return prisma.trade.findMany({ where: { account: { owner }, OR }, orderBy: { number: "asc" } });
    },
    signalsByKey: async (owner, keys) =>
      keys.length === 0
        ? []
        : prisma.signal.findMany({ where: { account: { owner }, OR: keys.map(signalKey) }, omit: SIGNAL_OMIT }),
  };
}

/** One condition for each account, so that a page of rows of one account is one search in its key. */
function byNumber(keys: readonly PositionKey[]): { accountId: string; number: { in: number[] } }[] {
  const numbers = new Map<string, number[]>();
  for (const { accountId, number } of keys) numbers.set(accountId, [...(numbers.get(accountId) ?? []), number]);
  return [...numbers].map(([accountId, ofAccount]) => ({ accountId, number: { in: ofAccount } }));
}

function signalKey({ accountId, signalId }: SignalKey): Prisma.SignalWhereInput {
  return { accountId, signalId };
}

function accountsAmong({ owner, accounts }: AccountsAmong): Prisma.AccountWhereInput {
  return { owner, kind: PAPER, ...(accounts === null ? {} : { accountId: { in: [...accounts] } }) };
}

function accountsWithin({ after, before }: Range<AccountPlace>): Prisma.AccountWhereInput[] {
  const beyond = ({ accountId, createdAt }: AccountPlace, side: "gt" | "lt"): Prisma.AccountWhereInput => ({
    OR: [{ createdAt: { [side]: createdAt } }, { createdAt, accountId: { [side]: accountId } }],
  });
  return [...(after ? [beyond(after, "gt")] : []), ...(before ? [beyond(before, "lt")] : [])];
}
