// One account's events to 500 subscribers of the same operation, against bare bytes and against the plain recipe.
import { bareContestant, deskContestant, plainContestant } from "./streamsContestants.ts";
import {
  type Audience,
  compared,
  openAudience,
  type Portion,
  receiverText,
  speedText,
  takeTurns,
} from "./streamsTurns.ts";
import { enableRich, openBenchDesk, type Result } from "./support.ts";

const SUBSCRIBERS = 500;
const TURNS = 30;
/** Events of a turn, one after another: as many are on their way at most. */
const EVENTS = 16;
/** Events of a large batch, rung together. */
const BATCH_EVENTS = 64;
const [BARE, PLAIN, DESK] = [0, 1, 2];

export async function benchFanout(): Promise<Result[]> {
  const desk = await openBenchDesk();
  const contestants = [await bareContestant(desk), await plainContestant(desk), await deskContestant(desk)];
  const audiences: Audience[] = [];
  for (const [index, contestant] of contestants.entries()) {
    await enableRich(desk.running, [`a${index}`]);
    audiences.push(await openAudience(desk, contestant, [`a${index}`], SUBSCRIBERS));
  }
  const [bare, , ours] = audiences;
  const single = await takeTurns(audiences, TURNS, (audience) => portionOf(audience, EVENTS, 1));
  const batches = await takeTurns(
    [bare, ours].flatMap((one) => one ?? []),
    TURNS,
    (audience) => portionOf(audience, BATCH_EVENTS, BATCH_EVENTS),
  );
  for (const { receivers } of audiences) await receivers.close();
  for (const { close } of contestants) await close();
  await desk.close();
  const what = `an account's events to ${SUBSCRIBERS} identical subscribers`;
  return [
    {
      what: `${what} (${speedText(single, DESK)}) against prebuilt bytes over bare ws (${speedText(single, BARE)})`,
      measured: compared(single, DESK, BARE),
      wanted: "≥ 0.7",
    },
    {
      what: `${what} against the plain graphql-ws recipe (${speedText(single, PLAIN)})`,
      measured: compared(single, DESK, PLAIN),
      wanted: "≥ 3",
    },
    {
      what: `the same, ${BATCH_EVENTS} events at once (${speedText(batches, 1)}) against prebuilt bytes (${speedText(batches, 0)})`,
      measured: compared(batches, 1, 0),
      wanted: "told",
    },
    {
      what: "CPU time of the receiving process for a message of bare ws",
      measured: receiverText(single, BARE),
      wanted: "told",
    },
  ];
}

async function portionOf({ contestant, tape }: Audience, count: number, atOnce: number): Promise<Portion> {
  const [events = []] = await tape.next(count);
  const sends = [];
  for (let from = 0; from < count; from += atOnce)
    sends.push(await contestant.prepare(events.slice(from, from + atOnce)));
  return { messages: count, sends };
}
