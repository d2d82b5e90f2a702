// The package's README: every block of code compiles under the project's own rules, and runs on a real server as it stands.
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { createClient, EnableDocument } from "@papertape/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLIENT, checkClientBuild } from "../support/builtClient.ts";
import { PROJECT } from "../support/builtServer.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";

const README = readFileSync(path.join(CLIENT, "README.md"), "utf8");
const COMPILER = path.join(path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

function blocks(language: string): string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    ([, block]) => block ?? "",
  );
}

/** What each block says first, in order; one that follows goes on until it is ended. */
const SAID: readonly RegExp[] = [
  /^0 no trades yet$/,
  /^100000$/,
  /^FILLED \S+ \[\]$/,
  /^1 AccountChanged 0$/,
  /^connecting$/,
  /^147\.03 150\.03$/,
  /^1 prices$/,
];

describe("the README's code", () => {
  const programs = blocks("ts");
  let desk: WireDesk;
  const folder = mkdtempSync(path.join(tmpdir(), "papertape-readme-"));
  beforeAll(async () => {
    await checkClientBuild();
    desk = await startWireDesk({});
    await createClient({ url: desk.server.url }).mutate(EnableDocument);
    symlinkSync(path.join(PROJECT, "node_modules"), path.join(folder, "node_modules"));
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    for (const [index, program] of programs.entries())
      writeFileSync(
        path.join(folder, `block${index}.ts`),
        program.replaceAll("http://localhost:4000", desk.server.url),
      );
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await desk?.stop();
  });

  it("compiles", async () => {
    const config = path.join(folder, "tsconfig.json");
    const compilerOptions = { typeRoots: [path.join(PROJECT, "node_modules/@types")] };
    const rules = { extends: path.join(PROJECT, "tsconfig.json"), compilerOptions, include: ["*.ts"] };
    writeFileSync(config, JSON.stringify(rules));
    const compiling = promisify(execFile)(process.execPath, [COMPILER, "-p", config], { cwd: folder });
    await compiling.catch(({ stdout }: { stdout: string }) => expect(stdout).toBe(""));
    expect(programs).toHaveLength(SAID.length);
  });

  it.each(programs.map((_, index) => index))("runs: block %i", async (index) => {
    const file = path.join(folder, `block${index}.ts`);
    const child = spawn(process.execPath, ["--import", "tsx", file], { cwd: folder });
    const said = { out: "", error: "" };
    const ended = once(child, "close");
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said.error += text;
    });
    // The one that follows has no end.
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said.out += text;
      if (programs[index]?.includes("followAccount") && said.out.includes("\n")) child.kill();
    });
    await ended;
    expect(said.error).toBe("");
    expect(said.out.split("\n")[0]).toMatch(SAID[index] ?? /^$/);
  });

  it("has shell commands that a shell can read", () => {
    for (const block of blocks("bash")) execFileSync("bash", ["-n"], { input: block });
  });
});
