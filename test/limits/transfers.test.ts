// Exports and imports are paid from the same budget as operations, at their start, and refused where it does not suffice.
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { HttpServerOptions } from "../../src/server/httpServer.ts";
import { EXPORT_WEIGHT, IMPORT_WEIGHT } from "../../src/server/operationLimits/weights.ts";
import { send, serveToyDesk } from "../server/serving.ts";

const exports: NonNullable<HttpServerOptions["exports"]> = async () => undefined;
const importsNothing = { store: {} as never, readBarFile: () => Readable.from([]) as never };

/** Exports that find nothing, and imports whose file is refused: both are begun, which is what costs. */
function serve(rateBurst: number, more: Partial<HttpServerOptions> = {}) {
  const operationLimits = { rateCostPerSecond: 0.1, rateBurst };
  return serveToyDesk({ exports, imports: importsNothing, operationLimits, ...more });
}

const CSV = { "content-type": "text/csv" };
const takeExport = (url: string, headers = {}, method = "GET") => send(`${url}/export/trades`, method, headers);
const takeImport = (url: string, headers = {}) =>
  send(`${url}/import/bars?symbol=AAPL`, "POST", { ...CSV, ...headers }, "time\n");
const hello = (url: string, headers = {}) =>
  send(`${url}/graphql`, "POST", { "content-type": "application/json", ...headers }, '{"query":"{ hello }"}');

describe("the budget", () => {
  test("should be spent by exports, and refuse the one that is too much, with when to come again", async () => {
    const { url } = await serve(EXPORT_WEIGHT * 2 + 100);
    expect((await takeExport(url)).status).toBe(404);
    expect((await takeExport(url, {}, "HEAD")).status).toBe(404);
    const refused = await takeExport(url);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(JSON.parse(refused.body)).toEqual({ message: expect.stringMatching(/^Too much at once: .* Try again in/) });
    expect((await hello(url)).status).toBe(200);
  });

  test("should be spent by imports, before anything of the file is read", async () => {
    const { url } = await serve(IMPORT_WEIGHT + 100);
    expect((await takeImport(url)).status).not.toBe(429);
    const refused = await takeImport(url);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(JSON.parse(refused.body)).toEqual({ message: expect.stringContaining("Too much at once"), issues: [] });
  });

  test("should be one for operations, exports and imports", async () => {
    const { url } = await serve(IMPORT_WEIGHT);
    expect((await takeImport(url)).status).not.toBe(429);
    expect((await takeExport(url)).status).toBe(429);
    const answer = await hello(url);
    expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ extensions: { code: "RATE_LIMITED" } }] });
  });

  test("should not be spent by what is refused for another reason", async () => {
    const { url } = await serve(EXPORT_WEIGHT + 1);
    expect((await send(`${url}/export/nothing`, "GET")).status).toBe(404);
    expect((await send(`${url}/export/trades?format=xls`, "GET")).status).toBe(400);
    expect((await send(`${url}/export/trades`, "POST")).status).toBe(405);
    expect((await send(`${url}/import/bars`, "GET")).status).toBe(405);
    expect((await send(`${url}/import/bars?symbol=A`, "POST", { "content-type": "text/html" }, "x")).status).toBe(415);
    expect((await takeExport(url)).status).toBe(404);
    expect((await takeExport(url)).status).toBe(429);
  });

  test("should be each client's own behind a trusted proxy", async () => {
    const { url } = await serve(EXPORT_WEIGHT, { trustedProxies: ["127.0.0.1"] });
    for (const client of ["203.0.113.1", "203.0.113.2"]) {
      const headers = { "x-forwarded-for": client };
      expect((await takeExport(url, headers)).status).toBe(404);
      expect((await takeExport(url, headers)).status).toBe(429);
    }
  });

  test("should not be asked where there is no rate", async () => {
    const { url } = await serve(1, { operationLimits: { rateCostPerSecond: 0 } });
    for (let asked = 0; asked < 5; asked += 1) expect((await takeExport(url)).status).toBe(404);
  });
});
