// Following an account: its log from a cursor on, or its open positions.
import { sightOf } from "../src/auth/viewer.ts";
import type { EventRecord } from "../src/domain/records.ts";
import { decodeCursor, encodeCursor } from "../src/events/cursor.ts";
import { Following } from "../src/events/following.ts";
import type { PositionUpdate } from "../src/ports.ts";
import { resolveAccount } from "../src/services/accountIds.ts";
import { readHead } from "../src/services/readRows.ts";
import type { SchemaContext } from "./context.ts";
import { requestError } from "./errors.ts";
import { accountArgument } from "./globalIds.ts";

type Given<Value> = Value | null | undefined;

/** The events of an account after a cursor (or from now on) that pass the test. Throws ACCOUNT_NOT_FOUND or BAD_CURSOR. */
export async function followLog<Event extends EventRecord>(
  { desk, reads, viewer, resumeAfter }: SchemaContext,
  { account, after }: { readonly account?: Given<string>; readonly after?: Given<string> },
  isWanted: (event: EventRecord) => event is Event,
): Promise<Following<Event>> {
  const argument = accountArgument(account);
  // Listening begins before the head is read, so that no event falls between.
  const source = desk.logs.follow(resolveAccount(viewer.owner, argument), isWanted);
  try {
    const head = await readHead(reads, viewer, argument);
    if (head === null) throw accountNotFound();
    source.begin(placeAfter({ after, resumeAfter }, head), head.sequence);
    const audience = `${sightOf(viewer)} ${head.accountId}`;
    return new Following({ source, audience, keyOf: ({ sequence }) => `event ${sequence}`, cursorOf: encodeCursor });
  } catch (error) {
    source.close();
    throw error;
  }
}

/** The newest values of an account's open positions. Throws ACCOUNT_NOT_FOUND. */
export async function followPositions(
  { desk, reads, viewer }: SchemaContext,
  account: Given<string>,
  symbol: string | null,
): Promise<Following<PositionUpdate>> {
  const head = await readHead(reads, viewer, accountArgument(account));
  if (head === null) throw accountNotFound();
  const source = desk.updates.watch(head.accountId, symbol);
  const audience = `${sightOf(viewer)} ${head.accountId}`;
  return new Following({ source, audience, keyOf: ({ version }) => `update ${version}` });
}

function accountNotFound() {
  return requestError("ACCOUNT_NOT_FOUND", "There is no such account.");
}

interface Head {
  readonly accountId: string;
  readonly sequence: number;
}

/** The number of the event to go on after: a reader who resumes knows better than his first request. */
function placeAfter({ after, resumeAfter }: { after: Given<string>; resumeAfter: Given<string> }, head: Head): number {
  if (resumeAfter !== null && resumeAfter !== undefined) return sequenceOf("Last-Event-ID", resumeAfter, head);
  return after === null || after === undefined ? head.sequence : sequenceOf("after", after, head);
}

/** The place of a cursor of this very log. What exactly is wrong with another one is not told. */
function sequenceOf(source: string, cursor: string, head: Head): number {
  const place = decodeCursor(cursor);
  if (place !== undefined && place.accountId === head.accountId && place.sequence <= head.sequence)
    return place.sequence;
  throw requestError("BAD_CURSOR", `${source} is not a cursor of this account's log.`);
}
