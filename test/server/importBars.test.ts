// Importing historical bars by HTTP: what is stored, what is told of bad rows, and what is refused with which words.
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BarInput } from "../../src/domain/price.ts";
import { createDataSetStore } from "../../src/store/dataSets.ts";
import { databases, emptyTables, type TestDatabase } from "../support/databases.ts";
import { beginUpload, CSV, serveImports, upload } from "./importDesk.ts";
import { send } from "./serving.ts";

const DATA = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const isThere = existsSync(DATA);
if (!isThere) console.log("left out: imports of the real market data files, for ../shared/data is not there");

const HEADER = "date,open,high,low,close,volume";
const GOOD = `${HEADER}\n2017-01-03,212.61,213.35,211.52,212.80,96708880\n2017-01-04,213,214,212,213.5,\n`;

let test: TestDatabase;
beforeAll(async () => {
  const [pglite] = databases;
  if (pglite === undefined) throw new Error("there is always PGlite");
  test = await pglite.open();
});
beforeEach(() => emptyTables(test.database));
afterAll(() => test.remove());

async function storedBars(): Promise<BarInput[]> {
  const store = createDataSetStore(test.database);
  const bars: BarInput[] = [];
  for (const { dataSetId } of await test.database.prisma.dataSet.findMany()) {
    for await (const portion of store.readBars(dataSetId, undefined, undefined)) bars.push(...portion);
  }
  return bars;
}

async function nothingIsStored(): Promise<void> {
  expect(await test.database.prisma.dataSet.count()).toBe(0);
  expect(await test.database.prisma.dataSetChunk.count()).toBe(0);
}

describe("a file of bars", () => {
  it("becomes a data set, and the answer tells it", async () => {
    const { at } = await serveImports(test.database);
    const { status, body } = await upload(at("symbol=SPY&name=my%20file"), GOOD);
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        dataSet: {
          id: expect.any(String),
          symbol: "SPY",
          name: "my file",
          bars: 2,
          from: "2017-01-03T05:00:00.000Z",
          to: "2017-01-05T05:00:00.000Z",
          intervalSeconds: 86_400,
        },
        isNew: true,
        rows: 2,
        faults: [],
        faultCount: 0,
        overlapping: [],
      },
    });
    expect(await storedBars()).toEqual([
      {
        symbol: "SPY",
        open: "212.61",
        high: "213.35",
        low: "211.52",
        close: "212.8",
        volume: "96708880",
        start: new Date("2017-01-03T05:00:00Z"),
        intervalSeconds: 86_400,
      },
      {
        symbol: "SPY",
        open: "213",
        high: "214",
        low: "212",
        close: "213.5",
        volume: null,
        start: new Date("2017-01-04T05:00:00Z"),
        intervalSeconds: 86_400,
      },
    ]);
  });

  it("may have tabs, a byte-order mark, two-digit years, falling order, and another time zone", async () => {
    const { at } = await serveImports(test.database);
    const file = "\uFEFFTimestamp\tOpen\tHigh\tLow\tClose\r\n1/4/68 09:31\t2\t2\t2\t2\r\n1/4/68 09:30\t1\t1\t1\t1\r\n";
    const types = { "content-type": "text/tab-separated-values; charset=utf-8" };
    const { status, body } = await upload(at("symbol=X&timezone=Europe/Berlin"), file, types);
    expect(status).toBe(201);
    expect(body.dataSet).toMatchObject({
      name: "X",
      from: "2068-01-04T08:30:00.000Z",
      to: "2068-01-04T08:32:00.000Z",
      intervalSeconds: 60,
    });
    expect((await storedBars()).map(({ open }) => open)).toEqual(["1", "2"]);
  });

  it("may be packed with gzip, and come in slow pieces that cut its characters", async () => {
    const { at } = await serveImports(test.database);
    const packed = await upload(at("symbol=SPY"), gzipSync(GOOD), { ...CSV, "content-encoding": "gzip" });
    expect([packed.status, packed.body.dataSet?.["bars"]]).toEqual([201, 2]);
    const { request, answer } = beginUpload(at("symbol=SPY"));
    const bytes = Buffer.from(GOOD.replace("volume\n", "volume,é\n").replaceAll(/(\d|,)\n/g, "$1,€\n"));
    for (let from = 0; from < bytes.length; from += 7) {
      request.write(bytes.subarray(from, from + 7));
      await wait(1);
    }
    request.end();
    const slow = await answer;
    expect([slow.status, slow.body.isNew, slow.body.dataSet?.id]).toEqual([200, false, packed.body.dataSet?.id]);
  });

  it("has its bad rows told by line and reason, and counted", async () => {
    const { at } = await serveImports(test.database);
    const file = [
      HEADER,
      "2017-01-05,1,1,1,1,1",
      "2017-01-03,1,0.5,0.75,1,1",
      "",
      "2017-01-05,2,2,2,2,2",
      "2017-01-04,1,1,1",
      "yesterday,1,1,1,1,1",
      "2017-01-06,1,3,1,2,1",
    ].join("\n");
    const { status, body } = await upload(at("symbol=SPY"), file);
    expect([status, body.rows, body.faultCount, body.dataSet?.["bars"]]).toEqual([201, 6, 4, 2]);
    expect(body.faults).toEqual([
      { line: 3, reason: "high 0.5 is below low 0.75" },
      { line: 5, reason: "the time is that of line 2" },
      { line: 6, reason: "the row has 4 columns, the header 6" },
      {
        line: 7,
        reason: 'time "yesterday" is not YYYY-MM-DD or M/D/YYYY, with or without a time of day',
      },
    ]);
  });

  it("has only its first 100 bad rows told, in the order of their lines, also where they are repeats", async () => {
    const { at } = await serveImports(test.database);
    const days = Array.from({ length: 150 }, (_, day) => new Date(Date.UTC(2020, 0, 150 - day)).toISOString());
    const rows = days.flatMap((day) => [`${day},1,1,1,1,1`, `${day},2,2,2,2,2`]);
    const { body } = await upload(at("symbol=SPY"), [HEADER, ...rows, "x,1,1,1,1,1"].join("\n"));
    expect([body.rows, body.faultCount, body.dataSet?.["bars"]]).toEqual([301, 151, 150]);
    expect(body.faults).toEqual(
      Array.from({ length: 100 }, (_, index) => ({
        line: 3 + 2 * index,
        reason: `the time is that of line ${2 + 2 * index}`,
      })),
    );
  });

  it("is imported once, under whatever name and in whatever order it comes again", async () => {
    const { at } = await serveImports(test.database);
    const first = await upload(at("symbol=SPY&name=first"), GOOD);
    const again = await upload(at("symbol=SPY&name=again"), GOOD);
    const [header, ...rows] = GOOD.trim().split("\n");
    const turned = await upload(at("symbol=SPY"), [header, ...rows.toReversed()].join("\r\n"));
    const other = await upload(at("symbol=QQQ"), GOOD);
    expect([first.status, again.status, turned.status, other.status]).toEqual([201, 200, 200, 201]);
    for (const { body } of [again, turned]) expect(body.dataSet).toEqual(first.body.dataSet);
    expect(other.body.overlapping).toEqual([]);
    expect(await test.database.prisma.dataSet.count()).toBe(2);
  });

  it("is told the others of its symbol that share some of its time", async () => {
    const { at } = await serveImports(test.database);
    const days = (...of: number[]) => [HEADER, ...of.map((day) => `2017-01-0${day},1,1,1,1,1`)].join("\n");
    const early = await upload(at("symbol=SPY"), days(1, 2, 3));
    const late = await upload(at("symbol=SPY"), days(4, 5, 6));
    const middle = await upload(at("symbol=SPY"), days(3, 4));
    expect(late.body.overlapping).toEqual([]);
    expect(middle.body.overlapping).toEqual([late.body.dataSet?.id, early.body.dataSet?.id]);
  });
});

describe("an import is refused", () => {
  it.each([
    ["without a symbol", "", CSV, 400, "symbol is missing", ["symbol"]],
    ["for what can be no symbol", "symbol=spy", CSV, 400, "symbol must be", ["symbol"]],
    ["for a name that is too long", `symbol=SPY&name=${"x".repeat(65)}`, CSV, 400, "1 to 64 characters", ["name"]],
    ["for an unknown time zone", "symbol=SPY&timezone=Mars", CSV, 400, '"Mars" is no time zone', ["timezone"]],
    ["for a parameter that it does not know", "simbol=SPY", CSV, 400, "symbol, name, timezone", ["simbol"]],
    ["for a parameter that comes twice", "symbol=A&symbol=B", CSV, 400, "more than once", ["symbol"]],
    ["for a type that a form can send", "symbol=SPY", { "content-type": "text/plain" }, 415, "text/csv", undefined],
    ["without a type", "symbol=SPY", {}, 415, "text/tab-separated-values", undefined],
    ["for another charset", "symbol=SPY", { "content-type": "text/csv; charset=utf-16" }, 415, "UTF-8", undefined],
    ["for another packing", "symbol=SPY", { ...CSV, "content-encoding": "br" }, 415, "gzip", undefined],
    ["for a body that is no gzip", "symbol=SPY", { ...CSV, "content-encoding": "gzip" }, 400, "gzip", undefined],
  ] as const)("%s", async (_what, query, headers, status, words, path) => {
    const { at } = await serveImports(test.database);
    const answer = await upload(at(query), GOOD, headers);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(words);
    expect(answer.body.issues?.[0]?.path).toEqual(path);
    await nothingIsStored();
  });

  it.each([
    ["an empty file", "", "file is empty"],
    ["a header alone", `${HEADER}\n`, "nothing below its header"],
    ["no good row", `${HEADER}\n2017-01-03,0,1,1,1,1\n`, "all 1 are bad, the first at line 2: open is 0"],
    ["no column for the low", "date,open,high,close\n", "no column low"],
    ["what is no text", Buffer.alloc(200_000, 0xff), "no column"],
  ])("for %s", async (_what, file, words) => {
    const { at } = await serveImports(test.database);
    const { status, body } = await upload(at("symbol=SPY"), file);
    expect([status, body.issues?.map(({ path }) => path)]).toEqual([400, [["file"]]]);
    expect(body.message).toContain(words);
    await nothingIsStored();
  });

  it("for other methods, which are told the right one", async () => {
    const { at } = await serveImports(test.database);
    for (const method of ["GET", "PUT", "DELETE"]) {
      const { request, answer } = beginUpload(at("symbol=SPY"), {}, method);
      request.end();
      const { status, headers } = await answer;
      expect([status, headers["allow"]]).toEqual([405, "POST"]);
    }
  });

  it("for a page of another site", async () => {
    const { at } = await serveImports(test.database);
    const headers = { ...CSV, origin: "https://elsewhere.example" };
    expect((await send(at("symbol=SPY"), "POST", headers, GOOD)).status).toBe(403);
    await nothingIsStored();
  });

  it("for more rows or more bytes than the limits, which are told, packed or not", async () => {
    const limits = { rowsMax: 3, bytesMax: 1000 };
    const { at } = await serveImports(test.database, { limits });
    const rows = (count: number) =>
      [HEADER, ...Array.from({ length: count }, (_, day) => `2017-01-0${day + 1},1,1,1,1,1`)].join("\n");
    expect((await upload(at("symbol=SPY"), rows(3))).status).toBe(201);
    const tooMany = await upload(at("symbol=SPY"), rows(4));
    expect([tooMany.status, tooMany.body.message]).toEqual([413, "The file has more than 3 rows: split it."]);
    const large = `${HEADER}\n${"\n".repeat(2000)}`;
    const gzip = { ...CSV, "content-encoding": "gzip" };
    for (const tooLarge of [
      await upload(at("symbol=SPY"), large),
      await upload(at("symbol=SPY"), gzipSync(large), gzip),
    ]) {
      expect([tooLarge.status, tooLarge.body.message]).toEqual([413, "The file is larger than 1000 bytes: split it."]);
    }
  });

  it("for a file that grows beyond 128 MiB when it is unpacked", async () => {
    const { at } = await serveImports(test.database);
    const bomb = gzipSync(Buffer.alloc(129 * 1024 * 1024, "x"), { level: 1 });
    const { status, body } = await upload(at("symbol=SPY"), bomb, { ...CSV, "content-encoding": "gzip" });
    expect([status, body.message]).toEqual([413, "The file is larger than 134217728 bytes: split it."]);
    await nothingIsStored();
  });

  it("while the client is still sending, who gets the answer whole before the connection is closed", async () => {
    const { at } = await serveImports(test.database, { limits: { rowsMax: 10, bytesMax: 100_000 } });
    const { request, answer } = beginUpload(at("symbol=SPY"));
    const filler = Buffer.alloc(64 * 1024, "\n");
    let isAnswered = false;
    void answer.finally(() => {
      isAnswered = true;
    });
    while (!isAnswered) {
      if (!request.write(filler)) await Promise.race([once(request, "drain"), answer]);
      await wait(0);
    }
    const { status, headers, body } = await answer;
    expect([status, headers["connection"]]).toEqual([413, "close"]);
    expect(body.message).toContain("larger than 100000 bytes");
    request.on("error", () => undefined).end();
    const declared = await upload(at("symbol=SPY"), Buffer.alloc(200_000, "x"));
    expect(declared.status).toBe(413);
  });
});

describe.skipIf(!isThere)("the real files", () => {
  it.each([
    ["minute/AAPL.csv", 8211, 60, 0],
    ["daily/MSFT-1990-2022.csv", 8111, 86_400, 0],
    ["messy/penny.csv", 533, 86_400, 0],
    ["messy/mismatch.csv", 502, 86_400, 0],
  ])("%s is imported whole", async (name, bars, intervalSeconds, faultCount) => {
    const { at } = await serveImports(test.database);
    const { status, body } = await upload(at("symbol=REAL"), readFileSync(`${DATA}${name}`));
    expect([status, body.faultCount]).toEqual([201, faultCount]);
    expect(body.dataSet).toMatchObject({ bars, intervalSeconds });
    expect(await storedBars()).toHaveLength(bars);
  });
});
