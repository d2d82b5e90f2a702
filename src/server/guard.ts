// Puts the door together as the configuration says: who comes in, the keys, the audit trail.
import { accountArgument } from "../../schema/globalIds.ts";
import type { Act } from "../../schema/index.ts";
import { createDoor, type Door } from "../auth/door.ts";
import type { ApiKeyStore } from "../auth/keyPorts.ts";
import { createTokenDoor, type TokenDoor } from "../auth/tokens.ts";
import { isUnbound } from "../auth/viewer.ts";
import { resolveAccount } from "../services/accountIds.ts";
import type { ApiKeys } from "../services/apiKeys.ts";
import { type Access, createGuardedAccess, LOCAL_ACCESS } from "./access.ts";
import type { Config, TokenChoice } from "./config.ts";
import type { Log } from "./log.ts";
import { asksFromThisMachine, type MayScrape } from "./metricsPage.ts";

export interface Guard {
  readonly access: Access;
  readonly apiKeys: ApiKeys;
  /** Who may see the metrics: who asks on this machine himself, and whoever may read all of an owner's. */
  readonly mayScrape: MayScrape;
  /** Logs what was done and by whom; nothing where everybody is the same one. */
  readonly audit: ((act: Act) => void) | undefined;
  /** Ends now what the timer would end soon: visits whose credentials have ended. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** Starts what lets people in. Where nobody could come in, that is logged, with what to do. */
export async function startGuard(
  { access, host }: Pick<Config, "access" | "host">,
  store: ApiKeyStore,
  log: Log,
): Promise<Guard> {
  if (access.kind === "local") {
    const apiKeys = { store, revoked: () => undefined };
    return {
      access: LOCAL_ACCESS,
      apiKeys,
      mayScrape: asksFromThisMachine,
      audit: undefined,
      look: async () => undefined,
      close: async () => undefined,
    };
  }
  if (access.tokens === undefined && (await store.countLive(new Date())) === 0) {
    log.warn("nobody can come in: there is no key yet. npm run key -- create --name first --scopes admin makes one");
  }
  const door = openDoor(store, access.tokens, log);
  return {
    access: createGuardedAccess(door, { host, ...access }),
    mayScrape: async (request) => {
      if (asksFromThisMachine(request)) return true;
      const found = await door.authenticate(request.headers.authorization);
      return found.kind === "admitted" && found.viewer.scopes.has("read") && isUnbound(found.viewer);
    },
    apiKeys: { store, revoked: (keyId) => door.revoked(keyId) },
    audit: (act) => log.info({ audit: act }, "done"),
    look: () => door.look(),
    close: () => door.close(),
  };
}

function openDoor(store: ApiKeyStore, tokens: TokenChoice | undefined, log: Log): Door {
  return createDoor({
    store,
    tokens: tokens && openTokenDoor(tokens, log),
    onFailed: (error, what) => log.error({ err: error }, what),
  });
}

function openTokenDoor(choice: TokenChoice, log: Log): TokenDoor {
  return createTokenDoor({
    ...choice,
    accountIdOf: (owner, account) => resolveAccount(owner, accountArgument(account)),
    onKeysUnavailable: (error) =>
      log.error(
        { err: error, keysUrl: choice.keysUrl },
        "the identity provider's keys cannot be had: its tokens are taken as far as keys known from before suffice",
      ),
  });
}
