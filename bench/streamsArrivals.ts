// A process that follows an account with real clients, and notes when each event comes to each of them.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { answerParent, clockMs } from "./streamsChild.ts";

export type ArrivalsCommand =
  | {
      readonly do: "follow";
      readonly url: string;
      readonly query: string;
      readonly account: string;
      readonly clients: number;
    }
  | { readonly do: "take"; readonly count: number; readonly withinMs: number };

export interface Arrival {
  readonly sequence: number;
  readonly atMs: number;
}

let arrivals: Arrival[] = [];
let onArrival = (): void => undefined;

function follow({ url, query, account }: Extract<ArrivalsCommand, { do: "follow" }>): void {
  createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 }).subscribe<{ accountEvents: { sequence: number } }>(
    { query, variables: { account } },
    {
      next: ({ data, errors }) => {
        if (!data) throw new Error(`no event: ${JSON.stringify(errors)}`);
        arrivals.push({ sequence: data.accountEvents.sequence, atMs: clockMs() });
        onArrival();
      },
      error: (error) => {
        throw error;
      },
      complete: () => undefined,
    },
  );
}

/** What has come since the last time, when it is as much as is waited for, or when that took too long. */
function take({ count, withinMs }: Extract<ArrivalsCommand, { do: "take" }>): Promise<Arrival[]> {
  return new Promise((resolve) => {
    const answer = (): void => {
      clearTimeout(timer);
      onArrival = () => undefined;
      resolve(arrivals);
      arrivals = [];
    };
    const timer = setTimeout(answer, withinMs);
    onArrival = () => {
      if (arrivals.length >= count) answer();
    };
    onArrival();
  });
}

answerParent(async (command: ArrivalsCommand): Promise<Arrival[]> => {
  if (command.do === "take") return take(command);
  for (let client = 0; client < command.clients; client++) follow(command);
  return [];
});
