// Every page for everybody: no fault that axe knows of, in both colours, wide and on a phone; and all by keyboard alone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { EnableDocument, PositionsDocument } from "@papertape/client/node";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { canLook, openRow, POLL, publish, signal, useDesk, WIDE } from "./deskPage.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PHONE = { width: 390, height: 844 };

/** What axe found: each rule with the elements that break it. */
async function faults(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's security policy, which takes no foreign script, stays as it is.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    // axe-core puts itself there
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

describe.skipIf(!canLook)("The dashboard for everybody", () => {
  const desk = useDesk();
  let position = "";

  beforeAll(async () => {
    await desk.client.mutate(EnableDocument);
    await publish(desk.client, "ACME", "150");
    await publish(desk.client, "BOLT", "150");
    await signal(desk.client, "ACME", "10");
    await signal(desk.client, "BOLT", "5");
    await signal(desk.client, "BOLT", "100000");
    await publish(desk.client, "BOLT", "144");
    const { positions } = await desk.client.query(PositionsDocument, { account: "main", status: "OPEN" });
    position = positions.edges[0]?.node.id ?? "";
  });

  const PAGES = [
    "a/main",
    "a/nobody",
    "a/nobody/settings",
    "a/Not%20a%20name",
    "a/main/trades",
    "a/main/signals",
    "a/main/eligibility",
    "a/main/compare",
    "a/main/sessions",
    "a/main/settings",
    "a/main/positions/:position",
    "a/main/positions/nothing",
    "backtests",
    "accounts",
    "no/such/page",
  ];
  const LOOKS = [
    { colorScheme: "light", viewport: WIDE },
    { colorScheme: "dark", viewport: WIDE },
    { colorScheme: "light", viewport: PHONE },
    { colorScheme: "dark", viewport: PHONE },
  ] as const;

  it.each(PAGES)("has no fault at /#/%s", async (at) => {
    const page = await desk.open();
    await page.goto(`${desk.url}/#/${at.replace(":position", position)}`);
    await page.locator("main :is(h1, h2)").first().waitFor();
    await page.getByText(/is loading|are loading/).waitFor({ state: "detached" });
    const theme = () => page.evaluate(() => document.documentElement.dataset["theme"]);
    for (const { colorScheme, viewport } of LOOKS) {
      const look = `${colorScheme}, ${viewport.width} px wide`;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await expect.poll(theme).toBe(colorScheme);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(width, look).toBeLessThanOrEqual(viewport.width);
      expect.soft(await faults(page), look).toEqual([]);
    }
  });

  /** Presses Tab until the focus is on what is wanted; the browser's last stop comes before the presses are over. */
  async function tabTo(page: Page, isThere: () => Promise<boolean>): Promise<void> {
    const PRESSES_MAX = 60;
    for (let press = 0; press < PRESSES_MAX; press += 1) {
      await page.keyboard.press("Tab");
      if (await isThere()) return;
    }
    throw new Error(`${PRESSES_MAX} presses of Tab do not get there`);
  }
  const focused = (page: Page) =>
    page.evaluate(
      () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "",
    );

  it("goes by Tab over the switch to a position's button, whose question keeps the focus until Escape", async () => {
    const page = await desk.open();
    await page.goto(`${desk.url}/#/a/main`);
    await openRow(page, "ACME").waitFor();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("To the content");
    await tabTo(page, () => page.getByRole("switch").evaluate((found) => found === document.activeElement));
    await tabTo(page, async () => (await focused(page)) === "Close ACME");

    await page.keyboard.press("Enter");
    const question = page.getByRole("alertdialog", { name: "Close ACME?" });
    await question.waitFor();
    const isInside = () => question.evaluate((found) => found.contains(document.activeElement));
    await expect.poll(isInside).toBe(true);
    const STOPS = 7;
    for (let press = 0; press < STOPS; press += 1) {
      await page.keyboard.press("Tab");
      expect(await isInside()).toBe(true);
    }
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    expect(await focused(page)).toBe("Close ACME");
    const { positions } = await desk.client.query(PositionsDocument, { account: "main", status: "OPEN" });
    expect(positions.edges.map(({ node }) => node.symbol)).toEqual(["ACME"]);
  });

  it("is at the page that a link led to, not nowhere", async () => {
    const page = await desk.open();
    await page.goto(`${desk.url}/#/a/main`);
    await openRow(page, "ACME").getByRole("link", { name: "ACME" }).press("Enter");
    await page.getByRole("heading", { name: "ACME ▲ long" }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id), POLL).toBe("content");
  });

  it.each(["a/main/trades", "a/main/signals", "backtests"])("has no fault in the opened lists of /#/%s", async (at) => {
    const page = await desk.open();
    await page.setViewportSize(PHONE);
    await page.goto(`${desk.url}/#/${at}`);
    await page.locator("main :is(h1, h2)").first().waitFor();
    const fields = page.locator(".p-select, .p-multiselect");
    await expect.poll(() => fields.count()).toBeGreaterThan(1);
    for (const field of await fields.all()) {
      await field.click();
      const list = page.getByRole("listbox");
      await list.waitFor();
      expect.soft(await faults(page)).toEqual([]);
      const { x = -1, width = 0 } = (await list.boundingBox()) ?? {};
      expect.soft(x).toBeGreaterThanOrEqual(0);
      expect.soft(x + width).toBeLessThanOrEqual(PHONE.width);
      await page.keyboard.press("Escape");
      await list.waitFor({ state: "detached" });
    }
  });

  it.each([
    ["a/main", "Overview – main – Papertape"],
    ["a/main/trades", "Trades – main – Papertape"],
    ["backtests", "Backtests – Papertape"],
    ["no/such/page", "No such page – Papertape"],
  ])("calls the tab of /#/%s “%s”", async (at, title) => {
    const page = await desk.open();
    await page.goto(`${desk.url}/#/${at}`);
    await expect.poll(() => page.title()).toBe(title);
  });

  it("has no fault in the dialog of a reset, which tells what is wrong", async () => {
    const page = await desk.open();
    await page.goto(`${desk.url}/#/a/main/sessions`);
    await page.getByRole("button", { name: "Reset…" }).click();
    await page.getByLabel("Starting capital (USD)").fill("0");
    await page.getByRole("dialog").getByRole("alert").waitFor();
    expect(await faults(page)).toEqual([]);
  });

  it("has no fault in a question", async () => {
    const page = await desk.open();
    await page.goto(`${desk.url}/#/a/main`);
    await page.getByRole("button", { name: "Close ACME" }).click();
    await page.getByRole("alertdialog").waitFor();
    expect(await faults(page)).toEqual([]);
  });
});
