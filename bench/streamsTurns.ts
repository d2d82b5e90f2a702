// Contestants send in turns, so that a slow moment of the machine hits them all; what is compared is of the same turn.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { EventRecord } from "../src/domain/records.ts";
import { openReceivers, type Receivers, tradeOnce } from "./streams.ts";
import type { Contestant } from "./streamsContestants.ts";
import { Tape } from "./streamsTape.ts";
import { type BenchDesk, median, ratio } from "./support.ts";

/** A contestant with his subscribers, who get every event from now on. */
export interface Audience {
  readonly contestant: Contestant;
  readonly receivers: Receivers;
  readonly sockets: number;
  readonly tape: Tape;
}

/** Opens subscribers for each account. This server's are shown to be there by real commits. */
export async function openAudience(
  desk: BenchDesk,
  contestant: Contestant,
  names: readonly string[],
  subscribersOfEach: number,
): Promise<Audience> {
  const followed = names.flatMap((name) => Array.from({ length: subscribersOfEach }, () => name));
  const receivers = await openReceivers(contestant.url, followed);
  let made = new Map<string, EventRecord[]>();
  await receivers.level(async () => {
    made = await tradeOnce(desk.running, names);
    if (contestant.followsDesk) return;
    for (const events of made.values()) (await contestant.prepare(events))();
  }, 2);
  const tape = new Tape(made, contestant.followsDesk ? desk : undefined);
  return { contestant, receivers, sockets: followed.length, tape };
}

/** How fast messages came to all sockets, and the CPU time that one of them took. */
export interface Speed {
  readonly perSecond: number;
  readonly serverMicros: number;
  readonly receiverMicros: number;
  readonly bytes: number;
}

/** What is sent in one turn: so many messages to each socket, made ready before time is taken. */
export interface Portion {
  readonly messages: number;
  readonly sends: readonly (() => void)[];
}

/** Turns that are taken first and do not count. */
const WARM_TURNS = 3;

/** The speeds of all, turn by turn, each turn begun by another. */
export async function takeTurns(
  audiences: readonly Audience[],
  turns: number,
  portionOf: (audience: Audience) => Promise<Portion>,
): Promise<Speed[][]> {
  const speeds: Speed[][] = [];
  for (let turn = 0; turn < WARM_TURNS + turns; turn++) {
    const ofTurn: Speed[] = [];
    for (let place = 0; place < audiences.length; place++) {
      const index = (turn + place) % audiences.length;
      const audience = audiences[index];
      if (audience !== undefined) ofTurn[index] = await measure(audience, await portionOf(audience));
    }
    checkBytes(ofTurn);
    if (turn >= WARM_TURNS) speeds.push(ofTurn);
  }
  return speeds;
}

/** The event loop gets a turn after each send; time ends when the last message has come to the last socket. */
async function measure({ receivers, sockets }: Audience, { messages, sends }: Portion): Promise<Speed> {
  const before = await receivers.reset();
  const arrived = receivers.arrived(messages);
  const begun = performance.now();
  const cpu = process.cpuUsage();
  for (const send of sends) {
    send();
    await nextTurn();
  }
  const after = await arrived;
  const { user, system } = process.cpuUsage(cpu);
  const all = messages * sockets;
  return {
    perSecond: (all * 1000) / (performance.now() - begun),
    serverMicros: (user + system) / all,
    receiverMicros: ((after.cpuMs - before.cpuMs) * 1000) / all,
    bytes: after.bytes / all,
  };
}

/** All have sent the same: a number in a message may have a digit more. */
function checkBytes(speeds: readonly Speed[]): void {
  const bytes = speeds.map((speed) => speed.bytes);
  if (Math.max(...bytes) - Math.min(...bytes) > 5) throw new Error(`the contestants' messages differ: ${bytes} bytes`);
}

/** One contestant's speed, as a table tells it. */
export function speedText(speeds: readonly Speed[][], contestant: number): string {
  const perSecond = Math.round(middle(speeds, contestant, (speed) => speed.perSecond)).toLocaleString("en");
  return `${perSecond}/s, ${middle(speeds, contestant, ({ serverMicros }) => serverMicros).toFixed(1)} µs of CPU each`;
}

/** The CPU time of the process that receives, for a message, in µs: it should be less than the server's. */
export function receiverText(speeds: readonly Speed[][], contestant: number): string {
  return `${middle(speeds, contestant, ({ receiverMicros }) => receiverMicros).toFixed(1)} µs`;
}

/** How much faster one contestant is than another: by the time that passed, and by the CPU time of the server. */
export function compared(speeds: readonly Speed[][], one: number, other: number): string {
  const times = (figure: (speed: Speed) => number) =>
    ratio(median(speeds.map((ofTurn) => figureOf(ofTurn, one, figure) / figureOf(ofTurn, other, figure))));
  return `${times(({ perSecond }) => perSecond)} (by CPU time ${times(({ serverMicros }) => 1 / serverMicros)})`;
}

function middle(speeds: readonly Speed[][], contestant: number, figure: (speed: Speed) => number): number {
  return median(speeds.map((ofTurn) => figureOf(ofTurn, contestant, figure)));
}

function figureOf(ofTurn: readonly Speed[], contestant: number, figure: (speed: Speed) => number): number {
  const speed = ofTurn[contestant];
  return speed === undefined ? Number.NaN : figure(speed);
}
