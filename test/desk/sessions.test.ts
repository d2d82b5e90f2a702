// The end of a session at the dashboard: what it will do is said first, and what it ended can be looked at afterwards.
import { readFile } from "node:fs/promises";
import { AccountDocument, EnableDocument, PositionsDocument, ResetDocument } from "@papertape/client/node";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { canLook, openRow, POLL, publish, signal, useDesk } from "./deskPage.ts";

describe.skipIf(!canLook)("The sessions page", () => {
  const desk = useDesk();
  let page: Page;

  /** A session with a loss behind it, a signal that was rejected, and one position that is open. */
  beforeAll(async () => {
    await desk.client.mutate(EnableDocument);
    await publish(desk.client, "ACME", "150");
    await publish(desk.client, "BOLT", "150");
    await signal(desk.client, "ACME", "10");
    await publish(desk.client, "ACME", "144");
    await signal(desk.client, "BOLT", "4");
    await signal(desk.client, "BOLT", "100000");
    page = await desk.open({ acceptDownloads: true });
    await page.goto(`${desk.url}/#/a/main/sessions`);
  });

  const rowOf = (session: number) =>
    page
      .getByTestId("sessions")
      .getByRole("row")
      .filter({ has: page.getByRole("rowheader", { name: String(session), exact: true }) });
  const resetButton = () => page.getByRole("button", { name: "Reset…" });
  const dialogOf = (session: number) => page.getByRole("dialog", { name: `Reset “main”: end session ${session}?` });
  const follow = (name: string) => page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
  const presentSession = async () => (await desk.client.query(AccountDocument)).account?.session;
  const openSymbols = async () => {
    const { positions } = await desk.client.query(PositionsDocument, { account: "main", status: "OPEN" });
    return positions.edges.map(({ node }) => node.symbol);
  };
  const exports = () => page.getByRole("group", { name: "Export" });
  const exportedSessions = () =>
    exports()
      .getByRole("link")
      .evaluateAll((links) =>
        links.map((link) => new URL((link as HTMLAnchorElement).href).searchParams.get("session")),
      );
  async function exportedLines(): Promise<string[]> {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      exports().getByRole("link", { name: "CSV", exact: true }).click(),
    ]);
    return (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  }

  it("says what a reset will do, and does nothing when it is cancelled", async () => {
    await rowOf(1).waitFor();
    await resetButton().click();
    const dialog = dialogOf(1);
    await dialog.waitFor();
    const said = await dialog.innerText();
    expect(said).toContain("What is open, 1 now, is closed at the newest prices.");
    expect(said).toContain("Session 1 is archived: its trades, signals, curve and figures stay readable.");
    expect(said).toContain("Session 2 begins with the capital below");
    expect(said).toContain("It cannot be undone.");
    expect(await dialog.getByLabel("Starting capital (USD)").inputValue()).toBe("100000");

    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    const isBack = () => resetButton().evaluate((found) => found === document.activeElement);
    expect(await isBack()).toBe(true);
    await resetButton().press("Enter");
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await isBack()).toBe(true);
    expect([await presentSession(), await openSymbols()]).toEqual([1, ["BOLT"]]);
  });

  it("refuses a capital that is out of bounds at its field", async () => {
    await resetButton().click();
    const capital = dialogOf(1).getByLabel("Starting capital (USD)");
    const described = page.locator(`#${await capital.getAttribute("aria-describedby")}`);
    const end = dialogOf(1).getByRole("button", { name: "End session 1" });
    for (const text of ["0", "-5", "a lot", ""]) {
      await capital.fill(text);
      expect(await described.getByRole("alert").innerText(), text).toMatch(/^✗ It must be/);
      expect(await capital.getAttribute("aria-invalid"), text).toBe("true");
      expect(await end.isDisabled(), text).toBe(true);
    }
    await capital.fill("50000");
    expect(await described.getByRole("alert").count()).toBe(0);
    expect(await end.isDisabled()).toBe(false);
  });

  it("ends the session when that is confirmed, and the new one is empty", async () => {
    await dialogOf(1).getByRole("button", { name: "End session 1" }).click();
    await page.getByText("Session 1 has ended; session 2 has begun.").waitFor();
    await dialogOf(1).waitFor({ state: "detached" });
    await rowOf(2).waitFor();
    const [begun = "", ended = ""] = [await rowOf(2).innerText(), await rowOf(1).innerText()];
    expect(begun.split("\t").slice(2, 9)).toEqual(["runs", "$50,000.00", "$50,000.00", "0.00 %", "0", "–", "0.00 %"]);
    expect(ended.split("\t").slice(3, 8)).toEqual([
      "$100,000.00",
      expect.stringMatching(/^\$99,9\d\d\.\d\d$/),
      expect.stringMatching(/^-0\.0\d %$/),
      "2",
      "0.00 %",
    ]);
    expect(ended).not.toContain("runs");
    expect([await presentSession(), await openSymbols()]).toEqual([2, []]);

    await follow("Overview");
    await page.getByText("session 2", { exact: true }).waitFor();
    await page.getByText("Nothing is open.").waitFor();
    const figures = page.getByTestId("figures");
    await expect.poll(() => figures.innerText(), POLL).toMatch(/Equity\s+\$50,000\.00\s+started with \$50,000\.00/);
    expect(await figures.innerText()).toContain("0 trades");
  });

  it("leads to the trades of the session that has ended, and gives those as a file", async () => {
    await follow("Sessions");
    await page.getByRole("link", { name: "Trades of session 1" }).click();
    await page.getByRole("heading", { name: "Trades of main, session 1" }).waitFor();
    const trades = page.getByTestId("trades").locator("tbody").getByRole("row");
    await expect.poll(() => trades.count(), POLL).toBe(2);
    expect((await trades.allInnerTexts()).join("\n")).toMatch(/BOLT[\s\S]*the session was ended[\s\S]*ACME[\s\S]*stop/);
    expect(await exportedSessions()).toEqual(["1", "1", "1"]);
    const [, ...lines] = await exportedLines();
    expect(lines).toEqual([expect.stringContaining("BOLT"), expect.stringContaining("ACME")]);

    await page.getByRole("link", { name: "The present session's" }).click();
    await page.getByText("No trade.").waitFor();
    expect(await exportedSessions()).toEqual([null, null, null]);
    expect(await exportedLines()).toHaveLength(1);
  });

  it("leads to its signals, and to its curve", async () => {
    await follow("Sessions");
    await page.getByRole("link", { name: "Signals of session 1" }).click();
    await page.getByRole("heading", { name: "Signals of main, session 1" }).waitFor();
    const signals = page.getByTestId("signals").locator("tbody").getByRole("row");
    await expect.poll(() => signals.count(), POLL).toBe(3);
    expect((await signals.allInnerTexts()).join("\n")).toMatch(/✗ rejected[\s\S]*✓ filled[\s\S]*✓ filled/);
    expect(await exportedSessions()).toEqual(["1", "1", "1"]);
    expect(await exportedLines()).toHaveLength(4);

    await follow("Sessions");
    await page.getByRole("link", { name: "Curve of session 1" }).click();
    const curve = page.getByRole("region", { name: "Equity and drawdown of session 1" });
    await curve.getByRole("img").waitFor();
    expect(await page.getByRole("link", { name: "Curve of session 1" }).getAttribute("aria-current")).toBe("true");
    expect(await exportedSessions()).toEqual(["1", "1", "1"]);
    const [header = "", first = ""] = await exportedLines();
    expect(first.split(",")[header.split(",").indexOf("equity")]).toBe("100000");
  });

  it("shows the same session to whoever opens its address", async () => {
    const later = await desk.open();
    await later.goto(`${desk.url}/#/a/main/trades?session=1`);
    await later.getByRole("heading", { name: "Trades of main, session 1" }).waitFor();
    await expect.poll(() => later.getByTestId("trades").locator("tbody").getByRole("row").count(), POLL).toBe(2);
  });

  it("does not end another session than the one that was asked about", async () => {
    await follow("Sessions");
    await publish(desk.client, "BOLT", "150");
    await signal(desk.client, "BOLT", "4");
    await resetButton().click();
    await dialogOf(2).waitFor();
    await desk.client.mutate(ResetDocument, { input: { account: "main", session: 2 } });
    await signal(desk.client, "BOLT", "3");
    await dialogOf(2).getByRole("button", { name: "End session 2" }).click();
    await page.getByText("Session 2 had ended before; session 3 is running.").waitFor();
    expect([await presentSession(), await openSymbols()]).toEqual([3, ["BOLT"]]);

    await dialogOf(2).waitFor({ state: "detached" });
    await rowOf(3).waitFor();
    await follow("Overview");
    await openRow(page, "BOLT").waitFor();
  });
});
