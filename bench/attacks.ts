// What an honest client feels while the server is attacked: his 99th percentile against that of the idle times around it.
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
import { type Result, ratio } from "./support.ts";

const WARM_SECONDS = 6;
const IDLE_SECONDS = 8;
const ATTACK_SECONDS = 10;
/** Until the attacker is at full pace; what he began is refused or ended within the second. */
const BEGIN_MS = 1_000;
const SETTLE_MS = 2_000;
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
  await attacker.ask({ do: "wait" });
  const attacked = attacker.ask({ do: "attack", wave, target, seconds: ATTACK_SECONDS });
  await sleep(BEGIN_MS);
  const times = await honest.ask({ do: "measure", seconds: ATTACK_SECONDS - BEGIN_MS / 1000 - 1 });
  const { answers } = await attacked;
  await attacker.close();
  return { times, answers };
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

/** Measures all waves, one after the other, each between two idle times. */
async function measureAll(honest: Honest, server: ServerProcess, keys: readonly string[]): Promise<Result[]> {
  const idle = () => honest.ask({ do: "measure", seconds: IDLE_SECONDS });
  await honest.ask({ do: "measure", seconds: WARM_SECONDS });
  const results: Result[] = [];
  let before = await idle();
  for (const [number, wave] of ATTACK_WAVES.entries()) {
    const target = { url: server.url, key: keys[number], from: attackersAddress(number) };
    const cpuMs = cpuMsOf(server.pid);
    const { times, answers } = await attack(honest, wave, target);
    const cpuShare = (cpuMsOf(server.pid) - cpuMs) / (ATTACK_SECONDS * 1000);
    await sleep(SETTLE_MS);
    const after = await idle();
    const what = `p99 of an honest client during: ${wave.name} (${wave.atOnce} at once, at nice 19)`;
    const p99 = `${times.p99Ms.toFixed(1)} ms, idle ${before.p99Ms.toFixed(1)} and ${after.p99Ms.toFixed(1)}`;
    const median = `median ${times.p50Ms.toFixed(1)}, idle ${before.p50Ms.toFixed(1)}`;
    const against = ratio(times.p99Ms / ((before.p99Ms + after.p99Ms) / 2));
    const used = `${(100 * cpuShare).toFixed(0)} % of a core`;
    const measured = `${against} (${p99}; ${median}; ${times.failed} failed; ${used})`;
    console.log(`${what}: ${measured}; the attacker was answered ${shownAnswers(answers)}`);
    results.push({ what, measured, wanted: "≤ 2" });
    before = after;
  }
  return results;
}

export async function benchAttacks(): Promise<Result[]> {
  const { dataDir, remove } = await freshDataDir();
  const names = ["honest", ...ATTACK_WAVES.map((_, number) => `attacker ${number + 1}`)];
  const [honestKey = "", ...keys] = await makeKeys(dataDir, names);
  const server = await startServer({ DATA_DIR: dataDir, AUTH: "on", LOG_LEVEL: "error" });
  const honest = startChild<HonestCommand, HonestTimes>("attacksHonest.ts");
  try {
    await honest.ask({ do: "begin", url: server.url, key: honestKey });
    return await measureAll(honest, server, keys);
  } finally {
    await honest.close();
    await server.kill("SIGTERM");
    await remove();
  }
}
