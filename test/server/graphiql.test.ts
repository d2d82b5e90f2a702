// GraphiQL in a browser: one file, from this host alone, cached.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { send, serveToyDesk } from "./serving.ts";

const BROWSER = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const examples = [{ query: "query Greeting { hello }", variables: '{ "name": "you" }' }];

describe("GraphiQL", () => {
  test("should be one page with the examples in its tabs that fetches nothing from another host", async () => {
    const { graphqlUrl } = await serveToyDesk({ examples });
    const answer = await fetch(graphqlUrl, { headers: BROWSER });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const html = await answer.text();
    expect(html).toContain("<title>Papertape</title>");
    expect(html).toContain("query Greeting { hello }");
    expect(html).toContain("fetcher: papertapeFetcher");
    const markup = html.replace(/<script>[\s\S]*<\/script>/, "");
    expect(markup).not.toMatch(/(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i);
    expect(markup).not.toMatch(/(?:url\(|@import)\s*["']?(?:https?:)?\/\//i);
    expect(html.match(/<\/script>/g)).toHaveLength(1);
  });

  test("should allow its own script and no other, and connections to this host alone", async () => {
    const { graphqlUrl, port } = await serveToyDesk({ examples });
    const answer = await fetch(graphqlUrl, { headers: BROWSER });
    const script = /<script>([\s\S]*)<\/script>/.exec(await answer.text())?.[1] ?? "";
    const hash = createHash("sha256").update(script).digest("base64");
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain(`script-src 'sha256-${hash}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${port}`);
  });

  test("should be compressed, and not sent again to who has it", async () => {
    const { graphqlUrl } = await serveToyDesk({ examples });
    const first = await send(graphqlUrl, "GET", { ...BROWSER, "accept-encoding": "gzip" });
    expect(first.headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept, Accept-Encoding" });
    const etag = first.headers.etag ?? "";
    const again = await send(graphqlUrl, "GET", { ...BROWSER, "accept-encoding": "gzip", "if-none-match": etag });
    expect(again).toMatchObject({ status: 304, body: "" });
    const plain = await send(graphqlUrl, "GET", BROWSER);
    expect(plain.headers.etag).not.toBe(etag);
    expect(Number(first.headers["content-length"])).toBeLessThan(Number(plain.headers["content-length"]) / 3);
  });

  test("should refuse an example that would end its script", async () => {
    await expect(serveToyDesk({ examples: [{ query: "{ hello } # </script>" }] })).rejects.toThrow("</");
  });

  test("should leave GET requests of programs to GraphQL", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const answer = await fetch(`${graphqlUrl}?query=${encodeURIComponent("{ hello }")}`);
    expect(await answer.json()).toEqual({ data: { hello: "hello you" } });
  });
});
