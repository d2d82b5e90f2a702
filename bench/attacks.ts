// What an honest client feels while the server is attacked: his 99th percentile against that of the idle times between.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ownerViewer } from "../src/auth/viewer.ts";
import { createLog } from "../src/server/log.ts";
import { createApiKey } from "../src/services/apiKeys.ts";
import { createApiKeyStore } from "../src/store/apiKeys.ts";
import { openDatabase } from "../src/store/database.ts";
import type { Target } from "../test/attacks/load/target.ts";
import { freshDataDir } from "../test/support/pglite.ts";
import { type ServerProcess, startServer } from "../test/support/serverProcess.ts";
import type { AttackCommand, Attacked } from "./attacksChild.ts";
import type { HonestCommand, HonestTimes } from "./attacksHonest.ts";
import { ATTACK_WAVES, type Wave } from "./attacksWaves.ts";
import { type Child, startChild } from "./streamsChild.ts";
import { median, quantile, type Result, ratio } from "./support.ts";

const WARM_SECONDS = 6;
/** Idle and attacked times take turns, so that a slow moment of the machine hits both. */
const ROUNDS = 3;
const IDLE_SECONDS = 8;
const ATTACK_SECONDS = 10;
/** Until the attacker is at full pace; what he began is refused or ended within the second. */
const BEGIN_MS = 1_000;
const SETTLE_MS = 2_000;
/**
 * The server has a core of its own in all rounds: an attacker has his own machine, and must not take the server's time by
 * being on the same one. The honest client shares the other core with the attacker, who goes behind (nice 19).
 */
const SERVER_CORE = 0;
const CLIENTS_CORE = 1;
/** Addresses of this machine, one for each wave: what an address or key owes is no help to the next. */
const attackersAddress = (wave: number): string => `127.0.0.${wave + 2}`;

type Honest = Child<HonestCommand, HonestTimes>;

/** The secrets of new keys. The server must not run yet: the database is open for one. */
async function makeKeys(dataDir: string, names: readonly string[]): Promise<string[]> {
  const database = await openDatabase({ dataDir, log: createLog("warn") });
  const store = createApiKeyStore(database);
  const secrets: string[] = [];
  for (const name of names) {
    const made = await createApiKey(store, ownerViewer("local"), { name, scopes: ["read", "trade", "feed"] });
    if (made.kind !== "created") throw new Error(JSON.stringify(made));
    secrets.push(made.secret);
  }
  await database.close();
  return secrets;
}

/** Measures the honest client while a wave of attacks comes, in a process of its own. */
async function attack(honest: Honest, wave: Wave, target: Target) {
  const attacker = startChild<AttackCommand, Attacked>("attacksChild.ts");
  keepOn(CLIENTS_CORE, attacker.pid);
  await attacker.ask({ do: "wait" });
  const attacked = attacker.ask({ do: "attack", wave, target, seconds: ATTACK_SECONDS });
  await sleep(BEGIN_MS);
  const times = await honest.ask({ do: "measure", seconds: ATTACK_SECONDS - BEGIN_MS / 1000 - 1 });
  const { answers } = await attacked;
  await attacker.close();
  return { times, answers };
}

/** Keeps a process, with all of its threads, on one core. */
function keepOn(core: number, pid: number): void {
  execFileSync("taskset", ["--all-tasks", "--pid", "--cpu-list", String(core), String(pid)], { stdio: "ignore" });
}

/** Ticks of a second in which Linux counts the processor's time. */
const TICKS_PER_SECOND = 100;

/** The processor's time that a process has used, in ms; it tells what an attack costs on a busy machine, too. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

function shownAnswers(answers: Attacked["answers"]): string {
  const most = Object.entries(answers).toSorted(([, one], [, other]) => other - one);
  return most.map(([answer, count]) => `${count.toLocaleString("en")} × ${answer}`).join(", ");
}

interface Measured {
  readonly idle: HonestTimes[];
  readonly attacked: HonestTimes[];
  readonly answers: Record<string, number>;
  cpuMs: number;
}

/** Idle and attacked in turns. What an address or key owes is carried over to the next round, as it is in life. */
async function measureWave(honest: Honest, pid: number, wave: Wave, target: Target): Promise<Measured> {
  const measured: Measured = { idle: [], attacked: [], answers: {}, cpuMs: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    measured.idle.push(await honest.ask({ do: "measure", seconds: IDLE_SECONDS }));
    const cpuMs = cpuMsOf(pid);
    const { times, answers } = await attack(honest, wave, target);
    measured.cpuMs += cpuMsOf(pid) - cpuMs;
    measured.attacked.push(times);
    for (const [answer, count] of Object.entries(answers)) {
      measured.answers[answer] = (measured.answers[answer] ?? 0) + count;
    }
    await sleep(SETTLE_MS);
  }
  return measured;
}

/** A quantile of each round, and the median of these: a slow moment of the machine spoils one round alone. */
function ofRounds(rounds: readonly HonestTimes[], share: number): number {
  return median(rounds.map(({ tookMs }) => quantile(tookMs, share)));
}

/** All waves, one after the other. */
async function measureAll(honest: Honest, server: ServerProcess, keys: readonly string[]): Promise<Result[]> {
  await honest.ask({ do: "measure", seconds: WARM_SECONDS });
  const results: Result[] = [];
  for (const [number, wave] of ATTACK_WAVES.entries()) {
    const target = { url: server.url, key: keys[number], from: attackersAddress(number) };
    const { idle, attacked, answers, cpuMs } = await measureWave(honest, server.pid, wave, target);
    const failed = attacked.reduce((sum, times) => sum + times.failed, 0);
    const both = (share: number) =>
      `${ofRounds(attacked, share).toFixed(1)} ms, idle ${ofRounds(idle, share).toFixed(1)}`;
    const used = `${((100 * cpuMs) / (ROUNDS * ATTACK_SECONDS * 1000)).toFixed(0)} % of a core`;
    const against = ratio(ofRounds(attacked, 0.99) / ofRounds(idle, 0.99));
    const what = `p99 of an honest client during: ${wave.name} (${wave.atOnce} at once)`;
    const measured = `${against} (${both(0.99)}; median ${both(0.5)}; ${failed} failed; ${used})`;
    console.log(`${what}: ${measured}; the attacker was answered ${shownAnswers(answers)}`);
    results.push({ what, measured, wanted: "≤ 2" });
  }
  return results;
}

export async function benchAttacks(): Promise<Result[]> {
  const { dataDir, remove } = await freshDataDir();
  const names = ["honest", ...ATTACK_WAVES.map((_, number) => `attacker ${number + 1}`)];
  const [honestKey = "", ...keys] = await makeKeys(dataDir, names);
  const server = await startServer({ DATA_DIR: dataDir, AUTH: "on", LOG_LEVEL: "error" });
  keepOn(SERVER_CORE, server.pid);
  const honest = startChild<HonestCommand, HonestTimes>("attacksHonest.ts");
  keepOn(CLIENTS_CORE, honest.pid);
  try {
    await honest.ask({ do: "begin", url: server.url, key: honestKey });
    return await measureAll(honest, server, keys);
  } finally {
    await honest.close();
    await server.kill("SIGTERM");
    await remove();
  }
}
