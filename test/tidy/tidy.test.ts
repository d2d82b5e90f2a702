// What the house agreed on, read off its files: imports point down, every file says its purpose, none grows too long.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "../..");
const FILE_LINES_MAX = 450;
const FUNCTION_LINES_MAX = 80;

/** What each layer may import, besides itself and packages. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "src/domain": [],
  "src/ports.ts": ["src/domain"],
  "src/readPorts.ts": ["src/domain", "src/ports.ts"],
  "src/backtestPorts.ts": ["src/domain", "src/ports.ts", "src/readPorts.ts"],
  "src/auth": ["src/readPorts.ts"],
  "src/engine": ["src/domain", "src/ports.ts"],
  "src/events": ["src/domain", "src/ports.ts"],
  "src/feeds": ["src/domain"],
  "src/live": ["src/domain", "src/ports.ts"],
  "src/store": ["src/domain", "src/ports.ts", "src/readPorts.ts", "src/backtestPorts.ts", "src/auth"],
  "src/services": ["src/domain", "src/ports.ts", "src/readPorts.ts", "src/backtestPorts.ts", "src/auth"],
  // A backtest is a desk of its own, put together from the same parts.
  "src/backtest": [
    "src/services",
    "src/auth",
    "src/domain",
    "src/ports.ts",
    "src/readPorts.ts",
    "src/backtestPorts.ts",
    "src/engine",
    "src/feeds",
  ],
  schema: [
    "src/services",
    "src/auth",
    "src/domain",
    "src/ports.ts",
    "src/readPorts.ts",
    "src/backtestPorts.ts",
    "src/events",
  ],
  "src/server": [
    "schema",
    "src/services",
    "src/auth",
    "src/backtest",
    "src/domain",
    "src/ports.ts",
    "src/readPorts.ts",
    "src/backtestPorts.ts",
    "src/engine",
    "src/events",
    "src/feeds",
    "src/live",
    "src/store",
  ],
};

/** The builder needs Prisma's types for its plugin; the rows of parents are made of them. */
const EXCEPTIONS: readonly string[] = ["schema/builder.ts -> src/store", "schema/parents.ts -> src/store"];

const files = ["src", "schema", "test", "bench", "prisma", "examples", "web/client/src"].flatMap((folder) =>
  sourceFiles(folder),
);

function sourceFiles(folder: string): string[] {
  const found = readdirSync(path.join(ROOT, folder), { withFileTypes: true, recursive: true });
  return found
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes("generated/"));
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

function layerOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT).find((layer) => file === layer || file.startsWith(`${layer}/`));
}

function importsOf(file: string): string[] {
  const found = read(file).matchAll(
    /^(?:import|export)\s[^;]*?from\s+"([^"]+)";|^import "([^"]+)";|import\("([^"]+)"\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? "");
}

describe("The house", () => {
  it("imports only downwards", () => {
    const arrows = files.flatMap((file) => {
      const layer = layerOf(file);
      if (layer === undefined) return [];
      return importsOf(file)
        .filter((from) => from.startsWith("."))
        .map((from) => layerOf(path.join(path.dirname(file), from)))
        .filter((to) => to !== undefined && to !== layer && !MAY_IMPORT[layer]?.includes(to))
        .map((to) => `${file} -> ${to}`);
    });
    expect(arrows.filter((arrow) => !EXCEPTIONS.includes(arrow))).toEqual([]);
  });

  it("lets the domain import nothing but the decimal library", () => {
    const packages = files
      .filter((file) => file.startsWith("src/domain/"))
      .flatMap((file) => importsOf(file).filter((from) => !from.startsWith(".")));
    expect([...new Set(packages)]).toEqual(["decimal.js"]);
  });

  it("names Prisma's client nowhere but in the store, the builder and the tools beside it", () => {
    const naming = files.filter((file) =>
      importsOf(file).some((from) => /generated\/(client|models|internal)/.test(from)),
    );
    const allowed = /^(src\/store\/|schema\/(builder|parents)\.ts|test\/)/;
    expect(naming.filter((file) => !allowed.test(file))).toEqual([]);
  });

  it("keeps clocks, chance and floating point out of the domain", () => {
    const forbidden = /Date\.now|new Date\(\)|Math\.random|parseFloat|Number\.parseFloat|setTimeout|console\./;
    expect(files.filter((file) => file.startsWith("src/domain/") && forbidden.test(read(file)))).toEqual([]);
  });

  it("tells the purpose of every file in its first line", () => {
    const untold = files.filter((file) => !/^(#!.*\n)?(\/\/ |\/\*\* )\S.{15,}/.test(read(file)));
    expect(untold).toEqual([]);
  });

  it("keeps files and functions small", () => {
    const long = files.filter((file) => !file.startsWith("test/") && read(file).split("\n").length > FILE_LINES_MAX);
    expect(long).toEqual([]);
    const longFunctions = files
      .filter((file) => file.startsWith("src/"))
      .flatMap((file) => functionsLongerThan(FUNCTION_LINES_MAX, file));
    expect(longFunctions).toEqual([]);
  });
});

/** Top-level functions by their lines from `function` to the closing brace in the first column. */
function functionsLongerThan(lines: number, file: string): string[] {
  const found: string[] = [];
  let name: string | undefined;
  let from = 0;
  for (const [index, line] of read(file).split("\n").entries()) {
    const begins = /^(?:export )?(?:async )?function\*? (\w+)/.exec(line);
    if (begins) {
      name = begins[1];
      from = index;
    }
    if (line === "}" && name !== undefined) {
      if (index - from + 1 > lines) found.push(`${file} ${name} (${index - from + 1} lines)`);
      name = undefined;
    }
  }
  return found;
}
