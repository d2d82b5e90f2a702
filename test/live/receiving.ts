// A receiver of live deliveries on a real port of this machine: it keeps what it gets, and answers as the test says.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const SECRET = "a secret that is long enough, for tests";

/** What came in. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A delivery's body as a receiver reads it. */
export interface Message {
  readonly version: number;
  readonly id: string;
  readonly account: { readonly id: string; readonly name: string };
  readonly signal: { readonly signalId: string } & Readonly<Record<string, unknown>>;
  readonly decidedAt: string;
}

export interface Receiver {
  readonly url: string;
  /** In the order of their arrival, those that were not taken included. */
  readonly received: Received[];
  /** What it answers from now on: a status, or whatever is done with the response. 204 at first. */
  answer: number | ((response: ServerResponse, received: Received) => void);
  messages(): Message[];
  /** Resolves when so many have come in. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const one = { headers: request.headers, body };
    received.push(one);
    if (typeof receiver.answer === "number") response.writeHead(receiver.answer).end();
    else receiver.answer(response, one);
    for (const look of waiting) look();
  });
  const port = await listen(server);
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/signals?of=the-desk`,
    received,
    answer: 204,
    messages: () => received.map(({ body }) => JSON.parse(body) as Message),
    until: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
