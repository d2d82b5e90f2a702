// What a first visit loads: little enough for a slow line, and the charts only where one is seen.
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { dashboardFolder } from "../../src/server/dashboard.ts";
import { canLook } from "./deskPage.ts";

/** Script of the first load, compressed as the server sends it. */
const FIRST_LOAD_MAX_BYTES = 250_000;

describe.skipIf(!canLook)("The dashboard's first load", () => {
  const read = (file: string) => readFileSync(path.join(dashboardFolder(), file));

  test("should be at most 250 kB of compressed script, without the charts", () => {
    const html = read("index.html").toString();
    const scripts = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file = ""]) => file);
    expect(scripts.length).toBeGreaterThan(0);
    const bytes = scripts.reduce((sum, file) => sum + gzipSync(read(file)).length, 0);
    console.log(`first load: ${(bytes / 1000).toFixed(1)} kB of compressed script in ${scripts.length} files`);
    expect(bytes).toBeLessThan(FIRST_LOAD_MAX_BYTES);
    const code = scripts.map((file) => read(file).toString()).join("\n");
    expect(code).not.toContain("tv-lightweight-charts");
    const [, charts = "none"] = /(CurveChart-[\w-]+\.js)/.exec(code) ?? [];
    expect(charts).not.toBe("none");
    expect(html).not.toContain(charts);
  });
});
