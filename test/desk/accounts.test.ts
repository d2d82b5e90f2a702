// Several accounts at the dashboard: each is made here, has figures and an address of its own, and is not mixed with another.
import { AccountDocument, AccountsDocument, EnableDocument } from "@papertape/client/node";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { canLook, openRow, POLL, publish, signal, useDesk } from "./deskPage.ts";

describe.skipIf(!canLook)("The accounts page", () => {
  const desk = useDesk();
  let page: Page;

  beforeAll(async () => {
    await desk.client.mutate(EnableDocument);
    await publish(desk.client, "ACME", "150");
    await signal(desk.client, "ACME", "10");
    page = await desk.open();
    await page.goto(`${desk.url}/#/accounts`);
  });

  const name = () => page.getByLabel("Name", { exact: true });
  const capital = () => page.getByLabel("Starting capital (USD)");
  const make = () => page.getByRole("button", { name: "Make the account" }).click();
  const described = async (field: ReturnType<typeof name>) =>
    page.locator(`#${await field.getAttribute("aria-describedby")}`);
  const listed = () => page.getByTestId("accounts").locator("tbody").getByRole("row");
  const rowOf = (account: string) =>
    listed().filter({ has: page.getByRole("rowheader", { name: account, exact: true }) });
  const select = () => page.getByRole("combobox", { name: "Account" });
  const names = async () => (await desk.client.query(AccountsDocument)).accounts.edges.map(({ node }) => node.name);
  const figures = () => page.getByTestId("figures").innerText();

  it("refuses a name that is not allowed at its field, and makes nothing", async () => {
    await rowOf("main").waitFor();
    for (const text of ["", "Main", "2nd", "my account", "-dash", "a".repeat(33)]) {
      await name().fill(text);
      await make();
      const rule = await described(name());
      expect(await rule.getByRole("alert").innerText(), text).toContain("A letter a-z, then up to 31 of a-z, 0-9");
      expect(await name().getAttribute("aria-invalid"), text).toBe("true");
    }
    await name().fill("main");
    await make();
    const rule = await described(name());
    await rule.getByText("There is an account of this name.").waitFor();
    await name().fill("second");
    expect(await rule.getByRole("alert").count()).toBe(0);
    await capital().fill("a lot");
    expect(await (await described(capital())).getByRole("alert").innerText()).toContain("It must be a decimal");
    await make();
    expect(await names()).toEqual(["main"]);
  });

  it("makes an account with its capital, and lists it beside the others", async () => {
    await capital().fill("25000");
    await name().press("Enter");
    await page.getByText("The account “second” is there.").waitFor();
    await rowOf("second").waitFor();
    expect((await rowOf("second").innerText()).split("\t")).toEqual([
      "second",
      "✓ on",
      "1",
      "$25,000.00",
      "0.00 %",
      "0",
    ]);
    expect(await rowOf("main").innerText()).toMatch(/\$99,99\d\.\d\d/);
    expect(await name().inputValue()).toBe("");
    expect(await (await described(name())).getByRole("alert").count()).toBe(0);
    const { account } = await desk.client.query(AccountDocument, { account: "second" });
    expect(account).toMatchObject({ status: "ENABLED", startingCapital: "25000" });
  });

  it("leads from the list to an account, whose address names it", async () => {
    await page.getByRole("link", { name: "second", exact: true }).click();
    await page.getByRole("heading", { name: "second", level: 1 }).waitFor();
    expect(new URL(page.url()).hash).toBe("#/a/second");
    await page.getByText("Paper trading is on for “second”").waitFor();
    await expect.poll(figures, POLL).toMatch(/Equity\s+\$25,000\.00/);
    await page.getByText("Nothing is open.").waitFor();
    expect(await select().innerText()).toBe("second");
  });

  it("switches by the select, and back by the browser's way back", async () => {
    await select().click();
    await page.getByRole("option", { name: "main", exact: true }).click();
    await page.getByRole("heading", { name: "main", level: 1 }).waitFor();
    expect(new URL(page.url()).hash).toBe("#/a/main");
    await openRow(page, "ACME").waitFor();
    await expect.poll(figures, POLL).toMatch(/started with \$100,000\.00/);

    await page.goBack();
    await page.getByRole("heading", { name: "second", level: 1 }).waitFor();
    await page.getByText("Nothing is open.").waitFor();
  });

  it("is worked with the keyboard alone", async () => {
    await select().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("listbox").waitFor();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "main", level: 1 }).waitFor();
    expect(await select().evaluate((found) => found === document.activeElement)).toBe(true);
    await page.goBack();
  });

  it("shows of an account what happens at it, and nothing of another", async () => {
    await page.getByRole("heading", { name: "second", level: 1 }).waitFor();
    await publish(desk.client, "BOLT", "150");
    await signal(desk.client, "BOLT", "4", { account: "second" });
    await openRow(page, "BOLT").waitFor();
    await signal(desk.client, "BOLT", "2");
    await publish(desk.client, "BOLT", "152");
    await expect.poll(() => openRow(page, "BOLT").innerText(), POLL).toContain("152.00");
    expect(await page.getByTestId("open-positions").locator("tbody").getByRole("row").count()).toBe(1);
    expect(await openRow(page, "BOLT").innerText()).toMatch(/▲ long\s+4\s/);

    const pages = page.getByRole("navigation", { name: "Pages" });
    await pages.getByRole("link", { name: "Signals" }).click();
    await expect.poll(() => new URL(page.url()).hash, POLL).toBe("#/a/second/signals");
    await expect.poll(() => page.getByTestId("signals").locator("tbody").getByRole("row").count(), POLL).toBe(1);
  });

  it("offers to make an account that its address names and that does not exist, on each page of it", async () => {
    for (const place of ["", "/settings", "/eligibility"]) {
      await page.goto(`${desk.url}/#/a/third${place}`);
      await page.getByRole("heading", { name: "There is no account “third” yet" }).waitFor();
    }
    await page.getByRole("button", { name: "Make “third”, and switch paper trading on" }).click();
    await page.getByRole("heading", { name: "third is not eligible yet to go live" }).waitFor();
    expect(await names()).toEqual(["main", "second", "third"]);
    await select().click();
    expect(await page.getByRole("option").allInnerTexts()).toEqual(["main", "second", "third"]);
    await page.keyboard.press("Escape");
  });

  it("fits a phone with the longest of names, before it is made and after", async () => {
    const phone = await desk.open({ viewport: { width: 390, height: 844 } });
    const longest = "w".repeat(32);
    await phone.goto(`${desk.url}/#/a/${longest}`);
    await phone.getByRole("button", { name: `Make “${longest}”, and switch paper trading on` }).waitFor();
    const width = () => phone.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBeLessThanOrEqual(390);
    await phone.getByRole("link", { name: "Accounts" }).click();
    await phone.getByLabel("Name", { exact: true }).fill(longest);
    await phone.getByRole("button", { name: "Make the account" }).click();
    await phone.getByRole("link", { name: longest, exact: true }).click();
    await phone.getByText(`Paper trading is on for “${longest}”`).waitFor();
    expect(await width()).toBeLessThanOrEqual(390);
  });

  it("says of an address whose name is not allowed that there cannot be such an account", async () => {
    await page.goto(`${desk.url}/#/a/My%20account`);
    await page.getByRole("heading", { name: "No account can have the name “My account”" }).waitFor();
    expect(await page.getByRole("button", { name: /^Make/ }).count()).toBe(0);
    await page.getByRole("main").getByRole("link", { name: "Accounts" }).click();
    await expect.poll(() => listed().count(), POLL).toBe(4);
  });
});
