// No way leads to the live route but the one that is meant: read off the files, and tried with random histories.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { history, type Step } from "../support/histories.ts";
import { createMemoryStore, type MemoryStore } from "../support/memoryStore.ts";
import { createPlayer } from "../support/player.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const files = ["src", "schema"].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("generated"))
    .map((file) => `${folder}/${file}`),
);
const texts = new Map(files.map((file) => [file, readFileSync(path.join(ROOT, file), "utf8")]));
const filesWith = (pattern: RegExp): string[] => files.filter((file) => pattern.test(texts.get(file) ?? "")).sort();

describe("The files", () => {
  it("have one that sends anything to a receiver", () => {
    // The second is the text of a script that runs in GraphiQL's page, in the browser.
    const sending = ["src/live/webhook.ts", "src/server/graphiqlFetcher.ts"];
    expect(filesWith(/(?<!\.)\bfetch\(|globalThis\.fetch/)).toEqual(sending);
    expect(filesWith(/from "(undici|node:https|node:http2|node:tls|axios|got)"|\bhttps?\.request\(/)).toEqual([]);
  });

  it("have one that makes a live route, and one that gives it to a desk", () => {
    expect(filesWith(/^import (?!type)[^;]*from "[./]+\/live\/(webhook|deliverer|attempt)\.ts"/m)).toEqual([
      "src/server/live.ts",
    ]);
    expect(filesWith(/\bcreateLiveRoute\(/)).toEqual(["src/server/live.ts", "src/server/serve.ts"]);
    expect(filesWith(/\bliveRoute\??:/)).toEqual(["src/server/desk.ts", "src/services/desk.ts"]);
  });

  it("have one that decides that a signal goes live, by the one function of its route", () => {
    expect(filesWith(/status: "ROUTED_LIVE"/)).toEqual(["src/domain/decide.ts"]);
    expect(filesWith(/kind: "live"/)).toEqual(["src/domain/routing.ts"]);
    expect(filesWith(/\/routing\.ts"/)).toEqual(["src/domain/decide.ts"]);
  });

  it("have one function that makes a delivery, one that asks for it, and one statement that stores it", () => {
    expect(filesWith(/\bnewDelivery\(/)).toEqual(["src/domain/book.ts", "src/domain/delivery.ts"]);
    expect(filesWith(/state: "PENDING"(?! \})/)).toEqual(["src/domain/delivery.ts"]);
    expect(filesWith(/insertStatement\(DELIVERIES\)/)).toEqual(["src/store/deliveries.ts"]);
    expect(filesWith(/INTO "?deliveries|\.delivery\.(create|upsert)|upsertStatement\(DELIVERIES\)/)).toEqual([]);
  });

  it("have one verb that promotes, and writers of accounts who take promotions from books alone", () => {
    expect(filesWith(/\.promote\(/)).toEqual(["src/services/promoteAccount.ts"]);
    expect(filesWith(/promotedAtMs: nowMs/)).toEqual(["src/domain/book.ts"]);
    expect(filesWith(/promoted_at\s*=|data: \{[^}]*promotedAt/)).toEqual([]);
  });
});

/** How the accounts of a history stand to the live route; none of them may reach it. */
const STANDINGS = ["nothing", "promoted", "eligible", "both, but always enabled"] as const;
type Standing = (typeof STANDINGS)[number];

/** What the signals of a disabled account that stands so are skipped for. */
const REASONS: Readonly<Record<Standing, string | undefined>> = {
  nothing: "NOT_ELIGIBLE",
  promoted: "NOT_ELIGIBLE",
  eligible: "NOT_PROMOTED",
  "both, but always enabled": undefined,
};

const HISTORIES_EACH = 40;
/** After these steps of a history its account is enabled, and every symbol has a price. */
const FIRST_STEPS = 3;
const DAY_MS = 86_400_000;
const DISABLE: Step = { kind: "disable", input: {} };

describe("Random histories on a desk with a live route", () => {
  it.each(STANDINGS)("never wake it for accounts of which is true: %s", async (standing) => {
    const reasons = new Set<string | null>();
    const property = fc.asyncProperty(history(30), async (steps) => {
      const store = createMemoryStore();
      let woken = 0;
      const player = await createPlayer(store, rowsOf(store), undefined, { wake: () => (woken += 1) });
      for (const step of stepsOf(steps, standing)) {
        await player.play(step);
        stand(store, standing, step);
      }
      await player.running.close();
      expect(woken).toBe(0);
      const signals = [...store.signals.values()];
      expect(signals.filter(({ status }) => status === "ROUTED_LIVE")).toEqual([]);
      expect(store.events.filter(({ type }) => type === "SignalRouted" || type === "DeliveryEnded")).toEqual([]);
      for (const { skipReason } of signals) reasons.add(skipReason);
    });
    await fc.assert(property, { numRuns: HISTORIES_EACH });
    // An account that never was disabled would prove nothing.
    const reason = REASONS[standing];
    if (reason === undefined) expect([...reasons]).toEqual([null]);
    else expect([...reasons]).toContain(reason);
  });

  it("would wake it for one that is all three: the test can fail", async () => {
    const store = createMemoryStore();
    let woken = 0;
    const player = await createPlayer(store, rowsOf(store), undefined, { wake: () => (woken += 1) });
    await player.play({ kind: "enable", input: {} });
    stand(store, "both, but always enabled", { kind: "restart" });
    await player.play({ kind: "disable", input: {} });
    const signal = { signalId: "s1", symbol: "AAPL", assetClass: "STOCK" } as const;
    const levels = { entryPrice: "100", stopLoss: "95", target1: "110" };
    await player.play({ kind: "signals", inputs: [{ ...signal, ...levels, side: "LONG" }] });
    expect([...store.signals.values()]).toMatchObject([{ status: "ROUTED_LIVE" }]);
    expect(woken).toBe(1);
    await player.running.close();
  });
});

/** The history with its account disabled early; or never, where it is to be enabled always. */
function stepsOf(steps: readonly Step[], standing: Standing): Step[] {
  const isAlwaysEnabled = standing === "both, but always enabled";
  const rest = steps.slice(FIRST_STEPS).filter(({ kind }) => !isAlwaysEnabled || kind !== "disable");
  return [...steps.slice(0, FIRST_STEPS), ...(isAlwaysEnabled ? [] : [DISABLE]), ...rest];
}

/** Makes the accounts stand so, as another process would: what memory has of them is loaded anew. */
function stand(store: MemoryStore, standing: Standing, { kind }: Step): void {
  if (kind === "quotes" || kind === "bars" || kind === "signals" || standing === "nothing") return;
  for (const account of [...store.accounts.values()]) {
    const { accountId, session } = account;
    const isPromoted = standing !== "eligible";
    const promotedAt = isPromoted ? account.createdAt : null;
    store.accounts.set(accountId, { ...account, promotedAt, revision: account.revision + 1 });
    const row = store.sessions.get(`${accountId} ${session}`);
    if (standing === "promoted" || row === undefined) continue;
    const startedAt = new Date(Date.parse(row.startedAt) - 100 * DAY_MS).toISOString();
    const earned = { closedPositions: 1000, closedWins: 1000, closedSumOfR: "100000", totalTrades: 1000 };
    store.sessions.set(`${accountId} ${session}`, { ...row, ...earned, startedAt });
  }
}

function rowsOf(store: MemoryStore) {
  const positions = async (accountId: string) =>
    [...store.positions.values()].filter((row) => row.accountId === accountId);
  const nothing = async () => [];
  return { positions, trades: nothing, signals: nothing, events: nothing };
}
