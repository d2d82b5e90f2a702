// A day at the dashboard, from nothing to closed trades: what happens at the desk shows at once, and is done from here.
import { readFile } from "node:fs/promises";
import { EnableDocument, PositionsDocument } from "@papertape/client/node";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { canLook, openRow, POLL, publish, signal, useDesk } from "./deskPage.ts";

describe.skipIf(!canLook)("The dashboard, from nothing", () => {
  const desk = useDesk();
  let page: Page;

  beforeAll(async () => {
    page = await desk.open({ acceptDownloads: true });
    await page.goto(desk.url);
  });

  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const openSymbols = async () => {
    const { positions } = await desk.client.query(PositionsDocument, { account: "main", status: "OPEN" });
    return positions.edges.map(({ node }) => node.symbol);
  };
  const follow = (name: string) => page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
  const figure = (label: string) =>
    page.getByTestId("figures").locator("div", { has: page.getByText(label, { exact: true }) });

  it("tells the first steps, and makes the account", async () => {
    await shows("There is no account “main” yet");
    expect(await page.getByTestId("banner").innerText()).toBe("Paper trading: no real money is moved here.");
    await page.getByRole("button", { name: "Make “main”, and switch paper trading on" }).click();
    await page.getByRole("heading", { name: "main", level: 1 }).waitFor();
    await shows("Paper trading is on for “main”: no real money is moved.");
    await shows("Nothing is open.");
    expect(await figure("Equity").innerText()).toContain("$100,000.00");
    expect(await page.getByRole("switch").isChecked()).toBe(true);
  });

  it("shows a position as soon as a signal is filled", async () => {
    await publish(desk.client, "ACME", "150");
    expect(await signal(desk.client, "ACME", "10")).toMatchObject({ status: "FILLED" });
    await openRow(page, "ACME").waitFor();
    const recent = page.getByTestId("recent");
    await expect.poll(() => recent.innerText(), POLL).toContain("Bought 10 ACME at 150.03");
  });

  it("moves its price, its profit and its distances in place", async () => {
    const row = openRow(page, "ACME");
    const element = await row.elementHandle();
    await publish(desk.client, "ACME", "152");
    await expect.poll(() => row.innerText(), POLL).toContain("152.00");
    expect(await row.innerText()).toContain("+$19.65");
    expect(await row.innerText()).toContain("4.61 %");
    expect(await row.innerText()).toContain("5.26 %");
    await publish(desk.client, "ACME", "148");
    await expect.poll(() => row.innerText(), POLL).toContain("-$20.35");
    expect(await row.innerText()).toContain("2.03 %");
    expect(await element?.evaluate(({ isConnected }) => isConnected)).toBe(true);
    await expect.poll(() => figure("Unrealized P&L").innerText(), POLL).toContain("-$20.35");
  });

  it("still shows it after a look at another page", async () => {
    await follow("Trades");
    await shows("No trade.");
    await follow("Overview");
    await openRow(page, "ACME").waitFor();
  });

  it("closes it when that is confirmed, and not when it is cancelled", async () => {
    await page.getByRole("button", { name: "Close ACME" }).click();
    await shows("10 ACME (long) will be closed at the newest price.");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("alertdialog").waitFor({ state: "hidden" });
    expect(await openSymbols()).toEqual(["ACME"]);

    await page.getByRole("button", { name: "Close ACME" }).click();
    await page.getByRole("button", { name: "Close it" }).click();
    await shows(/^ACME closed: -\$20\.\d\d\.$/);
    await openRow(page, "ACME").waitFor({ state: "detached" });
    const title = page.getByRole("heading", { name: "Open positions" });
    expect(await title.evaluate((found) => found === document.activeElement)).toBe(true);
    expect(await openSymbols()).toEqual([]);
    await expect.poll(() => figure("Win rate").innerText(), POLL).toContain("1 trade");
    expect(await figure("Realized P&L").innerText()).toMatch(/-\$20\.\d\d/);
  });

  it("lists trades, filtered, and gives those as a file", async () => {
    await publish(desk.client, "BOLT", "150");
    await signal(desk.client, "BOLT", "4");
    await publish(desk.client, "BOLT", "161");
    await expect.poll(openSymbols, POLL).toEqual([]);

    await follow("Trades");
    const trades = page.getByTestId("trades").locator("tbody").getByRole("row");
    await expect.poll(() => trades.count(), POLL).toBe(2);
    await page.getByLabel("Symbol").fill("bolt");
    await page.getByLabel("Symbol").blur();
    await expect.poll(() => trades.count(), POLL).toBe(1);
    expect(await trades.innerText()).toMatch(/BOLT[\s\S]*▲ long[\s\S]*target 1/);

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "CSV" }).click(),
    ]);
    const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("BOLT");

    await page.getByRole("combobox", { name: "Exit" }).click();
    await page.getByRole("option", { name: "trailing stop" }).click();
    await shows("No trade.");
  });

  it("spells out each reason of a rejected signal", async () => {
    await publish(desk.client, "BOLT", "150");
    const { status, rejections } = await signal(desk.client, "BOLT", "100000");
    expect(status).toBe("REJECTED");
    expect(rejections.length).toBeGreaterThan(1);
    await follow("Signals");
    const row = page.getByTestId("signals").getByRole("row").filter({ hasText: "✗ rejected" });
    await row.waitFor();
    for (const { message } of rejections) expect(await row.innerText()).toContain(message);
  });

  it("says how many positions switching off closes, and closes them", async () => {
    await publish(desk.client, "ACME", "150");
    await publish(desk.client, "BOLT", "150");
    await signal(desk.client, "ACME", "1");
    await signal(desk.client, "BOLT", "1");
    await follow("Overview");
    await openRow(page, "ACME").waitFor();
    await openRow(page, "BOLT").waitFor();
    await page.getByRole("switch").click();
    await shows(/^2 open positions of “main” will be closed at the newest prices/);
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await openSymbols()).toHaveLength(2);
    expect(await page.getByRole("switch").isChecked()).toBe(true);

    await page.getByRole("switch").click();
    await page.getByRole("button", { name: "Switch off" }).click();
    await shows("Paper trading is off; 2 closed.");
    await shows("Paper trading is off for “main”: signals are skipped.");
    await shows("Nothing is open.");
    expect(await openSymbols()).toEqual([]);
  });

  it("says why a signal was skipped, and notices that somebody else switched on again", async () => {
    await signal(desk.client, "ACME", "1");
    await follow("Signals");
    await shows(/^Skipped: paper trading is off/);
    await desk.client.mutate(EnableDocument);
    await shows("Paper trading is on for “main”: no real money is moved.");
  });
});
