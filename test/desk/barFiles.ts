// Small files of bars for tests of the dashboard, and how a user sends one.
import type { Page } from "playwright-core";

export const HEADER = "time,open,high,low,close,volume";
const MINUTE_MS = 60_000;

/** Minute bars that go up and down by five dollars again and again, as lines of a CSV file without its header. */
export function barLines(bars: number): string[] {
  const swing = (index: number): number => 100 + Math.abs(20 - (index % 40)) / 4;
  return Array.from({ length: bars }, (_, index) => {
    const [open, close] = [swing(index), swing(index + 1)];
    const prices = [open, Math.max(open, close) + 0.1, Math.min(open, close) - 0.1, close];
    const time = new Date(Date.parse("2024-03-01T14:30:00Z") + index * MINUTE_MS).toISOString();
    return [time, ...prices.map((price) => price.toFixed(2)), 1000].join(",");
  });
}

/** A file that was never on a disk. */
export const barFile = (name: string, lines: readonly string[]) => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(`${[HEADER, ...lines].join("\n")}\n`),
});

export const importForm = (page: Page) => page.getByRole("form", { name: "Import bars" });

/** Chooses a file in the form, and sends it. */
export async function sendBars(page: Page, file: string | ReturnType<typeof barFile>): Promise<void> {
  await importForm(page).getByLabel("File").setInputFiles(file);
  await importForm(page).getByRole("button", { name: "Import" }).click();
}

/** What is said of a field below it. */
export async function saidOf(page: Page, label: string) {
  const id = await page.getByLabel(label, { exact: true }).getAttribute("aria-describedby");
  return page.locator(`#${id}`);
}
