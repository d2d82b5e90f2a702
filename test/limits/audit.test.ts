// The official audit of GraphQL over HTTP, against the desk's own schema: every MUST, SHOULD and MAY, without keys and with.
import { auditServer } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schema } from "../../schema/index.ts";
import { bearer, type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";
import { serveToyDesk } from "../server/serving.ts";

/** As many as the version of the audit has that is installed: one that asks for less is noticed. */
const AUDITS = 61;

let desk: GuardedDesk;
beforeAll(async () => {
  desk = await startGuardedDesk();
});
afterAll(() => desk.close());

async function audit(url: string, headers: Readonly<Record<string, string>> = {}) {
  const fetchFn: typeof fetch = (input, init) =>
    fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers } });
  return (await auditServer({ url, fetchFn })).map(({ name, status }) => ({ name, status }));
}

describe("the audit of GraphQL over HTTP", () => {
  it("should be passed as a whole without keys", async () => {
    const { graphqlUrl } = await serveToyDesk({ schema });
    const results = await audit(graphqlUrl);
    expect(results.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(results).toHaveLength(AUDITS);
  });

  it("should be passed as a whole with a key", async () => {
    const { graphqlUrl } = await desk.serve();
    const results = await audit(graphqlUrl, bearer(await desk.newKey(["read"])));
    expect(results.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(results).toHaveLength(AUDITS);
  });

  it("should not be passed without one", async () => {
    const { graphqlUrl } = await desk.serve();
    expect((await audit(graphqlUrl)).filter(({ status }) => status === "ok").length).toBeLessThan(AUDITS / 2);
  });
});
