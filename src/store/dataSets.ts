// The store of historical bars: data sets, and their bars in chunks of some hundreds.
import { setImmediate as nextTurn } from "node:timers/promises";
import { type DataSet, DataSetGoneError, type DataSetPlace, type DataSetStore } from "../backtestPorts.ts";
import { type BarRow, barOfRow, barRow } from "../domain/barRow.ts";
import type { BarInput } from "../domain/price.ts";
import type { Range } from "../readPorts.ts";
import type { Database } from "./database.ts";
import type { Prisma, PrismaClient } from "./generated/client.ts";
import { NOBODY } from "./hidden.ts";
import { withRetries } from "./retry.ts";

/**
 * Bars of one chunk: one JSON text of some 40 kB. One statement writes one chunk: more would hold the event loop of an
 * embedded database too long.
 */
export const CHUNK_BARS = 500;
/** Chunks that one statement deletes. */
const DELETED_CHUNKS = 25;

/** What nobody has for so long was left behind by a process that ended in the middle; it is swept away. */
const LEFT_BEHIND_MS = 60 * 60_000;

interface Chunk {
  readonly dataSetId: string;
  readonly number: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly barCount: number;
  readonly bars: string;
}

/** The store of data sets over an open database. */
export function createDataSetStore({ prisma }: Database): DataSetStore {
  return {
    addDataSet: (dataSet, bars) => addDataSet(prisma, dataSet, bars),
    findDataSets: (owner, dataSetIds) =>
      prisma.dataSet.findMany({ where: { owner, dataSetId: { in: [...dataSetIds] } } }),
    findSameBars: async (owner, symbol, contentHash) => {
      const where = { owner_symbol_contentHash: { owner, symbol, contentHash } };
      return (await prisma.dataSet.findUnique({ where })) ?? undefined;
    },
    findOverlapping: (owner, symbol, from, to, limit) =>
      prisma.dataSet.findMany({
        where: { owner, symbol, startsAt: { lt: to }, endsAt: { gt: from } },
        orderBy: [{ importedAt: "desc" }, { dataSetId: "desc" }],
        take: limit,
      }),
    listDataSets: (owner, symbol, range) =>
      prisma.dataSet.findMany({
        where: { ...ofOwner(owner, symbol), AND: placesWithin(range) },
        orderBy: [{ importedAt: range.backward ? "asc" : "desc" }, { dataSetId: range.backward ? "asc" : "desc" }],
        take: range.limit,
      }),
    countDataSets: (owner, symbol) => prisma.dataSet.count({ where: ofOwner(owner, symbol) }),
    readBars: (dataSetId, from, to) => readBars(prisma, dataSetId, from, to),
    countBars: (dataSetId, from, to) => countBars(prisma, dataSetId, from, to),
    deleteDataSet: async (owner, dataSetId) => {
      const { count } = await prisma.dataSet.updateMany({
        where: { owner, dataSetId },
        data: { owner: NOBODY, contentHash: dataSetId },
      });
      if (count > 0) await sweep(prisma, dataSetId);
      return count > 0;
    },
  };
}

function ofOwner(owner: string, symbol: string | undefined): Prisma.DataSetWhereInput {
  return { owner, ...(symbol === undefined ? {} : { symbol }) };
}

/** Newest first: what is after a place in the list is older. */
function placesWithin({ after, before }: Range<DataSetPlace>): Prisma.DataSetWhereInput[] {
  const beyond = ({ importedAt, dataSetId }: DataSetPlace, side: "lt" | "gt"): Prisma.DataSetWhereInput => ({
    OR: [{ importedAt: { [side]: importedAt } }, { importedAt, dataSetId: { [side]: dataSetId } }],
  });
  return [...(after ? [beyond(after, "lt")] : []), ...(before ? [beyond(before, "gt")] : [])];
}

/** Stored as nobody's first; one short statement makes it the owner's, or finds that he has the same bars already. */
async function addDataSet(
  prisma: PrismaClient,
  dataSet: DataSet,
  bars: Iterable<BarInput>,
): Promise<{ dataSet: DataSet; isNew: boolean }> {
  const { dataSetId, owner, symbol, contentHash, importedAt } = dataSet;
  const where = { owner_symbol_contentHash: { owner, symbol, contentHash } };
  const findSame = () => prisma.dataSet.findUnique({ where });
  await sweepLeftBehind(prisma);
  const known = await findSame();
  if (known !== null) return { dataSet: known, isNew: false };
  try {
    const hidden = { ...dataSet, owner: NOBODY, contentHash: dataSetId, importedAt: new Date() };
    await withRetries(() => prisma.dataSet.createMany({ data: [hidden], skipDuplicates: true }));
    let number = 0;
    for (const portion of inPortions(bars, CHUNK_BARS)) {
      const chunk = chunkOf(dataSetId, number, portion);
      number += 1;
      // An embedded database answers without ever yielding: between statements everything else gets its turn.
      await nextTurn();
      await withRetries(() => prisma.dataSetChunk.createMany({ data: [chunk], skipDuplicates: true }));
    }
    await prisma.dataSet.update({ where: { dataSetId }, data: { owner, contentHash, importedAt } });
    return { dataSet, isNew: true };
  } catch (error) {
    await sweep(prisma, dataSetId);
    const same = await findSame();
    if (same === null) throw error;
    return { dataSet: same, isNew: same.dataSetId === dataSetId };
  }
}

function* inPortions<Value>(values: Iterable<Value>, size: number): Generator<Value[]> {
  let portion: Value[] = [];
  for (const value of values) {
    portion.push(value);
    if (portion.length < size) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

function chunkOf(dataSetId: string, number: number, bars: readonly BarInput[]): Chunk {
  const ends = bars.map(({ start, intervalSeconds }) => start.getTime() + intervalSeconds * 1000);
  return {
    dataSetId,
    number,
    startsAt: new Date(bars[0]?.start ?? 0),
    endsAt: new Date(Math.max(...ends)),
    barCount: bars.length,
    bars: JSON.stringify(bars.map(barRow)),
  };
}

/** The chunks that can have bars which start in the stretch. */
function chunksWithin(dataSetId: string, from: Date | undefined, to: Date | undefined): Prisma.DataSetChunkWhereInput {
  return { dataSetId, ...(from && { endsAt: { gt: from } }), ...(to && { startsAt: { lt: to } }) };
}

async function* readBars(
  prisma: PrismaClient,
  dataSetId: string,
  from: Date | undefined,
  to: Date | undefined,
): AsyncGenerator<BarInput[]> {
  const symbol = await symbolOf(prisma, dataSetId);
  const where = chunksWithin(dataSetId, from, to);
  let number = -1;
  while (true) {
    const chunk = await prisma.dataSetChunk.findFirst({
      where: { ...where, number: { gt: number } },
      orderBy: { number: "asc" },
      select: { number: true, bars: true },
    });
    if (chunk === null) break;
    number = chunk.number;
    const bars = barsOf(symbol, chunk.bars, from, to);
    if (bars.length > 0) yield bars;
  }
  // Chunks are deleted only after their data set is nobody's: if it is not, none was missing.
  await symbolOf(prisma, dataSetId);
}

async function symbolOf(prisma: PrismaClient, dataSetId: string): Promise<string> {
  const found = await prisma.dataSet.findUnique({ where: { dataSetId }, select: { symbol: true, owner: true } });
  if (found === null || found.owner === NOBODY) throw new DataSetGoneError(dataSetId);
  return found.symbol;
}

function barsOf(symbol: string, text: string, from: Date | undefined, to: Date | undefined): BarInput[] {
  const rows = JSON.parse(text) as BarRow[];
  const [fromMs, toMs] = [from?.getTime() ?? Number.NEGATIVE_INFINITY, to?.getTime() ?? Number.POSITIVE_INFINITY];
  return rows.filter(([startMs]) => startMs >= fromMs && startMs < toMs).map((row) => barOfRow(symbol, row));
}

/** Chunks that lie in the stretch as a whole are not read. */
async function countBars(
  prisma: PrismaClient,
  dataSetId: string,
  from: Date | undefined,
  to: Date | undefined,
): Promise<number> {
  const where = chunksWithin(dataSetId, from, to);
  const inside = { ...(from && { startsAt: { gte: from } }), ...(to && { endsAt: { lte: to } }) };
  const whole = await prisma.dataSetChunk.aggregate({ where: { AND: [where, inside] }, _sum: { barCount: true } });
  const cut = [...(from ? [{ startsAt: { lt: from } }] : []), ...(to ? [{ endsAt: { gt: to } }] : [])];
  const chunks =
    cut.length === 0
      ? []
      : await prisma.dataSetChunk.findMany({ where: { AND: [where, { OR: cut }] }, select: { bars: true } });
  const counts = chunks.map(({ bars }) => barsOf("", bars, from, to).length);
  return counts.reduce((sum, count) => sum + count, whole._sum.barCount ?? 0);
}

async function sweepLeftBehind(prisma: PrismaClient): Promise<void> {
  const importedAt = { lt: new Date(Date.now() - LEFT_BEHIND_MS) };
  const left = await prisma.dataSet.findMany({ where: { owner: NOBODY, importedAt }, select: { dataSetId: true } });
  for (const { dataSetId } of left) await sweep(prisma, dataSetId);
}

/** Deletes a data set that is nobody's, its chunks some at a time. */
async function sweep(prisma: PrismaClient, dataSetId: string): Promise<void> {
  const select = { number: true };
  const last = await prisma.dataSetChunk.findFirst({ where: { dataSetId }, orderBy: { number: "desc" }, select });
  for (let number = last?.number ?? -1; number >= 0; number -= DELETED_CHUNKS) {
    await nextTurn();
    await prisma.dataSetChunk.deleteMany({
      where: { dataSetId, dataSet: { owner: NOBODY }, number: { gt: number - DELETED_CHUNKS } },
    });
  }
  await prisma.dataSet.deleteMany({ where: { owner: NOBODY, dataSetId } });
}
