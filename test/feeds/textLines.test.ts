// How files are cut into lines: endings, chunks and lines without an end.
import { describe, expect, it } from "vitest";
import { readLines, type TextLine } from "../../src/feeds/textLines.ts";
import { useTemporaryFiles } from "./temporaryFiles.ts";

const write = useTemporaryFiles();
/** A file is read in chunks of this many bytes. */
const CHUNK = 65_536;

async function read(content: string, charactersMax = 100): Promise<TextLine[]> {
  const lines: TextLine[] = [];
  for await (const line of readLines(await write(content), charactersMax)) lines.push(line);
  return lines;
}

describe("the lines of a file", () => {
  it("end with LF, CRLF or CR, and the last may have no end", async () => {
    const lines = await read("\uFEFFa\nb\r\n\rc\r\nd");
    expect(lines.map((line) => `${line.number} ${line.text}`)).toEqual(["1 a", "2 b", "3 ", "4 c", "5 d"]);
    expect((await read("a\r")).map((line) => line.text)).toEqual(["a"]);
    expect(await read("")).toEqual([]);
  });

  it("are whole and counted right wherever the chunks of the file are cut", async () => {
    for (const shift of [-2, -1, 0, 1]) {
      for (const ending of ["\n", "\r\n", "\r"]) {
        const before = "x".repeat(CHUNK + shift);
        const lines = await read(`${before}${ending}é€${ending}${ending}z`, 2 * CHUNK);
        expect(lines.map((line) => line.text)).toEqual([before, "é€", "", "z"]);
        expect(lines.map((line) => line.number)).toEqual([1, 2, 3, 4]);
      }
    }
  });

  it("are cut and marked where they are too long", async () => {
    const lines = await read(`${"x".repeat(5 * CHUNK)}\r\n${"y".repeat(100)}\n${"z".repeat(101)}`);
    expect(lines.map((line) => [line.number, line.text.length, line.tooLong])).toEqual([
      [1, 100, true],
      [2, 100, false],
      [3, 100, true],
    ]);
  });
});
