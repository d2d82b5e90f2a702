// What befalls a bot and its connections: cuts at random moments, deaths, and a way to the server on which nothing is taken.
import { setTimeout as sleep } from "node:timers/promises";
import type { Chance } from "./botsChance.ts";
import type { Bot } from "./botsLife.ts";
import type { CuttingProxy } from "./cuttingProxy.ts";

/** Between two troubles of a bot. */
const QUIET_MS = { min: 200, max: 1500 };
/** A cut comes after so many bytes: within a handshake, the first frame or some later one. */
const BYTES_MAX = 3000;
const HELD_MS = { min: 50, max: 500 };
/** The server gives a client up who has taken nothing for 10 s, after it has filled what lies between. */
const HELD_FOR_LONG_MS = 20_000;
const TOO_SLOW = "4510";
/** Longer than it takes to read what has waited. */
const PATIENCE_MS = 30_000;
const POLL_MS = 10;

/** A bot, and its way to the server. */
export interface Troubled {
  readonly bot: Bot;
  readonly proxy: CuttingProxy;
}

/** One trouble after another, every second or so, until the signal. */
export async function trouble({ bot, proxy }: Troubled, chance: Chance, signal: AbortSignal): Promise<void> {
  const kinds: readonly [() => unknown, ...(() => unknown)[]] = [
    () => proxy.reset(),
    () => proxy.cutAfter(chance.number(0, BYTES_MAX)),
    () => bot.die(),
    async () => {
      proxy.hold();
      await sleep(chance.number(HELD_MS.min, HELD_MS.max));
      if (chance.once(2)) proxy.reset();
      proxy.release();
    },
  ];
  while (!signal.aborted) {
    await sleep(chance.number(QUIET_MS.min, QUIET_MS.max));
    if (!signal.aborted) await chance.oneOf(kinds)();
  }
}

/** Takes nothing from the server when the first events have come, until the server has closed the connection for it. */
export async function stallUntilClosed({ bot, proxy }: Troubled, signal: AbortSignal): Promise<void> {
  while (bot.list.length === 0 && bot.fault() === undefined) await sleep(POLL_MS, undefined, { signal });
  proxy.hold();
  await sleep(HELD_FOR_LONG_MS, undefined, { signal });
  proxy.release();
  for (const deadlineMs = performance.now() + PATIENCE_MS; !bot.endings.has(TOO_SLOW); ) {
    if (performance.now() > deadlineMs) throw new Error("a bot that took nothing for long was not closed");
    await sleep(POLL_MS, undefined, { signal });
  }
}
