// CSV exports: RFC 4180, read back exactly, and nothing in them that a spreadsheet would run.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutFormulas } from "../../../src/server/export/formulaCells.ts";
import type { Cell } from "../../../src/server/export/rows.ts";
import { cellsOf, hostileText, tableArbitrary, tableOf, undone, written } from "./reading.ts";

const csvOf = (columns: readonly string[], ...lines: Cell[][]): Promise<string> => {
  const rows = lines.map((line) => Object.fromEntries(columns.map((column, index) => [column, line[index] ?? null])));
  return written(tableOf(columns, rows), "csv");
};

describe("a CSV export", () => {
  it("is a header and a line for each row, CRLF after each", async () => {
    const columns = ["symbol", "side", "quantity", "realizedPnl", "exitGapped"];
    expect(await csvOf(columns, ["AAPL", "LONG", "100", "-12.5", false], ["EUR/USD", "SHORT", "0.01", "7", true])).toBe(
      "symbol,side,quantity,realizedPnl,exitGapped\r\nAAPL,LONG,100,-12.5,false\r\nEUR/USD,SHORT,0.01,7,true\r\n",
    );
  });

  it("is the header alone where there are no rows", async () => {
    expect(await csvOf(["number", "time"])).toBe("number,time\r\n");
  });

  it("has only the columns that are named, in their order", async () => {
    const rows = [{ b: "2", secret: "x", a: "1" }];
    expect(await written(tableOf(["a", "b"], rows), "csv")).toBe("a,b\r\n1,2\r\n");
  });

  it.each<[string, Cell, string]>([
    ["a comma", "a,b", '"a,b"'],
    ["quotes, which are doubled", 'the "main" one', '"the ""main"" one"'],
    ["an end of line", "a\r\nb", '"a\r\nb"'],
    ["a line feed alone", "a\nb", '"a\nb"'],
    ["a carriage return alone", "a\rb", '"a\rb"'],
    ["blanks at an end", "a ", '"a "'],
    ["no text, which is not null", "", '""'],
  ])("quotes a field with %s", async (_, cell, field) => {
    expect(await csvOf(["a", "b"], [cell, "x"])).toBe(`a,b\r\n${field},x\r\n`);
  });

  it.each<[string, Cell, string]>([
    ["null is nothing", null, ""],
    ["whole numbers", 42, "42"],
    ["negative numbers", -7.25, "-7.25"],
    ["numbers that JavaScript writes with an exponent", -1e-7, "-0.0000001"],
    ["no -0", -0, "0"],
    ["any letters", "Zürich ✓ 日本", "Zürich ✓ 日本"],
  ])("writes %s", async (_, cell, field) => {
    expect(await csvOf(["a", "b"], [cell, "x"])).toBe(`a,b\r\n${field},x\r\n`);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses the number %s", async (cell) => {
    await expect(csvOf(["a"], [cell])).rejects.toThrow(new RangeError(`${cell} cannot be exported`));
  });

  it("refuses a row that lacks a column", async () => {
    await expect(written(tableOf(["a", "b"], [{ a: "1" }]), "csv")).rejects.toThrow(
      new RangeError("undefined cannot be exported"),
    );
  });

  it("read by csv-parse gives the rows, once the apostrophes are taken away", async () => {
    await fc.assert(
      fc.asyncProperty(tableArbitrary, async ({ columns, rows }) => {
        const [header, ...records] = cellsOf(await written(tableOf(columns, rows), "csv"));
        expect(header?.map((name) => undone(name ?? "missing"))).toEqual(columns);
        expect(records).toHaveLength(rows.length);
        for (const [index, record] of records.entries()) {
          const row = rows[index] ?? {};
          for (const [place, column] of columns.entries()) {
            const [cell, read] = [row[column] ?? null, record[place] ?? null];
            if (typeof cell === "number") expect(Number(read)).toBe(cell + 0);
            else expect(read === null ? null : undone(read)).toBe(cell === null ? null : String(cell));
          }
        }
      }),
    );
  });
});

describe("text that a spreadsheet would run", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"],
    ["+1", "'+1"],
    ["-2+3", "'-2+3"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["\rx", "'\rx"],
    ["\0x", "'\0x"],
    ["  =1", "'  =1"],
    ["\u00a0=1", "'\u00a0=1"],
    ["\ufeff=1", "'\ufeff=1"],
    ["\u200b=1", "'\u200b=1"],
    ["＝1", "'＝1"],
    ["＋1", "'＋1"],
    ["－1", "'－1"],
    ["＠A", "'＠A"],
    ["−1", "'−1"],
    ['"=1"', '\'"=1"'],
    ["'=1", "''=1"],
    ["-", "'-"],
    ["-1e5", "'-1e5"],
    ["-1,5", "'-1,5"],
    ["--1", "'--1"],
    ["-1\n", "'-1\n"],
    ["-１", "'-１"],
    ["x;=1+1;y", "x;'=1+1;y"],
    ['x;"=1+1";y', 'x;"\'=1+1";y'],
    ["x\t=1", "x\t'=1"],
    ["x|@A", "x|'@A"],
    ["line\n- item", "line\n'- item"],
    ["\t=1", "'\t'=1"],
  ])("%j is kept from it: %j", (text, escaped) => {
    expect(withoutFormulas(text)).toBe(escaped);
    expect(undone(escaped)).toBe(text);
  });

  it.each([
    "-12.5",
    "0",
    "-0.00000001",
    "007",
    "AAPL",
    "a=b",
    "a-b",
    "2026-01-05T14:30:00.000Z",
    "x@y.z",
    "it's",
    "'",
    "'x'",
    "",
  ])("%j is not, and stays as it is", (text) => {
    expect(withoutFormulas(text)).toBe(text);
    expect(undone(text)).toBe(text);
  });

  it("is known in every form that Unicode makes the same", () => {
    const missed: string[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
      const letter = String.fromCodePoint(codePoint);
      const isFormula = /^[=+\-@\u2212]/.test(letter.normalize("NFKC"));
      if (isFormula !== (withoutFormulas(`${letter}A1`) === `'${letter}A1` && !/\p{Cc}/u.test(letter)))
        missed.push(letter);
    }
    expect(missed).toEqual([]);
  });

  it.each(["'", "\t", "="])("is looked through once, were it a million times %j", (letter) => {
    const text = letter.repeat(1_000_000);
    expect(undone(withoutFormulas(`${text}x`)) === `${text}x`).toBe(true);
  });

  it("can always be had back", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(undone(withoutFormulas(text))).toBe(text);
      }),
    );
  });

  /** A cell as a spreadsheet may see it: without what it skips. */
  const trimmed = (cell: string): string => cell.replace(/^[\s\p{C}\p{DI}"]+/u, "");
  const isRun = (cell: string): boolean => /^[=+\-@\u2212]/.test(trimmed(cell).normalize("NFKC"));

  it("begins no cell of any export, a plain number aside", async () => {
    await fc.assert(
      fc.asyncProperty(tableArbitrary, async ({ columns, rows }) => {
        const cells = cellsOf(await written(tableOf(columns, rows), "csv")).flat();
        const dangerous = cells.filter((cell) => cell !== null && (isRun(cell) || /^\p{Cc}/u.test(cell)));
        expect(dangerous.filter((cell) => !/^-\d+(\.\d+)?$/.test(cell ?? ""))).toEqual([]);
      }),
    );
  });

  it.each([";", "\t", "|"])(
    "begins none either where cells are parted at %j, and quotes mean nothing",
    async (delimiter) => {
      await fc.assert(
        fc.asyncProperty(tableArbitrary, async ({ columns, rows }) => {
          const csv = await written(tableOf(columns, rows), "csv");
          const cells = csv.split(/\r\n|\r|\n/).flatMap((line) => line.split(delimiter));
          // A line may begin with a negative number.
          expect(cells.filter((cell) => isRun(cell) && !/^-\d+(\.\d+)?(,|$)/.test(cell))).toEqual([]);
        }),
      );
    },
  );
});
