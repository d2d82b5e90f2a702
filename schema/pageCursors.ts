// Cursors of edges: places in a list's order, opaque to clients, good for that kind of list only.
import { validate as isUuid } from "uuid";
import type { AccountPlace, TradePlace } from "../src/readPorts.ts";

/** Longer than any cursor of ours: a letter, milliseconds and a UUID in base64. */
const CURSOR_LENGTH_MAX = 100;
const NUMBER_MAX = 2_147_483_647;
const TIME_MS_MAX = 8_640_000_000_000_000;

/** Writes places of one kind of list as cursors, and reads them back; undefined for what is no cursor of that list. */
export interface CursorKind<Place> {
  encode(place: Place): string;
  decode(cursor: string): Place | undefined;
}

export const positionCursor = numberCursor("p");
export const signalCursor = numberCursor("s");

export const tradeCursor: CursorKind<TradePlace> = {
  encode: ({ exitTime, number }) => encode(["t", exitTime.getTime(), number]),
  decode: (cursor) => {
    const [ms = "", number = ""] = decode("t", cursor) ?? [];
    const exitTime = whole(ms, TIME_MS_MAX);
    const last = whole(number, NUMBER_MAX);
    return exitTime === undefined || last === undefined ? undefined : { exitTime: new Date(exitTime), number: last };
  },
};

export const accountCursor: CursorKind<AccountPlace> = {
  encode: ({ accountId, createdAt }) => encode(["a", createdAt.getTime(), accountId]),
  decode: (cursor) => {
    const [ms = "", accountId = ""] = decode("a", cursor) ?? [];
    const createdAt = whole(ms, TIME_MS_MAX);
    return createdAt === undefined || !isUuid(accountId) ? undefined : { accountId, createdAt: new Date(createdAt) };
  },
};

function numberCursor(list: string): CursorKind<number> {
  return {
    encode: (number) => encode([list, number]),
    decode: (cursor) => whole(decode(list, cursor)?.[0] ?? "", NUMBER_MAX),
  };
}

function encode(parts: readonly (string | number)[]): string {
  return Buffer.from(parts.join(" ")).toString("base64url");
}

function decode(list: string, cursor: string): string[] | undefined {
  if (cursor.length > CURSOR_LENGTH_MAX) return undefined;
  const [ofList, ...parts] = Buffer.from(cursor, "base64url").toString().split(" ");
  return ofList === list && encode([list, ...parts]) === cursor ? parts : undefined;
}

function whole(digits: string, max: number): number | undefined {
  const number = Number(digits);
  return /^-?\d{1,16}$/.test(digits) && Math.abs(number) <= max ? number : undefined;
}
