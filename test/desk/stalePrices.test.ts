// Old prices at the dashboard: it says of what is open how old they are, by the desk's clock, until newer ones come.
import { EnableDocument } from "@papertape/client/node";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { canLook, openRow, POLL, publish, signal, useDesk } from "./deskPage.ts";

const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);
const stale = (page: Page) => page.getByTestId("stale");
const OLD = /\d+ min old/;

describe.skipIf(!canLook)("Old prices", () => {
  const desk = useDesk();

  it("are told at once, of the whole market and at each position, by words", async () => {
    await desk.client.mutate(EnableDocument);
    await publish(desk.client, "ACME", "150", ago(25));
    await publish(desk.client, "BOLT", "150", ago(10));
    await signal(desk.client, "ACME", "10");
    await signal(desk.client, "BOLT", "4");
    const page = await desk.open();
    await page.goto(desk.url);
    await stale(page).waitFor();
    expect(await stale(page).innerText()).toMatch(
      /Market data is stale: the newest price of what is open is 1\d min old\. Stops do not fire without prices\./,
    );
    expect(await openRow(page, "ACME").innerText()).toMatch(/2\d min old/);
    expect(await openRow(page, "BOLT").innerText()).toMatch(/1\d min old/);

    // One symbol moves again: the market does, and the other position's price is as old as it was.
    await publish(desk.client, "BOLT", "151");
    await stale(page).waitFor({ state: "detached" });
    await expect.poll(() => openRow(page, "BOLT").innerText(), POLL).not.toMatch(OLD);
    expect(await openRow(page, "ACME").innerText()).toMatch(OLD);
  });

  it("are told on the position's page, until one comes", async () => {
    const page = await desk.open();
    await page.goto(desk.url);
    await openRow(page, "ACME").getByRole("link", { name: "ACME" }).click();
    const price = page
      .getByTestId("position-figures")
      .locator("div", { has: page.getByText("Price", { exact: true }) });
    await expect.poll(() => price.innerText(), POLL).toMatch(/150\.00\s+2\d min old: \d/);
    await publish(desk.client, "ACME", "151");
    await expect.poll(() => price.innerText(), POLL).toContain("151.00");
    expect(await price.innerText()).not.toMatch(OLD);
  });
});

describe.skipIf(!canLook)("Prices that grow old", () => {
  const desk = useDesk();

  it("are told when none has moved what is open for a minute, until one does", async () => {
    await desk.client.mutate(EnableDocument);
    await publish(desk.client, "ACME", "150", ago(5));
    await signal(desk.client, "ACME", "10");
    const page = await desk.open();
    await page.goto(desk.url);
    await stale(page).waitFor();
    await publish(desk.client, "ACME", "151", ago(50 / 60));
    await stale(page).waitFor({ state: "detached" });
    await expect.poll(() => openRow(page, "ACME").innerText(), POLL).toContain("151.00");

    await stale(page).waitFor();
    expect(await stale(page).innerText()).toContain(
      "Market data is stale: the newest price of what is open is 1 min old.",
    );
    await publish(desk.client, "ACME", "152");
    await stale(page).waitFor({ state: "detached" });
  });
});

describe.skipIf(!canLook)("Prices of another time", () => {
  const START = "2024-03-01T14:30:00Z";
  const desk = useDesk({ CLOCK: "feed", CLOCK_START: START });
  const at = (minutes: number) => new Date(Date.parse(START) + minutes * MINUTE_MS);

  it("are as old as the desk's clock says, not the computer's", async () => {
    await desk.client.mutate(EnableDocument);
    await publish(desk.client, "ACME", "150", at(0));
    await publish(desk.client, "BOLT", "150", at(0));
    await signal(desk.client, "ACME", "10");
    await signal(desk.client, "BOLT", "4");
    const page = await desk.open();
    await page.goto(desk.url);
    await openRow(page, "BOLT").waitFor();
    await page.getByTestId("figures").waitFor();
    expect(await openRow(page, "BOLT").innerText()).not.toMatch(/ old/);
    expect(await stale(page).count()).toBe(0);

    await publish(desk.client, "BOLT", "151", at(30));
    await expect.poll(() => openRow(page, "ACME").innerText(), POLL).toContain("30 min old");
    expect(await openRow(page, "BOLT").innerText()).toContain("151.00");
    expect(await openRow(page, "BOLT").innerText()).not.toMatch(/ old/);
    expect(await stale(page).count()).toBe(0);
  });
});
