// The same replay on the reference desk: the same bars in the same order, the same signals at the same places.
import { readCsvBars } from "../../src/feeds/csvBars.ts";
import { mergeTimeline, timeOfEntry } from "../../src/feeds/mergeTimeline.ts";
import { readSignalsFile } from "../../src/feeds/signalsFile.ts";
import { type Dump, type ExecuteSignalInput, ReferenceDesk } from "../reference/desk.ts";

/** What the reference desk knows after a replay of one file with its signals, into the account `main`; time begins with the first of them. */
export async function replayOnReference(source: { file: string; symbol: string }, signals: string): Promise<Dump> {
  const { bars } = await readCsvBars(source);
  const { entries } = await readSignalsFile({ file: signals });
  const timeline = [...mergeTimeline([bars], entries)];
  const [first] = timeline;
  if (first === undefined) throw new Error(`${source.file} has no bars`);
  const desk = new ReferenceDesk({ clockStart: timeOfEntry(first).toISOString() });
  desk.enable();
  for (const entry of timeline) {
    if (entry.kind === "bar") desk.publishBars([{ ...entry.bar, start: entry.bar.start.toISOString() }]);
    else desk.executeSignal(entry.input as unknown as ExecuteSignalInput);
  }
  return desk.dump();
}
