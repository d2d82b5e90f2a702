// The account that is looked at, live: its figures, its open positions, and what has just happened.
import {
  AccountDocument,
  type AccountQuery,
  FollowAccountDocument,
  type FollowAccountSubscription,
  PositionUpdatedDocument,
  ReportDocument,
  type ReportQuery,
} from "@papertape/client";
import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";
import { textOf } from "../format/problems.ts";
import { useConnection } from "./connection.ts";
import { createOpenPositions } from "./openPositions.ts";

type Account = NonNullable<AccountQuery["account"]>;
type Report = NonNullable<ReportQuery["report"]>;
export type DeskEvent = FollowAccountSubscription["accountEvents"];

/** Figures are asked for no oftener while things move. */
const REFRESH_MS = 1000;
const RECENT_EVENTS_MAX = 50;

export type DeskState =
  | { readonly kind: "loading" }
  | { readonly kind: "open" }
  /** The server knows no such account. */
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly problem: string };

export const useDesk = defineStore("desk", () => {
  const connection = useConnection();
  const name = ref("main");
  const state = shallowRef<DeskState>({ kind: "loading" });
  const account = shallowRef<Account>();
  const report = shallowRef<Report>();
  const recent = shallowRef<readonly DeskEvent[]>([]);
  /** When a price last moved an open position, by this page's clock. */
  const movedAtMs = ref<number>();
  const positions = createOpenPositions();
  let visit = new AbortController();

  /** Looks at an account from now on, and no longer at the one before. */
  async function open(wanted: string): Promise<void> {
    visit.abort();
    visit = new AbortController();
    const { signal } = visit;
    name.value = wanted;
    state.value = { kind: "loading" };
    [account.value, report.value, recent.value, movedAtMs.value] = [undefined, undefined, [], undefined];
    positions.forget();
    try {
      if (!(await load(signal))) return;
      await Promise.all([followEvents(signal), followPrices(signal), refreshNowAndThen(signal)]);
    } catch (error) {
      if (signal.aborted) return;
      connection.noteAccess(error);
      state.value = { kind: "failed", problem: textOf(error) };
    }
  }

  /** Whether there is such an account. */
  async function load(signal: AbortSignal): Promise<boolean> {
    const found = (await connection.client.query(AccountDocument, { account: name.value }, { signal })).account;
    account.value = found ?? undefined;
    state.value = found === null ? { kind: "missing" } : { kind: "open" };
    if (found !== null) await refresh(signal);
    return found !== null;
  }

  async function refresh(signal: AbortSignal): Promise<void> {
    const found = await connection.client.query(ReportDocument, { account: name.value }, { signal });
    if (signal.aborted || found.report === null) return;
    report.value = found.report;
    if (account.value) account.value = { ...account.value, ...found.report.account };
  }

  let isStale = false;

  /** Asks again when something has moved, and again later where that fails: the streams say that there is no connection. */
  async function refreshNowAndThen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(REFRESH_MS, signal);
      if (!isStale || signal.aborted) continue;
      isStale = false;
      await refresh(signal).catch((error: unknown) => {
        if (connection.noteAccess(error)) throw error;
        isStale = true;
      });
    }
  }

  async function followEvents(signal: AbortSignal): Promise<void> {
    const variables = { account: name.value, after: account.value?.cursor ?? null };
    const onStatus = connection.noteStatus;
    for await (const { accountEvents } of connection.client.subscribe(FollowAccountDocument, variables, {
      signal,
      onStatus,
    }))
      await take(accountEvents, signal);
  }

  async function take(event: DeskEvent, signal: AbortSignal): Promise<void> {
    isStale = true;
    recent.value = [event, ...recent.value].slice(0, RECENT_EVENTS_MAX);
    if (event.__typename === "TradeClosed" && event.position.status === "CLOSED") positions.close(event.position.id);
    if (event.__typename !== "AccountChanged") return;
    if (event.change === "RESET") positions.closeAll();
    const found = (await connection.client.query(AccountDocument, { account: name.value }, { signal })).account;
    if (found !== null && !signal.aborted) account.value = found;
  }

  async function followPrices(signal: AbortSignal): Promise<void> {
    const variables = { account: name.value };
    for await (const { positionUpdated } of connection.client.subscribe(PositionUpdatedDocument, variables, {
      signal,
    })) {
      positions.set(positionUpdated.position);
      movedAtMs.value = Date.now();
      isStale = true;
    }
  }

  return { name, state, account, report, recent, movedAtMs, positions: positions.shown, open };
});

/** Also over at the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
