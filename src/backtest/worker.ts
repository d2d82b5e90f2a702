// The file that a backtest's worker thread is started with: it steps back before anything else is loaded.
import { readlinkSync } from "node:fs";
import { constants, setPriority } from "node:os";

/** Where threads have priorities of their own (Linux), this one lets everything else go first. */
function stepBack(): void {
  try {
    const thread = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
    if (thread > 0) setPriority(thread, constants.priority.PRIORITY_LOW);
  } catch {
    // Elsewhere the system decides.
  }
}

stepBack();
await import("./workerThread.ts");
