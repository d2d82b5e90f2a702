// A real Prometheus that scrapes a real server by the page's configuration, its rules and what it says to look at.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { blockOf, inPlace } from "./page.ts";
import { areInstalled, check, freePort, startProgram, temporaryFolder } from "./programs.ts";
import { CADDY } from "./proxies.ts";
import { startWalkedServer, WALK, type WalkedServer } from "./walkedServer.ts";

const START_MS = 300_000;
const POLL = { timeout: 50_000, interval: 200 };
const RULES = "/etc/prometheus/papertape.rules.yml";
const found = areInstalled("metrics in a real Prometheus", "prometheus", "promtool");
const caddyFound = areInstalled("metrics for a Prometheus on another machine", "caddy", "openssl");

/** Gauges that prom-client itself names so; another name would be in the way of its dashboards. */
const NAMES_OF_THE_LIBRARY =
  /^nodejs_active_(handles|requests|resources)_total non-counter metrics should not have "_total" suffix$/;

interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Starts Prometheus with a configuration; its storage is in `folder`. Answers how to ask it. */
async function startPrometheus(folder: string, config: string, env: Record<string, string> = {}) {
  const configFile = path.join(folder, "prometheus.yml");
  await writeFile(configFile, config);
  const url = `http://127.0.0.1:${await freePort()}`;
  const program = await startProgram(
    [
      "prometheus",
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${path.join(folder, "storage")}`,
      `--web.listen-address=${new URL(url).host}`,
    ],
    async () => (await fetch(`${url}/-/ready`)).ok,
    env,
  );
  onTestFinished(() => program.end());
  const get = async (road: string): Promise<unknown> => (await fetch(`${url}/api/v1/${road}`)).json();
  return {
    get,
    query: async (expression: string): Promise<readonly Result[]> => {
      const answer = (await get(`query?query=${encodeURIComponent(expression)}`)) as { data?: { result: Result[] } };
      if (answer.data === undefined) throw new Error(`${expression}: ${JSON.stringify(answer)}`);
      return answer.data.result;
    },
  };
}

describe.runIf(found)("Prometheus", () => {
  let desk: WalkedServer;
  let folder: string;
  beforeAll(async () => {
    desk = await startWalkedServer();
    folder = desk.folder;
    await desk.ask("mutation Begin { enable { __typename } }");
    for (let count = 0; count < 3; count++) await desk.ask("query Look { account { equity } }");
  }, START_MS);
  afterAll(() => desk?.close());

  /** The page's configuration, which scrapes more often, with the page's rules. */
  async function configuration(mark: string, changes: Readonly<Record<string, string>>): Promise<string> {
    const rules = path.join(folder, "papertape.rules.yml");
    await writeFile(rules, await blockOf("What to do when", "yaml", "groups:"));
    const sooner = { [RULES]: rules, "scrape_interval: 15s": "scrape_interval: 1s" };
    return inPlace(await blockOf("Metrics", "yaml", mark), { ...sooner, ...changes });
  }
  const local = () => configuration("127.0.0.1:4000", { "127.0.0.1:4000": new URL(desk.server.url).host });

  it("scrapes the server on its own machine, and answers what the page says to look at first", async () => {
    const prometheus = await startPrometheus(folder, await local());
    await expect.poll(() => prometheus.query('up{job="papertape"} == 1'), POLL).toHaveLength(1);
    const look = 'papertape_operations_total{operation="Look",outcome="ok"}';
    expect((await prometheus.query(look)).map(({ value }) => value[1])).toEqual(["3"]);
    const expressions = (await blockOf(WALK, "promql", "up{")).trim().split("\n");
    expect(expressions.length).toBeGreaterThan(4);
    for (const expression of expressions) {
      // A rate needs two scrapes.
      await expect.poll(async () => (await prometheus.query(expression)).length, POLL).toBeGreaterThan(0);
    }
    expect(JSON.stringify(await prometheus.get("rules"))).toContain("PapertapeFeedSilent");
  });

  it.runIf(caddyFound)("scrapes from another machine through the proxy, with its key and not without", async () => {
    // The lines that the page says to leave out. localhost, as Prometheus must find the host by its name.
    const changes = { "  @metrics path /metrics\n  respond @metrics 404\n": "" };
    const upstream = new URL(desk.server.url).host;
    const proxy = await CADDY.start({ upstream, changes, hostName: "localhost" });
    onTestFinished(() => proxy.close());
    const target = `localhost:${proxy.port}`;
    const names = { "/etc/prometheus/papertape.key": desk.prometheusFile, "desk.example.com": target };
    const config = await configuration("credentials_file", names);
    const place = await temporaryFolder();
    onTestFinished(() => place.remove());
    const prometheus = await startPrometheus(place.path, config, { SSL_CERT_FILE: proxy.certificate.file });
    await expect.poll(() => prometheus.query('up{job="papertape"} == 1'), POLL).toHaveLength(1);
    expect(await prometheus.query("papertape_operations_total")).not.toHaveLength(0);
    expect(await proxy.client.send({ path: "/metrics", headers: { host: target } })).toMatchObject({ status: 403 });
  });

  it("takes the page's configurations and rules", async () => {
    for (const [mark, changes] of [
      ["127.0.0.1:4000", {}],
      ["credentials_file", { "/etc/prometheus/papertape.key": desk.prometheusFile }],
    ] as const) {
      const file = path.join(folder, "checked.yml");
      await writeFile(file, await configuration(mark, changes));
      const { status, said } = check("promtool", ["check", "config", file]);
      expect([status, said]).toEqual([0, expect.stringContaining("SUCCESS")]);
    }
  });

  it("has nothing to say against the names of our metrics", async () => {
    const page = await (await fetch(`${desk.server.url}/metrics`)).text();
    const { said } = check("promtool", ["check", "metrics"], page);
    const complaints = said.split("\n").filter((line) => line !== "" && !NAMES_OF_THE_LIBRARY.test(line));
    expect(complaints).toEqual([]);
  });

  it("is alerted by each rule when its time has come, and by none before", async () => {
    const rules = await blockOf("What to do when", "yaml", "groups:");
    const tests = await readFile(path.join(import.meta.dirname, "alerts.test.yml"), "utf8");
    await writeFile(path.join(folder, "rules.yml"), rules);
    await writeFile(path.join(folder, "alerts.test.yml"), tests);
    for (const [, name] of rules.matchAll(/alert: (\w+)/g)) {
      expect(tests).toMatch(new RegExp(`alertname: ${name}\n +exp_alerts:\n`));
    }
    const { status, said } = check("promtool", ["test", "rules", path.join(folder, "alerts.test.yml")]);
    expect([status, said]).toEqual([0, expect.stringContaining("SUCCESS")]);
  });

  it("finds every metric of the rules on the page of a server", async () => {
    const page = await (await fetch(`${desk.server.url}/metrics`)).text();
    const rules = await blockOf("What to do when", "yaml", "groups:");
    const names = [...rules.matchAll(/\b(?:papertape|nodejs)_[a-z0-9_]+/g)].map(([name]) => name);
    expect(names.length).toBeGreaterThan(4);
    for (const name of names) expect(page).toMatch(new RegExp(`^# TYPE ${name} `, "m"));
  });
});
