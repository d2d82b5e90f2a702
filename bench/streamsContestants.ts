// Three ways to send an account's events to its subscribers: bare bytes, the plain recipe of graphql-ws, and this server.
import { EventEmitter, on, once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  type ExecutionResult,
  execute,
  type GraphQLFieldConfig,
  GraphQLObjectType,
  GraphQLSchema,
  parse,
} from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { type WebSocket, WebSocketServer } from "ws";
import { schema } from "../schema/index.ts";
import type { EventRecord } from "../src/domain/records.ts";
import { benchContext, serveBenchDesk } from "./served.ts";
import { accountIdOf, FOLLOW } from "./streams.ts";
import type { BenchDesk } from "./support.ts";

export interface Contestant {
  readonly url: string;
  /** Whether its subscribers hear what the desk commits. */
  readonly followsDesk: boolean;
  /** Makes events of one account ready; the answered function sends them. */
  prepare(events: readonly EventRecord[]): Promise<() => void>;
  close(): Promise<void>;
}

async function listen(): Promise<{ readonly server: WebSocketServer; readonly url: string }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The very messages as bytes, made beforehand, sent to every subscriber there is. */
export async function bareContestant(desk: BenchDesk): Promise<Contestant> {
  const { server, url } = await listen();
  const subscribers = new Set<WebSocket>();
  const document = parse(FOLLOW);
  const makeContext = benchContext(desk);
  server.on("connection", (socket) => {
    socket.on("message", (message) => {
      if (JSON.parse(String(message)).type === "subscribe") subscribers.add(socket);
      else socket.send(JSON.stringify({ type: "connection_ack" }));
    });
    socket.once("close", () => subscribers.delete(socket));
  });
  const bytesOf = async (rootValue: EventRecord): Promise<Buffer> => {
    const payload: ExecutionResult = await execute({ schema, document, rootValue, contextValue: makeContext() });
    return Buffer.from(JSON.stringify({ id: "1", type: "next", payload }));
  };
  return {
    url,
    followsDesk: false,
    prepare: async (events) => {
      const messages = await Promise.all(events.map(bytesOf));
      return () => {
        for (const message of messages) for (const socket of subscribers) socket.send(message, { binary: false });
      };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** `useServer` over the same schema, where an emitter is the source of each subscriber, and graphql-js executes for each. */
export async function plainContestant(desk: BenchDesk): Promise<Contestant> {
  const { server, url } = await listen();
  const told = new EventEmitter().setMaxListeners(0);
  const recipe = useServer({ schema: withSource(told), context: benchContext(desk) }, server);
  return {
    url,
    followsDesk: false,
    prepare: async (events) => () => {
      for (const event of events) told.emit(event.accountId, event);
    },
    close: async () => void (await recipe.dispose()),
  };
}

/** The schema with another source of an account's events. */
function withSource(told: EventEmitter): GraphQLSchema {
  const { subscription, types, ...same } = schema.toConfig();
  const { accountEvents } = subscription?.toConfig().fields ?? {};
  if (accountEvents === undefined) throw new Error("the schema has lost its account events");
  const field: GraphQLFieldConfig<[EventRecord], unknown, { account: string }> = {
    ...accountEvents,
    subscribe: (_root, { account }) => on(told, accountIdOf(account)),
    resolve: ([event]) => event,
  };
  return new GraphQLSchema({
    ...same,
    types: types.filter((type) => type !== subscription),
    subscription: new GraphQLObjectType({ name: "Subscription", fields: { accountEvents: field } }),
  });
}

/** This server, whose doorbell is rung as a commit rings it. */
export async function deskContestant(desk: BenchDesk): Promise<Contestant> {
  const { url, close } = await serveBenchDesk(desk);
  const { doorbell } = desk.running;
  return {
    url,
    followsDesk: true,
    prepare: async (events) => () => {
      const [first] = events;
      if (first !== undefined) doorbell.ring(first.accountId, events);
    },
    close,
  };
}
