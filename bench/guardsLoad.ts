// A process that loads one server of the bench of guards: so many operations, over HTTP or WebSocket, and how long they took.
import { once } from "node:events";
import autocannon from "autocannon";
import { WebSocket } from "ws";
import { answerParent } from "./streamsChild.ts";

/** What is asked for again and again, each time with variables of its own. */
export interface LoadCommand {
  readonly url: string;
  readonly transport: "http" | "websocket";
  /** Sent with each request, and with each upgrade. */
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly operations: number;
  readonly query: string;
  /** Each of the operations opens a position in this account; without it, they have no variables. */
  readonly account: string | undefined;
  /** What every answer has in it. */
  readonly expected: string;
}

export interface LoadAnswer {
  /** From the first operation to the last answer. */
  readonly seconds: number;
}

const WARN_FRAME_CHARS = 200;
let sent = 0;

function nextBody({ query, account }: LoadCommand): string {
  if (account === undefined) return JSON.stringify({ query });
  sent += 1;
  const prices = { entryPrice: "100", stopLoss: "50", target1: "200" };
  const input = { account, signalId: `guards-${process.pid}-${sent}`, symbol: "AAPL", positionSize: "1", ...prices };
  return JSON.stringify({ query, variables: { input } });
}

async function loadHttp(command: LoadCommand): Promise<LoadAnswer> {
  const { url, connections, operations: amount, expected } = command;
  const headers = { "content-type": "application/json", ...command.headers };
  const begunMs = performance.now();
  let lastMs = begunMs;
  const result = await autocannon({
    url: `${url}/graphql`,
    connections,
    amount,
    sampleInt: 50,
    requests: [
      { method: "POST", headers, setupRequest: (request) => ({ ...request, headers, body: nextBody(command) }) },
    ],
    verifyBody: (body) => {
      lastMs = performance.now();
      return String(body).includes(expected);
    },
  });
  const failed = result.non2xx + result.errors + result.timeouts + result.mismatches;
  if (failed > 0 || result["2xx"] !== amount) throw new Error(`${failed} of ${amount} requests failed`);
  return { seconds: (lastMs - begunMs) / 1000 };
}

async function openSocket({ url, headers }: LoadCommand): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws", { headers });
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "connection_init" }));
  await once(socket, "message");
  return socket;
}

/** Those of each server stay open between rounds. */
const opened = new Map<string, Promise<WebSocket[]>>();

/** One operation after the other on each socket. */
async function loadWebSockets(command: LoadCommand): Promise<LoadAnswer> {
  const { url, connections, operations, expected } = command;
  const opening = opened.get(url) ?? Promise.all(Array.from({ length: connections }, () => openSocket(command)));
  opened.set(url, opening);
  const sockets = await opening;
  const begunMs = performance.now();
  let begun = 0;
  const work = (socket: WebSocket): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        begun += 1;
        if (begun > operations) resolve();
        else socket.send(`{"id":"${begun}","type":"subscribe","payload":${nextBody(command)}}`);
      };
      const closed = (code: number): void => reject(new Error(`a socket was closed: ${code}`));
      socket.removeAllListeners("close").once("close", closed);
      socket.removeAllListeners("message").on("message", (message) => {
        const text = String(message);
        if (text.includes('"type":"complete"')) return next();
        if (!text.includes(expected)) reject(new Error(`not what was expected: ${text.slice(0, WARN_FRAME_CHARS)}`));
      });
      next();
    });
  await Promise.all(sockets.map(work));
  return { seconds: (performance.now() - begunMs) / 1000 };
}

answerParent<LoadCommand, LoadAnswer>((command) =>
  command.transport === "http" ? loadHttp(command) : loadWebSockets(command),
);
