// A process that attacks: a wave's attacks one after the other, so many at once, as fast as it gets its answers.
import { readdirSync } from "node:fs";
import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { attackOf } from "../test/attacks/load/attacks.ts";
import type { Refusal, Target } from "../test/attacks/load/target.ts";
import type { Wave } from "./attacksWaves.ts";
import { answerParent } from "./streamsChild.ts";

export type AttackCommand =
  | { readonly do: "wait" }
  | { readonly do: "attack"; readonly wave: Wave; readonly target: Target; readonly seconds: number };

/** What the attacker was answered, and how often. */
export interface Attacked {
  readonly answers: Readonly<Record<string, number>>;
}

// The attacker shares the machine with the server, which he would not: he takes what it leaves of the processor.
const NICE = 19;
// Linux keeps a priority for each thread; those that are made later inherit it.
for (const thread of readdirSync("/proc/self/task")) setPriority(Number(thread), NICE);

function shown({ status, close, code, cut, message }: Refusal): string {
  const parts = [status, close, code, cut].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(" ") : (message ?? "nothing");
}

async function attack({ attacks, atOnce }: Wave, target: Target, seconds: number): Promise<Attacked> {
  const answers: Record<string, number> = {};
  const endMs = performance.now() + seconds * 1000;
  let next = 0;
  const attacker = async () => {
    while (performance.now() < endMs) {
      const name = attacks[next++ % attacks.length] ?? "";
      const answer = shown(await attackOf(name).run(target));
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
  };
  const all = Array.from({ length: atOnce }, attacker);
  await Promise.race([Promise.all(all), sleep(seconds * 1000)]);
  return { answers };
}

answerParent(async (command: AttackCommand): Promise<Attacked> => {
  if (command.do === "wait") return { answers: {} };
  return attack(command.wave, command.target, command.seconds);
});
