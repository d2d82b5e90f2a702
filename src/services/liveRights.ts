// Who may open the way to the live route, and the name under which that is recorded.
import { actorText } from "../auth/viewer.ts";
import type { Viewer } from "./desk.ts";

/** Whether he has the scope `admin`; who is bound to accounts never has it. */
export function requireAdmin({ scopes }: Pick<Viewer, "scopes">): boolean {
  return scopes.has("admin");
}

/** Who acts, as the account's log keeps it. */
export function actorOf({ actor }: Pick<Viewer, "actor">): string {
  return actorText(actor);
}
