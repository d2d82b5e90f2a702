// A child process that takes and gives back the lock of a DATA_DIR, and can hold its event loop still.
import { type DataDirLock, lockDataDir } from "../../src/store/lock.ts";

let lock: DataDirLock | undefined;

type Request = { kind: "lock"; dataDir: string } | { kind: "release" } | { kind: "stall"; ms: number };

process.on("message", async (request: Request) => {
  if (request.kind === "stall") {
    process.send?.("stalling");
    setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, request.ms), 20);
    return;
  }
  if (request.kind === "release") {
    await lock?.release();
    process.send?.("released");
    return;
  }
  try {
    lock = await lockDataDir(request.dataDir);
    process.send?.("held");
  } catch (error) {
    process.send?.(error instanceof Error ? error.message : String(error));
  }
});
process.send?.("ready");
