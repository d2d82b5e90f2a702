// A strategy tried out at the dashboard: from a file of bars to a result, with what may go wrong on the way.
import {
  BacktestBreakdownDocument,
  BacktestDocument,
  BacktestsDocument,
  CancelBacktestDocument,
  DataSetsDocument,
  RunBacktestDocument,
} from "@papertape/client/node";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { count, gain, money, multiple, percent, ratio, signedPercent } from "../../web/desk/src/format/numbers.ts";
import { barFile, barLines, HEADER, saidOf, sendBars } from "./barFiles.ts";
import { useBuiltDesk } from "./builtDesk.ts";
import { canLook, POLL, WIDE } from "./deskPage.ts";

const PHONE = { width: 390, height: 844 };
/** As long as a name may be, with no place to break it. */
const LONG_NAME = "W".repeat(64);
const BARS = 240;
/** So many are played for long enough to be looked at, and to be ended in their middle. */
const LONG_BARS = 150_000;

describe.skipIf(!canLook)("Backtests at the dashboard", () => {
  const desk = useBuiltDesk();
  let page: Page;
  /** The backtest that the user has asked for. */
  let mine = "";

  beforeAll(async () => {
    page = await desk.open();
    await page.goto(`${desk.url}/#/backtests`);
  });

  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const row = (name: string) => page.getByTestId("backtests").getByRole("row").filter({ hasText: name });
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const form = () => page.getByRole("form", { name: "Run a backtest" });
  const state = () => page.getByTestId("backtest-state").innerText();
  const focused = () => page.evaluate(() => document.activeElement?.id ?? "");
  const answer = async (question: string, label: string) => {
    await page.getByRole("alertdialog", { name: question }).getByRole("button", { name: label, exact: true }).click();
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
  };
  const take = async (list: string, option: string | RegExp) => {
    await form().getByRole("combobox", { name: list }).press("ArrowDown");
    await page.getByRole("option", { name: option }).click();
  };
  /** What is said of a choice, as a screen reader has it. */
  const describing = async (list: string) => {
    const id = await form().getByRole("combobox", { name: list }).getAttribute("aria-describedby");
    return page.locator(`#${id}`);
  };
  const read = async (id: string) => {
    const { backtest } = await desk.client.query(BacktestDocument, { id });
    if (backtest === null) throw new Error("there is no such backtest");
    return backtest;
  };
  /** What a script asks for. */
  const ask = async (name: string, symbol: string) => {
    const { dataSets } = await desk.client.query(DataSetsDocument, { symbol });
    const input = {
      name,
      dataSets: dataSets.edges.map(({ node }) => node.id),
      strategy: { name: "BREAKOUT" },
    } as const;
    const { runBacktest } = await desk.client.mutate(RunBacktestDocument, { input });
    if (runBacktest.__typename !== "RunBacktestPayload") throw new Error(JSON.stringify(runBacktest));
    return runBacktest.backtest.id;
  };
  const all = async () => (await desk.client.query(BacktestsDocument)).backtests.edges.map(({ node }) => node);

  it("tell what to do first, where there is nothing, and then import bars", async () => {
    await shows("No backtest yet.");
    await shows("First import a file of bars, then run a strategy on them");
    await shows("No data set yet.");
    await shows("There are no bars to run on yet.");
    expect(await button("Run").isDisabled()).toBe(true);
    await form().getByRole("button", { name: "Import bars" }).click();
    expect(await focused()).toBe("bars-file");
    await sendBars(page, barFile("acme.csv", barLines(BARS)));
    await shows("Imported 240 bars of ACME");
    await page.getByTestId("data-sets").getByRole("row").filter({ hasText: "ACME" }).waitFor();
    await page.getByText("There are no bars to run on yet.").waitFor({ state: "detached" });
  });

  it("say at each field what is wrong, and lose nothing that was entered", async () => {
    await shows("It needs a name.");
    await form().getByLabel("Name").fill("mine");
    await shows("It needs a data set.");
    await take("Data sets", /^ACME \(ACME\): 240 bars/);
    await page.keyboard.press("Escape");
    expect(await (await describing("Data sets")).innerText()).toContain("those of one symbol must not overlap");

    const channel = form().getByLabel("Bars of the channel");
    await channel.fill("1");
    const said = await saidOf(page, "Bars of the channel");
    expect(await said.getByRole("alert").innerText()).toContain("It must be 2 to 500.");
    expect(await channel.getAttribute("aria-invalid")).toBe("true");
    expect(await button("Run").isDisabled()).toBe(true);
    await shows("A parameter of the strategy is not right.");
    await channel.fill("5");
    await form().getByLabel("Bars of the average true range").fill("5");

    await form().getByLabel("Target 2").fill("0.5");
    await button("Run").click();
    const target = (await saidOf(page, "Target 2 (multiples of the risk)")).getByRole("alert");
    await target.waitFor();
    expect(await target.innerText()).toMatch(/is 0\.5, but must not be below/);
    await form().getByLabel("Target 2").fill("3");
    await take("It trades", "Currencies");
    await button("Run").click();
    const assetClass = (await describing("It trades")).getByRole("alert");
    await assetClass.waitFor();
    expect(await assetClass.innerText()).toContain("there are bars of ACME");
    await take("It trades", "Stocks");
    expect(await form().getByLabel("Name").inputValue()).toBe("mine");
    expect(await page.getByTestId("choose-data-sets").innerText()).toContain("ACME");
  });

  it("do not take a moment that is entered by half for none", async () => {
    const from = form().getByLabel("Only bars from");
    await from.focus();
    await page.keyboard.type("03012024");
    await button("Run").click();
    const said = (await saidOf(page, "Only bars from")).getByRole("alert");
    await said.waitFor();
    expect(await said.innerText()).toContain("give the day and the time, or clear both");
    expect(await focused()).toBe("backtest-from");
    await from.fill("2024-03-01T00:00");
    await from.fill("");
    expect(await all()).toEqual([]);
  });

  it("wait for those that were asked for before", async () => {
    const body = [HEADER, ...barLines(LONG_BARS)].join("\n");
    const type = { "content-type": "text/csv" };
    const sent = await fetch(`${desk.url}/import/bars?symbol=LONG`, { method: "POST", headers: type, body });
    expect(sent.status).toBe(201);
    for (const which of ["one", "two", "three", "four", "five"]) await ask(`long ${which}`, "LONG");
    await button("Run").click();
    await page.getByRole("heading", { name: /^mine/, level: 1 }).waitFor();
    await shows(/0 of 240 bars \(0\.00 %\); it waits for those that were asked for before it/);
    expect(await state()).toBe("… waits");
    expect(await focused()).toBe("content");
    mine = new URL(page.url()).hash.split("/").at(-1) ?? "";
    const asked = { name: "mine", strategy: { entryBars: 5, rangeBars: 5, target2Risks: "3" }, from: null };
    expect(await read(mine)).toMatchObject(asked);
  });

  describe("beside a second look", () => {
    let waiting: Page;

    beforeAll(async () => {
      waiting = page;
      page = await desk.open();
      await page.goto(`${desk.url}/#/backtests`);
    });

    it("show how far they are while they run, and are cancelled in their middle", async () => {
      await expect.poll(() => row("long one").innerText(), POLL).toContain("▶ runs");
      await page.getByRole("link", { name: "long one" }).click();
      await expect.poll(state, POLL).toBe("▶ runs");
      const done = async () => {
        const progress = page.getByRole("progressbar", { name: "Progress" });
        return Number(await progress.getAttribute("aria-valuenow"));
      };
      await expect.poll(done, POLL).toBeGreaterThan(0);
      const before = await done();
      await expect.poll(done, POLL).toBeGreaterThan(before);
      await button("Cancel").click();
      await answer("Cancel long one?", "End it");
      await expect.poll(state, POLL).toBe("– cancelled");
      expect(await page.getByTestId("figures").count()).toBe(0);
      expect(await button("Delete").count()).toBe(1);
    });

    it("have nothing to compare with when they were cancelled, which is said", async () => {
      const id = new URL(page.url()).hash.split("/").at(-1);
      await page.goto(`${desk.url}/#/a/main/compare?backtest=${id}`);
      await shows("long one has no result: – cancelled.");
      await page.goto(`${desk.url}/#/backtests`);
    });

    it("are cancelled where they wait, when that is confirmed, and the focus is not lost", async () => {
      const cancel = page.getByRole("button", { name: "Cancel the backtest long five" });
      await expect.poll(() => row("long five").innerText(), POLL).toContain("… waits");
      await cancel.click();
      await answer("Cancel long five?", "Cancel");
      expect(await row("long five").innerText()).toContain("… waits");
      await cancel.focus();
      await page.keyboard.press("Enter");
      await answer("Cancel long five?", "End it");
      await shows("long five is cancelled.");
      await expect.poll(() => row("long five").innerText(), POLL).toContain("– cancelled");
      const remove = page.getByRole("button", { name: "Delete the backtest long five" });
      await expect.poll(() => remove.evaluate((found) => found === document.activeElement), POLL).toBe(true);
    });

    it("say so where they had ended before they could be cancelled", async () => {
      await page.getByRole("button", { name: "Cancel the backtest mine" }).click();
      await page.getByRole("alertdialog", { name: "Cancel mine?" }).waitFor();
      for (const { id, name } of await all())
        if (name.startsWith("long")) await desk.client.mutate(CancelBacktestDocument, { input: { backtest: id } });
      await expect.poll(async () => (await read(mine)).status, POLL).toBe("DONE");
      await answer("Cancel mine?", "End it");
      await shows("mine was not cancelled: it had ended before (✓ done).");
    });

    it("are done on the page that was left open, with nothing done there", async () => {
      await page.close();
      page = waiting;
      await expect.poll(state, POLL).toBe("✓ done");
      await shows(/240 of 240 bars played/);
    });
  });

  it("show the figures that the API has, as a whole and by symbol", async () => {
    const { equity, settings, performance } = await read(mine);
    if (performance === null) throw new Error("it is done and has no figures");
    expect(performance.totalTrades).toBeGreaterThan(1);
    const figure = (label: string) =>
      page
        .getByTestId("figures")
        .locator("div", { has: page.getByText(label, { exact: true }) })
        .innerText();
    expect(await figure("Equity")).toContain(money(equity));
    expect(await figure("Equity")).toContain(`started with ${money(settings?.startingCapital)}`);
    expect(await figure("Return")).toContain(signedPercent(performance.totalReturn));
    expect(await figure("Realized P&L")).toContain(gain(performance.netPnl));
    expect(await figure("Win rate")).toContain(percent(performance.winRate));
    expect(await figure("Win rate")).toContain(`${count(performance.totalTrades)} trades`);
    expect(await figure("Largest drawdown")).toContain(percent(performance.maxDrawdown));

    const { backtest } = await desk.client.query(BacktestBreakdownDocument, { id: mine, by: "SYMBOL" });
    const bySymbol = page.getByTestId("by-symbol").locator("tbody").getByRole("row");
    const written = (backtest?.breakdown ?? []).map((group) =>
      [
        group.key,
        count(group.totalTrades),
        percent(group.winRate),
        multiple(group.averageRMultiple),
        ratio(group.profitFactor),
        gain(group.netPnl),
      ].join("\t"),
    );
    expect(written).toHaveLength(1);
    await expect.poll(() => bySymbol.allInnerTexts(), POLL).toEqual(written);
    const trades = page.getByTestId("trades").locator("tbody").getByRole("row");
    await expect.poll(() => trades.count(), POLL).toBe(Math.min(performance.totalTrades, 50));
  });

  it("draw the equity", async () => {
    await page.getByRole("img", { name: /^Equity over time/ }).waitFor();
    /** Dots of the chart that have the colour of the line. */
    const drawn = () =>
      page.evaluate(() => {
        const [red, green, blue] = [0x0f, 0x6b, 0x64];
        let dots = 0;
        for (const canvas of document.querySelectorAll<HTMLCanvasElement>(".chart canvas")) {
          const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
          for (let at = 0; at < data.length; at += 4)
            if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) dots += 1;
        }
        return dots;
      });
    await expect.poll(drawn, POLL).toBeGreaterThan(WIDE.width / 2);
  });

  it("fit on a phone, whatever they are called", async () => {
    const id = await ask(LONG_NAME, "ACME");
    await expect.poll(async () => (await read(id)).status, POLL).toBe("DONE");
    await page.setViewportSize(PHONE);
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    for (const at of ["backtests", `backtests/${id}`, `a/main/compare?backtest=${id}`]) {
      await page.goto(`${desk.url}/#/${at}`);
      await page.getByText(LONG_NAME).first().waitFor();
      await expect.poll(() => page.getByText(/is loading|are loading/).count(), POLL).toBe(0);
      expect.soft(await width(), at).toBeLessThanOrEqual(PHONE.width);
    }
    await page.getByTestId("choose-backtest").click();
    await page.getByRole("option", { name: LONG_NAME }).waitFor();
    expect.soft(await width(), "the choice of a backtest").toBeLessThanOrEqual(PHONE.width);
    await page.setViewportSize(WIDE);
  });

  it("are deleted from the list and from their own page, when that is confirmed", async () => {
    await page.goto(`${desk.url}/#/backtests`);
    await page.getByRole("button", { name: "Delete the backtest long one" }).focus();
    await page.keyboard.press("Enter");
    await answer("Delete long one?", "Delete it");
    await row("long one").waitFor({ state: "detached" });
    await expect.poll(focused, POLL).toBe("backtests-title");

    await page.getByRole("link", { name: "mine" }).click();
    await button("Delete").click();
    await answer("Delete mine?", "Cancel");
    expect((await read(mine)).status).toBe("DONE");
    await button("Delete").click();
    await answer("Delete mine?", "Delete it");
    await shows("mine is deleted.");
    await page.getByRole("heading", { name: "Backtests", level: 1 }).waitFor();
    await expect.poll(() => row("mine").count(), POLL).toBe(0);
    await expect.poll(focused, POLL).toBe("content");
    const left = (await all()).map(({ name }) => name);
    expect(left).toEqual([LONG_NAME, "long five", "long four", "long three", "long two"]);
    await page.goBack();
    await shows("There is no such backtest.");
  });
});
