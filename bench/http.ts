// executeSignal over HTTP from 64 connections against batches of 64 in process, both on PGlite.
import { executeSignals } from "../src/services/executeSignals.ts";
import { load, serveBenchDesk } from "./served.ts";
import { benchSignal, enableRich, median, openBenchDesk, type Result, ratio, VIEWER } from "./support.ts";

const BATCH = 64;
const BATCHES = 60;
const ROUNDS = 3;
const SECONDS = 4;

export async function benchHttp(): Promise<Result[]> {
  const desk = await openBenchDesk();
  const { running } = desk;
  const served = await serveBenchDesk(desk);
  // An account for each round: a book that grows would slow the later ones.
  const names = Array.from({ length: 2 * ROUNDS + 2 }, (_, index) => `a${index}`);
  await enableRich(running, names);
  const batches = async (account: string): Promise<number> => {
    const begun = performance.now();
    for (let time = 0; time < BATCHES; time++) {
      await executeSignals(
        running.road,
        VIEWER,
        Array.from({ length: BATCH }, () => benchSignal({ account })),
      );
    }
    return (BATCH * BATCHES * 1000) / (performance.now() - begun);
  };
  const [warmBatches = "", warmHttp = ""] = names.splice(0, 2);
  await batches(warmBatches);
  await load(served.url, 2, warmHttp);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const inProcess = await batches(names[2 * round] ?? "");
    const http = await load(served.url, SECONDS, names[2 * round + 1] ?? "");
    rounds.push({ inProcess, http: http.answersPerSecond, p99: http.p99Ms });
  }
  await served.close();
  await desk.close();
  const http = median(rounds.map((round) => round.http)).toFixed(0);
  const inProcess = median(rounds.map((round) => round.inProcess)).toFixed(0);
  const p99 = median(rounds.map((round) => round.p99)).toFixed(0);
  return [
    {
      what: `executeSignal over HTTP from 64 connections (${http}/s, p99 ${p99} ms) against batches of 64 in process (${inProcess}/s)`,
      measured: ratio(median(rounds.map((round) => round.http / round.inProcess))),
      wanted: "≥ 0.3",
    },
  ];
}
