// The built dashboard in a real browser on a real server, and everything that the browser complained about meanwhile.
import { existsSync } from "node:fs";
import path from "node:path";
import {
  type Client,
  createClient,
  dateTime,
  decimal,
  ExecuteSignalDocument,
  type ExecuteSignalInput,
  PublishQuotesDocument,
} from "@papertape/client/node";
import { type Browser, type BrowserContextOptions, type Page, selectors } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { dashboardFolder } from "../../src/server/dashboard.ts";
import { createLog } from "../../src/server/log.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { chromiumFound, openChromium } from "../support/chromium.ts";
import { freshDataDir, type TestDir } from "../support/pglite.ts";

const isBuilt = existsSync(path.join(dashboardFolder(), "index.html"));
if (!isBuilt) console.warn("left out: the dashboard is not built (run `npm run build` to run these suites)");

/** Whether the dashboard can be looked at: suites that need it are left out where it cannot. */
export const canLook = chromiumFound && isBuilt;

/** What a page waits for at most, on a busy machine. */
export const POLL = { timeout: 20_000 };

export const WIDE = { width: 1280, height: 900 };

/** Pages whose console, requests and security policy are watched. */
export interface Visits {
  /** A page for somebody who was never here. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** What the browser complained about; the test fails where there is something at its end. */
  readonly complaints: string[];
}

/** Opens a browser for a suite. `isExpected` are complaints that belong to what the suite does. */
export function useBrowser(url: () => string, isExpected: (complaint: string) => boolean = () => false): Visits {
  const complaints: string[] = [];
  let browser: Browser;
  selectors.setTestIdAttribute("data-test");
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser?.close());
  afterEach(() => {
    expect(complaints.splice(0).filter((complaint) => !isExpected(complaint))).toEqual([]);
  });
  return {
    complaints,
    async open(options = {}) {
      const context = await browser.newContext({ viewport: WIDE, reducedMotion: "reduce", ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(POLL.timeout);
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("request", (request) => {
        const isOwn = /^(data|blob):/.test(request.url()) || request.url().startsWith(`${url()}/`);
        if (!isOwn) complaints.push(`asked another host: ${request.url()}`);
      });
      page.on("websocket", (socket) => {
        const isOwn = new URL(socket.url()).host === new URL(url()).host;
        if (!isOwn) complaints.push(`asked another host: ${socket.url()}`);
      });
      await page.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) => {
          console.error(`refused by the security policy: ${effectiveDirective} ${blockedURI} ${sourceFile}`);
        });
      });
      return page;
    },
  };
}

export interface DeskSuite extends Visits {
  readonly url: string;
  readonly client: Client;
}

/** A server of a suite's own, on a fresh database, with a browser. */
export function useDesk(env: Readonly<Record<string, string>> = {}): DeskSuite {
  return useServer((DATA_DIR) =>
    serve(readConfig({ PORT: "0", DATA_DIR, ...env }, []), createLog("error"), () => undefined),
  );
}

/** The same of a server that is started some other way. `isExpected` are complaints that belong to what the suite does. */
export function useServer(
  start: (dataDir: string) => Promise<Pick<RunningServer, "url" | "close">>,
  isExpected?: (complaint: string) => boolean,
): DeskSuite {
  let folder: TestDir;
  let server: Pick<RunningServer, "url" | "close">;
  let client: Client;
  beforeAll(async () => {
    folder = await freshDataDir();
    server = await start(folder.dataDir);
    client = createClient({ url: server.url });
  });
  afterAll(async () => {
    await server?.close();
    await folder?.remove();
  });
  const visits = useBrowser(() => server.url, isExpected);
  return {
    ...visits,
    get url() {
      return server.url;
    },
    get client() {
      return client;
    },
  };
}

/** What a feed does; a quote without a time of its own is of now. */
export async function publish(client: Client, symbol: string, price: string, time?: Date): Promise<void> {
  const quote = { symbol, price: decimal(price), time: time === undefined ? null : dateTime(time) };
  const { publishQuotes } = await client.mutate(PublishQuotesDocument, { quotes: [quote] });
  expect(publishQuotes).toMatchObject({ accepted: 1 });
}

let signals = 0;

/** What a strategy does: a signal at 150 with its stop at 145 and its target at 160, or changed; and what became of it. */
export async function signal(
  client: Client,
  symbol: string,
  positionSize: string,
  change: Partial<ExecuteSignalInput> = {},
) {
  signals += 1;
  const { executeSignal } = await client.mutate(ExecuteSignalDocument, {
    input: {
      signalId: `desk-${signals}`,
      symbol,
      entryPrice: decimal("150"),
      stopLoss: decimal("145"),
      target1: decimal("160"),
      positionSize: decimal(positionSize),
      ...change,
    },
  });
  if (executeSignal.__typename !== "ExecuteSignalPayload") throw new Error(JSON.stringify(executeSignal));
  return executeSignal.signal;
}

/** The row of a symbol in the table of open positions. */
export const openRow = (page: Page, symbol: string) =>
  page.getByTestId("open-positions").getByRole("row").filter({ hasText: symbol });
