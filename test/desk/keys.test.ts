// The dashboard of a server with keys: it asks for one, says when it is not taken, and forgets it at the end.
import { createClient, EnableDocument } from "@papertape/client/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { runKeyCommand } from "../../src/server/keyCommand.ts";
import { createLog } from "../../src/server/log.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { freshDataDir, type TestDir } from "../support/pglite.ts";
import { canLook, useBrowser } from "./deskPage.ts";

/** The browser itself reports each answer of 401, and each WebSocket that was refused. */
const isRefusal = (complaint: string) => /\b401\b|Unauthorized/.test(complaint);

describe.skipIf(!canLook)("The dashboard of a server with keys", () => {
  let folder: TestDir;
  let server: RunningServer;
  let secret: string;

  beforeAll(async () => {
    folder = await freshDataDir();
    const { dataDir: DATA_DIR } = folder;
    const said: string[] = [];
    await runKeyCommand(["create", "--name", "page", "--scopes", "admin"], { DATA_DIR }, (line) => said.push(line));
    secret = said.at(-1) ?? "";
    server = await serve(readConfig({ PORT: "0", AUTH: "on", DATA_DIR }, []), createLog("error"), () => undefined);
    await createClient({ url: server.url, key: secret }).mutate(EnableDocument);
  });

  afterAll(async () => {
    await server?.close();
    await folder?.remove();
  });

  const visits = useBrowser(() => server.url, isRefusal);

  it("asks for a key, tells a wrong one, opens with a right one, and asks again after signing out", async () => {
    const page = await visits.open();
    await page.goto(server.url);
    const dialog = page.getByRole("dialog", { name: "This desk asks for a key" });
    await dialog.waitFor();
    await page.getByLabel("Key", { exact: true }).fill("ptk_wrong");
    await page.getByRole("button", { name: "Enter" }).click();
    await dialog.getByText("The server does not take this key.").waitFor();

    await page.getByLabel("Key", { exact: true }).fill(secret);
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByText("Paper trading is on for “main”").waitFor();
    await dialog.waitFor({ state: "detached" });
    expect(await page.evaluate(() => localStorage.getItem("papertape.key"))).toBeNull();

    await page.reload();
    await page.getByText("Paper trading is on for “main”").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await dialog.waitFor();
    expect(await page.evaluate(() => sessionStorage.getItem("papertape.key"))).toBeNull();
    expect(await page.getByText("Paper trading is on for “main”").count()).toBe(0);
  });

  it("keeps the key for later visits where one wants that, until one signs out", async () => {
    const page = await visits.open();
    await page.goto(server.url);
    await page.getByLabel("Key", { exact: true }).fill(secret);
    await page.getByLabel("Keep it in this browser until I sign out").check();
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByText("Paper trading is on for “main”").waitFor();

    const later = await page.context().newPage();
    await later.goto(server.url);
    await later.getByText("Paper trading is on for “main”").waitFor();
    await later.getByRole("button", { name: "Sign out" }).click();
    await later.getByRole("dialog", { name: "This desk asks for a key" }).waitFor();
    expect(await later.evaluate(() => localStorage.getItem("papertape.key"))).toBeNull();
  });
});
