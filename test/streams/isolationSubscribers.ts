// Subscribers that look at every id in what they receive, and the sockets of an owner, which pause and go on.
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { Told } from "./botsLife.ts";
import { accountIdIn, OWNER_HEADER, type OwnedAccount } from "./isolationDesk.ts";

const FAULTS_MAX = 5;

export interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}

interface Answer {
  readonly data?: { readonly told: Partial<Told> } | null;
  readonly errors?: unknown;
}

/** What is told of an operation, on any transport. */
export interface Message {
  readonly type: string;
  readonly payload?: Answer;
}

/** A subscription, whose it is, and what became of it. */
export class Subscriber {
  readonly account: OwnedAccount;
  readonly operation: Operation;
  /** What came; of what is no event only that it came. */
  readonly list: Told[] = [];
  /** The first of what must not have come. */
  readonly faults: string[] = [];

  constructor(account: OwnedAccount, operation: Operation) {
    this.account = account;
    this.operation = operation;
  }

  get name(): string {
    return `${this.account.owner}'s ${this.account.name}, ${/(\w+)\(account: [^,)]+/.exec(this.operation.query)?.[0]}`;
  }

  hear({ type, payload }: Message): void {
    if (type !== "next" || !payload?.data) {
      this.complain(type, payload);
      return;
    }
    if (!isOwn(payload.data, this.account.accountId)) this.complain("another's ids", payload);
    const { __typename = "", cursor = "", sequence = 0 } = payload.data.told;
    this.list.push({ __typename, cursor, sequence });
  }

  private complain(what: string, message: unknown): void {
    if (this.faults.length < FAULTS_MAX) this.faults.push(`${this.name}: ${what} ${JSON.stringify(message)}`);
  }
}

/** Whether all ids in an answer, however deep, belong to an account. */
function isOwn(value: unknown, accountId: string): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, field]) =>
    name === "id" || name === "accountId" ? accountIdIn(field) === accountId : isOwn(field, accountId),
  );
}

/** A WebSocket of an owner; it is gone when the test is finished. */
export class OwnerSocket {
  private readonly socket: WebSocket;
  private readonly listeners = new Map<string, (message: Message) => void>();

  constructor(graphqlUrl: string, owner: string) {
    const address = graphqlUrl.replace(/^http/, "ws");
    this.socket = new WebSocket(address, "graphql-transport-ws", { headers: { [OWNER_HEADER]: owner } });
    onTestFinished(() => this.socket.terminate());
    this.socket.on("message", (text) => {
      const { id, ...message }: Message & { readonly id?: string } = JSON.parse(String(text));
      this.listeners.get(id ?? "")?.(message);
    });
  }

  async open(): Promise<this> {
    await once(this.socket, "open");
    this.socket.send('{"type":"connection_init"}');
    await once(this.socket, "message");
    return this;
  }

  subscribe(id: string, operation: Operation, listen: (message: Message) => void): void {
    this.listeners.set(id, listen);
    this.socket.send(JSON.stringify({ type: "subscribe", id, payload: operation }));
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }
}
