// The settings page: what is out of bounds is said at its field, what a change affects before it is saved.
import { AccountDocument, EnableDocument } from "@papertape/client/node";
import { describe, expect, it } from "vitest";
import { canLook, POLL, publish, signal, useDesk } from "./deskPage.ts";

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

  it("keeps what one has typed while the account's figures move", async () => {
    const page = await desk.open();
    await publish(desk.client, "ACME", "150");
    await signal(desk.client, "ACME", "10");
    await page.goto(`${desk.url}/#/a/main/settings`);
    const risk = page.getByLabel("Most risk of a trade (%)");
    await risk.fill("1.25");
    // The figures come once a second: two answers show that they have come meanwhile.
    for (let answered = 0; answered < 2; answered += 1) {
      await publish(desk.client, "ACME", String(151 + answered));
      await page.waitForResponse((response) => response.request().postData()?.includes("query Report") ?? false);
    }
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    expect(await risk.inputValue()).toBe("1.25");
    expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(false);
  });
});
