// All attacks by load, by their names: the tests run each once, the bench again and again.
import { BODY_ATTACKS } from "./bodies.ts";
import { DOCUMENT_ATTACKS } from "./documents.ts";
import { SLOW_ATTACKS } from "./slow.ts";
import { SOCKET_ATTACKS } from "./sockets.ts";
import type { Attack } from "./target.ts";

export const ATTACKS: readonly Attack[] = [...BODY_ATTACKS, ...DOCUMENT_ATTACKS, ...SOCKET_ATTACKS, ...SLOW_ATTACKS];

export function attackOf(name: string): Attack {
  const found = ATTACKS.find((attack) => attack.name === name);
  if (found === undefined) throw new Error(`there is no attack ${JSON.stringify(name)}`);
  return found;
}
