// Files with faults, and every file of real market data, through the real process.
import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runServer, startServer } from "../support/serverProcess.ts";
import { embeddedPlace, type Place } from "../support/wireDesk.ts";
import { SHARED_DATA, SUMMARY_END, temporaryDirectory, untilPrinted } from "./replaying.ts";

/** Files with good rows, and how many. */
const GOOD_FILES = {
  "daily/AAPL.csv": 753,
  "daily/COKE.csv": 754,
  "daily/GOOGL.csv": 754,
  "daily/MSFT-1990-2022.csv": 8111,
  "daily/TSLA.csv": 754,
  "daily/YHOO.csv": 619,
  "messy/bad.csv": 341,
  "messy/mismatch.csv": 502,
  "messy/penny.csv": 533,
  "minute/AAPL.csv": 8211,
  "minute/MSFT.csv": 8211,
  "minute/SPY.csv": 1564,
};
const BAD_FILES = ["messy/toobig.csv", "messy/zeros.csv"];

let directory: string;
let place: Place;
const removals: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const temporary = await temporaryDirectory();
  directory = temporary.directory;
  place = await embeddedPlace();
  removals.push(temporary.remove, () => place.remove());
});
afterAll(async () => {
  for (const remove of removals) await remove();
});

const env = () => ({ ...place.env, LOG_LEVEL: "warn" });

/** Replays to the end of the summary, and stops; what was printed. */
async function printedBy(...args: string[]): Promise<string> {
  const server = await startServer(env(), ["--speed", "max", ...args]);
  await untilPrinted(server, SUMMARY_END);
  expect(await server.kill("SIGTERM")).toMatchObject({ code: 0, stderr: "" });
  return server.stdout();
}

async function write(name: string, lines: readonly string[]): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

/** One line on standard error, exit code 2. */
async function expectRefusal(words: string, ...args: string[]): Promise<void> {
  const ending = await runServer(env(), args);
  expect(ending).toMatchObject({ code: 2, stdout: "" });
  expect(ending.stderr).toMatch(/^papertape: [^\n]+\n$/);
  expect(ending.stderr).toContain(words);
}

describe("faults of a file of bars", () => {
  it("are told by line and reason, and counted, and the other bars are replayed", async () => {
    const bars = await write("FAULTS.csv", [
      "time,open,high,low,close,volume",
      "2024-03-04 09:30,100,101,99,100.5,10",
      "2024-03-04 09:31,100,99,101,100,10",
      "2024-03-04 09:32,0,101,99,100,10",
      "someday,100,101,99,100,10",
      "2024-03-04 09:33,100,101,99,102,10",
      "2024-03-04 09:34,100,101,99,100",
      "2024-03-04 09:30,100,101,99,100,10",
      "2024-03-04 09:35,100,101,99,100,-1",
      "2024-03-04 09:36,101,102,100,101.5,10",
    ]);
    const signals = await write("FAULTS.jsonl", [
      '{"at":"2024-03-04T09:31","signalId":"good","symbol":"FAULTS","entryPrice":"100","stopLoss":"90","target1":"110"}',
      "not json",
      '{"signalId":"no-time"}',
      '{"at":"2024-03-04T09:31","signalId":"number","symbol":"FAULTS","entryPrice":100,"stopLoss":"90","target1":"110"}',
      '{"at":"2024-03-04T09:31","signalId":"bad id","symbol":"FAULTS","entryPrice":"100","stopLoss":"110","target1":"120"}',
      '{"at":"2024-03-04T09:31","signalId":"unknown","symbol":"FAULTS","entryPrice":"100","stopLoss":"90","target1":"110","colour":"red"}',
    ]);
    const printed = await printedBy("--replay", bars, "--signals", signals);
    const told = printed.split("\n");
    expect(told).toContain("replay of FAULTS: 2 bars, 4 signals");
    expect(told).toContain(`${bars}: skipped: 7 lines`);
    expect(told).toContain("    line 3: high 99 is below low 101");
    expect(told).toContain("    line 4: open is 0");
    expect(told).toContain("    line 6: close 102 is outside low 99 to high 101");
    expect(told).toContain("    line 7: the row has 5 columns, the header 6");
    expect(told).toContain("    line 8: the time is that of line 2");
    expect(told).toContain(`${signals}: skipped: 2 lines`);
    expect(told).toContain("  bars: 2 accepted, 0 stale, 0 refused");
    expect(printed).toMatch(/ {2}signals: .*1 FILLED/);
    expect(printed).toMatch(/signals not executed: 3 lines\n {4}line 4: .*\n {4}line 5: .*\n {4}line 6: .*colour.*\n/);
  });

  it("stop the start with one line where no bar is good, or the file is not there", async () => {
    await expectRefusal("nothing below its header", "--replay", await write("EMPTY.csv", ["time,open,high,low,close"]));
    await expectRefusal("no such file", "--replay", path.join(directory, "MISSING.csv"));
    await expectRefusal(
      "no such file",
      "--replay",
      await write("ONE.csv", ["time,open,high,low,close", "2024-03-04,1,1,1,1"]),
      "--signals",
      path.join(directory, "missing.jsonl"),
    );
  });
});

const isThere = existsSync(SHARED_DATA);
if (!isThere) console.log("left out: replays of the real market data files, for ../shared/data is not there");

describe.skipIf(!isThere)("every file of real market data", () => {
  it("is known to these tests", () => {
    const files = ["daily", "messy", "minute"].flatMap((folder) =>
      readdirSync(path.join(SHARED_DATA, folder)).map((name) => `${folder}/${name}`),
    );
    expect(files.sort()).toEqual([...Object.keys(GOOD_FILES), ...BAD_FILES].sort());
  });

  it("is replayed with the others, by the start of its bars, its faults told", async () => {
    const files = Object.keys(GOOD_FILES).map((name, index) => `FILE.${index}=${path.join(SHARED_DATA, name)}`);
    const printed = await printedBy("--replay", files.join(","));
    const counts = Object.values(GOOD_FILES);
    expect(printed).toContain(`replay of ${counts.map((bars, index) => `FILE.${index}: ${bars} bars`).join(", ")}\n`);
    expect(printed).toMatch(/bad\.csv: skipped: 161 lines\n( {4}line \d+: .*\n){10} {4}and 151 more\n/);
    const sum = counts.reduce((total, bars) => total + bars);
    expect(printed).toContain(`\n  bars: ${sum} accepted, 0 stale, 0 refused\n`);
  });

  it.each(BAD_FILES)("%s is refused in one clear line", (name) =>
    expectRefusal("has no good row", "--replay", path.join(SHARED_DATA, name)),
  );
});
