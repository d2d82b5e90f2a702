// The banner of an account that is promoted to the live route: it changes before one's eyes, and back after the demotion.
import {
  type Client,
  createClient,
  DemoteDocument,
  DisableDocument,
  EnableDocument,
  PromoteDocument,
} from "@papertape/client/node";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { runKeyCommand } from "../../src/server/keyCommand.ts";
import { createLog } from "../../src/server/log.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { openDatabase } from "../../src/store/database.ts";
import { makeEligible } from "../live/liveDesk.ts";
import { type Receiver, SECRET, startReceiver } from "../live/receiving.ts";
import { silentLog } from "../support/log.ts";
import { freshDataDir, type TestDir } from "../support/pglite.ts";
import { canLook, POLL, signal, useBrowser } from "./deskPage.ts";

/** The browser itself reports the answer of 401 to a page that has no key yet. */
const isRefusal = (complaint: string) => /\b401\b|Unauthorized/.test(complaint);

describe.skipIf(!canLook)("The dashboard of an account on its way to live", () => {
  let folder: TestDir;
  let receiver: Receiver;
  let server: RunningServer;
  let page: Page;
  const secrets = { admin: "", trade: "" };

  const start = () => {
    const live = { LIVE_WEBHOOK_URL: receiver.url, LIVE_WEBHOOK_SECRET: SECRET };
    const config = readConfig({ PORT: "0", AUTH: "on", DATA_DIR: folder.dataDir, ...live }, []);
    return serve(config, createLog("error"), () => undefined);
  };
  const clientOf = (scope: keyof typeof secrets): Client => createClient({ url: server.url, key: secrets[scope] });

  beforeAll(async () => {
    folder = await freshDataDir();
    receiver = await startReceiver();
    const { dataDir } = folder;
    for (const scope of ["admin", "trade"] as const) {
      const said: string[] = [];
      const command = ["create", "--name", scope, "--scopes", scope];
      await runKeyCommand(command, { DATA_DIR: dataDir }, (line) => said.push(line));
      secrets[scope] = said.at(-1) ?? "";
    }
    server = await start();
    await clientOf("trade").mutate(EnableDocument);
    await server.close();
    const database = await openDatabase({ dataDir, log: silentLog });
    await makeEligible(database);
    await database.close();
    server = await start();
  });
  afterAll(async () => {
    await server?.close();
    await receiver?.close();
    await folder?.remove();
  });
  const visits = useBrowser(() => server.url, isRefusal);

  const banner = () => page.getByTestId("banner");
  const says = (text: string) => expect.poll(() => banner().innerText(), POLL).toBe(text);
  /** What one sees of the banner besides its words. */
  const look = () =>
    banner().evaluate((found) => {
      const { backgroundColor, borderTopStyle } = getComputedStyle(found);
      return { backgroundColor, borderTopStyle, icon: found.querySelector("i")?.className };
    });
  const seen: Record<string, Awaited<ReturnType<typeof look>>> = {};

  it("says that the account is promoted as soon as it is, and that it trades on paper still", async () => {
    page = await visits.open();
    await page.goto(`${server.url}/#/a/main`);
    await page.getByLabel("Key", { exact: true }).fill(secrets.trade);
    await page.getByRole("button", { name: "Enter" }).click();
    await says("Paper trading is on for “main”: no real money is moved.");
    seen["paper"] = await look();
    await page.getByRole("heading", { name: "Eligible to go live: yes" }).waitFor();

    const input = { account: "main", confirmation: "promote main to live" };
    const { promote } = await clientOf("admin").mutate(PromoteDocument, { input });
    expect(promote.__typename).toBe("PromotePayload");
    await says("Paper trading is on for “main”: it is promoted, and goes live when it is switched off.");
    expect(await look()).toEqual(seen["paper"]);
  });

  it("warns whoever switches paper trading off that signals go live from then on", async () => {
    await page.getByRole("switch").click();
    const question = page.getByRole("alertdialog", { name: "Switch paper trading off?" });
    await question.getByText("The account is promoted: from then on its signals leave for the live route.").waitFor();
    await question.getByRole("button", { name: "Cancel" }).click();
    await question.waitFor({ state: "detached" });
    await says("Paper trading is on for “main”: it is promoted, and goes live when it is switched off.");

    await page.getByRole("switch").click();
    await question.getByRole("button", { name: "Switch off" }).click();
    await says("LIVE: signals for “main” leave for the live route while it is eligible.");
    seen["live"] = await look();
    expect(seen["live"]).not.toMatchObject({ backgroundColor: seen["paper"]?.backgroundColor });
    expect(seen["live"]).toMatchObject({ borderTopStyle: "double", icon: "pi pi-bolt" });
  });

  it("says it on every page, also after a reload", async () => {
    for (const place of ["trades", "signals", "sessions", "settings", "eligibility"]) {
      await page.goto(`${server.url}/#/a/main/${place}`);
      await says("LIVE: signals for “main” leave for the live route while it is eligible.");
    }
    await page.reload();
    await says("LIVE: signals for “main” leave for the live route while it is eligible.");
  });

  it("tells a signal that left, and what the receiver said to it", async () => {
    await page.goto(`${server.url}/#/a/main`);
    await page.getByRole("heading", { name: "Just now" }).waitFor();
    expect(await signal(clientOf("trade"), "ACME", "10")).toMatchObject({ status: "ROUTED_LIVE" });
    await receiver.until(1);
    const recent = page.getByTestId("recent");
    await expect.poll(() => recent.innerText(), POLL).toContain("Sent a signal for ACME to the live route");
    await expect.poll(() => recent.innerText(), POLL).toMatch(/Delivery of desk-\d+ to the live route: delivered/);
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Signals" }).click();
    await page.getByTestId("signals").getByText("⚡ sent live").waitFor();
  });

  it("is back as soon as the account is demoted: nothing leaves any more", async () => {
    const client = clientOf("trade");
    const { demote } = await client.mutate(DemoteDocument, { input: { account: "main" } });
    expect(demote.__typename).toBe("DemotePayload");
    await says("Paper trading is off for “main”: signals are skipped.");
    expect(await look()).not.toMatchObject({ backgroundColor: seen["live"]?.backgroundColor });
    expect((await look()).icon).toBe(seen["paper"]?.icon);
    expect(await signal(client, "ACME", "10")).toMatchObject({ status: "SKIPPED" });
    await page.getByText(/^Skipped: paper trading is off, and the account is not promoted/).waitFor();

    await client.mutate(EnableDocument);
    await says("Paper trading is on for “main”: no real money is moved.");
    expect(await look()).toEqual(seen["paper"]);
    await client.mutate(DisableDocument);
    await says("Paper trading is off for “main”: signals are skipped.");
    expect(receiver.received).toHaveLength(1);
  });
});
