// GraphiQL in a real browser on a server with keys: it opens for everybody, and works with a key in its headers tab.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { runKeyCommand } from "../../src/server/keyCommand.ts";
import { createLog } from "../../src/server/log.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { amountOf, readExposition } from "../metrics/exposition.ts";
import { chromiumFound, openChromium } from "../support/chromium.ts";
import { freshDataDir, type TestDir } from "../support/pglite.ts";

const POLL = { timeout: 20_000 };
const EVENTS = "subscription { accountEvents { __typename ... on AccountChanged { change } } }";

describe.skipIf(!chromiumFound)("GraphiQL on a server with keys", () => {
  let folder: TestDir;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let secret: string;
  const complaints: string[] = [];
  const foreign: string[] = [];

  beforeAll(async () => {
    folder = await freshDataDir();
    const { dataDir: DATA_DIR } = folder;
    const said: string[] = [];
    await runKeyCommand(["create", "--name", "page", "--scopes", "admin"], { DATA_DIR }, (line) => said.push(line));
    secret = said.at(-1) ?? "";
    const config = readConfig({ PORT: "0", AUTH: "on", DATA_DIR }, []);
    server = await serve(config, createLog("error"), () => undefined);
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await folder?.remove();
  });

  /** GraphiQL for somebody who was never here, with one tab that holds `query`. */
  async function openPage(query: string): Promise<void> {
    const visitor = await browser.newContext();
    page = await visitor.newPage();
    page.on("console", (message) => {
      // The browser itself reports each answer of 401.
      if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url)) foreign.push(request.url());
    });
    await page.goto(`${server.url}/graphql?query=${encodeURIComponent(query)}`);
    await page.waitForSelector(".graphiql-execute-button");
  }

  /** Puts a text into the headers tab, in place of what is there. */
  async function putHeaders(text: string): Promise<void> {
    await page.getByRole("button", { name: "Headers", exact: true }).click();
    const editor = page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .monaco-editor").first();
    await editor.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(text);
  }
  const key = () => JSON.stringify({ authorization: `Bearer ${secret}` });

  /** How many follow events. */
  const subscribers = async (): Promise<number> => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return amountOf(readExposition(metrics), "papertape_subscribers");
  };
  const ask = async (query: string): Promise<void> => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${secret}` };
    const answer = await fetch(`${server.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
    expect(answer.status).toBe(200);
  };

  const run = () => page.locator(".graphiql-execute-button").click();
  const shown = async (): Promise<string> => (await page.locator(".result-window").innerText()).replace(/\s/g, "");
  const sees = (text: string): Promise<void> => expect.poll(shown, POLL).toContain(text);

  it("opens without a key, and says clearly that one is needed", async () => {
    await openPage("{ accounts { totalCount } }");
    await sees('"code":"UNAUTHENTICATED"');
    await run();
    await sees('"code":"UNAUTHENTICATED"');
  });

  it("says so for a subscription too", async () => {
    await openPage(EVENTS);
    await run();
    await sees('"closeCode":4401');
  });

  it("runs a query and a mutation with the key of its headers tab", async () => {
    await openPage("mutation { enable { __typename } }");
    await putHeaders(key());
    await run();
    await sees('"enable":{"__typename":"EnablePayload"}');
    await openPage("{ account { name status } }");
    await putHeaders(key());
    await run();
    await sees('"account":{"name":"main","status":"ENABLED"}');
  });

  it("follows events over its WebSocket with the key of its headers tab", async () => {
    await openPage(EVENTS);
    await putHeaders(key());
    await run();
    await expect.poll(subscribers, POLL).toBe(1);
    await ask("mutation { disable { __typename } }");
    await sees('"change":"DISABLED"');
    await run();
    await expect.poll(subscribers, POLL).toBe(0);
  });

  it("forgets a key that is taken out of the headers tab, and keeps none in the browser", async () => {
    await putHeaders("{}");
    await run();
    await sees('"closeCode":4401');
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(kept).toContain("accountEvents");
    expect(kept).not.toContain(secret);
  });

  it("asks no other host for anything, and nothing is refused by the content security policy", () => {
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
