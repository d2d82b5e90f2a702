// The account that is looked at, live: its figures, its open positions, and what has just happened.
import {
  AccountDocument,
  type AccountQuery,
  type ConnectionStatus,
  FollowAccountDocument,
  type FollowAccountSubscription,
  PapertapeError,
  PositionUpdatedDocument,
  ReportDocument,
  type ReportQuery,
  retry,
  type TypedDocument,
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
/** The desk marks an account some time after it has moved: its peak is known only then. */
const REFRESHES_AFTER_A_MOVE = 3;
const RECENT_EVENTS_MAX = 50;
/** How often an account is looked for that is not there. */
const MISSING_AGAIN_MS = 1500;
/** What a stream ends with where the server has other data than when it began. */
const OTHER_DATA: ReadonlySet<string> = new Set(["ACCOUNT_NOT_FOUND", "BAD_CURSOR"]);

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
  /** How far the desk's clock is ahead of this page's, as of the newest figures. */
  const clockAheadMs = ref<number>();
  const positions = createOpenPositions();
  let visit = new AbortController();

  /** Looks at an account from now on, and no longer at the one before. */
  async function open(wanted: string): Promise<void> {
    visit.abort();
    visit = new AbortController();
    const { signal } = visit;
    name.value = wanted;
    state.value = { kind: "loading" };
    [account.value, report.value, recent.value] = [undefined, undefined, []];
    positions.forget();
    try {
      while (!signal.aborted) await visitOnce(signal);
    } catch (error) {
      if (signal.aborted) return;
      connection.noteAccess(error);
      state.value = { kind: "failed", problem: textOf(error) };
    }
  }

  /** Shows an account until it is there no more: the server has come back with other data, say. */
  async function visitOnce(signal: AbortSignal): Promise<void> {
    if (!(await load(signal))) await comes(signal);
    if (signal.aborted) return;
    const over = new AbortController();
    const present = AbortSignal.any([signal, over.signal]);
    try {
      await Promise.all([followEvents(present), followPrices(present), refreshNowAndThen(present)]);
    } catch (error) {
      if (signal.aborted || !(error instanceof PapertapeError) || !OTHER_DATA.has(error.code)) throw error;
      [account.value, report.value, recent.value] = [undefined, undefined, []];
      positions.forget();
    } finally {
      over.abort();
    }
  }

  /** What the server answers, asked again as long as there is no connection. */
  async function ask<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    signal: AbortSignal,
  ): Promise<Data> {
    const onFailure = (problem: PapertapeError, delayMs: number) =>
      connection.noteStatus({ kind: "away", problem, delayMs });
    const answer = await retry(() => connection.client.query(document, variables, { signal }), { signal, onFailure });
    connection.noteAnswer();
    return answer;
  }

  /** Whether there is such an account. All of it is asked for at once, and shown at once. */
  async function load(signal: AbortSignal): Promise<boolean> {
    const variables = { account: name.value };
    const [{ account: found }, reported] = await Promise.all([
      ask(AccountDocument, variables, signal),
      ask(ReportDocument, variables, signal),
    ]);
    if (signal.aborted) return false;
    account.value = found ?? undefined;
    noteReport(reported);
    state.value = found === null ? { kind: "missing" } : { kind: "open" };
    return found !== null;
  }

  /** Waits until there is such an account: a program may make it. */
  async function comes(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(MISSING_AGAIN_MS, signal);
      if (signal.aborted || (await load(signal))) return;
    }
  }

  function noteReport({ report: found }: ReportQuery): void {
    if (found === null) return;
    report.value = found;
    clockAheadMs.value = Date.parse(found.generatedAt) - Date.now();
    if (account.value) account.value = { ...account.value, ...found.account };
  }

  async function refresh(signal: AbortSignal): Promise<void> {
    const reported = await connection.client.query(ReportDocument, { account: name.value }, { signal });
    if (!signal.aborted) noteReport(reported);
  }

  /** How often the figures are asked for although nothing more moves. */
  let refreshesDue = REFRESHES_AFTER_A_MOVE;

  function noteMove(): void {
    refreshesDue = REFRESHES_AFTER_A_MOVE;
  }

  /** Asks again when something has moved, and again later where that fails: the streams say that there is no connection. */
  async function refreshNowAndThen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(REFRESH_MS, signal);
      if (refreshesDue === 0 || signal.aborted) continue;
      refreshesDue -= 1;
      await refresh(signal).catch((error: unknown) => {
        if (connection.noteAccess(error)) throw error;
        noteMove();
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
    noteMove();
    recent.value = [event, ...recent.value].slice(0, RECENT_EVENTS_MAX);
    if (event.__typename === "TradeClosed" && event.position.status === "CLOSED") positions.close(event.position.id);
    if (event.__typename !== "AccountChanged") return;
    const { account: found } = await ask(AccountDocument, { account: name.value }, signal);
    if (found !== null && !signal.aborted) account.value = found;
  }

  async function followPrices(signal: AbortSignal): Promise<void> {
    const variables = { account: name.value };
    const onStatus = ({ kind }: ConnectionStatus) => {
      if (kind === "connected") positions.know();
    };
    for await (const { positionUpdated } of connection.client.subscribe(PositionUpdatedDocument, variables, {
      signal,
      onStatus,
    })) {
      positions.set(positionUpdated.position);
      noteMove();
    }
  }

  return {
    name,
    state,
    account,
    report,
    recent,
    clockAheadMs,
    positions: positions.shown,
    arePositionsKnown: positions.areKnown,
    open,
  };
});

/** Also over at the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener("abort", over);
  });
}
