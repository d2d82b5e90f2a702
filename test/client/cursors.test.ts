// Cursors that are kept between the runs of a bot: whole or not at all.
import { readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { cursorFile, memoryCursor, stateFile, storageCursor } from "@papertape/client/node";
import { describe, expect, it } from "vitest";
import { freshFile } from "./following.ts";

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

describe("a cursor in a browser", () => {
  it("is there for the next page, under a key of its own", async () => {
    const texts = new Map<string, string>();
    const storage = {
      getItem: (key: string) => texts.get(key) ?? null,
      setItem: (key: string, value: string) => void texts.set(key, value),
    };
    const store = storageCursor("bot", storage);
    expect(await store.load()).toBeUndefined();
    await store.save("one");
    expect(await storageCursor("bot", storage).load()).toBe("one");
    expect(await storageCursor("other", storage).load()).toBeUndefined();
  });

  it("is gone with the page where it is kept in memory", async () => {
    const store = memoryCursor("one");
    expect(await store.load()).toBe("one");
    await store.save("two");
    expect(await store.load()).toBe("two");
    expect(await memoryCursor().load()).toBeUndefined();
  });
});
