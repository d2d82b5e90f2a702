// Where the focus goes when what had it is gone: a row that was deleted, a page that was left.
import { nextTick } from "vue";

/** Gives the focus to `place` where nothing has it any more, or only a question that is answered. */
export async function refocus(place: HTMLElement | null): Promise<void> {
  await nextTick();
  const { activeElement } = document;
  const isLost = activeElement === null || activeElement === document.body;
  if (isLost || activeElement.closest('[role="alertdialog"]') !== null) place?.focus();
}

/** The same for the content of a page that was gone to. */
export const refocusPage = (): Promise<void> => refocus(document.getElementById("content"));
