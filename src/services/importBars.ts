// Imports a file of historical bars as a data set: whole or not at all, the same bars once.
import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { v7 as uuidV7 } from "uuid";
import type { BarsOfFile, DataSet, DataSetStore, ReadBarFile } from "../backtestPorts.ts";
import { barRow } from "../domain/barRow.ts";
import { type Issue, Issues } from "../domain/issues.ts";
import type { BarInput } from "../domain/price.ts";
import { SYMBOL_PATTERN, SYMBOL_WORDS } from "../domain/signal.ts";
import type { Viewer } from "./desk.ts";

/** Rows of a file, good and bad. */
export const BARS_IN_A_DATA_SET_MAX = 1_000_000;
/** Bytes of a file, unpacked. */
export const IMPORT_BYTES_MAX = 128 * 1024 * 1024;
/** Faults that are told with their lines; all are counted. */
export const FAULTS_TOLD_MAX = 100;
/** Other data sets of the symbol that are told. */
export const OVERLAPS_TOLD_MAX = 20;
/** The zone of times that name none, where the importer names none. */
export const IMPORT_TIMEZONE_DEFAULT = "America/New_York";

/** Bars that are hashed in one turn of the event loop. */
const HASHED_AT_ONCE = 250;

/** What an import works with. */
export interface BarImports {
  readonly store: DataSetStore;
  readonly readBarFile: ReadBarFile;
  /** In place of BARS_IN_A_DATA_SET_MAX and IMPORT_BYTES_MAX. */
  readonly limits?: { readonly rowsMax: number; readonly bytesMax: number };
}

export interface BarImportInput {
  readonly symbol?: string | null | undefined;
  /** What it is to be called; its symbol, where that is not given. */
  readonly name?: string | null | undefined;
  readonly timezone?: string | null | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Ends the import: nothing is stored then. */
  readonly signal?: AbortSignal;
}

export type BarImport =
  | {
      readonly kind: "imported";
      readonly dataSet: DataSet;
      /** False where the same bars had been imported before: then it is that data set. */
      readonly isNew: boolean;
      readonly rows: number;
      readonly faults: BarsOfFile["faults"];
      readonly faultCount: number;
      /** Other data sets of the symbol that share a moment with it, newest first: a hint. */
      readonly overlaps: readonly DataSet[];
    }
  | { readonly kind: "invalid"; readonly message: string; readonly issues: readonly Issue[] }
  | { readonly kind: "tooLarge"; readonly message: string };

class TooManyBytesError extends Error {}

/** Imports the bars of a file for the viewer. Throws what the bytes throw, and the signal's reason; nothing is stored then. */
export async function importBars(imports: BarImports, viewer: Viewer, input: BarImportInput): Promise<BarImport> {
  const { rowsMax, bytesMax } = imports.limits ?? { rowsMax: BARS_IN_A_DATA_SET_MAX, bytesMax: IMPORT_BYTES_MAX };
  const issues = new Issues();
  const symbol =
    input.symbol === null || input.symbol === undefined
      ? issues.add(["symbol"], "is missing")
      : issues.pattern(["symbol"], input.symbol, SYMBOL_PATTERN, SYMBOL_WORDS);
  const name = input.name === null || input.name === undefined ? symbol : issues.text(["name"], input.name);
  if (symbol === undefined || name === undefined) return invalid(issues.list);
  const timezone = input.timezone ?? IMPORT_TIMEZONE_DEFAULT;
  try {
    const bytes = withinLimit(input.bytes, bytesMax);
    const source = { name: "the file", bytes, symbol, timezone, rowsMax, faultsKeptMax: FAULTS_TOLD_MAX };
    const reading = await imports.readBarFile(source);
    switch (reading.kind) {
      case "unknownTimezone":
        return invalid([{ path: ["timezone"], message: `is no good: ${reading.message}` }]);
      case "unreadable":
        return invalid([{ path: ["file"], message: reading.message.replace(/^the file /, "") }]);
      case "tooManyRows":
        return { kind: "tooLarge", message: `The file has more than ${rowsMax} rows: split it.` };
      case "read":
        return await keep(imports.store, viewer, { symbol, name, signal: input.signal }, reading.bars);
    }
  } catch (error) {
    if (!(error instanceof TooManyBytesError)) throw error;
    return { kind: "tooLarge", message: tellBytesMax(bytesMax) };
  }
}

/** What is said of a file with more bytes than that. */
export function tellBytesMax(bytesMax = IMPORT_BYTES_MAX): string {
  return `The file is larger than ${bytesMax} bytes: split it.`;
}

async function* withinLimit(bytes: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > bytesMax) throw new TooManyBytesError();
    yield chunk;
  }
}

function invalid(issues: readonly Issue[]): BarImport {
  const message = issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ");
  return { kind: "invalid", message, issues };
}

interface Naming {
  readonly symbol: string;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}

async function keep(
  store: DataSetStore,
  { owner }: Viewer,
  { symbol, name, signal }: Naming,
  bars: BarsOfFile,
): Promise<BarImport> {
  const { intervalSeconds, startsAt, endsAt, rows, faults, faultCount } = bars;
  const added = await store.addDataSet(
    {
      dataSetId: uuidV7(),
      owner,
      name,
      symbol,
      contentHash: await hashOf(bars, signal),
      barCount: bars.count,
      faultCount,
      intervalSeconds,
      startsAt,
      endsAt,
      importedAt: new Date(),
    },
    until(signal, bars),
  );
  const near = await store.findOverlapping(owner, symbol, startsAt, endsAt, OVERLAPS_TOLD_MAX + 1);
  const others = near.filter(({ dataSetId }) => dataSetId !== added.dataSet.dataSetId);
  return { kind: "imported", ...added, rows, faults, faultCount, overlaps: others.slice(0, OVERLAPS_TOLD_MAX) };
}

/** SHA-256 over the rows of all bars, in order: the same bars have the same one, whatever file they came in. */
async function hashOf(bars: Iterable<BarInput>, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("sha256");
  let count = 0;
  for (const bar of bars) {
    hash.update(`${JSON.stringify(barRow(bar))}\n`);
    count += 1;
    if (count % HASHED_AT_ONCE !== 0) continue;
    await nextTurn();
    signal?.throwIfAborted();
  }
  return hash.digest("hex");
}

/** The bars, which end with the signal's reason where it comes before their end. */
function until(signal: AbortSignal | undefined, bars: Iterable<BarInput>): Iterable<BarInput> {
  return {
    *[Symbol.iterator]() {
      for (const bar of bars) {
        signal?.throwIfAborted();
        yield bar;
      }
    },
  };
}
