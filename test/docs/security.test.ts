// The page of attacks: each row names tests that exist, and each file of attacks is named.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");
const PAGE = readFileSync(path.join(ROOT, "docs/security.md"), "utf8");
const TABLE = PAGE.slice(PAGE.indexOf("\n## Attacks"));
const ROWS = [...TABLE.matchAll(/^\| (?!attack \||---)(.+?) \| (.+?) \| (.+?) \|$/gm)];

it("names a test that exists for each attack", () => {
  expect(ROWS.length).toBeGreaterThan(10);
  for (const [row, , , tests = ""] of ROWS) {
    const named = [...tests.matchAll(/\]\(\.\.\/(test\/[^)]+)\)/g)].map(([, file]) => file ?? "");
    expect(named.length, row).toBeGreaterThan(0);
    expect(
      named.filter((file) => !existsSync(path.join(ROOT, file))),
      row,
    ).toEqual([]);
  }
});

it("leaves out no test of attacks", () => {
  const files = readdirSync(path.join(ROOT, "test/attacks")).filter((file) => file.endsWith(".test.ts"));
  expect(files.filter((file) => !TABLE.includes(`../test/attacks/${file}`))).toEqual([]);
});
