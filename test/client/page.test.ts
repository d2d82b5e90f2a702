// The client in a real browser: a page of the server's own that asks, sends and follows, over a restart of the server.
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumFound, openChromium } from "../support/chromium.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { freePort } from "./following.ts";

const ROOT = path.join(import.meta.dirname, "../..");
/** What the page does; `told` is the test's. */
const PAGE = `
  import { createClient, decimal, EnableDocument, followAccount, storageCursor, toNumber, UpdateSettingsDocument } from "@papertape/client";
  const client = createClient({ url: location.origin });
  const { enable } = await client.mutate(EnableDocument, { input: { name: "page", settings: { startingCapital: decimal("1000.10") } } });
  await told("equity " + toNumber(enable.account.equity));
  const change = (maxPriceAge) => client.mutate(UpdateSettingsDocument, { input: { account: "page", settings: { maxPriceAge } } });
  const events = followAccount(client, { account: "page", from: "session", store: storageCursor("page") });
  await change(60);
  for await (const event of events) {
    await told(event.sequence + " " + event.change);
    if (event.sequence === 2) await told("restart");
    if (event.sequence === 2) await change(61);
    if (event.sequence === 3) await events.acknowledge();
    if (event.sequence === 3) break;
  }
  await told("kept " + (await storageCursor("page").load() !== undefined));
`;

describe.skipIf(!chromiumFound)("a page", () => {
  let desk: WireDesk;
  beforeAll(async () => {
    desk = await startWireDesk({ CLOCK: "feed", PORT: String(await freePort()) });
  });
  afterAll(() => desk?.stop());

  it("asks, sends and follows with the client, while the server is restarted", { timeout: 180_000 }, async () => {
    const options = { bundle: true, write: false, format: "esm", platform: "browser" } as const;
    const { outputFiles } = await build({ ...options, stdin: { contents: PAGE, resolveDir: ROOT } });
    const browser = await openChromium();
    try {
      const page = await browser.newPage();
      const said: string[] = [];
      await page.exposeFunction("told", async (line: string) => {
        if (line === "restart") await desk.restart("SIGKILL");
        else said.push(line);
      });
      await page.goto(`${desk.server.url}/graphql`);
      await page.evaluate(`(async () => {${outputFiles[0]?.text ?? ""}})()`);
      expect(said).toEqual(["equity 1000.1", "1 ENABLED", "2 SETTINGS", "3 SETTINGS", "kept true"]);
    } finally {
      await browser.close();
    }
  });
});
