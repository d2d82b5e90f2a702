// Long work in short turns: between them everything else in the process gets its own.
import { setImmediate as nextTurn } from "node:timers/promises";

/** How long a piece of work may hold the event loop. */
const TURN_MS = 2;

/** The turns of one piece of work: it asks often whether its turn is over, and then waits for the next. */
export class Turns {
  private beganMs = performance.now();

  get isOver(): boolean {
    return performance.now() - this.beganMs > TURN_MS;
  }

  async next(): Promise<void> {
    await nextTurn();
    this.beganMs = performance.now();
  }
}
