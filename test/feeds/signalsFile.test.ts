// How recorded signals are read: their time, their order and the faults of their lines.
import { describe, expect, it } from "vitest";
import { readSignalsFile, SIGNAL_LINE_CHARACTERS_MAX } from "../../src/feeds/signalsFile.ts";
import { useTemporaryFiles } from "./temporaryFiles.ts";

const write = useTemporaryFiles();
const read = async (lines: readonly string[], timezone?: string) =>
  readSignalsFile({ file: await write(lines.join("\n")), ...(timezone === undefined ? {} : { timezone }) });

describe("a signals file", () => {
  it("gives each object as it stands, without its at, in the order of at", async () => {
    const { entries, faults } = await read([
      '\uFEFF{"at":"2016-04-15T13:32:00Z","signalId":"b","entryPrice":112.1,"patternData":{"at":1}}',
      "",
      '{"signalId":"a","at":"2016-04-15T09:31:00-04:00"}',
      '{"signalId":"c","at":"2016-04-15T13:32:00.000Z"}\r',
    ]);
    expect(faults).toEqual([]);
    expect(entries).toEqual([
      { at: new Date("2016-04-15T13:31:00Z"), line: 3, input: { signalId: "a" } },
      {
        at: new Date("2016-04-15T13:32:00Z"),
        line: 1,
        input: { signalId: "b", entryPrice: 112.1, patternData: { at: 1 } },
      },
      { at: new Date("2016-04-15T13:32:00Z"), line: 4, input: { signalId: "c" } },
    ]);
  });

  it("takes a time without a zone in the replay's zone", async () => {
    const line = '{"at":"2020-12-15 09:31"}';
    expect((await read([line])).entries[0]?.at).toEqual(new Date("2020-12-15T14:31:00Z"));
    expect((await read([line], "UTC")).entries[0]?.at).toEqual(new Date("2020-12-15T09:31:00Z"));
  });

  it("tells the faults of its lines and keeps the others", async () => {
    const { entries, faults } = await read([
      '{"at":"2016-04-15T13:31:00Z"',
      "[1]",
      "null",
      '"text"',
      '{"signalId":"x"}',
      '{"at":1460727060000}',
      '{"at":"soon"}',
      '{"at":"4/15/2016"}',
      '{"at":"2016-02-30T00:00:00Z"}',
      `{"at":"2016-04-15T13:31:00Z","phase":"${"x".repeat(SIGNAL_LINE_CHARACTERS_MAX)}"}`,
      '{"at":"2016-04-15T13:31:00Z"}',
    ]);
    expect(entries.map((entry) => entry.line)).toEqual([11]);
    expect(faults.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      "1: the line is not JSON",
      "2: the line is not a JSON object",
      "3: the line is not a JSON object",
      "4: the line is not a JSON object",
      "5: at is missing: the ISO time at which to execute the signal",
      "6: at is not a string with an ISO time",
      '7: at "soon" is not an ISO time',
      '8: at "4/15/2016" is not an ISO time',
      '9: at: there is no time "2016-02-30T00:00:00Z"',
      "10: the line is longer than 65536 characters",
    ]);
  });

  it("fails when it is not there or the zone is unknown, and is empty when it is empty", async () => {
    await expect(readSignalsFile({ file: "no/such.jsonl" })).rejects.toThrow("there is no such file");
    await expect(read([], "Nowhere")).rejects.toThrow("is no time zone");
    expect(await read([])).toEqual({ entries: [], faults: [] });
  });
});
