// Signals executed in batches of 64 against one at a time, in process, on PGlite.
import { executeSignals } from "../src/services/executeSignals.ts";
import { benchSignal, enableRich, median, openBenchDesk, type Result, ratio, VIEWER } from "./support.ts";

const BATCH = 64;
const ROUNDS = 5;
const SINGLES_IN_A_ROUND = 200;
const BATCHES_IN_A_ROUND = 40;

export async function benchBatches(): Promise<Result[]> {
  const { running, close } = await openBenchDesk();
  await enableRich(running, ["main"]);
  const perSecond = async (size: number, times: number): Promise<number> => {
    const begun = performance.now();
    for (let time = 0; time < times; time++) {
      await executeSignals(
        running.road,
        VIEWER,
        Array.from({ length: size }, () => benchSignal()),
      );
    }
    return (size * times * 1000) / (performance.now() - begun);
  };
  await perSecond(BATCH, BATCHES_IN_A_ROUND);
  const rounds: { single: number; batch: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ single: await perSecond(1, SINGLES_IN_A_ROUND), batch: await perSecond(BATCH, BATCHES_IN_A_ROUND) });
  }
  await close();
  const single = median(rounds.map((round) => round.single));
  const batch = median(rounds.map((round) => round.batch));
  return [
    {
      what: `executeSignals in batches of ${BATCH} (${batch.toFixed(0)}/s) against one at a time (${single.toFixed(0)}/s), PGlite`,
      measured: ratio(median(rounds.map((round) => round.batch / round.single))),
      wanted: "≥ 15",
    },
  ];
}
