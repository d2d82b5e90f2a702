// The server behind this page: its client, the key that it is asked with, and whether it answers.
import { AccessError, type ConnectionStatus, createClient } from "@papertape/client";
import { defineStore } from "pinia";
import { computed, markRaw, ref } from "vue";

const KEPT_AS = "papertape.key";

/** Of this tab, or of this browser where one wanted it kept. */
function keptKey(): string | undefined {
  return sessionStorage.getItem(KEPT_AS) ?? localStorage.getItem(KEPT_AS) ?? undefined;
}

export type Link = "connecting" | "connected" | "away";

export const useConnection = defineStore("connection", () => {
  const key = keptKey();
  const client = markRaw(createClient({ url: location.origin, key }));
  const link = ref<Link>("connecting");
  /** What the last attempt ran into, while there is no connection. */
  const problem = ref<string>();
  /** The server asks for a key, or does not take this one (any more). */
  const needsKey = ref(false);
  /** There was one, and it was not taken. */
  const isKeyRefused = computed(() => needsKey.value && key !== undefined);

  /** What a stream of the page says of its connection. */
  function noteStatus(status: ConnectionStatus): void {
    link.value = status.kind;
    problem.value = status.kind === "away" ? status.problem.message : undefined;
    if (status.kind === "connected") needsKey.value = false;
  }

  /** A request was answered: where no stream is open, that is how the page knows. */
  function noteAnswer(): void {
    if (link.value === "away") noteStatus({ kind: "connected" });
  }

  /** What a request or a stream threw; answers true where it was about the key, which the page then asks for. */
  function noteAccess(error: unknown): boolean {
    if (!(error instanceof AccessError)) return false;
    needsKey.value = true;
    return true;
  }

  /** The page begins anew: nothing that was read with another key stays in it. */
  function signIn(secret: string, keep: boolean): void {
    sessionStorage.setItem(KEPT_AS, secret);
    if (keep) localStorage.setItem(KEPT_AS, secret);
    location.reload();
  }

  function signOut(): void {
    sessionStorage.removeItem(KEPT_AS);
    localStorage.removeItem(KEPT_AS);
    location.reload();
  }

  /** The headers of a request that is no operation: a file that is sent, or fetched. */
  const authorization: Readonly<Record<string, string>> = key === undefined ? {} : { authorization: `Bearer ${key}` };

  return {
    client,
    authorization,
    hasKey: key !== undefined,
    link,
    problem,
    needsKey,
    isKeyRefused,
    noteStatus,
    noteAnswer,
    noteAccess,
    signIn,
    signOut,
  };
});
