// Plays a history's steps on the reference model, answering in the same shapes as the player of the real desk.
import { ReferenceDesk } from "../reference/desk.ts";
import type { Step } from "./histories.ts";
import { sortedPaths } from "./player.ts";

export interface ReferencePlayer {
  play(step: Step): unknown;
  dump(account: string | undefined): unknown;
}

export function createReferencePlayer(): ReferencePlayer {
  const desk = new ReferenceDesk();
  return {
    play: (step) => {
      switch (step.kind) {
        case "restart":
          return undefined;
        case "enable": {
          const result = desk.enable(step.input);
          return result.__typename === "EnablePayload" ? { account: result.account } : invalid(result.issues);
        }
        case "disable": {
          const result = desk.disable(step.input);
          if (result.__typename === "AccountNotFound") return "accountNotFound";
          return { account: result.account, closedTrades: result.closedTrades };
        }
        case "reset": {
          const result = desk.reset(step.input);
          if (result.__typename === "InvalidInput") return invalid(result.issues);
          if (result.__typename === "AccountNotFound") return { kind: "accountNotFound" };
          if (result.__typename === "SessionMismatch") {
            return { kind: "sessionMismatch", currentSession: result.currentSession };
          }
          return { account: result.account, endedSession: result.endedSession, replayed: result.replayed };
        }
        case "settings": {
          const result = desk.updateSettings(step.input);
          if (result.__typename === "InvalidInput") return invalid(result.issues);
          return result.__typename === "AccountNotFound" ? "accountNotFound" : { account: result.account };
        }
        case "signals":
          return desk.executeSignals(step.inputs).map((result) => {
            if (result.__typename === "InvalidInput") return invalid(result.issues);
            if (result.__typename === "AccountNotFound") return { kind: "accountNotFound" };
            if (result.__typename === "SignalConflict") return { kind: "conflict", signalId: result.signalId };
            const { signalId, status, rejections, skipReason, session } = result.signal;
            return { signal: { signalId, status, rejections, skipReason, session }, replayed: result.replayed };
          });
        case "close": {
          const result = desk.closePosition(step.input);
          if (result.__typename === "InvalidInput") return invalid(result.issues);
          if (result.__typename === "PositionNotFound") return "notFound";
          if (result.__typename === "PositionAlreadyClosed") return { closed: result.position };
          return { position: result.position, trade: result.trade, replayed: result.replayed };
        }
        case "quotes": {
          const { accepted, stale, refused } = desk.publishQuotes(step.inputs);
          return { accepted, stale, refused: refused.map(({ index }) => index) };
        }
        case "bars": {
          const { accepted, stale, refused } = desk.publishBars(step.inputs);
          return { accepted, stale, refused: refused.map(({ index }) => index) };
        }
      }
    },
    dump: (account) => {
      const dump = desk.dump(account);
      const { reason: _reason, warnings: _warnings, ...eligibility } = dump.eligibility;
      return { ...dump, eligibility };
    },
  };
}

function invalid(issues: readonly { readonly path: readonly string[] }[]): unknown {
  return { invalid: sortedPaths(issues) };
}
