// Importing bars at the dashboard: what is no good about a file is told by line and reason, and nothing is entered twice.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { barFile, barLines, HEADER, importForm, saidOf, sendBars } from "./barFiles.ts";
import { useBuiltDesk } from "./builtDesk.ts";
import { canLook, POLL } from "./deskPage.ts";

const BARS = 240;

/** A refused import is an answer of status 400, and a browser complains of a file that is gone. */
const isExpected = (complaint: string): boolean => /status of 400|ERR_FILE_NOT_FOUND/.test(complaint);

describe.skipIf(!canLook)("Importing bars", () => {
  const desk = useBuiltDesk(isExpected);
  let page: Page;

  beforeAll(async () => {
    page = await desk.open();
    await page.goto(`${desk.url}/#/backtests`);
  });

  const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const field = (label: string) => importForm(page).getByLabel(label);
  const dataSets = () => page.getByTestId("data-sets").locator("tbody").getByRole("row");

  it("refuses a file without a good row by line and reason, and keeps what was filled in", async () => {
    await field("Symbol").fill("ACME");
    await field("Name").fill("March");
    await field("Time zone").fill("Europe/Vienna");
    await sendBars(page, barFile("broken.csv", ["2024-03-01,100,99,101,100,5", "yesterday,100,101,99,100,5"]));
    const refused = page.getByTestId("import-refused");
    await refused.waitFor();
    expect(await refused.innerText()).toMatch(/Nothing was imported\. File has no good row: .* at line 2: .*high/);
    expect(await refused.getAttribute("role")).toBe("alert");
    expect(await (await saidOf(page, "File")).innerText()).toBe(await refused.innerText());
    expect(await field("Symbol").inputValue()).toBe("ACME");
    expect(await field("Name").inputValue()).toBe("March");
    expect(await field("Time zone").inputValue()).toBe("Europe/Vienna");
    expect(await field("File").inputValue()).toContain("broken.csv");
    await shows("No data set yet.");
  });

  it("says at its field what is wrong with a parameter", async () => {
    await field("Time zone").fill("Vienna");
    await sendBars(page, barFile("acme.csv", barLines(BARS)));
    const said = await saidOf(page, "Time zone of times without one");
    await said.getByRole("alert").waitFor();
    expect(await said.innerText()).toContain("Vienna");
    expect(await field("Time zone").getAttribute("aria-invalid")).toBe("true");
    await field("Time zone").fill("");
  });

  it("takes the good rows of a file, tells the others by line and reason, and lists the data set", async () => {
    const bad = ["2024-03-02T14:30:00Z,100,99,101,100,5", "2024-03-02T14:31:00Z,100,101,99,many,5"];
    await sendBars(page, barFile("acme.csv", [...barLines(BARS), ...bad]));
    const done = page.getByTestId("import-done");
    await done.waitFor();
    expect(await done.innerText()).toContain(`Imported ${BARS} bars of ACME`);
    expect(await done.innerText()).toContain(`2 of ${BARS + 2} rows were no good, and left out.`);
    const left = done.locator("tbody").getByRole("row");
    expect(await left.count()).toBe(2);
    expect(await left.nth(0).innerText()).toMatch(new RegExp(`^${BARS + 2}\\s+.*high`));
    expect(await left.nth(1).innerText()).toMatch(new RegExp(`^${BARS + 3}\\s+.*close`));
    await expect.poll(() => dataSets().count(), POLL).toBe(1);
    expect(await dataSets().innerText()).toMatch(/^March\s+ACME\s+240\s+1 min\s.*\s2\s/s);
  });

  it("says so where the same bars were imported before", async () => {
    await sendBars(page, barFile("again.csv", barLines(BARS)));
    await shows("These bars were imported before, as “March”.");
    expect(await dataSets().count()).toBe(1);
  });

  it("says that a file is no longer what was chosen, and takes it when it is chosen again", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "papertape-bars-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, "mended.csv");
    await writeFile(file, `${HEADER}\n`);
    await field("Symbol").fill("BOLT");
    await sendBars(page, file);
    await shows(/no good row: there is nothing below its header/);
    await rm(file);
    await importForm(page).getByRole("button", { name: "Import" }).click();
    await shows("The file was changed or moved since it was chosen: choose it again.");
    expect(await field("File").inputValue()).toBe("");
    await writeFile(file, [HEADER, ...barLines(BARS)].join("\n"));
    await sendBars(page, file);
    await shows(`Imported ${BARS} bars of BOLT`);
    expect(await field("Symbol").inputValue()).toBe("BOLT");
  });

  it("deletes a data set when that is confirmed, by keyboard, and the focus is not lost", async () => {
    await expect.poll(() => dataSets().count(), POLL).toBe(2);
    const remove = dataSets().first().getByRole("button");
    await remove.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    expect(await remove.evaluate((found) => found === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Delete it" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => dataSets().count(), POLL).toBe(1);
    await expect.poll(() => page.evaluate(() => document.activeElement?.id), POLL).toBe("data-sets-title");
    expect(await dataSets().innerText()).toContain("ACME");
  });
});
