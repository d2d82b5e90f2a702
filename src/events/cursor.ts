// Cursors: opaque places in one account's log, that tell whose they are and whether they were tampered with.
import { createHash } from "node:crypto";
import { parse as uuidBytes, stringify as uuidText } from "uuid";

export interface LogPlace {
  readonly accountId: string;
  /** The number of the newest event before the place; 0 is the beginning. */
  readonly sequence: number;
}

const ACCOUNT_BYTES = 16;
const SEQUENCE_BYTES = 4;
const CHECK_BYTES = 5;
const CURSOR_BYTES = ACCOUNT_BYTES + SEQUENCE_BYTES + CHECK_BYTES;
const CURSOR_PATTERN = /^[A-Za-z0-9_-]{34}$/;

/** The cursor of a place. */
export function encodeCursor({ accountId, sequence }: LogPlace): string {
  const place = Buffer.alloc(ACCOUNT_BYTES + SEQUENCE_BYTES);
  place.set(uuidBytes(accountId));
  place.writeUInt32BE(sequence, ACCOUNT_BYTES);
  return Buffer.concat([place, checkOf(place)]).toString("base64url");
}

/** The place of a cursor; undefined for anything that is not a cursor of ours. */
export function decodeCursor(cursor: string): LogPlace | undefined {
  if (!CURSOR_PATTERN.test(cursor)) return undefined;
  const bytes = Buffer.from(cursor, "base64url");
  const place = bytes.subarray(0, ACCOUNT_BYTES + SEQUENCE_BYTES);
  if (bytes.length !== CURSOR_BYTES || !checkOf(place).equals(bytes.subarray(place.length))) return undefined;
  return { accountId: uuidText(place), sequence: place.readUInt32BE(ACCOUNT_BYTES) };
}

/** Guards against slips and guesses, not against someone who reads this: who may read a log is decided elsewhere. */
function checkOf(place: Buffer): Buffer {
  return createHash("sha256").update("papertape log cursor 1").update(place).digest().subarray(0, CHECK_BYTES);
}
