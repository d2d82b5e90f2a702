// AUTH on and off: what starts, what is refused, and the command that makes the first key.
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { runKeyCommand } from "../../src/server/keyCommand.ts";
import { openDatabase } from "../../src/store/database.ts";
import { StartError } from "../../src/store/startError.ts";
import { silentLog } from "../support/log.ts";
import { places } from "../support/wireDesk.ts";

function refusal(env: Record<string, string>): string {
  try {
    readConfig(env, []);
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

const TOKENS = {
  AUTH_JWT_ISSUER: "https://id.example.org/",
  AUTH_JWT_AUDIENCE: "papertape",
  AUTH_JWKS_URL: "https://id.example.org/jwks",
};

describe("a start", () => {
  it.each([
    [{ HOST: "0.0.0.0" }, "without keys only loopback is served"],
    [{ HOST: "192.168.0.7", AUTH: "off" }, "AUTH=on serves others, who need a key"],
    [{ HOST: "0.0.0.0", AUTH: "on" }, "HOST=0.0.0.0 needs ALLOWED_HOSTS"],
    [{ HOST: "::", AUTH: "on" }, "HOST=:: needs ALLOWED_HOSTS"],
    [{ AUTH: "maybe" }, "it must be on or off"],
    [{ ALLOWED_HOSTS: "desk.example.org" }, "ALLOWED_HOSTS needs AUTH=on"],
    [TOKENS, "AUTH_JWT_ISSUER needs AUTH=on"],
    [{ AUTH: "on", ALLOWED_HOSTS: "desk.example.org:443" }, "without ports"],
    [{ AUTH: "on", ALLOWED_ORIGINS: "*" }, "it must be origins such as"],
    [{ AUTH: "on", ALLOWED_ORIGINS: "https://app.example.org/" }, "it must be origins such as"],
    [{ ...TOKENS, AUTH: "on", AUTH_JWKS_URL: "" }, "are set together"],
    [{ ...TOKENS, AUTH: "on", AUTH_JWKS_URL: "http://id.example.org/jwks" }, "it must be an https address"],
  ])("should be refused with %j", (env, words) => {
    const line = refusal(env);
    expect(line).toContain(words);
    expect(line).not.toContain("\n");
  });

  it("should serve others where they need credentials", () => {
    const env = { ...TOKENS, HOST: "0.0.0.0", AUTH: "on", ALLOWED_HOSTS: "desk.example.org, 10.0.0.7,::1" };
    expect(readConfig({ ...env, ALLOWED_ORIGINS: "https://app.example.org" }, []).access).toEqual({
      kind: "guarded",
      allowedHosts: ["desk.example.org", "10.0.0.7", "::1"],
      allowedOrigins: ["https://app.example.org"],
      tokens: { issuer: "https://id.example.org/", audience: "papertape", keysUrl: "https://id.example.org/jwks" },
    });
    expect(readConfig({}, []).access).toEqual({ kind: "local" });
  });
});

describe.each(places)("the command for keys on $name", ({ open }) => {
  async function run(env: Readonly<Record<string, string>>, ...argv: string[]): Promise<string[]> {
    const lines: string[] = [];
    await runKeyCommand(argv, env, (line) => void lines.push(line));
    return lines;
  }

  it("should make, list and revoke a key", async () => {
    const { env, remove } = await open();
    try {
      const scopes = ["--scopes", "trade,feed"];
      const made = await run(env, "create", "--name", "bot", ...scopes, "--account", "main", "--expires", "90d");
      expect(made[2]).toMatch(/^ptk_[A-Za-z0-9_-]{49}$/);
      const [, id = ""] = /^made ([0-9a-f-]{36}) ptk_.{5}… "bot" trade,feed; 1 accounts/.exec(made[0] ?? "") ?? [];
      const listed = await run(env, "list");
      expect(listed).toEqual([expect.stringMatching(new RegExp(`^${id} .*; never used$`)), "1 keys of local"]);
      expect(listed.join()).not.toContain(made[2]);
      expect(await run(env, "list", "--owner", "ben")).toEqual(["0 keys of ben"]);
      await expect(run(env, "revoke", id, "--owner", "ben")).rejects.toThrow(`ben has no key ${id}`);
      expect((await run(env, "revoke", id))[0]).toMatch(/; revoked \d{4}-/);
    } finally {
      await remove();
    }
  });

  it.each([
    [[], "say what to do"],
    [["create", "--name", "bot"], "--scopes"],
    [["create", "--name", "bot", "--scopes", "all"], "They must be of read, trade, feed, admin"],
    [["create", "--name", "bot", "--scopes", "read", "--expires", "soon"], "It must be such as 12h, 90d or 4w"],
    [["create", "--name", "bot", "--scopes", "admin", "--account", "main"], "no key has that is bound to accounts"],
    [["create", "--name", "bot", "--scopes", "read", "--owner", "(nobody)"], "It must be a letter or digit"],
    [["delete"], "unknown command"],
  ])("should refuse %j in one line", async (argv, words) => {
    const { env, remove } = await open();
    try {
      const failed = await run(env, ...argv).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(StartError);
      expect((failed as Error).message).toContain(words);
      expect((failed as Error).message).not.toContain("\n");
    } finally {
      await remove();
    }
  });
});

it("the command for keys should say what to do while a server has the embedded database", async () => {
  const [embedded] = places;
  if (embedded === undefined) throw new Error("there is always PGlite");
  const { env, remove } = await embedded.open();
  const database = await openDatabase({ dataDir: env["DATA_DIR"] ?? "", log: silentLog });
  try {
    const making = runKeyCommand(["create", "--name", "bot", "--scopes", "read"], env, () => undefined);
    await expect(making).rejects.toThrow(/is in use by .*createApiKey and revokeApiKey/);
  } finally {
    await database.close();
    await remove();
  }
});
