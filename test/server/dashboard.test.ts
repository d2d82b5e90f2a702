// The dashboard as a browser gets it: a page with a nonce of its own each time, and files that are kept for ever.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createDashboard } from "../../src/server/dashboard.ts";
import { startGuard } from "../../src/server/guard.ts";
import { createApiKeyStore } from "../../src/store/apiKeys.ts";
import { databases } from "../support/databases.ts";
import { createKeptLog, send, serveToyDesk } from "./serving.ts";

const SCRIPT = "// the desk's script\n".repeat(200);
const PAGE =
  '<!doctype html><meta name="papertape-nonce" content="__NONCE__"><script src="/assets/desk-1a2b.js"></script>';
const NONCE = /name="papertape-nonce" content="([^"]*)"/;

describe("The dashboard", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "papertape-dashboard-"));
    await mkdir(path.join(folder, "built/assets"), { recursive: true });
    await writeFile(path.join(folder, "built/index.html"), PAGE);
    await writeFile(path.join(folder, "built/assets/desk-1a2b.js"), SCRIPT);
    await writeFile(path.join(folder, "built/assets/icons-3c4d.woff2"), "a font");
    await writeFile(path.join(folder, "built/package.json"), "not to be had");
    await writeFile(path.join(folder, "package.json"), "not to be had either");
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const serveDashboard = () => serveToyDesk({ dashboard: createDashboard(path.join(folder, "built")) });

  test("should be a page whose styles need a nonce that is another each time", async () => {
    const { url } = await serveDashboard();
    const answers = [await send(`${url}/`, "GET"), await send(`${url}/?again`, "GET")];
    const nonces = answers.map(({ status, headers, body }) => {
      expect(status).toBe(200);
      expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
      const nonce = NONCE.exec(body)?.[1] ?? "";
      expect(Buffer.from(nonce, "base64")).toHaveLength(16);
      expect(headers["content-security-policy"]).toContain(`style-src 'self' 'nonce-${nonce}';`);
      return nonce;
    });
    expect(new Set(nonces).size).toBe(2);
  });

  test("should allow its own files and connections to this host, and no code or style within the page", async () => {
    const { url, port } = await serveDashboard();
    const { headers } = await send(`${url}/`, "GET");
    const policy = String(headers["content-security-policy"]).split("; ");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${port} wss://127.0.0.1:${port}`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toContain("form-action 'none'");
    expect(policy.join()).not.toMatch(/unsafe|\*/);
  });

  test("should give a file by its name, compressed to who takes that, to be kept for ever", async () => {
    const { url } = await serveDashboard();
    const plain = await fetch(`${url}/assets/desk-1a2b.js`, { headers: { "accept-encoding": "identity" } });
    expect(plain.status).toBe(200);
    expect(plain.headers.get("content-type")).toMatch(/^text\/javascript/);
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(plain.headers.get("vary")).toBe("Accept-Encoding");
    expect(plain.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await plain.text()).toBe(SCRIPT);

    const packed = await rawBody(`${url}/assets/desk-1a2b.js`);
    expect(packed.encoding).toBe("gzip");
    expect(packed.body).toHaveLength(gzipSync(SCRIPT).length);
    expect(gunzipSync(packed.body).toString()).toBe(SCRIPT);
  });

  test("should not compress what is compressed", async () => {
    const { url } = await serveDashboard();
    const answer = await send(`${url}/assets/icons-3c4d.woff2`, "GET", { "accept-encoding": "gzip" });
    expect(answer).toMatchObject({ status: 200, body: "a font" });
    expect(answer.headers).toMatchObject({ "content-type": "font/woff2" });
    expect(answer.headers["content-encoding"]).toBeUndefined();
  });

  test("should not send a file again to who has it", async () => {
    const { url } = await serveDashboard();
    const { etag = "" } = (await send(`${url}/assets/desk-1a2b.js`, "GET")).headers;
    const again = await send(`${url}/assets/desk-1a2b.js`, "GET", { "if-none-match": etag });
    expect(again).toMatchObject({ status: 304, body: "" });
    expect(again.headers).toMatchObject({ etag, "cache-control": "public, max-age=31536000, immutable" });
    const other = await send(`${url}/assets/desk-1a2b.js`, "GET", { "if-none-match": '"another"' });
    expect(other).toMatchObject({ status: 200, body: SCRIPT });
  });

  test("should tell the headers alone to HEAD", async () => {
    const { url } = await serveDashboard();
    for (const at of ["/", "/assets/desk-1a2b.js"]) {
      const head = await send(url + at, "HEAD");
      const get = await send(url + at, "GET");
      expect(head).toMatchObject({ status: 200, body: "" });
      expect(head.headers["content-length"]).toBe(String(Buffer.byteLength(get.body)));
      expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
    }
  });

  test.each([
    "/assets/unknown.js",
    "/assets/",
    "/assets",
    "/assets/../package.json",
    "/assets/../../package.json",
    "/assets/..%2f..%2fpackage.json",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/assets/..\\..\\package.json",
    "/assets/desk-1a2b.js/",
    "/assets//desk-1a2b.js",
    "/assets/__proto__",
    "/index.html",
  ])("should have nothing at %s", async (at) => {
    const { port } = await serveDashboard();
    const answer = await sendPath(port, at);
    expect(answer.status).toBe(404);
    expect(answer.body).toBe("There is nothing here.\n");
  });

  test("should be looked at only", async () => {
    const { url } = await serveDashboard();
    expect((await send(`${url}/`, "POST")).status).toBe(404);
    expect((await send(`${url}/assets/desk-1a2b.js`, "PUT")).status).toBe(404);
  });

  test("should stay what it was when the server started, though another is built meanwhile", async () => {
    const other = path.join(folder, "rebuilt");
    await mkdir(path.join(other, "assets"), { recursive: true });
    await writeFile(path.join(other, "index.html"), "first");
    const { url } = await serveToyDesk({ dashboard: createDashboard(other) });
    await writeFile(path.join(other, "index.html"), "second");
    expect((await send(`${url}/`, "GET")).body).toBe("first");
  });

  test("should be a page with links where none was built", async () => {
    const dashboard = createDashboard(path.join(folder, "not-built"));
    expect(dashboard).toBeUndefined();
    const { url } = await serveToyDesk({ dashboard });
    const page = await send(`${url}/`, "GET");
    expect(page.status).toBe(200);
    expect(page.body).toContain("/graphql");
    expect((await send(`${url}/assets/desk-1a2b.js`, "GET")).status).toBe(404);
  });

  test("should open without a key where keys are asked for, and not for a foreign host or origin", async () => {
    const [pglite] = databases;
    if (pglite === undefined) throw new Error("there is always PGlite");
    const { database, remove } = await pglite.open();
    onTestFinished(remove);
    const access = {
      kind: "guarded",
      allowedHosts: ["desk.example.org"],
      allowedOrigins: [],
      tokens: undefined,
    } as const;
    const guard = await startGuard({ host: "127.0.0.1", access }, createApiKeyStore(database), createKeptLog().log);
    onTestFinished(() => guard.close());
    const dashboard = createDashboard(path.join(folder, "built"));
    const { url, port } = await serveToyDesk({ dashboard, access: guard.access });
    for (const at of ["/", "/assets/desk-1a2b.js"]) {
      expect((await send(url + at, "GET")).status).toBe(200);
      expect((await send(url + at, "GET", { host: "evil.example" })).status).toBe(403);
      expect((await send(url + at, "GET", { origin: "https://evil.example" })).status).toBe(403);
    }
    const named = await send(`${url}/`, "GET", { host: `desk.example.org:${port}` });
    expect(named.headers["content-security-policy"]).toContain(`ws://desk.example.org:${port} `);
  });
});

/** A path as it is given: a URL would tidy it. */
function sendPath(port: number, at: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: at, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    asked.on("error", reject).end();
  });
}

/** What is on the wire: fetch would unpack it. */
function rawBody(url: string): Promise<{ encoding: string | undefined; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { "accept-encoding": "br, gzip" }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ encoding: response.headers["content-encoding"], body: Buffer.concat(chunks) }),
      );
    });
    asked.on("error", reject).end();
  });
}
