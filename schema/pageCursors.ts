// Cursors of edges: places in a list's order, opaque to clients, good for that kind of list only.
import { validate as isUuid } from "uuid";
import type { ApiKeyPlace } from "../src/auth/keyPorts.ts";
import type { BacktestPlace, DataSetPlace } from "../src/backtestPorts.ts";
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
export const sessionCursor = numberCursor("n");
export const deliveryCursor = numberCursor("l");

export const tradeCursor: CursorKind<TradePlace> = {
  encode: ({ exitTime, number }) => encode(["t", exitTime.getTime(), number]),
  decode: (cursor) => {
    const [ms = "", number = ""] = decode("t", cursor) ?? [];
    const exitTime = whole(ms, TIME_MS_MAX);
    const last = whole(number, NUMBER_MAX);
    return exitTime === undefined || last === undefined ? undefined : { exitTime: new Date(exitTime), number: last };
  },
};

export const accountCursor: CursorKind<AccountPlace> = momentCursor(
  "a",
  ({ accountId, createdAt }) => [createdAt, accountId],
  (createdAt, accountId) => ({ accountId, createdAt }),
);

export const dataSetCursor: CursorKind<DataSetPlace> = momentCursor(
  "d",
  ({ dataSetId, importedAt }) => [importedAt, dataSetId],
  (importedAt, dataSetId) => ({ dataSetId, importedAt }),
);

export const backtestCursor: CursorKind<BacktestPlace> = momentCursor(
  "b",
  ({ backtestId, createdAt }) => [createdAt, backtestId],
  (createdAt, backtestId) => ({ backtestId, createdAt }),
);

export const apiKeyCursor: CursorKind<ApiKeyPlace> = momentCursor(
  "k",
  ({ keyId, createdAt }) => [createdAt, keyId],
  (createdAt, keyId) => ({ keyId, createdAt }),
);

/** Places by a moment, and by an id where several share it. */
function momentCursor<Place>(
  list: string,
  partsOf: (place: Place) => readonly [moment: Date, id: string],
  placeOf: (moment: Date, id: string) => Place,
): CursorKind<Place> {
  return {
    encode: (place) => {
      const [moment, id] = partsOf(place);
      return encode([list, moment.getTime(), id]);
    },
    decode: (cursor) => {
      const [ms = "", id = ""] = decode(list, cursor) ?? [];
      const moment = whole(ms, TIME_MS_MAX);
      return moment === undefined || !isUuid(id) ? undefined : placeOf(new Date(moment), id);
    },
  };
}

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
