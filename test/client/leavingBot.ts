// A bot that leaves its loop in one of the ways there are, says what is left of it, and has nothing more to do.
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { createClient, cursorFile, followAccount } from "@papertape/client/node";
import { WAITING_EVENTS_MAX } from "../../web/client/src/limits.ts";

const POLL_MS = 5;

const [way, url = "", file = ""] = process.argv.slice(2);
const stop = new AbortController();
const events = followAccount(createClient({ url }), {
  store: cursorFile(file),
  signal: stop.signal,
  onStatus: ({ kind }) => {
    if (way === "abort while it connects" && kind === "connecting") setImmediate(() => stop.abort());
    if (way === "abort while it is away" && kind === "away") setImmediate(() => stop.abort());
  },
});
/** Timers and sockets that would keep the process alive. */
const resources = () => process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate|TCP|TLS/.test(name));

const given: number[] = [];
try {
  for await (const { sequence } of events) {
    given.push(sequence);
    if (way === "break") break;
    if (way === "break while nothing is read") {
      while (events.waiting < WAITING_EVENTS_MAX) await sleep(POLL_MS);
      break;
    }
    if (way === "throw") throw new Error("thrown");
    if (way === "abort") stop.abort();
    if (way === "abort while it waits") setImmediate(() => stop.abort());
  }
} catch (error) {
  if (way !== "throw" && way !== "meeting a fault of the server") throw error;
}
// A socket that is destroyed is off the list in the next turn of the event loop.
await nextTurn();
process.stdout.write(`${JSON.stringify({ given, left: resources() })}\n`);
