// Paper beside a backtest: what is compared is told by words and signs, and the address says with which one.
import {
  DeleteBacktestDocument,
  decimal,
  EnableDocument,
  RecordBacktestDocument,
  ReportComparisonDocument,
  ReportDocument,
} from "@papertape/client/node";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { multiple, percent, ratio } from "../../web/desk/src/format/numbers.ts";
import { canLook, POLL, publish, signal, useDesk } from "./deskPage.ts";

/** The most that the page offers. */
const OFFERED_MAX = 200;

type Recorded = Readonly<Record<string, string>> & { readonly totalTrades?: never };

describe.skipIf(!canLook)("The comparison with a backtest", () => {
  const desk = useDesk();
  let page: Page;

  beforeAll(async () => {
    await desk.client.mutate(EnableDocument);
    page = await desk.open();
  });

  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const visit = async (account: string, backtest?: string) => {
    await page.goto("about:blank");
    await page.goto(`${desk.url}/#/a/${account}/compare${backtest === undefined ? "" : `?backtest=${backtest}`}`);
  };
  const named = () => new URLSearchParams(new URL(page.url()).hash.split("?")[1]).get("backtest");
  const choice = () => page.getByTestId("choose-backtest");
  const status = () => page.getByTestId("comparison-status").innerText();
  /** The cells of a figure's row. */
  const cells = async (figure: string) => {
    const row = page.getByTestId("comparison").getByRole("row").filter({ hasText: figure });
    return (await row.getByRole("cell").allInnerTexts()).map((text) => text.trim());
  };
  const record = async (name: string, figures: Recorded, totalTrades?: number) => {
    const written = Object.fromEntries(Object.entries(figures).map(([figure, text]) => [figure, decimal(text)]));
    const input = { name, ...written, ...(totalTrades !== undefined && { totalTrades }) };
    const { recordBacktest } = await desk.client.mutate(RecordBacktestDocument, { input });
    if (recordBacktest.__typename !== "RecordBacktestPayload") throw new Error(JSON.stringify(recordBacktest));
    return recordBacktest.backtest.id;
  };
  const performance = async () => {
    const { report } = await desk.client.query(ReportDocument, {});
    if (report === null) throw new Error("the account is not there");
    return report.performance;
  };
  /** So many percent more than a figure, to 8 decimals. */
  const above = (figure: string | null, percentage: number): string =>
    (Number(figure) * (1 + percentage / 100)).toFixed(8);

  it("says where to begin, where there is no backtest", async () => {
    await visit("main");
    await shows("There is no backtest that is done yet.");
    expect(await choice().count()).toBe(0);
    await page.getByRole("link", { name: "Run one on historical bars" }).click();
    await page.getByRole("heading", { name: "Backtests", level: 1 }).waitFor();
  });

  it("says that nothing can be compared, where neither has what the other has", async () => {
    await record("a ratio only", { sharpe: "1.2" });
    await visit("main");
    await shows("Nothing could be compared: no figure is there on both sides.");
    expect(await cells("Sharpe ratio")).toEqual(["– not compared", "–", "1.20", "–", "–"]);
    expect(await cells("Trades")).toEqual(["– not compared", "0", "–", "–", "–"]);
    await visit("nobody");
    await shows("There is no account “nobody” yet.");
  });

  describe("of trades", () => {
    let near = "";
    let far = "";

    beforeAll(async () => {
      await publish(desk.client, "ACME", "150");
      await publish(desk.client, "BOLT", "150");
      await signal(desk.client, "ACME", "10");
      await signal(desk.client, "BOLT", "4");
      await publish(desk.client, "ACME", "161");
      await publish(desk.client, "BOLT", "144");
      const { totalTrades, winRate, averageRMultiple, profitFactor } = await performance();
      expect({ totalTrades, winRate }).toEqual({ totalTrades: 2, winRate: "50" });
      near = await record("near", { winRate: "50", averageRMultiple: above(averageRMultiple, 5) }, 2);
      far = await record("far", { winRate: "50", profitFactor: above(profitFactor, 20), maxDrawdown: "50" }, 2);
    });

    it("tells each figure and how far it is away, by words and signs", async () => {
      await visit("main", far);
      await expect.poll(status, POLL).toBe("In all: ✗ error, the worst of 4 figures compared.");
      const { report } = await desk.client.query(ReportComparisonDocument, { backtest: far });
      const factor = report?.backtestComparison?.metrics.find(({ metric }) => metric === "PROFIT_FACTOR");
      expect(await cells("Win rate")).toEqual(["✓ OK", "50.00 %", "50.00 %", "0.00 %", "the same"]);
      expect(await cells("Trades")).toEqual(["✓ OK", "2", "2", "0.00 %", "the same"]);
      expect(await cells("Profit factor")).toEqual([
        "! warning",
        ratio(factor?.paper),
        ratio(factor?.backtest),
        percent(factor?.deltaPercentage),
        "paper is worse",
      ]);
      const [mark, , backtest, , direction] = await cells("Largest drawdown");
      expect([mark, backtest, direction]).toEqual(["✗ error", "50.00 %", "paper is better"]);
      expect((await cells("Average R")).slice(2)).toEqual(["–", "–", "–"]);
      expect(await choice().innerText()).toContain("far, recorded");
    });

    it("is another one when another backtest is chosen, which the address keeps", async () => {
      await choice().click();
      await page.getByRole("option", { name: /^near, recorded/ }).click();
      await expect.poll(status, POLL).toBe("In all: ✓ OK, the worst of 3 figures compared.");
      expect(named()).toBe(near);
      const { averageRMultiple } = await performance();
      const [mark, paper, backtest, away] = await cells("Average R");
      expect([paper, backtest, mark]).toEqual([
        multiple(averageRMultiple),
        multiple(above(averageRMultiple, 5)),
        "✓ OK",
      ]);
      expect(away).toMatch(/^4\.7\d %$/);
      await page.reload();
      await expect.poll(status, POLL).toBe("In all: ✓ OK, the worst of 3 figures compared.");
      expect(await choice().innerText()).toContain("near, recorded");
    });

    it("is chosen by keyboard alone, and the focus stays where it was", async () => {
      await choice().getByRole("combobox").focus();
      await page.keyboard.press("Enter");
      await page.keyboard.type("far");
      await page.getByRole("option", { name: /^near, / }).waitFor({ state: "detached" });
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect.poll(named, POLL).toBe(far);
      await expect.poll(status, POLL).toContain("✗ error");
      const combobox = choice().getByRole("combobox");
      await expect.poll(() => combobox.evaluate((found) => found === document.activeElement), POLL).toBe(true);
    });

    it("follows the trades that are closed meanwhile", async () => {
      await publish(desk.client, "COIL", "150");
      await signal(desk.client, "COIL", "10");
      await publish(desk.client, "COIL", "161");
      await expect.poll(async () => (await cells("Trades"))[1], POLL).toBe("3");
      expect(await cells("Trades")).toEqual(["✗ error", "3", "2", "50.00 %", "–"]);
    });

    it("says that a backtest was deleted, and offers the others", async () => {
      await visit("main", near);
      await expect.poll(status, POLL).toContain("In all");
      await desk.client.mutate(DeleteBacktestDocument, { input: { backtest: near } });
      await page.reload();
      await shows("There is no such backtest.");
      await shows("It may have been deleted: choose another.");
      expect(await page.getByTestId("comparison").count()).toBe(0);
      await choice().click();
      expect(await page.getByRole("option", { name: /^near, / }).count()).toBe(0);
      await page.getByRole("option", { name: /^far, / }).click();
      await expect.poll(status, POLL).toContain("✗ error");
    });

    it("offers the newest only, says so, and takes an older one that the address names", async () => {
      expect(await page.getByText(/Only the newest 200 are offered/).count()).toBe(0);
      for (let each = 0; each < OFFERED_MAX; each += 1) await record(`newer ${each}`, { winRate: "50" });
      await visit("main");
      await shows(/Only the newest 200 are offered/);
      await expect.poll(() => choice().innerText(), POLL).toContain("newer 199, recorded");
      await choice().click();
      await page.getByRole("option", { name: /^newer 199, / }).waitFor();
      await page.keyboard.type("far");
      await expect.poll(() => page.getByRole("option", { name: /^(far|newer)/ }).count(), POLL).toBe(0);
      await page.keyboard.press("Escape");

      await visit("main", far);
      await expect.poll(() => choice().innerText(), POLL).toContain("far, recorded");
      await expect.poll(status, POLL).toContain("✗ error");
      await choice().click();
      await page.keyboard.type("far");
      await page.getByRole("option", { name: /^far, / }).waitFor();
    });
  });
});
