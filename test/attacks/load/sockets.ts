// Too much on WebSockets: 10,000 subscriptions on one, connection_init again and again, pings of strangers, silence.
import { type Attack, authorizationOf, enter, errorOf, isLine, open, type Refusal, type Target } from "./target.ts";

export const SUBSCRIPTIONS = 10_000;
const INITIALISATIONS = 1_000;
const PINGS = 1_000;
/** It can begin where the account `main` exists. */
export const FOLLOW = "subscription { accountEvents { cursor } }";

/** What became of the subscriptions of one socket. */
export interface Subscribed extends Refusal {
  /** How many were refused each for itself, before the socket was closed. */
  readonly refused: number;
  readonly first?: Refusal;
}

export async function subscribeOften(target: Target, query = FOLLOW): Promise<Subscribed> {
  const line = await enter(target);
  if (!isLine(line)) return { ...line, refused: 0 };
  let refused = 0;
  let first: Refusal | undefined;
  line.hear(({ type, payload }) => {
    if (type !== "error") return;
    refused += 1;
    first ??= errorOf(payload);
  });
  for (let id = 0; id < SUBSCRIPTIONS; id += 1) line.send({ type: "subscribe", id: `${id}`, payload: { query } });
  const ended = await line.ended;
  return first === undefined ? { ...ended, refused } : { ...ended, refused, first };
}

async function initialiseOften(target: Target): Promise<Refusal> {
  const line = await enter(target);
  if (!isLine(line)) return line;
  const payload = authorizationOf(target);
  for (let time = 0; time < INITIALISATIONS; time += 1) line.send({ type: "connection_init", payload });
  return line.ended;
}

async function pingOften(target: Target): Promise<Refusal> {
  const line = await open(target);
  if (!isLine(line)) return line;
  for (let time = 0; time < PINGS; time += 1) line.send({ type: "ping" });
  return line.ended;
}

async function staySilent(target: Target): Promise<Refusal> {
  const line = await open(target);
  return isLine(line) ? line.ended : line;
}

export const SOCKET_ATTACKS: readonly Attack[] = [
  { name: "10,000 subscriptions on one WebSocket", run: (target) => subscribeOften(target) },
  { name: "connection_init again and again on one WebSocket", run: initialiseOften },
  { name: "pings on a WebSocket before connection_init", run: pingOften },
  { name: "WebSockets that never send connection_init", run: staySilent },
];
