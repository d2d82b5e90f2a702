// The page's walk from keys to a service, by its own commands: what root would do is done in a folder of the test's.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROJECT } from "../support/builtServer.ts";
import { startServer } from "../support/serverProcess.ts";
import { blockOf, inPlace, PAGE } from "./page.ts";
import { areInstalled, check, ENVIRONMENT, runBlock, type TemporaryFolder, temporaryFolder } from "./programs.ts";
import { askAt, type Keys, makeKeys, startVariables, WALK } from "./walkedServer.ts";

/** Builds, keys and starts on a busy machine. */
const START_MS = 300_000;
const SYSTEMD = areInstalled("the check of the unit of systemd", "systemd-analyze");

/** In place of `sudo`: files are made as whoever runs the test; there is no new user, and nobody else to give files to. */
const AS_ONESELF = 'sudo() { case "$1" in useradd|chown) ;; *) "$@" ;; esac; }\n';

describe("a newcomer who follows the page", () => {
  let folder: TemporaryFolder;
  let keys: Keys;
  const inFolder = (name: string) => path.join(folder.path, name);
  beforeAll(async () => {
    folder = await temporaryFolder();
    keys = await makeKeys(folder.path, inFolder("data"));
  }, START_MS);
  afterAll(() => folder?.remove());

  it("builds with commands that are there", async () => {
    const { scripts } = JSON.parse(await readFile(path.join(PROJECT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(await blockOf(WALK, "bash", "npm ci")).toBe("npm ci\nnpm run build\n");
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["build", "start", "key"]));
  });

  it("has keys in files that nobody else may read", async () => {
    for (const file of [keys.firstFile, keys.prometheusFile]) {
      expect(await readFile(file, "utf8")).toMatch(/^ptk_\S+\n$/);
      expect((await runBlock(`stat -c %a ${file}`)).trim()).toBe("600");
    }
  });

  it(
    "starts, and is answered what the page shows; without the key 401",
    async () => {
      const server = await startServer({ ...(await startVariables()), DATA_DIR: inFolder("data") });
      onTestFinished(() => server.kill("SIGTERM").then(() => undefined));
      const changes = { "first.key": keys.firstFile, "http://127.0.0.1:4000": server.url };
      const curl = inPlace(await blockOf(WALK, "bash", "mutation { enable"), changes);
      const shown = await blockOf(WALK, "json", "enable");
      expect(JSON.parse(await runBlock(curl))).toEqual(JSON.parse(shown));
      const header = `-H "authorization: Bearer $(cat ${keys.firstFile})"`;
      expect(await runBlock(inPlace(curl, { [header]: "-w %{http_code}" }))).toMatch(/UNAUTHENTICATED[\s\S]*\n401$/);
    },
    START_MS,
  );

  it(
    "makes a service of it, whose files are all there, and which serves the same desk",
    async () => {
      const places = {
        "/opt/papertape": inFolder("opt"),
        "/var/lib/papertape": inFolder("lib"),
        "/etc/papertape.env": inFolder("papertape.env"),
      };
      const install = inPlace(await blockOf(WALK, "bash", "useradd"), {
        ...places,
        "cp -r data ": `cp -r ${inFolder("data")} `,
        // A gigabyte that stays as it is.
        "dist node_modules package.json": "dist package.json",
      });
      await runBlock(`${AS_ONESELF}${install}`);
      await symlink(path.join(PROJECT, "node_modules"), inFolder("opt/node_modules"));
      const unit = inPlace(await blockOf(WALK, "ini", "[Service]"), {
        "/opt/papertape": inFolder("opt"),
        "/etc/papertape.env": inFolder("papertape.env"),
        "/usr/bin/node": process.execPath,
      });
      expect(verified(await unitFile(unit))).toEqual([]);
      const url = await startAsUnit(unit);
      expect(await askAt(url, keys.first, "{ account { name } apiKeys { totalCount } }")).toEqual({
        account: { name: "main" },
        apiKeys: { totalCount: 2 },
      });
    },
    START_MS,
  );

  it("keeps the service in its bounds, with a start again where it fails", async () => {
    const unit = await blockOf(WALK, "ini", "[Service]");
    const bounds = ["NoNewPrivileges=yes", "ProtectSystem=strict", "Restart=on-failure", "EnvironmentFile=", "User="];
    for (const bound of bounds) expect(unit).toContain(`\n${bound}`);
    expect(await readFile(PAGE, "utf8")).toContain("`/etc/systemd/system/papertape.service`");
  });

  async function unitFile(unit: string): Promise<string> {
    await mkdir(inFolder("units"), { recursive: true });
    const file = inFolder("units/papertape.service");
    await writeFile(file, unit);
    return file;
  }

  /** What systemd says against our unit; not what it says of others on this machine. */
  function verified(file: string): readonly string[] {
    if (!SYSTEMD) return [];
    const { said } = check("systemd-analyze", ["verify", file]);
    return said.split("\n").filter((line) => line.includes("papertape"));
  }

  /** Runs what a unit starts as systemd would: its command, in its folder, with its file of variables and no others. */
  async function startAsUnit(unit: string): Promise<string> {
    const settingOf = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
    const variables = (await readFile(settingOf("EnvironmentFile"), "utf8")).trim().split("\n");
    const env = Object.fromEntries(variables.map((line) => line.split("=") as [string, string]));
    const [command = "", ...args] = settingOf("ExecStart").split(" ");
    const { PATH } = ENVIRONMENT;
    const child = spawn(command, args, { cwd: settingOf("WorkingDirectory"), env: { PATH, ...env, PORT: "0" } });
    const closed = once(child, "close");
    onTestFinished(async () => {
      child.kill("SIGTERM");
      await closed;
    });
    let said = "";
    return new Promise((resolve, reject) => {
      child.stderr.on("data", (text) => {
        said += text;
      });
      child.stdout.on("data", (text) => {
        said += text;
        const url = /^listening on (\S+)$/m.exec(said)?.[1];
        if (url !== undefined) resolve(url);
      });
      child.once("close", () => reject(new Error(said)));
    });
  }
});
