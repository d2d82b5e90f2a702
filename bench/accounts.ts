// Events of 500 accounts, one subscriber each, against the plain recipe of graphql-ws.
import { deskContestant, plainContestant } from "./streamsContestants.ts";
import { type Audience, compared, openAudience, type Portion, speedText, takeTurns } from "./streamsTurns.ts";
import { enableRich, openBenchDesk, type Result } from "./support.ts";

const ACCOUNTS = 500;
const TURNS = 30;
/** Events of each account in a turn. */
const LAPS = 4;
const [PLAIN, DESK] = [0, 1];

export async function benchAccounts(): Promise<Result[]> {
  const desk = await openBenchDesk();
  const contestants = [await plainContestant(desk), await deskContestant(desk)];
  const audiences: Audience[] = [];
  for (const [index, contestant] of contestants.entries()) {
    const names = Array.from({ length: ACCOUNTS }, (_, account) => `a${index}-${account}`);
    await enableRich(desk.running, names);
    audiences.push(await openAudience(desk, contestant, names, 1));
  }
  const speeds = await takeTurns(audiences, TURNS, laps);
  for (const { receivers } of audiences) await receivers.close();
  for (const { close } of contestants) await close();
  await desk.close();
  return [
    {
      what: `events of ${ACCOUNTS} accounts to one subscriber each (${speedText(speeds, DESK)}) against the plain graphql-ws recipe (${speedText(speeds, PLAIN)})`,
      measured: compared(speeds, DESK, PLAIN),
      wanted: "≥ 2",
    },
  ];
}

/** A lap is an event of each account in turn. */
async function laps({ contestant, tape }: Audience): Promise<Portion> {
  const accounts = await tape.next(LAPS);
  const sends = [];
  for (let lap = 0; lap < LAPS; lap++) {
    const ofLap = await Promise.all(accounts.map((events) => contestant.prepare(events.slice(lap, lap + 1))));
    sends.push(() => {
      for (const send of ofLap) send();
    });
  }
  return { messages: LAPS, sends };
}
