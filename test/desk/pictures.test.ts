// The pictures of the README, made of the demonstration: UPDATE_PICTURES=1 npx vitest run --config test/vitest.config.ts test/desk/pictures
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { AccountDocument, createClient, TradesDocument } from "@papertape/client/node";
import { describe, expect, it, onTestFinished } from "vitest";
import { PROJECT } from "../support/builtServer.ts";
import { freshDataDir } from "../support/pglite.ts";
import { startServer } from "../support/serverProcess.ts";
import { canLook, useBrowser, WIDE } from "./deskPage.ts";

const FOLDER = path.join(PROJECT, "docs/pictures");
const PICTURE_MAX_BYTES = 200_000;
/** So much has happened when there is something to see; the demonstration takes about this long. */
const TRADES_MIN = 5;
const DEMO_WAIT = { timeout: 90_000, interval: 500 };
const MADE_IN_MS = 150_000;

const PICTURES = [
  { name: "overview-light", colorScheme: "light", viewport: WIDE },
  { name: "overview-dark", colorScheme: "dark", viewport: WIDE },
  { name: "overview-phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
] as const;

/** The page of a position that has closed in parts, with its whole path. */
const POSITION = { name: "position-light", colorScheme: "light", viewport: { width: 1280, height: 1000 } } as const;

const isWanted = process.env["UPDATE_PICTURES"] === "1";
if (!isWanted) console.warn("left out: pictures are made anew with UPDATE_PICTURES=1 only");

describe.skipIf(!canLook || !isWanted)("The README's pictures", () => {
  let url = "";
  const visits = useBrowser(() => url);

  it(
    "are made of the demonstration",
    async () => {
      const folder = await freshDataDir();
      const server = await startServer({ DATA_DIR: folder.dataDir, LOG_LEVEL: "error" }, ["--demo", "--seed", "7"]);
      onTestFinished(async () => {
        await server.kill();
        await folder.remove();
      });
      url = server.url;
      const client = createClient({ url });
      const trades = async () => (await client.query(AccountDocument)).account?.totalTrades ?? 0;
      const pages = await Promise.all(
        PICTURES.map(async ({ colorScheme, viewport }) => {
          const page = await visits.open({ colorScheme, viewport });
          await page.goto(url);
          return page;
        }),
      );
      await expect.poll(trades, DEMO_WAIT).toBeGreaterThanOrEqual(TRADES_MIN);
      await mkdir(FOLDER, { recursive: true });
      const { trades: closed } = await client.query(TradesDocument, { account: "main", first: 1 });
      const position = closed.edges[0]?.node.position.id ?? "";
      const details = await visits.open(POSITION);
      await details.goto(`${url}/#/a/main/positions/${encodeURIComponent(position)}`);
      await details.locator(".chart canvas").first().waitFor();
      await details.screenshot({ path: path.join(FOLDER, `${POSITION.name}.png`), animations: "disabled" });
      for (const [index, { name }] of PICTURES.entries()) {
        const page = pages[index];
        if (page === undefined) throw new Error(`there is no page for ${name}`);
        await page.reload();
        await page.getByTestId("figures").waitFor();
        await page.locator(".chart canvas").first().waitFor();
        await page.getByTestId("recent").waitFor();
        const file = path.join(FOLDER, `${name}.png`);
        await page.screenshot({ path: file, animations: "disabled" });
        expect((await stat(file)).size).toBeLessThan(PICTURE_MAX_BYTES);
      }
    },
    MADE_IN_MS,
  );
});
