// The settings page: what is out of bounds is said at its field, what a change affects before it is saved.
import { AccountDocument, EnableDocument } from "@papertape/client/node";
import { describe, expect, it } from "vitest";
import { canLook, POLL, useDesk } from "./deskPage.ts";

describe.skipIf(!canLook)("The settings page", () => {
  const desk = useDesk();

  it("refuses what is out of bounds at its field, and saves what is not", async () => {
    await desk.client.mutate(EnableDocument);
    const page = await desk.open();
    await page.goto(`${desk.url}/#/a/main/settings`);
    const risk = page.getByLabel("Most risk of a trade (%)");
    const save = page.getByRole("button", { name: "Save" });
    await risk.waitFor();
    expect(await save.isDisabled()).toBe(true);

    await risk.fill("101");
    const described = page.locator(`#${await risk.getAttribute("aria-describedby")}`);
    expect(await described.getByRole("alert").innerText()).toMatch(/It must be .*100/);
    expect(await risk.getAttribute("aria-invalid")).toBe("true");
    expect(await save.isDisabled()).toBe(true);
    await risk.fill("a lot");
    expect(await described.getByRole("alert").innerText()).toContain("It must be a decimal");

    await risk.fill("1.5");
    expect(await described.getByRole("alert").count()).toBe(0);
    const effect = page.getByRole("region", { name: "What this changes" });
    expect(await effect.innerText()).toContain("Which signals are rejected for their risk");
    await page.getByLabel("Fills with slippage").uncheck();
    expect(await effect.getByRole("listitem").count()).toBe(2);
    await save.click();
    await page.getByText("The settings are in force.").waitFor();
    await expect.poll(() => effect.count(), POLL).toBe(0);
    const { account } = await desk.client.query(AccountDocument);
    expect(account?.settings).toMatchObject({ maxTradeRisk: "1.5", useRealisticFills: false });
  });
});
