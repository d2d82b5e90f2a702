// A client of a server's API over real HTTP and WebSocket: typed documents in, plain JSON out, decimals as strings.
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import type { TypedDocumentString } from "../generated/graphql.ts";
import type { Answer, Answers, Client } from "./client.ts";

export interface WireClient extends Client {
  /** Posts a body as it stands to /graphql. */
  post<Data>(body: string): Promise<Answer<Data>>;
  /** Leaves what it follows. */
  close(): Promise<void>;
}

/** The client of a server at `http://HOST:PORT`. */
export function createWireClient(url: string): WireClient {
  const address = `${url}/graphql`;
  const sockets = createClient({ url: address.replace(/^http/, "ws"), webSocketImpl: WebSocket, retryAttempts: 0 });
  const post = async <Data>(body: string): Promise<Answer<Data>> => {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const response = await fetch(address, { method: "POST", headers, body });
    return (await response.json()) as Answer<Data>;
  };
  const answer = <Data, Variables>(document: TypedDocumentString<Data, Variables>, variables?: object) =>
    post<Data>(JSON.stringify({ query: String(document), variables }));
  const follow = <Data>(document: object, variables?: object | null) =>
    dataStream<Data>(
      sockets.iterate<Data>({
        query: String(document),
        ...(variables ? { variables: variables as Record<string, unknown> } : {}),
      }) as Followed<Data>,
    );
  return {
    post,
    answer,
    run: async (document, variables) => dataOf(await answer(document, variables as object | undefined)),
    follow: async <Data, Variables>(document: TypedDocumentString<Data, Variables>, variables?: Variables) =>
      follow<Data>(document, variables as object | undefined),
    followErrors: async (document, variables) => {
      try {
        await follow(document, variables).next();
      } catch (error) {
        if (error instanceof FollowError) return error.errors;
        throw error;
      }
      throw new Error("the subscription has begun, though it should fail");
    },
    close: async () => sockets.dispose(),
  };
}

/** The next so many answers of a subscription. */
export async function take<Data>(answers: Answers<Data>, count: number): Promise<Data[]> {
  const taken: Data[] = [];
  while (taken.length < count) {
    const { done, value } = await answers.next();
    if (done === true) throw new Error(`the subscription ended after ${taken.length} of ${count} answers`);
    taken.push(value);
  }
  return taken;
}

/** A subscription that the server refused, with its errors. */
class FollowError extends Error {
  readonly errors: NonNullable<Answer<never>["errors"]>;

  constructor(errors: NonNullable<Answer<never>["errors"]>) {
    super(JSON.stringify(errors));
    this.errors = errors;
  }
}

type Followed<Data> = AsyncIterableIterator<Answer<Data>>;

function dataStream<Data>(results: Followed<Data>): Answers<Data> {
  const stream: Answers<Data> = {
    [Symbol.asyncIterator]: () => stream,
    next: async () => {
      const { done, value } = await results.next().catch((error: unknown) => {
        throw Array.isArray(error) ? new FollowError(error) : error;
      });
      return done ? { done: true, value: undefined } : { done: false, value: dataOf(value) };
    },
    return: async () => {
      await results.return?.();
      return { done: true, value: undefined };
    },
  };
  return stream;
}

function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  if (errors !== undefined || data === undefined || data === null) throw new Error(JSON.stringify(errors));
  return data;
}
