// Server-sent events as a browser's EventSource reads them: one after another, and of one that is cut off nothing.
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

export interface StreamedEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

export interface EventStreamRequest {
  /** http://HOST:PORT/graphql */
  readonly graphqlUrl: string;
  readonly query: string;
  readonly variables: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The events of one response. Throws where there is none, or where it breaks off. */
export async function* readEventStream(options: EventStreamRequest): AsyncGenerator<StreamedEvent> {
  const response = await open(options);
  if (response.statusCode !== 200) {
    response.resume();
    throw new Error(`status ${response.statusCode}`);
  }
  let rest = "";
  for await (const text of response.setEncoding("utf8")) {
    const blocks = (rest + String(text)).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = readBlock(block);
      if (event !== undefined) yield event;
    }
  }
}

async function open({ graphqlUrl, query, variables, headers, signal }: EventStreamRequest): Promise<IncomingMessage> {
  const url = new URL(graphqlUrl);
  url.searchParams.set("query", query);
  url.searchParams.set("variables", JSON.stringify(variables));
  const sent = request(url, { headers: { ...headers, accept: "text/event-stream" }, agent: false, signal });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  // Once there is a response, its own error tells of the connection's.
  sent.on("error", () => undefined);
  return response;
}

/** Undefined for comments. */
function readBlock(block: string): StreamedEvent | undefined {
  const fields = new Map(block.split("\n").map((line) => [line.split(":", 1)[0], line.replace(/^[^:]*: ?/, "")]));
  const data = fields.get("data");
  return data === undefined ? undefined : { id: fields.get("id"), event: fields.get("event"), data };
}
