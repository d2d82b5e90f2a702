// Trusted documents and a schema that is not told, on every transport; and what no page may send.
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseManifest, readTrustedDocuments } from "../../src/server/operationLimits/trustedDocuments.ts";
import { StartError } from "../../src/store/startError.ts";
import { send, serveToyDesk } from "../server/serving.ts";
import { temporaryFile } from "./temporaryFile.ts";
import { codeOf, openStreamSocket, TRANSPORTS } from "./transports.ts";

const HELLO = "query Hello($name: String) { hello(name: $name) }";
const TICKS = "subscription { tick(to: 1) }";
const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const manifest = JSON.stringify({ [hashOf(HELLO)]: HELLO, [`sha256:${hashOf(TICKS)}`]: TICKS });
const serveTrusted = () => serveToyDesk({ trustedDocuments: parseManifest(manifest, "manifest.json") });
const variables = { name: "Ann" };
const greeted = { data: { hello: "hello Ann" } };

describe.each(TRANSPORTS)("$name", ({ ask }) => {
  test("should execute a trusted document by its text, its id and Apollo's hash", async () => {
    const { graphqlUrl } = await serveTrusted();
    const sha256Hash = hashOf(HELLO);
    for (const named of [
      { query: HELLO },
      { documentId: `sha256:${sha256Hash}` },
      { extensions: { persistedQuery: { version: 1, sha256Hash } } },
    ]) {
      expect(await ask(graphqlUrl, { ...named, variables })).toMatchObject(greeted);
    }
  });

  test("should refuse every other document, by its text or an id", async () => {
    const { graphqlUrl, desk } = await serveTrusted();
    for (const named of [
      { query: "{ hello }" },
      { query: `${HELLO} ` },
      { query: "{" },
      { documentId: `sha256:${hashOf("{ hello }")}` },
      { documentId: "__proto__" },
      { extensions: { persistedQuery: { version: 1, sha256Hash: "" } } },
      { query: "{ hello }", documentId: `sha256:${hashOf(HELLO)}` },
    ]) {
      const answer = await ask(graphqlUrl, named);
      expect(codeOf(answer), JSON.stringify(named)).toBe("DOCUMENT_NOT_TRUSTED");
      expect(answer.status ?? 403).toBe(403);
    }
    expect(desk.contexts).toEqual([]);
  });

  test("should neither tell the schema nor suggest names where introspection is off", async () => {
    const { graphqlUrl } = await serveToyDesk({ operationLimits: { introspection: "off" } });
    for (const query of ["{ __schema { types { name } } }", '{ __type(name: "Query") { name } }']) {
      expect(codeOf(await ask(graphqlUrl, { query }))).toBe("GRAPHQL_VALIDATION_FAILED");
    }
    expect((await ask(graphqlUrl, { query: "{ __typename }" })).data).toEqual({ __typename: "Query" });
    const { errors } = await ask(graphqlUrl, { query: "{ helo }" });
    expect(errors?.[0]?.message).toBe('Cannot query field "helo" on type "Query".');
  });

  test("should suggest names where it is on", async () => {
    const { graphqlUrl } = await serveToyDesk();
    expect((await ask(graphqlUrl, { query: "{ helo }" })).errors?.[0]?.message).toContain('Did you mean "hello"?');
  });
});

describe("a schema that is not told", () => {
  test("should not be told by what is wrong with variables", async () => {
    const query = "mutation Put($ticket: Ticket!) { put(ticket: $ticket) }";
    const body = JSON.stringify({ query, variables: { ticket: { id: "a", lot: 1, lots: 1 } } });
    const headers = { "content-type": "application/json" };
    const [hidden, told] = [await serveToyDesk({ operationLimits: { introspection: "off" } }), await serveToyDesk()];
    expect((await send(told.graphqlUrl, "POST", headers, body)).body).toContain("Did you mean");
    expect((await send(hidden.graphqlUrl, "POST", headers, body)).body).not.toContain("Did you mean");
    const socket = await openStreamSocket(hidden.graphqlUrl);
    socket.subscribe("1", query, JSON.parse(body));
    const { payload } = await socket.nextFor("1");
    expect(payload).toMatchObject({ errors: [{ message: expect.stringContaining('"lot" is not defined') }] });
    expect(JSON.stringify(payload)).not.toContain("Did you mean");
  });
});

describe("a trusted subscription", () => {
  test("should be followed by its id, over a WebSocket", async () => {
    const { graphqlUrl } = await serveTrusted();
    const socket = await openStreamSocket(graphqlUrl);
    socket.send({ type: "subscribe", id: "1", payload: { documentId: `sha256:${hashOf(TICKS)}` } });
    expect(await socket.nextFor("1")).toMatchObject({ type: "next", payload: { data: { tick: 1 } } });
  });
});

describe("a manifest", () => {
  test("should be taken in Apollo's form, with its own ids", () => {
    const operations = [{ id: "greeting", name: "Hello", type: "query", body: HELLO }];
    const text = JSON.stringify({ format: "apollo-persisted-query-manifest", version: 1, operations });
    const trusted = parseManifest(text, "apollo.json");
    expect(trusted.size).toBe(1);
    expect(trusted.textOf({ documentId: "greeting" })).toBe(HELLO);
    expect(trusted.textOf({ documentId: `sha256:${hashOf(HELLO)}` })).toBe(HELLO);
  });

  test.each([
    ["{", "is not JSON"],
    ["[]", "must be"],
    ['{"x": 1}', "must be"],
    [JSON.stringify({ [hashOf("other")]: HELLO }), "is not the SHA-256 of its document"],
    [`{"__proto__": ${JSON.stringify(HELLO)}}`, 'has "__proto__", which is not the SHA-256 of its document'],
    [manifest.replace("{", '{"__proto__": {}, '), 'has "__proto__", which is not the SHA-256 of its document'],
  ])("should stop the start where it is wrong: %s", (text, words) => {
    expect(() => parseManifest(text, "m.json")).toThrow(StartError);
    expect(() => parseManifest(text, "m.json")).toThrow(words);
  });

  test("should be read from a file, or said not to be there", async () => {
    const file = await temporaryFile("manifest.json");
    await expect(readTrustedDocuments(file)).rejects.toThrow("cannot be read (ENOENT)");
    await writeFile(file, manifest);
    expect((await readTrustedDocuments(file)).has(TICKS)).toBe(true);
  });
});

describe("what any page can send", () => {
  const mutation = 'mutation { put(ticket: { id: "a", lots: 1 }) }';
  const form = new URLSearchParams({ query: mutation }).toString();
  const json = JSON.stringify({ query: mutation });
  const search = `?query=${encodeURIComponent(mutation)}`;
  const multipart = `--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${json}\r\n--x--\r\n`;

  test.each([
    ["a mutation by GET", 405, "GET", search, {}, undefined],
    ["a mutation by GET for a stream", 405, "GET", search, { accept: "text/event-stream" }, undefined],
    [
      "a mutation in the URL of a POST, which has none in its body",
      200,
      "POST",
      search,
      { "content-type": "application/json" },
      "{}",
    ],
    ["an urlencoded form", 415, "POST", "", { "content-type": "application/x-www-form-urlencoded" }, form],
    [
      "an urlencoded form in capitals",
      415,
      "POST",
      "",
      { "content-type": "Application/X-WWW-Form-Urlencoded;a=b" },
      form,
    ],
    ["a multipart form", 415, "POST", "", { "content-type": "multipart/form-data; boundary=x" }, multipart],
    ["JSON as plain text", 415, "POST", "", { "content-type": "text/plain" }, json],
    ["JSON without a type", 415, "POST", "", {}, json],
    ["two types at once", 415, "POST", "", { "content-type": "text/plain, application/json" }, json],
    ["a batch", 400, "POST", "", { "content-type": "application/json" }, `[${json}]`],
  ])("should not execute %s", async (_, status, method, path, headers, body) => {
    const { graphqlUrl, desk } = await serveToyDesk();
    for (const accept of ["application/json", "*/*"]) {
      const answer = await send(`${graphqlUrl}${path}`, method, { accept, ...headers }, body);
      expect(answer.status).toBe(status);
    }
    expect(desk.contexts).toEqual([]);
  });
});
