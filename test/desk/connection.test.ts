// The dashboard while the server is away: it tells so, and misses nothing.
import { type Client, createClient, EnableDocument } from "@papertape/client/node";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { freshDataDir, type TestDir } from "../support/pglite.ts";
import { type ServerProcess, startServer } from "../support/serverProcess.ts";
import { canLook, openRow, POLL, publish, signal, useBrowser } from "./deskPage.ts";

/** The browser itself reports each attempt that finds no server. */
const isAway = (complaint: string) =>
  /ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|WebSocket connection to .* failed|ERR_EMPTY|RESET/.test(complaint);

describe.skipIf(!canLook)("The dashboard's connection", () => {
  let folder: TestDir;
  let server: ServerProcess;
  let client: Client;

  const start = (env: Readonly<Record<string, string>> = {}) =>
    startServer({ DATA_DIR: folder.dataDir, LOG_LEVEL: "error", ...env });

  beforeAll(async () => {
    folder = await freshDataDir();
    server = await start();
    client = createClient({ url: server.url });
    await client.mutate(EnableDocument);
    await publish(client, "ACME", "150");
    await signal(client, "ACME", "10");
  });

  afterAll(async () => {
    await server?.kill();
    await folder?.remove();
  });

  const visits = useBrowser(() => server.url, isAway);

  it("says that there is none, tries again by itself, and shows what happened meanwhile", async () => {
    const page = await visits.open();
    await page.goto(server.url);
    await openRow(page, "ACME").waitFor();
    const away = page.getByTestId("away");
    expect(await away.count()).toBe(0);

    await server.kill();
    await away.waitFor();
    expect(await away.innerText()).toContain("No connection to the server.");
    expect(await openRow(page, "ACME").count()).toBe(1);

    // Until the page may come back, it is kept from it: what happens first, happens without it.
    await page.context().setOffline(true);
    server = await start({ PORT: new URL(server.url).port });
    await publish(client, "ACME", "140");
    await publish(client, "BOLT", "150");
    await signal(client, "BOLT", "3");
    expect(await away.count()).toBe(1);
    await page.context().setOffline(false);

    await away.waitFor({ state: "detached" });
    await openRow(page, "BOLT").waitFor();
    await openRow(page, "ACME").waitFor({ state: "detached" });
    const recent = page.getByTestId("recent");
    await expect.poll(() => recent.innerText(), POLL).toMatch(/Closed 10 ACME at 1\d\d\.\d+: -\$\d+\.\d\d \(stop\)/);
    expect(await recent.innerText()).toContain("Bought 3 BOLT");
  });

  it("goes on by itself with another account that was asked for meanwhile", async () => {
    const page = await visits.open();
    await page.goto(server.url);
    await openRow(page, "BOLT").waitFor();
    await server.kill();
    await page.getByTestId("away").waitFor();
    await page.evaluate(() => location.assign("#/a/other"));
    await page.getByText("The account is loading.").waitFor();
    expect(await page.getByTestId("away").count()).toBe(1);
    server = await start({ PORT: new URL(server.url).port });
    await page.getByText("There is no account “other” yet").waitFor();
    await page.getByTestId("away").waitFor({ state: "detached" });
  });

  it("begins anew where the server comes back with other data, and shows an account as soon as a program has made it", async () => {
    const page = await visits.open();
    await page.goto(server.url);
    await openRow(page, "BOLT").waitFor();
    const other = await freshDataDir();
    await server.kill();
    server = await start({ PORT: new URL(server.url).port, DATA_DIR: other.dataDir });
    onTestFinished(async () => {
      await server.kill();
      await other.remove();
    });
    await page.getByTestId("first-steps").waitFor();
    expect(await page.getByTestId("banner").innerText()).toBe("Paper trading: no real money is moved here.");
    expect(await page.getByTestId("away").count()).toBe(0);
    await client.mutate(EnableDocument);
    await page.getByRole("heading", { name: "main", level: 1 }).waitFor();
    await publish(client, "DASH", "150");
    await signal(client, "DASH", "5");
    await openRow(page, "DASH").waitFor();
    expect(await openRow(page, "BOLT").count()).toBe(0);
  });
});
