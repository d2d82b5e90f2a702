// Historical bars in the store: kept whole or not at all, read in order by stretches, and none but their owner's.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DataSet, DataSetGoneError, type DataSetStore } from "../../src/backtestPorts.ts";
import type { BarInput } from "../../src/domain/price.ts";
import { CHUNK_BARS, createDataSetStore } from "../../src/store/dataSets.ts";
import { databases, type TestDatabase } from "../support/databases.ts";

const START_MS = Date.parse("2024-03-01T14:30:00Z");
const MINUTE_MS = 60_000;

function minutes(count: number, firstMinute = 0): BarInput[] {
  return Array.from({ length: count }, (_, index) => ({
    symbol: "AAPL",
    open: "100.5",
    high: `${101 + (index % 7)}.25`,
    low: "99.12345678",
    close: "100",
    volume: index % 2 === 0 ? String(index) : null,
    start: atMinute(firstMinute + index),
    intervalSeconds: 60,
  }));
}

function atMinute(minute: number): Date {
  return new Date(START_MS + minute * MINUTE_MS);
}

function dataSetOf(bars: readonly BarInput[], changes: Partial<DataSet> = {}): DataSet {
  return {
    dataSetId: randomUUID(),
    owner: "local",
    name: "some bars",
    symbol: "AAPL",
    contentHash: randomUUID(),
    barCount: bars.length,
    faultCount: 0,
    intervalSeconds: 60,
    startsAt: bars[0]?.start ?? atMinute(0),
    endsAt: new Date((bars.at(-1)?.start.getTime() ?? START_MS) + MINUTE_MS),
    importedAt: new Date("2024-04-01T00:00:00Z"),
    ...changes,
  };
}

describe.each(databases)("data sets on $name", ({ open }) => {
  let test: TestDatabase;
  let store: DataSetStore;
  beforeAll(async () => {
    test = await open();
    store = createDataSetStore(test.database);
  });
  afterAll(() => test.remove());

  async function barsOf(dataSetId: string, from?: Date, to?: Date): Promise<BarInput[]> {
    const bars: BarInput[] = [];
    for await (const portion of store.readBars(dataSetId, from, to)) bars.push(...portion);
    return bars;
  }

  function chunkCount(): Promise<number> {
    return test.database.prisma.dataSetChunk.count();
  }

  it("give back every bar as it was, and any stretch of them", async () => {
    const bars = minutes(3 * CHUNK_BARS + 7);
    const dataSet = dataSetOf(bars);
    expect(await store.addDataSet(dataSet, bars)).toEqual({ dataSet, isNew: true });
    expect(await store.findDataSets("local", [dataSet.dataSetId])).toEqual([dataSet]);
    const { dataSetId } = dataSet;
    expect(await barsOf(dataSetId)).toEqual(bars);
    for (const [from, to] of [
      [undefined, 1],
      [0, CHUNK_BARS],
      [CHUNK_BARS - 1, CHUNK_BARS + 1],
      [CHUNK_BARS, 2 * CHUNK_BARS],
      [3 * CHUNK_BARS, undefined],
      [5, 5],
      [-10, 0],
      [4 * CHUNK_BARS, undefined],
    ]) {
      const stretch = [from, to].map((minute) => (minute === undefined ? undefined : atMinute(minute)));
      const wanted = bars.slice(Math.max(0, from ?? 0), Math.max(0, to ?? bars.length));
      expect(await barsOf(dataSetId, stretch[0], stretch[1])).toEqual(wanted);
      expect(await store.countBars(dataSetId, stretch[0], stretch[1])).toBe(wanted.length);
    }
  });

  it("are the same where the same owner has the same bars, and another where another has them", async () => {
    const bars = minutes(3);
    const first = dataSetOf(bars, { symbol: "SAME" });
    await store.addDataSet(first, bars);
    const again = { ...first, dataSetId: randomUUID(), name: "another name" };
    expect(await store.addDataSet(again, bars)).toEqual({ dataSet: first, isNew: false });
    const anothers = { ...again, owner: "somebody" };
    expect((await store.addDataSet(anothers, bars)).isNew).toBe(true);
    expect(await store.findSameBars("local", "SAME", first.contentHash)).toEqual(first);
    expect(await store.countDataSets("local", "SAME")).toBe(1);
  });

  it("are stored once where the same bars come twice at the same moment", async () => {
    const bars = minutes(2 * CHUNK_BARS);
    const twins = Array.from({ length: 2 }, () => dataSetOf(bars, { symbol: "TWIN", contentHash: "same" }));
    const before = await chunkCount();
    const added = await Promise.all(twins.map((twin) => store.addDataSet(twin, bars)));
    expect(added.map(({ isNew }) => isNew).toSorted()).toEqual([false, true]);
    expect(new Set(added.map(({ dataSet }) => dataSet.dataSetId)).size).toBe(1);
    expect(await chunkCount()).toBe(before + 2);
  });

  it("leave nothing behind where their bars end with an error", async () => {
    const before = [await chunkCount(), await test.database.prisma.dataSet.count()];
    function* broken(): Generator<BarInput> {
      yield* minutes(20 * CHUNK_BARS);
      throw new Error("the bars broke off");
    }
    await expect(store.addDataSet(dataSetOf(minutes(1)), broken())).rejects.toThrow("the bars broke off");
    expect([await chunkCount(), await test.database.prisma.dataSet.count()]).toEqual(before);
  });

  it("that a crash left half stored are seen by nobody, and swept away by a later import", async () => {
    const bars = minutes(CHUNK_BARS);
    const dataSet = dataSetOf(bars, { symbol: "HALF" });
    await store.addDataSet(dataSet, bars);
    const longAgo = new Date(Date.now() - 2 * 60 * MINUTE_MS);
    const { dataSetId } = dataSet;
    const data = { owner: "(nobody)", contentHash: dataSetId, importedAt: longAgo };
    await test.database.prisma.dataSet.update({ where: { dataSetId }, data });
    expect(
      await store.listDataSets("local", "HALF", { after: undefined, before: undefined, limit: 10, backward: false }),
    ).toEqual([]);
    await expect(barsOf(dataSetId)).rejects.toThrow(DataSetGoneError);
    const next = dataSetOf(bars, { symbol: "NEXT" });
    await store.addDataSet(next, bars);
    expect(await test.database.prisma.dataSet.count({ where: { symbol: "HALF" } })).toBe(0);
    expect(await test.database.prisma.dataSetChunk.count({ where: { dataSetId } })).toBe(0);
  });

  it("are deleted with their bars by their owner, and by nobody else", async () => {
    const bars = minutes(2 * CHUNK_BARS);
    const before = await chunkCount();
    const { dataSet } = await store.addDataSet(dataSetOf(bars, { symbol: "GONE" }), bars);
    expect(await store.deleteDataSet("somebody", dataSet.dataSetId)).toBe(false);
    expect(await store.findDataSets("somebody", [dataSet.dataSetId])).toEqual([]);
    const reading = store.readBars(dataSet.dataSetId, undefined, undefined)[Symbol.asyncIterator]();
    await reading.next();
    expect(await store.deleteDataSet("local", dataSet.dataSetId)).toBe(true);
    expect(await store.deleteDataSet("local", dataSet.dataSetId)).toBe(false);
    await expect(reading.next()).rejects.toThrow("was deleted before its bars were read");
    expect(await store.findDataSets("local", [dataSet.dataSetId])).toEqual([]);
    expect(await chunkCount()).toBe(before);
  });

  it("are listed newest first, of all symbols or of one, forwards and backwards", async () => {
    const owner = "lister";
    const added: DataSet[] = [];
    for (const [index, symbol] of ["A", "B", "A", "A"].entries()) {
      const importedAt = new Date(START_MS + Math.floor(index / 2));
      const bars = minutes(1);
      added.push((await store.addDataSet(dataSetOf(bars, { owner, symbol, importedAt }), bars)).dataSet);
    }
    const newestFirst = added.toSorted(
      (a, b) => b.importedAt.getTime() - a.importedAt.getTime() || (a.dataSetId < b.dataSetId ? 1 : -1),
    );
    const [first, second, third, fourth] = newestFirst;
    const range = { after: undefined, before: undefined, limit: 10, backward: false };
    expect(await store.listDataSets(owner, undefined, range)).toEqual(newestFirst);
    expect(await store.listDataSets(owner, undefined, { ...range, after: first, limit: 2 })).toEqual([second, third]);
    expect(await store.listDataSets(owner, undefined, { ...range, before: fourth, limit: 2, backward: true })).toEqual([
      third,
      second,
    ]);
    expect(await store.listDataSets(owner, "B", range)).toEqual([added[1]]);
    expect([await store.countDataSets(owner, undefined), await store.countDataSets(owner, "A")]).toEqual([4, 3]);
  });

  it("that have a moment in common with a stretch are found", async () => {
    const owner = "overlapper";
    const add = async (first: number, count: number, symbol = "AAPL") => {
      const bars = minutes(count, first);
      return (await store.addDataSet(dataSetOf(bars, { owner, symbol }), bars)).dataSet.dataSetId;
    };
    const [, second] = [await add(0, 10), await add(10, 10), await add(10, 10, "MSFT")];
    const found = await store.findOverlapping(owner, "AAPL", atMinute(10), atMinute(30), 10);
    expect(found.map(({ dataSetId }) => dataSetId)).toEqual([second]);
    expect(await store.findOverlapping(owner, "AAPL", atMinute(20), atMinute(30), 10)).toEqual([]);
    expect(await store.findOverlapping(owner, "AAPL", atMinute(0), atMinute(30), 1)).toHaveLength(1);
  });
});
