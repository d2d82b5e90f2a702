// Who may open the way to the live route.
import type { Viewer } from "./desk.ts";

/** Whether he has the scope `admin`; who is bound to accounts never has it. */
export function requireAdmin({ scopes }: Pick<Viewer, "scopes">): boolean {
  return scopes.has("admin");
}
