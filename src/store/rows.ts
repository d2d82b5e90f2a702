// The rows that the API gets, as Prisma reads them.
import type { StoredRows } from "../readPorts.ts";
import type { Position, Signal, Trade } from "./generated/client.ts";

/** What reads of signals leave in the database: large, and shown by nothing. */
export const SIGNAL_OMIT = { contentHash: true, patternData: true, volumeAnalysis: true } as const;

/** The rows that reads answer. */
export interface Rows extends StoredRows {
  readonly position: Position;
  readonly trade: Trade;
  readonly signal: Omit<Signal, keyof typeof SIGNAL_OMIT>;
}
