// Pages of an account's positions, trades and signals by keyset: each page costs the same, however far it is down the list.
import type {
  PositionFilter,
  Range,
  Reads,
  SessionScope,
  SignalFilter,
  TradeFilter,
  TradePlace,
} from "../readPorts.ts";
import type { Prisma, PrismaClient } from "./generated/client.ts";
import { type Rows, SIGNAL_OMIT } from "./rows.ts";

type Lists = "findPositions" | "countPositions" | "findTrades" | "countTrades" | "findSignals" | "countSignals";

/** The lists of one account each. The order of each is that of an index that begins with the account and the session. */
export function createPages(prisma: PrismaClient): Pick<Reads<Rows>, Lists> {
  return {
    findPositions: async (filter, range) => {
      const numbers = [
        ...numbersWithin(range),
        ...(filter.status === undefined ? await numbersOf(prisma, filter) : []),
      ];
      return prisma.position.findMany({
        where: { ...positionsOf(filter), AND: numbers.map((number) => ({ number })) },
        orderBy: { number: range.backward ? "desc" : "asc" },
        take: range.limit,
      });
    },
    countPositions: (filter) => prisma.position.count({ where: positionsOf(filter) }),
    findTrades: (filter, range) =>
      prisma.trade.findMany({
        where: { ...tradesOf(filter), AND: tradesWithin(range) },
        orderBy: [{ exitTime: range.backward ? "asc" : "desc" }, { number: range.backward ? "asc" : "desc" }],
        take: range.limit,
      }),
    countTrades: (filter) => prisma.trade.count({ where: tradesOf(filter) }),
    findSignals: (filter, range) =>
      prisma.signal.findMany({
        where: { ...signalsOf(filter), AND: numbersWithin(flipped(range)).map((sequence) => ({ sequence })) },
        orderBy: { sequence: range.backward ? "asc" : "desc" },
        take: range.limit,
        omit: SIGNAL_OMIT,
      }),
    countSignals: (filter) => prisma.signal.count({ where: signalsOf(filter) }),
  };
}

function positionsOf(filter: PositionFilter): Prisma.PositionWhereInput {
  return { ...filter };
}

/**
 * Between which numbers the positions of a session lie. That says nothing new, but where no status is asked for the
 * database walks along the numbers of the whole account, and would visit every position of the other sessions.
 */
export async function numbersOfSession(
  prisma: PrismaClient,
  { accountId, session }: SessionScope,
): Promise<{ readonly above?: number | undefined; readonly upTo?: number | undefined }> {
  const [own, next] = await prisma.session.findMany({
    where: { accountId, session: { gte: session } },
    orderBy: { session: "asc" },
    take: 2,
    select: { startSequence: true },
  });
  return { above: own?.startSequence, upTo: next?.startSequence };
}

async function numbersOf(prisma: PrismaClient, scope: SessionScope): Promise<Prisma.IntFilter[]> {
  const { above, upTo } = await numbersOfSession(prisma, scope);
  return [...(above === undefined ? [] : [{ gt: above }]), ...(upTo === undefined ? [] : [{ lte: upTo }])];
}

function tradesOf({ from, to, ...filter }: TradeFilter): Prisma.TradeWhereInput {
  return { ...filter, exitTime: { ...(from && { gte: from }), ...(to && { lt: to }) } };
}

function signalsOf(filter: SignalFilter): Prisma.SignalWhereInput {
  return { ...filter };
}

/** The conditions of a range in rising order. */
function numbersWithin({ after, before }: Pick<Range<number>, "after" | "before">): Prisma.IntFilter[] {
  return [...(after === undefined ? [] : [{ gt: after }]), ...(before === undefined ? [] : [{ lt: before }])];
}

/** A range of a list in falling order, as the range of the rising one that holds the same rows. */
function flipped({ after, before }: Range<number>): Pick<Range<number>, "after" | "before"> {
  return { after: before, before: after };
}

/** Trades come newest exit first: what is after a place in the list lies before it in time. */
function tradesWithin({ after, before }: Range<TradePlace>): Prisma.TradeWhereInput[] {
  return [...(after ? [olderThan(after)] : []), ...(before ? [newerThan(before)] : [])];
}

/** The condition on the time alone says nothing new, but it is what lets the database begin in the middle of the index. */
function olderThan({ exitTime, number }: TradePlace): Prisma.TradeWhereInput {
  return { exitTime: { lte: exitTime }, OR: [{ exitTime: { lt: exitTime } }, { exitTime, number: { lt: number } }] };
}

function newerThan({ exitTime, number }: TradePlace): Prisma.TradeWhereInput {
  return { exitTime: { gte: exitTime }, OR: [{ exitTime: { gt: exitTime } }, { exitTime, number: { gt: number } }] };
}
