// Everybody who subscribes to the accounts: many with one operation of one id, others who name their account otherwise.
import { onTestFinished } from "vitest";
import { readEventStream } from "./botsEventStream.ts";
import { type IsolationDesk, OWNER_HEADER, OWNERS, type OwnedAccount } from "./isolationDesk.ts";
import { IsolationClosed, IsolationEvents, IsolationOpened } from "./isolationOperations.ts";
import { type Operation, OwnerSocket, Subscriber } from "./isolationSubscribers.ts";

/** Sockets of each account with the same operation. */
const SHARING = 8;

/** A socket and the one subscriber on it. */
export interface Seat {
  readonly socket: OwnerSocket;
  readonly subscriber: Subscriber;
}

/** The operation with the account's name or id in a variable. */
export function byVariable(document: object, whose: OwnedAccount, account = whose.name): Operation {
  return { query: String(document), variables: { account, ...placeIn(document, whose) } };
}

/** The operation with the account's name or id in the document. */
export function byDocument(document: object, whose: OwnedAccount, account: string): Operation {
  const withoutVariable = String(document).replace(/\(\$account: ID\)|\$account: ID, /, "");
  const query = withoutVariable.replace("account: $account", `account: ${JSON.stringify(account)}`);
  return { query, variables: placeIn(document, whose) };
}

/** Where a subscription to a log begins: before the account's first event. */
function placeIn(document: object, { beginning }: OwnedAccount): Operation["variables"] {
  return String(document).includes("$after") ? { after: beginning } : {};
}

/** Sockets with one subscriber each, all with the same operation and the same id of it. */
export function seatSharing(desk: IsolationDesk, account: OwnedAccount): Promise<Seat[]> {
  const operation = byVariable(IsolationEvents, account);
  return Promise.all(Array.from({ length: SHARING }, () => seat(desk, account, operation)));
}

/** Sockets of an account with one subscriber each, who ask in other ways. */
export function seatOthers(desk: IsolationDesk, account: OwnedAccount): Promise<Seat[]> {
  const operations = [
    byVariable(IsolationEvents, account, account.id),
    byDocument(IsolationEvents, account, account.name),
    byDocument(IsolationEvents, account, account.id),
    byVariable(IsolationOpened, account),
    byVariable(IsolationClosed, account),
  ];
  return Promise.all(operations.map((operation) => seat(desk, account, operation)));
}

/** One socket of each owner with a subscriber to each of their accounts. */
export async function subscribeOnOneSocket({ graphqlUrl, accounts }: IsolationDesk): Promise<Subscriber[]> {
  const ofOwners = OWNERS.map(async (owner) => {
    const socket = await new OwnerSocket(graphqlUrl, owner).open();
    return accounts
      .filter((account) => account.owner === owner)
      .map((account) => {
        const subscriber = new Subscriber(account, byVariable(IsolationEvents, account));
        socket.subscribe(account.name, subscriber.operation, (message) => subscriber.hear(message));
        return subscriber;
      });
  });
  return (await Promise.all(ofOwners)).flat();
}

/** An event stream; it is left when the test is finished. */
export function subscribeByStream(
  { graphqlUrl }: IsolationDesk,
  account: OwnedAccount,
  operation: Operation,
): Subscriber {
  const subscriber = new Subscriber(account, operation);
  const leaving = new AbortController();
  const headers = { [OWNER_HEADER]: account.owner };
  const read = async (): Promise<void> => {
    const events = readEventStream({ graphqlUrl, ...operation, headers, signal: leaving.signal });
    for await (const { event = "", data } of events) {
      subscriber.hear({ type: event, ...(event === "next" ? { payload: JSON.parse(data) } : {}) });
    }
    subscriber.hear({ type: "the end" });
  };
  const done = read().catch((error: unknown) => {
    if (!leaving.signal.aborted) subscriber.hear({ type: String(error) });
  });
  onTestFinished(async () => {
    leaving.abort();
    await done;
  });
  return subscriber;
}

export async function seat({ graphqlUrl }: IsolationDesk, account: OwnedAccount, operation: Operation): Promise<Seat> {
  const socket = await new OwnerSocket(graphqlUrl, account.owner).open();
  const subscriber = new Subscriber(account, operation);
  socket.subscribe("1", operation, (message) => subscriber.hear(message));
  return { socket, subscriber };
}
