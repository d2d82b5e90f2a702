// Deliveries to the live route: the outbox, written with the decisions, claimed one at a time for each account, and listed.
import type { Draft } from "../domain/book.ts";
import { type DeliveryRecord, deliveryRecord } from "../domain/deliveryRecord.ts";
import type { SignalRecord } from "../domain/records.ts";
import type { DeliveryKey, DeliveryStore, LiveOrder } from "../ports.ts";
import type { DeliveryFilter, DeliveryReads } from "../readPorts.ts";
import type { Database } from "./database.ts";
import { type Client, execute } from "./execute.ts";
import type { Prisma, PrismaClient } from "./generated/client.ts";
import { withRetries } from "./retry.ts";
import { insertStatement, selectList, type Table, updateStatement } from "./tables.ts";
import { toRecord } from "./toRecord.ts";

export const DELIVERIES: Table<DeliveryRecord> = {
  name: "deliveries",
  key: ["accountId", "signalId"],
  columns: {
    accountId: "uuid",
    signalId: "text",
    sequence: "int",
    state: "text",
    failure: "text",
    problem: "text",
    attempts: "int",
    nextAttemptAt: "timestamptz",
    createdAt: "timestamptz",
    endedAt: "timestamptz",
  },
};

const INSERT_DELIVERIES = insertStatement(DELIVERIES);
const UPDATE_DELIVERIES = updateStatement(DELIVERIES, ["state", "failure", "problem", "attempts", "endedAt"]);

/** A key without a signal asks for all that are pending. Locked, so that none is claimed while it is decided on. */
const FIND_DELIVERIES = `SELECT ${selectList(DELIVERIES)} FROM deliveries d
  WHERE EXISTS (SELECT FROM json_to_recordset($1::json) AS r("accountId" uuid, "signalId" text)
    WHERE r."accountId" = d.account_id
      AND (r."signalId" = d.signal_id OR (r."signalId" IS NULL AND d.state = 'PENDING')))
  ORDER BY d.account_id, d.sequence FOR UPDATE`;

/** The oldest pending delivery of each account, found account by account in the index, however many wait behind it. */
const HEADS = `WITH RECURSIVE heads AS (
    (SELECT account_id, signal_id, next_attempt_at FROM deliveries
      WHERE state = 'PENDING' ORDER BY account_id, sequence LIMIT 1)
    UNION ALL
    SELECT n.* FROM heads h CROSS JOIN LATERAL (SELECT account_id, signal_id, next_attempt_at FROM deliveries
      WHERE state = 'PENDING' AND account_id > h.account_id ORDER BY account_id, sequence LIMIT 1) n
  )`;

/** Who comes second finds the row changed, and leaves it. */
const CLAIM = `${HEADS}, due AS (
    SELECT h.account_id, h.signal_id FROM heads h JOIN accounts a USING (account_id)
    WHERE h.next_attempt_at <= $1::timestamptz AND a.promoted_at IS NOT NULL
    ORDER BY h.next_attempt_at, h.account_id LIMIT $3::int
  )
  UPDATE deliveries d SET attempts = d.attempts + 1, next_attempt_at = $2::timestamptz FROM due
  WHERE d.account_id = due.account_id AND d.signal_id = due.signal_id
    AND d.state = 'PENDING' AND d.next_attempt_at <= $1::timestamptz
  RETURNING d.account_id::text AS "accountId", d.signal_id AS "signalId"`;

const NEXT_DUE = `${HEADS} SELECT min(h.next_attempt_at) AS "at" FROM heads h JOIN accounts a USING (account_id)
  WHERE a.promoted_at IS NOT NULL`;

/** Writes the deliveries that the drafts made or ended, within their transaction. */
export async function writeDeliveries(client: Client, drafts: readonly Draft[]): Promise<void> {
  const all = drafts.flatMap((draft) => [...draft.deliveries.values()].map((delivery) => ({ draft, delivery })));
  if (all.length === 0) return;
  const records = (isNew: boolean): DeliveryRecord[] =>
    all
      .filter(({ draft, delivery }) => delivery.sequence > draft.base.account.sequence === isNew)
      .map(({ delivery }) => deliveryRecord(delivery));
  await execute(client, INSERT_DELIVERIES, records(true));
  await execute(client, UPDATE_DELIVERIES, records(false));
}

/** Deliveries by their keys, locked until the transaction ends. */
export function findDeliveries(client: Client, keys: readonly DeliveryKey[]): Promise<DeliveryRecord[]> {
  return client.$queryRawUnsafe<DeliveryRecord[]>(FIND_DELIVERIES, JSON.stringify(keys));
}

/** The outbox of an open database. */
export function createDeliveryStore({ prisma }: Database): DeliveryStore {
  return {
    claim: (nowMs, untilMs, limit) =>
      withRetries(() => prisma.$transaction((client) => claim(client, nowMs, untilMs, limit))),
    postpone: async ({ accountId, signalId, attempts }, nextAttemptMs, problem) => {
      await prisma.delivery.updateMany({
        where: { accountId, signalId, attempts, state: "PENDING" },
        data: { nextAttemptAt: new Date(nextAttemptMs), problem },
      });
    },
    nextDueMs: async () => {
      const [row] = await prisma.$queryRawUnsafe<{ at: Date | null }[]>(NEXT_DUE);
      return row?.at?.getTime();
    },
    releaseAll: async (nowMs) => {
      await prisma.delivery.updateMany({ where: { state: "PENDING" }, data: { nextAttemptAt: new Date(nowMs) } });
    },
  };
}

/** One transaction: a claim whose orders could not be read would hold for nothing until it runs out. */
async function claim(client: Client, nowMs: number, untilMs: number, limit: number): Promise<LiveOrder[]> {
  const [now, until] = [nowMs, untilMs].map((ms) => new Date(ms).toISOString());
  const keys = await client.$queryRawUnsafe<{ accountId: string; signalId: string }[]>(CLAIM, now, until, limit);
  if (keys.length === 0) return [];
  const rows = await client.delivery.findMany({
    where: { OR: keys },
    include: { signal: { include: { account: { select: { owner: true, name: true } } } } },
  });
  return rows.map(({ signal: { account, ...signal }, ...delivery }) => ({
    owner: account.owner,
    accountName: account.name,
    delivery: toRecord(delivery) as DeliveryRecord,
    signal: toRecord(signal) as unknown as SignalRecord,
  }));
}

/** The reads of deliveries for the API. */
export function createDeliveryReads(prisma: PrismaClient): DeliveryReads {
  return {
    findDeliveries: async (filter, { after, before, limit, backward }) => {
      const sequence = { ...(after !== undefined && { lt: after }), ...(before !== undefined && { gt: before }) };
      const rows = await prisma.delivery.findMany({
        where: { ...whereOf(filter), sequence },
        orderBy: { sequence: backward ? "asc" : "desc" },
        take: limit,
      });
      return rows.map((row) => toRecord(row) as DeliveryRecord);
    },
    countDeliveries: (filter) => prisma.delivery.count({ where: whereOf(filter) }),
    deliveriesByKey: async (owner, keys) => {
      if (keys.length === 0) return [];
      const OR = keys.map(({ accountId, signalId }) => ({ accountId, signalId }));
      const rows = await prisma.delivery.findMany({ where: { signal: { account: { owner } }, OR } });
      return rows.map((row) => toRecord(row) as DeliveryRecord);
    },
  };
}

function whereOf(filter: DeliveryFilter): Prisma.DeliveryWhereInput {
  return { ...filter };
}
