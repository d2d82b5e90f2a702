// One DATA_DIR, one process: the lock between real processes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LOCK_FOLDER, lockDataDir } from "../../src/store/lock.ts";
import { StartError } from "../../src/store/startError.ts";
import { type Child, startChild } from "../support/child.ts";

const RACERS = 8;
const RACES = 10;

let dataDir: string;
const children: Child[] = [];

async function child(): Promise<Child> {
  const started = await startChild("lockChild.ts");
  children.push(started);
  return started;
}

const take = (from: Child) => from.ask<string>({ kind: "lock", dataDir });

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "papertape-lock-"));
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((each) => each.kill()));
  await rm(dataDir, { recursive: true, force: true });
});

describe("the lock of DATA_DIR", () => {
  it("is refused to a second process, with the first one's pid", async () => {
    const [first, second] = [await child(), await child()];
    expect(await take(first)).toBe("held");
    expect(await take(second)).toBe(
      `DATA_DIR ${dataDir} is in use by process ${first.pid}: stop it first, or choose another DATA_DIR`,
    );
  });

  it("is refused to the same process a second time", async () => {
    const lock = await lockDataDir(dataDir);
    await expect(lockDataDir(dataDir)).rejects.toThrow(/in use by this very process/);
    await lock.release();
  });

  it("is free again after it is released, and leaves no socket behind", async () => {
    const lock = await lockDataDir(dataDir);
    await lock.release();
    expect(await readdir(path.join(dataDir, LOCK_FOLDER))).toEqual([]);
    const again = await lockDataDir(dataDir);
    await again.release();
  });

  it("is free at once after its holder was killed, twenty times in a row", async () => {
    for (let round = 0; round < 20; round += 1) {
      const holder = await child();
      expect(await take(holder)).toBe("held");
      await holder.kill("SIGKILL");
    }
    const lock = await lockDataDir(dataDir);
    expect(await readdir(path.join(dataDir, LOCK_FOLDER))).toHaveLength(1);
    await lock.release();
  });

  it("stays held while its holder's event loop stands still, and while the holder is stopped", async () => {
    const [holder, second] = [await child(), await child()];
    expect(await take(holder)).toBe("held");
    await holder.ask({ kind: "stall", ms: 1500 });
    expect(await take(second)).toMatch(/is in use by/);
    process.kill(holder.pid, "SIGSTOP");
    expect(await take(second)).toMatch(/is in use by another process/);
    process.kill(holder.pid, "SIGCONT");
  });

  it(`goes to exactly one of ${RACERS} processes that start at once on a killed one's, ${RACES} times over`, async () => {
    let racers = await Promise.all(Array.from({ length: RACERS }, child));
    for (let race = 0; race < RACES; race += 1) {
      const answers = await Promise.all(racers.map(take));
      expect(answers.filter((answer) => answer === "held")).toHaveLength(1);
      const winner = racers[answers.indexOf("held")];
      expect(answers.filter((answer) => answer !== "held" && !answer.includes("is in use by"))).toEqual([]);
      await winner?.kill("SIGKILL");
      racers = [...racers.filter((racer) => racer !== winner), await child()];
    }
  });

  it("does not keep the process alive", async () => {
    const source = path.resolve("src/store/lock.ts");
    const script = `const { lockDataDir } = await import(${JSON.stringify(source)}); await lockDataDir(${JSON.stringify(dataDir)});`;
    const alone = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: "inherit",
    });
    expect(await once(alone, "exit")).toEqual([0, null]);
  });

  it("says so where DATA_DIR is too long a path for a socket", async () => {
    const long = path.join(dataDir, "x".repeat(120));
    await mkdir(long);
    const refused = lockDataDir(long);
    await expect(refused).rejects.toBeInstanceOf(StartError);
    await expect(refused).rejects.toThrow(/too long a path/);
  });
});
