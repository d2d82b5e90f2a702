// Rounds of the bench of guards: all servers work in each, one after another; what is compared is of the same round.
import type { GuardedServer } from "./guardsServers.ts";
import { median, quantile } from "./support.ts";

const ROUNDS = 24;
/** Rounds that are taken first and do not count. */
const WARM_ROUNDS = 4;

/** What one server did in one round. */
export interface Figures {
  readonly perSecond: number;
  /** CPU time of the server for one operation, or one delivery, in µs. */
  readonly micros: number;
}

/** By round, by server. */
export type Rounds = readonly (readonly Figures[])[];

export interface Work {
  /** What is not measured. */
  prepare?(server: GuardedServer, round: number): Promise<void>;
  run(server: GuardedServer, round: number): Promise<{ readonly seconds: number; readonly count: number }>;
}

/** Each round is begun by another, so that a slow moment of the machine hits them all. */
export async function takeRounds(servers: readonly GuardedServer[], work: Work): Promise<Rounds> {
  const rounds: Figures[][] = [];
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
    const figures: Figures[] = [];
    for (let place = 0; place < servers.length; place++) {
      const index = (round + place) % servers.length;
      const server = servers[index];
      if (server !== undefined) figures[index] = await measure(server, round, work);
    }
    if (round >= WARM_ROUNDS) rounds.push(figures);
  }
  return rounds;
}

async function measure(server: GuardedServer, round: number, work: Work): Promise<Figures> {
  await work.prepare?.(server, round);
  const before = await server.cpuMicros();
  const { seconds, count } = await work.run(server, round);
  return { perSecond: count / seconds, micros: ((await server.cpuMicros()) - before) / count };
}

/** How fast the first is against the second: the median of the rounds, and the range that half of them are in. */
export function speedRatio(rounds: Rounds): string {
  return spreadText(rounds.map(([one, other]) => (one?.perSecond ?? 0) / (other?.perSecond ?? 0)));
}

/** The same by the CPU time: below 1 where the first takes more. */
export function cpuRatio(rounds: Rounds): string {
  return spreadText(rounds.map(([one, other]) => (other?.micros ?? 0) / (one?.micros ?? 0)));
}

function spreadText(ratios: readonly number[]): string {
  const [middle, low, high] = [0.5, 0.25, 0.75].map((share) => quantile(ratios, share).toFixed(2));
  return `${middle} (${low}–${high})`;
}

/** How many operations in a second, of the first and the second. */
export function speedText(rounds: Rounds): string {
  const perSecond = (server: number) =>
    Math.round(median(rounds.map((figures) => figures[server]?.perSecond ?? 0))).toLocaleString("en");
  return `${perSecond(0)}/s and ${perSecond(1)}/s`;
}

/** The CPU time of an operation on the first and on the second. */
export function cpuText(rounds: Rounds): string {
  const micros = (server: number) => median(rounds.map((figures) => figures[server]?.micros ?? 0)).toFixed(1);
  return `${micros(0)} µs and ${micros(1)} µs of CPU`;
}

/** The CPU time of an operation that the first takes more than another does. */
export function costText(rounds: Rounds, other: number): string {
  const costs = rounds.map((figures) => (figures[0]?.micros ?? 0) - (figures[other]?.micros ?? 0));
  return `${median(costs).toFixed(1)} µs`;
}
