// Imports that come together, stand still, break off or meet the server's end: each is whole, or leaves nothing.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { IMPORTS_AT_ONCE_MAX, IMPORTS_WAITING_MAX } from "../../src/server/limits.ts";
import { databases, emptyTables, type TestDatabase } from "../support/databases.ts";
import { beginPart, serveImports, upload } from "./importDesk.ts";
import { ask } from "./serving.ts";

const HEADER = "date,open,high,low,close,volume\n";
const DAY_MS = 86_400_000;

function daysFrom(first: string, count: number): string {
  const days = Array.from({ length: count }, (_, day) => new Date(Date.parse(first) + day * DAY_MS).toISOString());
  return HEADER + days.map((day) => `${day},1,2,0.5,1.5,1000\n`).join("");
}

describe.each(databases)("imports on $name", ({ open }) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
  });
  beforeEach(() => emptyTables(test.database));
  afterAll(() => test.remove());

  async function counts(): Promise<number[]> {
    return [await test.database.prisma.dataSet.count(), await test.database.prisma.dataSetChunk.count()];
  }

  it("are all done, and each whole, where ten come at once", async () => {
    const { at } = await serveImports(test.database);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => upload(at(`symbol=S${index}`), daysFrom("1990-01-01", 1200 + index))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(answers.map(({ body }) => body.dataSet?.["bars"])).toEqual(
      Array.from({ length: 10 }, (_, index) => 1200 + index),
    );
    expect(await counts()).toEqual([10, 30]);
  });

  it("are one data set where the same file comes five times at once", async () => {
    const { at } = await serveImports(test.database);
    const file = daysFrom("1990-01-01", 3000);
    const answers = await Promise.all(Array.from({ length: 5 }, () => upload(at("symbol=SAME"), file)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.dataSet?.id)).size).toBe(1);
    expect(await counts()).toEqual([1, 6]);
  });

  it("wait for their turn up to the limit; one more is told to come again", async () => {
    const { at, graphqlUrl } = await serveImports(test.database);
    const begun = [];
    for (let index = 0; index < IMPORTS_AT_ONCE_MAX + IMPORTS_WAITING_MAX; index += 1) {
      begun.push(await beginPart(at(`symbol=S${index}`), HEADER));
    }
    const beyond = await upload(at("symbol=MORE"), daysFrom("2020-01-01", 2));
    expect(beyond.headers["retry-after"]).toBe("10");
    expect(beyond.body.message).toContain("2 imports under way and 16 waiting");
    expect((await ask(graphqlUrl, "{ __typename }")).status).toBe(200);
    for (const { request } of begun) request.end("2020-01-01,1,1,1,1,1\n");
    const answers = await Promise.all(begun.map(({ answer }) => answer));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect((await upload(at("symbol=MORE"), daysFrom("2020-01-01", 2))).status).toBe(201);
  });

  it("that break off in the middle store nothing, and give their place to the next", async () => {
    const { at, lines } = await serveImports(test.database);
    const file = daysFrom("1990-01-01", 5000);
    for (let index = 0; index < IMPORTS_AT_ONCE_MAX + 1; index += 1) {
      const length = { "content-length": file.length };
      const { request } = await beginPart(at("symbol=CUT"), file.slice(0, file.length / 2), length);
      request.on("error", () => undefined);
      request.destroy();
    }
    expect((await upload(at("symbol=NEXT"), daysFrom("1990-01-01", 2))).status).toBe(201);
    expect((await upload(at("symbol=NEXT"), daysFrom("1991-01-01", 2))).status).toBe(201);
    expect(await counts()).toEqual([2, 2]);
    expect(lines).toEqual([]);
  });

  it("that stand still are ended, and store nothing", async () => {
    const { at } = await serveImports(test.database, { stalledAfterMs: 50 });
    const { answer } = await beginPart(at("symbol=STILL"), daysFrom("1990-01-01", 100));
    const { status, body } = await answer;
    expect([status, body.message]).toEqual([408, "The upload stood still for too long: nothing was imported."]);
    expect(await counts()).toEqual([0, 0]);
  });

  it("that meet the server's end are told so, and leave nothing behind", async () => {
    const { at, server } = await serveImports(test.database);
    const begun = [];
    for (let index = 0; index < IMPORTS_AT_ONCE_MAX + 2; index += 1) {
      begun.push(await beginPart(at(`symbol=S${index}`), daysFrom("1990-01-01", 2000)));
    }
    const closed = server.close();
    const answers = await Promise.all(begun.map(({ answer }) => answer));
    expect(answers.map(({ status, body }) => [status, body.message])).toEqual(
      Array(IMPORTS_AT_ONCE_MAX + 2).fill([503, "The server is closing: nothing was imported."]),
    );
    await closed;
    expect(await counts()).toEqual([0, 0]);
  });
});
