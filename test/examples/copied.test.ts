// What a reader of the examples copies: cursors that are kept whole, types that are the schema's, files that are short.
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { AccountCursors } from "../../examples/client/events.ts";
import { cursorFile, type KnownEvent, stateFile } from "../../examples/client/index.ts";
import type { AccountCursorsQuery, FollowAccountSubscription } from "../generated/graphql.ts";
import { freshFile } from "./following.ts";

const EXAMPLES = path.join(import.meta.dirname, "../../examples");
const BOT_LINES_MAX = 40;
const CLIENT_FILE_LINES_MAX = 150;

describe("a kept cursor", () => {
  it("is there for the next run", async () => {
    const file = await freshFile();
    const store = cursorFile(file);
    expect(await store.load()).toBeUndefined();
    await store.save("one");
    await store.save("two");
    expect(await cursorFile(file).load()).toBe("two");
  });

  it("is kept whole or not at all, whatever was left by a run that died while it wrote", async () => {
    const file = await freshFile();
    const store = cursorFile(file);
    await store.save("one");
    await writeFile(`${file}.tmp`, "tw");
    expect(await store.load()).toBe("one");
    await store.save("two");
    expect(await store.load()).toBe("two");
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
    // A place that cannot be written is told, and what was kept stays.
    await mkdir(`${file}.tmp`);
    await expect(store.save("three")).rejects.toThrow("EISDIR");
    expect(await store.load()).toBe("two");
  });

  it("is kept in one stroke with the bot's own state", async () => {
    const file = await freshFile("bot.json");
    const first = await stateFile(file, { count: 0 });
    expect(await first.load()).toBeUndefined();
    first.state.count = 7;
    await first.save("seven");
    first.state.count = 8; // for an event that was not done
    const second = await stateFile(file, { count: 0 });
    expect([await second.load(), second.state]).toEqual(["seven", { count: 7 }]);
    expect(await readFile(file, "utf8")).toBe('{"cursor":"seven","state":{"count":7}}\n');
  });
});

describe("the types of the bots' client", () => {
  it("are those of the schema, field by field", () => {
    type Asked = FollowAccountSubscription["accountEvents"];
    expectTypeOf<Asked>().toExtend<KnownEvent>();
    expectTypeOf<KnownEvent>().toExtend<Asked>();
    expectTypeOf<AccountCursorsQuery>().toExtend<AccountCursors>();
    expectTypeOf<AccountCursors>().toExtend<AccountCursorsQuery>();
  });
});

describe("the examples", () => {
  it("have a bot in under 40 lines, on a client of short files", () => {
    const linesOf = (file: string): number =>
      readFileSync(path.join(EXAMPLES, file), "utf8").trimEnd().split("\n").length;
    expect(linesOf("bot.ts")).toBeLessThan(BOT_LINES_MAX);
    const long = readdirSync(path.join(EXAMPLES, "client")).filter(
      (file) => linesOf(`client/${file}`) > CLIENT_FILE_LINES_MAX,
    );
    expect(long).toEqual([]);
  });

  it("have a client that is copied as a folder: it needs nothing of the project but two packages", () => {
    const imports = readdirSync(path.join(EXAMPLES, "client")).flatMap((file) => {
      const text = readFileSync(path.join(EXAMPLES, "client", file), "utf8");
      return [...text.matchAll(/ from "([^"]+)";/g)].map(([, from]) => from);
    });
    const foreign = imports.filter((from) => !/^(\.\/\w+\.ts|node:[\w/]+)$/.test(from ?? ""));
    expect(new Set(foreign)).toEqual(new Set(["graphql-ws", "ws"]));
  });
});
