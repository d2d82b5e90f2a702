// A page of its own in the browser, which functions of a bench can be run in.
import type { Browser, Page } from "playwright-core";

/** The bench's compiler names functions by this helper, which is not sent with them. */
const HELPER = "globalThis.__name = (named) => named";

/** With an empty cache; closing its context closes it. */
export async function openBenchPage(
  browser: Browser,
  viewport: { readonly width: number; readonly height: number },
): Promise<Page> {
  const context = await browser.newContext({ viewport });
  await context.addInitScript({ content: HELPER });
  return context.newPage();
}
