// What belongs to another owner looks like what does not exist: the errors of a subscription tell nothing of it.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountGlobalId } from "../../schema/globalIds.ts";
import { encodeCursor } from "../../src/events/cursor.ts";
import { Enable } from "../support/documents.ts";
import { openEventStream } from "./eventStreamReader.ts";
import { type IsolationDesk, OWNER_HEADER, startIsolationDesk } from "./isolationDesk.ts";
import { IsolationClosed, IsolationEvents, IsolationOpened, IsolationUpdates } from "./isolationOperations.ts";
import { type Operation, OwnerSocket } from "./isolationSubscribers.ts";

const OWNER = "ana";
const OTHER = "ben";
/** An account that only the other has. */
const SECRET = "secret";

/** Well-made, of an account that nobody has. */
const UNKNOWN_CURSOR = encodeCursor({ accountId: randomUUID(), sequence: 1 });

let desk: IsolationDesk;
let secret: { readonly id: string; readonly cursor: string };
beforeAll(async () => {
  desk = await startIsolationDesk();
  const { enable } = await desk.api.clientOf(OTHER).run(Enable, { input: { name: SECRET } });
  if (enable.__typename !== "EnablePayload") throw new Error(enable.message);
  secret = enable.account;
});
afterAll(() => desk.close());

/** What an owner is answered on a WebSocket, to the end. */
async function answersBySocket(owner: string, operation: Operation): Promise<object[]> {
  const socket = await new OwnerSocket(desk.graphqlUrl, owner).open();
  return new Promise((resolve) => {
    const messages: object[] = [];
    socket.subscribe("1", operation, (message) => {
      messages.push(message);
      if (message.type !== "next" || message.payload?.data) resolve(messages);
    });
  });
}

/** What an owner is answered in an event stream, to the end. */
async function answersByStream(owner: string, operation: Operation, lastEventId?: string): Promise<object[]> {
  const headers = { [OWNER_HEADER]: owner, "last-event-id": lastEventId };
  const stream = await openEventStream(desk.graphqlUrl, { ...operation, headers });
  await stream.ended;
  return [stream.status, ...stream.frames()].map((value) => ({ value }));
}

const TRANSPORTS = [
  { transport: "a WebSocket", answers: answersBySocket },
  { transport: "an event stream", answers: answersByStream },
];
const LOG_SUBSCRIPTIONS = [
  { name: "accountEvents", query: String(IsolationEvents) },
  { name: "positionOpened", query: String(IsolationOpened) },
  { name: "tradeClosed", query: String(IsolationClosed) },
];
const SUBSCRIPTIONS = [...LOG_SUBSCRIPTIONS, { name: "positionUpdated", query: String(IsolationUpdates) }];

describe.each(TRANSPORTS)("over $transport", ({ answers }) => {
  it.each(SUBSCRIPTIONS)("another owner's account, by its id or its name, is not found by $name", async ({ query }) => {
    const answersFor = (account: string) => answers(OWNER, { query, variables: { account } });
    const unknown = await answersFor(accountGlobalId(randomUUID()));
    expect(JSON.stringify(unknown)).toContain("ACCOUNT_NOT_FOUND");
    for (const account of [secret.id, SECRET, "nobody-has-it"]) expect(await answersFor(account)).toEqual(unknown);
  });

  it.each(LOG_SUBSCRIPTIONS)("another account's cursor is none for $name", async ({ query }) => {
    const answersFor = (after: string) => answers(OWNER, { query, variables: { account: "alpha", after } });
    const unknown = await answersFor(UNKNOWN_CURSOR);
    expect(JSON.stringify(unknown)).toContain("BAD_CURSOR");
    for (const cursor of foreignCursors()) expect(await answersFor(cursor)).toEqual(unknown);
  });
});

it.each(LOG_SUBSCRIPTIONS)("another account's cursor is no Last-Event-ID for $name", async ({ query }) => {
  const answersFor = (id: string) => answersByStream(OWNER, { query, variables: { account: "alpha" } }, id);
  const unknown = await answersFor(UNKNOWN_CURSOR);
  expect(JSON.stringify(unknown)).toContain("BAD_CURSOR");
  for (const cursor of foreignCursors()) expect(await answersFor(cursor)).toEqual(unknown);
});

/** Of other accounts, of this one's future, and none. */
function foreignCursors(): string[] {
  const ahead = desk.accounts
    .filter(({ owner, name }) => owner === OWNER && name === "alpha")
    .map(({ accountId }) => encodeCursor({ accountId, sequence: 1000 }));
  const others = desk.accounts.filter(({ owner, name }) => owner !== OWNER || name !== "alpha");
  return [secret.cursor, ...others.map(({ beginning }) => beginning), ...ahead, "x".repeat(secret.cursor.length)];
}
