// The log: JSON lines on standard error, and nothing on standard output.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

test("should write a JSON line for each entry of its level and above", () => {
  const module = new URL("../../src/server/log.ts", import.meta.url).href;
  const script = `import(${JSON.stringify(module)}).then(({ createLog }) => {
    const log = createLog("info");
    log.debug("quiet");
    log.info({ port: 4000 }, "listening");
    log.error({ err: new Error("broken") }, "failed");
    process.exit(0);
  })`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-e", script], { encoding: "utf8" });
  expect(stdout).toBe("");
  const lines = stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { level: 30, time: expect.stringMatching(/Z$/), port: 4000, msg: "listening" },
    { level: 50, msg: "failed", err: { message: "broken" } },
  ]);
});
