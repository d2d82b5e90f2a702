// Thinning equity curves now and then: what is dense for the last days becomes sparser, and extremes stay.
import { setImmediate as nextTurn } from "node:timers/promises";
import { keepOf, type Stretch, stretchesToThin } from "../domain/curve/thin.ts";
import type { CurveAge, CurveStore, SessionKey, StoredPoint } from "../ports.ts";

/** How often curves are looked at; one that is less than this older than at its last thinning waits. */
export const THIN_EVERY_MS = 600_000;
/** Sessions looked at together. */
const PORTION_SESSIONS = 200;
/** Points read at a time, whatever the length of a stretch. */
export const PORTION_POINTS = 2_000;

/** Thins all curves that are due and answers how many points went; ends early once `stop` says so. */
export async function thinCurves(store: CurveStore, stop: AbortSignal): Promise<number> {
  let removed = 0;
  let after: SessionKey | undefined;
  for (;;) {
    const curves = await store.curvesAfter(after, PORTION_SESSIONS);
    for (const curve of curves) {
      if (stop.aborted) return removed;
      if (curve.newestMs !== null && curve.newestMs - curve.thinnedAtMs >= THIN_EVERY_MS) {
        removed += await thinCurve(store, curve, curve.newestMs);
      }
    }
    after = curves.at(-1);
    if (curves.length < PORTION_SESSIONS) return removed;
    await nextTurn();
  }
}

/** What was thinned and not noted, because of a crash say, is thinned again with the same result. */
async function thinCurve(store: CurveStore, curve: CurveAge, newestMs: number): Promise<number> {
  let removed = 0;
  for (const stretch of stretchesToThin(newestMs, curve.thinnedAtMs))
    removed += await thinStretch(store, curve, stretch);
  await store.noteThinned(curve, newestMs);
  return removed;
}

/** In portions that end where buckets meet. Of a bucket with more points than a portion, what the portion keeps goes on. */
async function thinStretch(store: CurveStore, curve: SessionKey, { fromMs, toMs, bucketMs }: Stretch): Promise<number> {
  let removed = 0;
  for (let beginMs = fromMs; beginMs < toMs; ) {
    const points = await store.readPoints(curve, beginMs, toMs, PORTION_POINTS);
    const isWhole = points.length < PORTION_POINTS;
    const lastBucketMs = Math.floor((points.at(-1)?.timeMs ?? toMs) / bucketMs) * bucketMs;
    const endMs = isWhole ? toMs : lastBucketMs;
    const judged = endMs > beginMs ? points.filter(({ timeMs }) => timeMs < endMs) : points;
    const needless = needlessOf(judged, bucketMs);
    if (needless.length > 0) await store.removePoints(curve, needless);
    removed += needless.length;
    beginMs = Math.max(beginMs, endMs);
    await nextTurn();
  }
  return removed;
}

function needlessOf(points: readonly StoredPoint[], bucketMs: number): StoredPoint[] {
  const kept = new Set(keepOf(points, bucketMs));
  return points.filter((point) => !kept.has(point));
}
