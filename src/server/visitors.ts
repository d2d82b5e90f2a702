// Who comes by WebSocket: let in at `connection_init` or not, and shown out when the credentials have ended.
import { CloseCode } from "graphql-ws";
import type { Access } from "./access.ts";
import { letSocketIn } from "./letIn.ts";
import type { Admit } from "./operation.ts";
import { originOf, type Visit, type VisitContext } from "./visit.ts";

/** RFC 6455's registry: try again later. Clients come back by themselves. */
export const TRY_AGAIN_LATER = 1013;
const CREDENTIALS_ENDED = "Forbidden: your credentials have expired or were revoked";

export class Visitors {
  private readonly access: Access;
  private readonly admit: Admit;
  /** What to call when a visit is over. */
  private readonly leaving = new WeakMap<Visit, () => void>();
  private readonly gone = new WeakSet<Visit>();

  constructor(access: Access, admit: Admit) {
    this.access = access;
    this.admit = admit;
  }

  /**
   * Whether a visitor may stay. Nobody is let in without credentials: closed with 4401, or with 1013 where nobody can tell
   * whether they are good. False closes with 4403.
   */
  async welcome(context: VisitContext): Promise<boolean> {
    const { extra: visit, connectionParams = {} } = context;
    const found = await letSocketIn(this.access, connectionParams, visit.request);
    if (found.kind === "refused") {
      visit.close(CloseCode.Unauthorized, `Unauthorized: ${found.message}`);
      return false;
    }
    if (found.kind === "unreachable") {
      visit.close(TRY_AGAIN_LATER, `${found.code}: ${found.message}`);
      return false;
    }
    if (!(await this.admit(originOf(context))) || this.gone.has(visit)) return false;
    const leave = this.access.visits.enter(found, () => visit.close(CloseCode.Forbidden, CREDENTIALS_ENDED));
    this.leaving.set(visit, leave);
    return true;
  }

  /** The visitor has left. */
  left(visit: Visit): void {
    this.gone.add(visit);
    this.leaving.get(visit)?.();
  }
}
