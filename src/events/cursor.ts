// Cursors: opaque places in one account's log, that tell whose they are and whether they were tampered with.
import { hash } from "node:crypto";
import { parse as uuidBytes, stringify as uuidText } from "uuid";

export interface LogPlace {
  readonly accountId: string;
  /** The number of the newest event before the place; 0 is the beginning. */
  readonly sequence: number;
}

const PURPOSE = Buffer.from("papertape log cursor 1");
const ACCOUNT_BYTES = 16;
const PLACE_BYTES = ACCOUNT_BYTES + 4;
const CHECK_BYTES = 5;
const CURSOR_PATTERN = /^[A-Za-z0-9_-]{34}$/;

/** Where cursors are made, one after another, as every event that is told has one: purpose, place and check. */
const bytes = Buffer.concat([PURPOSE, Buffer.alloc(PLACE_BYTES + CHECK_BYTES)]);
const checkedBytes = bytes.subarray(0, -CHECK_BYTES);
const cursorBytes = bytes.subarray(PURPOSE.length);
/** Whose bytes are there: the next cursor is mostly of the same account. */
let accountInBytes: string | undefined;

/** The cursor of a place. */
export function encodeCursor({ accountId, sequence }: LogPlace): string {
  if (accountId !== accountInBytes) {
    cursorBytes.set(uuidBytes(accountId));
    accountInBytes = accountId;
  }
  cursorBytes.writeUInt32BE(sequence, ACCOUNT_BYTES);
  cursorBytes.write(checkOf(checkedBytes), PLACE_BYTES, "latin1");
  return cursorBytes.toString("base64url");
}

/** The place of a cursor; undefined for anything that is not a cursor of ours. */
export function decodeCursor(cursor: string): LogPlace | undefined {
  if (!CURSOR_PATTERN.test(cursor)) return undefined;
  const given = Buffer.from(cursor, "base64url");
  const place = given.subarray(0, PLACE_BYTES);
  if (given.toString("latin1", PLACE_BYTES) !== checkOf(Buffer.concat([PURPOSE, place]))) return undefined;
  return { accountId: uuidText(place), sequence: place.readUInt32BE(ACCOUNT_BYTES) };
}

/** Guards against slips and guesses, not against someone who reads this: who may read a log is decided elsewhere. */
function checkOf(purposeAndPlace: Buffer): string {
  return hash("sha256", purposeAndPlace, "binary").slice(0, CHECK_BYTES);
}
