// Doing things: asks first where it matters, sends the mutation, and says what came of it.
import type { TypedDocument } from "@papertape/client";
import { useConfirm } from "primevue/useconfirm";
import { useToast } from "primevue/usetoast";
import { textOf } from "../format/problems.ts";
import { useConnection } from "./connection.ts";

/** How long it is seen what was done, and what was not. */
const SAID_MS = { success: 5000, error: 15_000 } as const;

export interface Question {
  readonly header: string;
  readonly message: string;
  /** The label of the button that does it. */
  readonly accept: string;
  /** Whether it cannot be undone. */
  readonly isGrave?: boolean;
}

/** What is wrong with one field of an input. */
export interface Issue {
  readonly path: readonly unknown[];
  readonly message: string;
}

/** A field of a mutation's result that is a problem has a message, and issues where input was wrong. */
interface Problem {
  readonly message: string;
  readonly issues?: readonly Issue[];
}

/** For the setup of a component. */
export function useActions() {
  const connection = useConnection();
  const confirmation = useConfirm();
  const toast = useToast();

  function confirm({ header, message, accept, isGrave = false }: Question): Promise<boolean> {
    return new Promise((resolve) => {
      confirmation.require({
        header,
        message,
        icon: isGrave ? "pi pi-exclamation-triangle" : "pi pi-question-circle",
        acceptProps: { label: accept, severity: isGrave ? "danger" : "primary" },
        rejectProps: { label: "Cancel", severity: "secondary" },
        accept: () => resolve(true),
        reject: () => resolve(false),
        onHide: () => resolve(false),
      });
    });
  }

  function say(summary: string, severity: "success" | "error" = "success"): void {
    toast.add({ severity, summary, life: SAID_MS[severity] });
  }

  /**
   * The data of a mutation; undefined where it failed or was declined, which is said. `done` is what is said of a success;
   * `onIssues` is told which fields were wrong.
   */
  async function run<Data extends object, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    done?: string | ((data: Data) => string | undefined),
    onIssues?: (issues: readonly Issue[]) => void,
  ): Promise<Data | undefined> {
    try {
      const mutate = connection.client.mutate as (
        document: TypedDocument<Data, Variables>,
        variables: Variables,
      ) => Promise<Data>;
      const data = await mutate(document, variables);
      const problem = problemIn(data);
      if (problem !== undefined) {
        onIssues?.(problem.issues ?? []);
        say(problem.message, "error");
        return undefined;
      }
      const said = typeof done === "function" ? done(data) : done;
      if (said !== undefined) say(said);
      return data;
    } catch (error) {
      if (!connection.noteAccess(error)) say(textOf(error), "error");
      return undefined;
    }
  }

  return { confirm, say, run };
}

/** The field of a result that was declined. */
function problemIn(data: object): Problem | undefined {
  return Object.values(data).find(
    (value): value is Problem => typeof value === "object" && value !== null && "message" in value,
  );
}
