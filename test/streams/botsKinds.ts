// Three kinds of bots: on the package, on plain graphql-ws with a cursor, on server-sent events by their ids.
import { createClient as connect, followAccount } from "@papertape/client/node";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { readEventStream } from "./botsEventStream.ts";
import type { Connect, Told } from "./botsLife.ts";

/** What a bot follows. */
export interface Followed {
  /** A subscription that answers a Told under the name `told`. */
  readonly query: string;
  readonly variables: { readonly account: string; readonly symbol?: string };
  /** Where its list begins. */
  readonly begin: string;
}

interface Answer {
  readonly data?: { readonly told: Told } | null;
  readonly errors?: unknown;
}

/** How connections end that are cut, restarted or closed by a server in order: by another end a bot fails. */
const USUAL_CLOSES: ReadonlySet<number> = new Set([1001, 1006, 4510]);

/** The package of the client: it connects again by itself, until the bot dies. Its store is the list. */
export function helper(url: string, { variables: { account } }: Followed): Connect {
  let saved: string | undefined;
  return async ({ list, signal, count }) => {
    const store = {
      load: async () => list.at(-1)?.cursor ?? saved,
      save: async (cursor: string) => {
        const newest = list.at(-1);
        if (newest !== undefined && newest.cursor !== cursor) throw new Error("the cursor is not the newest event's");
        saved = cursor;
      },
    };
    const events = followAccount(connect({ url }), {
      account,
      from: "session",
      store,
      signal,
      onStatus: (status) => status.kind === "away" && count(status.problem.code.replace("CLOSED_", "")),
    });
    for await (const { __typename, cursor, sequence } of events) list.push({ __typename, cursor, sequence });
  };
}

/** One connection of graphql-ws, after the newest event of the list. */
export function webSocket(url: string, { query, variables, begin }: Followed): Connect {
  return async ({ list, signal, count }) => {
    let socket: WebSocket | undefined;
    const leave = (): void => socket?.terminate();
    signal.addEventListener("abort", leave);
    const client = createClient({
      url: `${url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      on: {
        opened: (opened) => {
          socket = opened as WebSocket;
          if (signal.aborted) leave();
        },
      },
    });
    const after = list.at(-1)?.cursor ?? begin;
    try {
      for await (const { data, errors } of client.iterate({
        query,
        variables: { ...variables, after },
      }) as AsyncIterable<Answer>) {
        if (!data || errors !== undefined) throw new Error(JSON.stringify(errors));
        list.push(data.told);
      }
      throw new Error("the server has ended the subscription");
    } catch (problem) {
      count(endingOf(problem));
    } finally {
      signal.removeEventListener("abort", leave);
      await client.dispose();
    }
  };
}

/** One event stream, after the event whose id came last. */
export function eventStream(url: string, { query, variables, begin }: Followed): Connect {
  let lastId: string | undefined;
  return async ({ list, signal, count }) => {
    const headers = lastId === undefined ? {} : { "last-event-id": lastId };
    const request = { graphqlUrl: `${url}/graphql`, query, variables: { ...variables, after: begin }, headers, signal };
    const events = readEventStream(request);
    try {
      for await (const { id, event, data } of events) {
        const answer: Answer | undefined = event === "next" ? JSON.parse(data) : undefined;
        if (!answer?.data) throw new Error(`${event}: ${data}`);
        list.push(answer.data.told);
        if (id !== answer.data.told.cursor) throw new Error(`the id ${id} is not the cursor of ${data}`);
        lastId = id;
      }
      count("ended");
    } catch (problem) {
      count(endingOf(problem));
    }
  };
}

/** The name of how a connection has ended. Throws what is no such end. */
function endingOf(problem: unknown): string {
  const { code, message = "" } = factsOf(problem);
  if (USUAL_CLOSES.has(Number(code))) return String(code);
  if (code === "SERVER_CLOSING" || /^(status|Unexpected server response:) 503$/.test(message)) return "refused";
  if (code === "ECONNREFUSED" || code === "ECONNRESET" || code === "ABORT_ERR") return String(code);
  throw problem;
}

/** Of an operation's errors, a close, an error of node or an event about one. */
function factsOf(problem: unknown): { readonly code?: unknown; readonly message?: string } {
  if (Array.isArray(problem)) return { code: problem[0]?.extensions?.code };
  if (typeof problem !== "object" || problem === null) return {};
  return "error" in problem ? factsOf(problem.error) : problem;
}
