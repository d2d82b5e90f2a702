// The page of one position: it moves with the market, says why each fill has its price, and closes it.
import { decimal, EnableDocument, PositionsDocument } from "@papertape/client/node";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { canLook, openRow, POLL, publish, signal, useDesk } from "./deskPage.ts";

describe.skipIf(!canLook)("The page of a position", () => {
  const desk = useDesk();
  let page: Page;

  beforeAll(async () => {
    await desk.client.mutate(EnableDocument);
    await publish(desk.client, "ACME", "150");
    await publish(desk.client, "BOLT", "150");
    await signal(desk.client, "ACME", "10", { target2: decimal("170") });
    await signal(desk.client, "BOLT", "4");
    page = await desk.open();
    await page.goto(desk.url);
  });

  const status = () => page.getByTestId("position-status").innerText();
  const figure = (label: string) =>
    page.getByTestId("position-figures").locator("div", { has: page.getByText(label, { exact: true }) });
  const reasons = () => page.getByTestId("fill-reasons").getByRole("definition").allInnerTexts();
  const fillNames = () => page.getByTestId("fill-reasons").getByRole("term").allInnerTexts();
  const lots = () => page.getByTestId("lots").locator("tbody").getByRole("row");
  const idOf = async (symbol: string) => {
    const { positions } = await desk.client.query(PositionsDocument, { account: "main", status: "OPEN", symbol });
    return positions.edges[0]?.node.id ?? "";
  };
  /** A mark that a reload would wipe away. */
  const markPage = () => page.evaluate(() => document.body.setAttribute("data-was-here", ""));
  const isStillThere = () => page.evaluate(() => document.body.hasAttribute("data-was-here"));

  it("is reached from the table of open positions, and tells how it stands", async () => {
    await openRow(page, "ACME").getByRole("link", { name: "ACME" }).click();
    await page.getByRole("heading", { name: "ACME ▲ long", level: 1 }).waitFor();
    await markPage();
    expect(await status()).toMatch(/^open, session 1, signal desk-\d+$/);
    expect(await figure("Held").innerText()).toMatch(/10\s+of 10 opened/);
    expect(await figure("Entry").innerText()).toContain("150.03");
    expect(await figure("Stop").innerText()).toContain("145.00");
    expect(await figure("Target 2").innerText()).toContain("170.00");
    await page.getByText("Nothing of it is closed yet.").waitFor();
  });

  it("moves its figures with each price", async () => {
    await publish(desk.client, "ACME", "152");
    await expect.poll(() => figure("Price").innerText(), POLL).toContain("152.00");
    expect(await figure("Unrealized P&L").innerText()).toContain("+$19.65");
    await publish(desk.client, "ACME", "149");
    await expect.poll(() => figure("Price").innerText(), POLL).toContain("149.00");
    expect(await figure("Unrealized P&L").innerText()).toContain("-$10.35");
  });

  it("draws its price, and says in words what the picture shows", async () => {
    const chart = page.getByRole("region", { name: "Price" }).getByRole("img");
    await chart.locator("canvas").first().waitFor();
    const said = async () => (await chart.getAttribute("aria-label")) ?? "";
    for (const words of ["ACME", "149.00", "entry 150.03", "stop 145.00", "target 1 160.00", "target 2 170.00"]) {
      expect(await said()).toContain(words);
    }
    await publish(desk.client, "ACME", "151");
    await expect.poll(said, POLL).toContain("151.00");
  });

  it("says why the entry has its price", async () => {
    expect(await fillNames()).toEqual(["Entry"]);
    const [entry = ""] = await reasons();
    expect(entry).toContain("Bought 10 at 150.03, that is $1,500.30.");
    expect(entry).toContain("It was made from 150.00, the price of a quote of");
    expect(entry).toContain("Slippage made it 0.02 % worse, which cost $0.30; it is in the price already.");
    expect(entry).toContain("The commission was $0.05: 0.005 for each unit of the signal's size.");
  });

  it("adds the part that target 1 closes, as soon as it does", async () => {
    await publish(desk.client, "ACME", "161");
    await expect.poll(fillNames, POLL).toEqual(["Entry", "Exit: target 1"]);
    await expect.poll(() => figure("Held").innerText(), POLL).toMatch(/5\s+of 10 opened/);
    const [, exit = ""] = await reasons();
    expect(exit).toContain("Sold 5 at 160.9678, that is $804.84.");
    expect(exit).toContain("The price had jumped past the level that triggered it");
    expect(await lots().allInnerTexts()).toEqual([expect.stringMatching(/target 1\s+5\s+160\.9678\s+\+\$54\.\d\d/)]);
    expect(await figure("Realized P&L").innerText()).toMatch(/\+\$54\.\d\d/);
    expect(await status()).toMatch(/^open/);
  });

  it("adds the rest that the stop closes, and has no button any more", async () => {
    await publish(desk.client, "ACME", "145");
    await expect.poll(fillNames, POLL).toEqual(["Entry", "Exit: target 1", "Exit: stop"]);
    const [, , exit = ""] = await reasons();
    expect(exit).toContain("Sold 5 at 144.971, that is $724.86.");
    expect(exit).not.toContain("jumped");
    await expect.poll(status, POLL).toMatch(/^closed/);
    expect(await lots().count()).toBe(2);
    expect(await page.getByRole("button", { name: "Close ACME" }).count()).toBe(0);
    expect(await figure("Held").innerText()).toMatch(/0\s+of 10 opened/);
    expect(await figure("Unrealized P&L").innerText()).toContain("$0.00");
    expect(await isStillThere()).toBe(true);
  });

  it("is the same for whoever opens its address later", async () => {
    const later = await desk.open();
    await later.goto(page.url());
    await later.getByRole("heading", { name: "ACME ▲ long" }).waitFor();
    expect(await later.getByTestId("fill-reasons").innerText()).toBe(
      await page.getByTestId("fill-reasons").innerText(),
    );
  });

  it("closes what is open when that is confirmed, by keyboard too, and not when it is cancelled", async () => {
    await page.goto(`${desk.url}/#/a/main/positions/${await idOf("BOLT")}`);
    await page.getByRole("heading", { name: "BOLT ▲ long" }).waitFor();
    const close = page.getByRole("button", { name: "Close BOLT" });
    const question = page.getByRole("alertdialog", { name: "Close BOLT?" });
    await close.press("Enter");
    await question.getByText("4 BOLT (long) will be closed at the newest price.").waitFor();
    await question.getByRole("button", { name: "Cancel" }).press("Enter");
    await question.waitFor({ state: "detached" });
    expect(await close.evaluate((found) => found === document.activeElement)).toBe(true);
    expect(await idOf("BOLT")).not.toBe("");

    await close.press("Enter");
    await question.getByRole("button", { name: "Close it" }).press("Enter");
    await page.getByText(/^BOLT closed: -\$0\.\d\d\.$/).waitFor();
    await expect.poll(fillNames, POLL).toEqual(["Entry", "Exit: closed by hand"]);
    await expect.poll(status, POLL).toMatch(/^closed/);
    expect(await idOf("BOLT")).toBe("");
    const title = page.getByRole("heading", { name: "BOLT ▲ long" });
    expect(await title.evaluate((found) => found === document.activeElement)).toBe(true);
  });

  it("says that there is none where the id is none, and leads back", async () => {
    for (const id of ["nothing", "UG9zaXRpb246bm90aGluZw==", "%00", "a".repeat(2000)]) {
      await page.goto(`${desk.url}/#/a/main/positions/${id}`);
      await page.getByRole("heading", { name: "There is no such position", level: 1 }).waitFor();
      expect(await page.getByRole("main").getByRole("alert").count(), id).toBe(0);
    }
    await page.getByRole("main").getByRole("link", { name: "overview" }).click();
    await page.getByText("Nothing is open.").waitFor();
  });
});
