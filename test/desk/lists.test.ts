// The dashboard's lists: their pages, what is filtered, what is said where they are empty or cannot be read, and their order.
import { decimal, EnableDocument } from "@papertape/client/node";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { canLook, openRow, POLL, publish, signal, useBrowser, useDesk } from "./deskPage.ts";

const PAGE_ROWS = 50;
/** More signals than a page of the list has rows. */
const SIGNALS = PAGE_ROWS + 3;

const rowsOf = (page: Page, list: string) => page.getByTestId(list).locator("tbody").getByRole("row");
const turner = (page: Page) => page.getByRole("navigation", { name: "Pages of the list" });

describe.skipIf(!canLook)("A list that is longer than a page", () => {
  const desk = useDesk();
  let page: Page;

  beforeAll(async () => {
    await desk.client.mutate(EnableDocument);
    // There is no price of this symbol: each is rejected.
    for (let number = 0; number < SIGNALS; number += 1) await signal(desk.client, "ACME", "1");
    await publish(desk.client, "BOLT", "150");
    await signal(desk.client, "BOLT", "1");
    page = await desk.open();
    await page.goto(`${desk.url}/#/a/main/signals`);
  });

  const button = (name: string) => turner(page).getByRole("button", { name });
  const shown = () =>
    turner(page)
      .getByText(/^Page \d+$/)
      .innerText();

  it("is read page by page, to its end and back", async () => {
    const rows = rowsOf(page, "signals");
    await expect.poll(() => rows.count(), POLL).toBe(PAGE_ROWS);
    expect(await rows.first().innerText()).toContain("BOLT");
    expect([await shown(), await button("Back").isDisabled()]).toEqual(["Page 1", true]);

    await button("Next").click();
    await expect.poll(() => rows.count(), POLL).toBe(SIGNALS + 1 - PAGE_ROWS);
    expect([await shown(), await button("Next").isDisabled()]).toEqual(["Page 2", true]);

    await button("Back").click();
    await expect.poll(() => rows.count(), POLL).toBe(PAGE_ROWS);
    expect([await shown(), await button("Next").isDisabled()]).toEqual(["Page 1", false]);
  });

  it("begins at its first page again when it is filtered", async () => {
    await button("Next").click();
    await expect.poll(shown, POLL).toBe("Page 2");
    await page.getByLabel("Symbol").fill("bolt");
    await page.getByLabel("Symbol").blur();
    await expect.poll(() => rowsOf(page, "signals").allInnerTexts(), POLL).toEqual([expect.stringContaining("BOLT")]);
    expect(await shown()).toBe("Page 1");
  });

  it("grows at its top while one looks at it", async () => {
    await page.getByLabel("Symbol").fill("");
    await page.getByLabel("Symbol").blur();
    await expect.poll(() => rowsOf(page, "signals").count(), POLL).toBe(PAGE_ROWS);
    await signal(desk.client, "NEWS", "1");
    await expect.poll(() => rowsOf(page, "signals").first().innerText(), POLL).toContain("NEWS");
  });

  it("is named by its heading, as is the table in it", async () => {
    for (const [at, list, heading] of [
      ["a/main/signals", "signals", "Signals of main"],
      ["a/main/sessions", "sessions", "Sessions of main"],
      ["accounts", "accounts", "Accounts"],
    ] as const) {
      await page.goto(`${desk.url}/#/${at}`);
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
      await page.getByRole("group", { name: heading }).getByTestId(list).waitFor();
      await page.getByRole("region", { name: heading }).getByRole("navigation").waitFor();
    }
  });

  it("says what it is a list of where it has no row yet", async () => {
    await page.goto(`${desk.url}/#/a/main/trades`);
    await page.getByRole("status").filter({ hasText: "No trade." }).waitFor();
    await page.getByText("A trade is written when a position, or a part of it, is closed.").waitFor();
    expect(await page.getByTestId("trades").count()).toBe(0);
  });
});

describe.skipIf(!canLook)("A list that cannot be read", () => {
  const desk = useDesk();
  const visits = useBrowser(
    () => desk.url,
    (complaint) => complaint.includes("Failed to load resource"),
  );

  it("says so, and is there as soon as there is a connection again", async () => {
    await desk.client.mutate(EnableDocument);
    const page = await visits.open();
    // Its script is loaded by then.
    for (const [at, list] of [
      ["a/main/sessions", "sessions"],
      ["accounts", "accounts"],
    ] as const) {
      await page.goto(`${desk.url}/#/${at}`);
      await page.getByTestId(list).waitFor();
    }
    await page.context().setOffline(true);
    await page.goto(`${desk.url}/#/a/main/sessions`);
    const alert = page.getByRole("alert").filter({ hasText: "The sessions could not be read." });
    await alert.getByText("The server does not answer.").waitFor();
    await alert.getByRole("button", { name: "Try again" }).click();
    await alert.waitFor();
    await page.context().setOffline(false);
    await page.getByTestId("sessions").waitFor();
    await alert.waitFor({ state: "detached" });
  });
});

describe.skipIf(!canLook)("The table of open positions", () => {
  const desk = useDesk();

  it("is sorted by what its figures are worth, whatever their texts are", async () => {
    await desk.client.mutate(EnableDocument);
    // At 150: 100.00 %, 1,100.00 % and 6.67 % to their targets.
    for (const [symbol, target] of [
      ["MIDDLE", "300"],
      ["FAR", "1800"],
      ["NEAR", "160"],
    ] as const) {
      await publish(desk.client, symbol, "150");
      await signal(desk.client, symbol, "1", { target1: decimal(target) });
    }
    const page = await desk.open();
    await page.goto(`${desk.url}/#/a/main`);
    const symbols = () => rowsOf(page, "open-positions").locator("td:first-child").allInnerTexts();
    await expect.poll(async () => (await symbols()).length, POLL).toBe(3);
    const sort = page.getByRole("columnheader", { name: "To target" });
    await sort.click();
    await expect.poll(symbols, POLL).toEqual(["NEAR", "MIDDLE", "FAR"]);
    await sort.click();
    await expect.poll(symbols, POLL).toEqual(["FAR", "MIDDLE", "NEAR"]);

    // A fifth of its price is left to its target: it has come nearer than the other.
    await publish(desk.client, "FAR", "1500");
    await expect.poll(symbols, POLL).toEqual(["MIDDLE", "FAR", "NEAR"]);
    expect(await openRow(page, "FAR").innerText()).toContain("20.00 %");
  });
});
