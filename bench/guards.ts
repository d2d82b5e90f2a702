// What access, limits and metrics cost: built servers with them on and off, and without one of them, loaded in turns.
import { postgresReachable } from "../test/support/postgres.ts";
import type { LoadAnswer, LoadCommand } from "./guardsLoad.ts";
import {
  costText,
  cpuRatio,
  cpuText,
  type Rounds,
  speedRatio,
  speedText,
  takeRounds,
  type Work,
} from "./guardsRounds.ts";
import { type DatabaseKind, enableRichBy, type GuardedServer, startGuarded } from "./guardsServers.ts";
import { openReceivers } from "./streams.ts";
import { type Child, startChild } from "./streamsChild.ts";
import { benchSignal, type Result } from "./support.ts";

type Loader = Child<LoadCommand, LoadAnswer>;
type Transport = LoadCommand["transport"];

const CONNECTIONS = 16;
const SUBSCRIBERS = 300;
/** Events of a round of the fan-out: so many mutations, each of so many signals. */
const FAN_OUT_BATCHES = 2;
const FAN_OUT_SIGNALS = 64;
const FAN_OUT_ACCOUNT = "followed";

/** What a client does in a round. */
interface Load {
  readonly query: string;
  readonly operations: number;
  readonly opensPositions: boolean;
  /** What every answer has in it. */
  readonly expected: string;
}

const SIGNAL: Load = {
  query: `mutation Execute($input: ExecuteSignalInput!) {
    executeSignal(input: $input) { __typename ... on ExecuteSignalPayload { replayed signal { status position { id entryPrice } } } }
  }`,
  operations: 480,
  opensPositions: true,
  expected: '"FILLED"',
};
/** Next to nothing: most of it is what is done for every operation. */
const LOOK: Load = {
  query: "query Look { __typename }",
  operations: 3000,
  opensPositions: false,
  expected: '"Query"',
};

const SIGNALS_AT_ONCE = `mutation Trade($inputs: [ExecuteSignalInput!]!) {
  executeSignals(inputs: $inputs) { ... on ExecuteSignalPayload { signal { status } } }
}`;

/** The first two are compared; the others tell what each part costs. */
const SETTINGS = {
  on: { auth: true, rate: true, metrics: true },
  off: { auth: false, rate: false, metrics: false },
  access: { auth: false, rate: true, metrics: true },
  rates: { auth: true, rate: false, metrics: true },
  metrics: { auth: true, rate: true, metrics: false },
};

export async function benchGuards(): Promise<Result[]> {
  const kinds: readonly DatabaseKind[] = postgresReachable ? ["PGlite", "PostgreSQL"] : ["PGlite"];
  const results: Result[] = [];
  for (const kind of kinds) results.push(...(await benchOn(kind)));
  return results;
}

async function benchOn(kind: DatabaseKind): Promise<Result[]> {
  const loader: Loader = startChild("guardsLoad.ts");
  const servers: GuardedServer[] = [];
  try {
    for (const [name, guards] of Object.entries(SETTINGS)) servers.push(await startGuarded(name, guards, kind));
    const pair = servers.slice(0, 2);
    const http = await takeRounds(pair, loadBy(loader, "http", SIGNAL));
    const sockets = await takeRounds(pair, loadBy(loader, "websocket", SIGNAL));
    const fanOut = await takeFanOut(pair);
    const looks = await takeRounds(servers, loadBy(loader, "http", LOOK));
    const looksBySocket = await takeRounds(servers, loadBy(loader, "websocket", LOOK));
    return [
      ...compared(kind, `executeSignal over HTTP from ${CONNECTIONS} connections`, http),
      ...compared(kind, `executeSignal over ${CONNECTIONS} WebSockets`, sockets),
      ...compared(kind, `an account's events to ${SUBSCRIBERS} WebSockets`, fanOut),
      told(kind, "the smallest query over HTTP", looks),
      told(kind, "the smallest query over WebSocket", looksBySocket),
    ];
  } finally {
    await loader.close();
    for (const server of servers) await server.close();
  }
}

/** A round of signals has an account of its own: a book that grows would slow the later ones. */
function loadBy(loader: Loader, transport: Transport, { opensPositions, ...load }: Load): Work {
  const accountOf = (round: number) => (opensPositions ? `${transport}-${round}` : undefined);
  return {
    prepare: async (server, round) => {
      const account = accountOf(round);
      if (account !== undefined) await enableRichBy(server, account);
    },
    run: async ({ url, headers }, round) => {
      const account = accountOf(round);
      const { seconds } = await loader.ask({ ...load, url, headers, transport, account, connections: CONNECTIONS });
      return { seconds, count: load.operations };
    },
  };
}

/** Signals come many at once, so that what is measured is their way to the subscribers more than the database. */
async function takeFanOut(servers: readonly GuardedServer[]): Promise<Rounds> {
  const followed = Array.from({ length: SUBSCRIBERS }, () => FAN_OUT_ACCOUNT);
  const audiences = new Map<GuardedServer, Awaited<ReturnType<typeof openReceivers>>>();
  for (const server of servers) {
    await enableRichBy(server, FAN_OUT_ACCOUNT);
    const receivers = await openReceivers(server.url, followed, server.headers);
    audiences.set(server, receivers);
    await receivers.level(() => trade(server, 1), 1);
  }
  const rounds = await takeRounds(servers, {
    prepare: async (server) => void (await audiences.get(server)?.reset()),
    run: async (server) => {
      const arrived = audiences.get(server)?.arrived(FAN_OUT_BATCHES * FAN_OUT_SIGNALS);
      const begunMs = performance.now();
      for (let batch = 0; batch < FAN_OUT_BATCHES; batch++) await trade(server, FAN_OUT_SIGNALS);
      await arrived;
      const seconds = (performance.now() - begunMs) / 1000;
      return { seconds, count: FAN_OUT_BATCHES * FAN_OUT_SIGNALS * SUBSCRIBERS };
    },
  });
  for (const receivers of audiences.values()) await receivers.close();
  return rounds;
}

async function trade(server: GuardedServer, signals: number): Promise<void> {
  const inputs = Array.from({ length: signals }, () => benchSignal({ account: FAN_OUT_ACCOUNT }));
  const answer = JSON.stringify(await server.ask(SIGNALS_AT_ONCE, { inputs }));
  if (answer.split('"FILLED"').length - 1 !== signals) throw new Error(`not all are filled: ${answer}`);
}

function compared(kind: DatabaseKind, what: string, rounds: Rounds): Result[] {
  const against = `${kind}: ${what}, guards on against off`;
  return [
    { what: `${against} (${speedText(rounds)})`, measured: speedRatio(rounds), wanted: "≥ 0.85" },
    { what: `the same by CPU time (${cpuText(rounds)})`, measured: cpuRatio(rounds), wanted: "≥ 0.85" },
  ];
}

/** What is left of the whole is due to things that differ by more than one switch, and to noise. */
function told(kind: DatabaseKind, what: string, rounds: Rounds): Result {
  const parts = Object.keys(SETTINGS).flatMap((name, index) =>
    index > 1 ? [`${name} ${costText(rounds, index)}`] : [],
  );
  return {
    what: `${kind}: what guards take of ${what} (${cpuText(rounds)})`,
    measured: `${costText(rounds, 1)}: ${parts.join(", ")}`,
    wanted: "told",
  };
}
