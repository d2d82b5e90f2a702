// GraphiQL in a real browser: it loads from the server alone, under its content security policy, and its examples run.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { createLog } from "../../src/server/log.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { chromiumFound, openChromium } from "../support/chromium.ts";
import { freshDataDir, type TestDir } from "../support/pglite.ts";

const RUNS_MAX = 10;
const RUN_MS = 1000;
const TAB_MS = 300;
const POLL = { timeout: 20_000 };

describe.skipIf(!chromiumFound)("GraphiQL in a browser", () => {
  let folder: TestDir;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const foreign: string[] = [];

  beforeAll(async () => {
    folder = await freshDataDir();
    const config = readConfig({ PORT: "0", DATA_DIR: folder.dataDir }, []);
    server = await serve(config, createLog("error"), () => undefined);
    browser = await openChromium();
    page = await browser.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url)) foreign.push(request.url());
    });
    await page.goto(`${server.url}/graphql`);
    await page.waitForSelector(".graphiql-execute-button");
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await folder?.remove();
  });

  /** After a run GraphiQL takes the first click for something else: a person clicks again, and so does this. */
  const openTab = async (number: number): Promise<void> => {
    const tab = page.getByRole("tab").nth(number - 1);
    for (let attempt = 0; attempt < RUNS_MAX && (await tab.getAttribute("aria-selected")) !== "true"; attempt++) {
      await page.locator(`#graphiql-session-tab-${number - 1}`).evaluate((button) => (button as HTMLElement).click());
      await page.waitForTimeout(TAB_MS);
    }
  };
  const showsAnswer = (text: string): Promise<boolean> =>
    page.evaluate(
      (wanted) => document.querySelector(".result-window")?.textContent?.replace(/\s/g, "").includes(wanted) ?? false,
      text,
    );
  const sees = (text: string): Promise<void> => expect.poll(() => showsAnswer(text), POLL).toBe(true);
  /** The editor learns of a new tab a little later than its button: what ran too early is run again. */
  const runAndSee = async (text: string): Promise<void> => {
    for (let attempt = 0; attempt < RUNS_MAX && !(await showsAnswer(text)); attempt++) {
      await page.locator(".graphiql-execute-button").click();
      await page.waitForTimeout(RUN_MS);
    }
    await sees(text);
  };

  it("runs its examples from the first account to a closed trade", async () => {
    await openTab(1);
    await runAndSee('"status":"ENABLED"');
    await openTab(2);
    await runAndSee('"accepted":1');
    await openTab(3);
    await runAndSee('"status":"FILLED"');
    await openTab(4);
    await runAndSee('"entryPrice":"150.03"');
  });

  it("follows events over its WebSocket", async () => {
    await openTab(5);
    await page.locator(".graphiql-execute-button").click();
    await page.waitForTimeout(RUN_MS);
    await publish("140");
    await sees('"exitReason":"STOP_LOSS"');
  });

  it("asks no other host for anything, and nothing is refused by the content security policy", () => {
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });

  const publish = async (price: string): Promise<void> => {
    const query = `mutation { publishQuotes(quotes: [{ symbol: "AAPL", price: "${price}" }]) { accepted } }`;
    const answer = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    expect(await answer.json()).toEqual({ data: { publishQuotes: { accepted: 1 } } });
  };
});
