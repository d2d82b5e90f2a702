// The open positions of one account as they are told live, shown once a frame however often they move.
import type { PositionFieldsFragment } from "@papertape/client";
import { ref, shallowRef } from "vue";

export type OpenPosition = PositionFieldsFragment;

/** More than are seen at once: these are shown less often, so that the page stays smooth while all of them move. */
const MANY = 200;
const MANY_SHOWN_EVERY_MS = 1000;

/** So many of those that were closed are kept in mind: the other stream may still tell them. */
const CLOSED_KEPT_MAX = 10_000;

/** A map that is replaced when it changes, at most once a frame: what draws it then draws everything that has come. */
export function createOpenPositions() {
  const held = new Map<string, OpenPosition>();
  /** They may still be told by the other stream, which does not know of their end yet. */
  const closed = new Set<string>();
  const shown = shallowRef<readonly OpenPosition[]>([]);
  const areKnown = ref(false);
  let isDue = false;
  let shownAtMs = 0;

  function show(): void {
    if (isDue) return;
    isDue = true;
    const waitMs = held.size > MANY ? shownAtMs + MANY_SHOWN_EVERY_MS - performance.now() : 0;
    if (waitMs > 0) setTimeout(() => requestAnimationFrame(draw), waitMs);
    else requestAnimationFrame(draw);
  }

  function draw(): void {
    isDue = false;
    shownAtMs = performance.now();
    shown.value = [...held.values()];
  }

  return {
    shown,
    /** Whether what is open has been told: the stream tells it as soon as it is there. */
    areKnown,
    know(): void {
      areKnown.value = true;
    },
    set(position: OpenPosition): void {
      if (closed.has(position.id) || position.status === "CLOSED") return;
      held.set(position.id, position);
      show();
    },
    close(id: string): void {
      closed.add(id);
      for (const oldest of closed) if (closed.size > CLOSED_KEPT_MAX) closed.delete(oldest);
      held.delete(id);
      show();
    },
    /** Others are looked at; the same ones may be told again. */
    forget(): void {
      closed.clear();
      held.clear();
      areKnown.value = false;
      show();
    },
  };
}
