// The API's answers and dumps in the shapes of the reference player, to be matched field by field.
import { sortedPaths } from "../support/player.ts";
import type { AccountDump, StepAnswer } from "./player.ts";

/** What the reference player would answer; fields that only the API has are left in. */
export function referenceShape(answer: StepAnswer): unknown {
  if ("publishQuotes" in answer) return reportShape(answer.publishQuotes);
  if ("publishBars" in answer) return reportShape(answer.publishBars);
  if ("executeSignals" in answer) return answer.executeSignals.map(signalShape);
  if ("closePosition" in answer) return closeShape(answer.closePosition);
  if ("reset" in answer) return resetShape(answer.reset);
  if ("disable" in answer) return answer.disable.__typename === "AccountNotFound" ? "accountNotFound" : answer.disable;
  if ("enable" in answer) return answer.enable.__typename === "InvalidInput" ? invalid(answer.enable) : answer.enable;
  const { updateSettings } = answer;
  if (updateSettings.__typename === "AccountNotFound") return "accountNotFound";
  return updateSettings.__typename === "InvalidInput" ? invalid(updateSettings) : updateSettings;
}

type Of<Name extends string> = Extract<StepAnswer, Record<Name, unknown>>;

function reportShape({ accepted, stale, refused }: Of<"publishQuotes">["publishQuotes"]): object {
  return { accepted, stale, refused: refused.map(({ index }) => index) };
}

function signalShape(result: Of<"executeSignals">["executeSignals"][number]): object {
  switch (result.__typename) {
    case "InvalidInput":
      return invalid(result);
    case "AccountNotFound":
      return { kind: "accountNotFound" };
    case "SignalConflict":
      return { kind: "conflict", signalId: result.signalId };
    default:
      return result;
  }
}

function closeShape(result: Of<"closePosition">["closePosition"]): unknown {
  switch (result.__typename) {
    case "InvalidInput":
      return invalid(result);
    case "PositionNotFound":
      return "notFound";
    case "PositionAlreadyClosed":
      return { closed: result.position };
    default:
      return result;
  }
}

function resetShape(result: Of<"reset">["reset"]): unknown {
  switch (result.__typename) {
    case "InvalidInput":
      return invalid(result);
    case "AccountNotFound":
      return { kind: "accountNotFound" };
    case "SessionMismatch":
      return { kind: "sessionMismatch", currentSession: result.currentSession };
    default:
      return result;
  }
}

function invalid({ issues }: { readonly issues: readonly { readonly path: readonly string[] }[] }): object {
  return { invalid: sortedPaths(issues) };
}

/** A dump as the reference model makes it: positions and trades of the present session, all signals, all events. */
export function referenceDump({ account, eligibility, sessions, events }: AccountDump): object {
  const present = sessions.at(-1);
  return {
    account,
    positions: present?.positions ?? [],
    trades: inOrderOfLog(present?.trades ?? [], events),
    signals: sessions.flatMap(({ signals }) => [...signals].reverse()),
    events: events.map(eventShape),
    report: present?.report?.performance ?? null,
    eligibility,
  };
}

type Event = AccountDump["events"][number];

/** The model tells trades in the order in which they happened, the API by the time of their exits. */
function inOrderOfLog<Trade extends { readonly id: string }>(
  trades: readonly Trade[],
  events: readonly Event[],
): Trade[] {
  const told = events.flatMap((event) => (event.__typename === "TradeClosed" ? [event.trade.id] : []));
  return [...trades].sort((a, b) => told.indexOf(a.id) - told.indexOf(b.id));
}

function eventShape(event: Event): object {
  const { sequence, __typename: type, marketTime } = event;
  const same = { sequence, type, marketTime };
  switch (event.__typename) {
    case "AccountChanged":
      return { ...same, session: event.account.session, change: event.change };
    case "SignalRouted":
    case "DeliveryEnded":
      throw new Error(`the reference model knows no ${type}`);
    case "SignalDeclined":
      return { ...same, session: event.signal.session, signalId: event.signal.signalId };
    default:
      return { ...same, session: event.position.session, signalId: event.position.signalId };
  }
}
