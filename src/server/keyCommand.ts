// The command `npm run key`: makes, lists and revokes keys in the database itself, for the first start and for emergencies.
import { Command, InvalidArgumentError } from "commander";
import type { ApiKey, ApiKeyStore } from "../auth/keyPorts.ts";
import { isScope, SCOPES, type Scope } from "../auth/scopes.ts";
import { OWNER_PATTERN, OWNER_WORDS, ownerViewer, type Viewer } from "../auth/viewer.ts";
import { createApiKey, revokeApiKey } from "../services/apiKeys.ts";
import { createApiKeyStore } from "../store/apiKeys.ts";
import { openDatabase } from "../store/database.ts";
import { StartError } from "../store/startError.ts";
import { databaseOf, readConfig } from "./config.ts";
import { createLog } from "./log.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Say = (line: string) => void;
type Work = (store: ApiKeyStore, say: Say) => Promise<void>;

const LISTED_AT_ONCE = 200;
const DURATION = /^([1-9]\d{0,4})([hdw])$/;
const HOURS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168 };
const HOUR_MS = 3_600_000;

/**
 * Does what `argv` (without node and script) says on the database of `env`, and tells people on `say`. `--help` prints and
 * ends the process. Throws a StartError where the command is wrong, or the database is in use or cannot be opened.
 */
export async function runKeyCommand(argv: readonly string[], env: Environment, say: Say): Promise<void> {
  const work = readCommand(argv);
  // Only where the database is counts here: what else the server would refuse is not asked of it.
  const { DATA_DIR, DATABASE_URL } = env;
  const config = readConfig({ DATA_DIR, DATABASE_URL }, []);
  const database = await openDatabase({ ...databaseOf(config), log: createLog("warn") }).catch(tellOfMutations);
  try {
    await work(createApiKeyStore(database), say);
  } finally {
    await database.close();
  }
}

/** A server that has the embedded database for itself makes keys all the same. */
function tellOfMutations(error: unknown): never {
  if (!(error instanceof StartError) || !error.message.includes(" is in use by ")) throw error;
  throw new StartError(`${error.message}; a server that runs makes and revokes keys by createApiKey and revokeApiKey`);
}

function readCommand(argv: readonly string[]): Work {
  let work: Work | undefined;
  const program = new Command("npm run key --")
    .description("Keys for clients, made, listed and revoked in the database itself.")
    .helpOption("--help", "show this help");
  program
    .command("create")
    .description("make a key, and print its secret this once")
    .requiredOption("--name <NAME>", "what to call it: 1 to 64 characters")
    .requiredOption("--scopes <SCOPE[,SCOPE…]>", `what it lets its bearer do: ${SCOPES.join(", ")}`, scopes)
    .option("--account <NAME[,NAME…]>", "bind it to these accounts: no others exist for its bearer", words)
    .option("--expires <90d>", "hours, days or weeks from now (12h, 90d, 4w), or a date; default: never", expiry)
    .option("--owner <OWNER>", "whose it is; default: local", owner, "local")
    .action((options: CreateOptions) => {
      work = (store, say) => create(store, options, say);
    });
  program
    .command("list")
    .description("list the keys of an owner, newest first")
    .option("--owner <OWNER>", "whose; default: local", owner, "local")
    .action((options: OwnerOptions) => {
      work = (store, say) => list(store, options.owner, say);
    });
  program
    .command("revoke")
    .description("revoke a key for good")
    .argument("<ID>", "the key's id, as list shows it")
    .option("--owner <OWNER>", "whose; default: local", owner, "local")
    .action((keyId: string, options: OwnerOptions) => {
      work = (store, say) => revoke(store, options.owner, keyId, say);
    });
  for (const command of [program, ...program.commands]) {
    command
      .configureOutput({ writeErr: () => undefined })
      .exitOverride((end) => (end.exitCode === 0 ? process.exit(0) : refuse(end.message)));
  }
  if (argv.length === 0) refuse("say what to do: create, list or revoke; --help tells more");
  program.parse([...argv], { from: "user" });
  return work ?? refuse("say what to do: create, list or revoke; --help tells more");
}

interface OwnerOptions {
  readonly owner: string;
}

interface CreateOptions extends OwnerOptions {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly account?: readonly string[];
  readonly expires?: Date;
}

/** The viewer as whom the command works: the actor is told apart from those who come by network. */
function viewerFor(name: string): Viewer {
  return { ...ownerViewer(name), actor: { kind: "command" } };
}

async function create(store: ApiKeyStore, options: CreateOptions, say: Say): Promise<void> {
  const { name, scopes: granted, account, expires } = options;
  const input = { name, scopes: granted, accounts: account, expiresAt: expires };
  const made = await createApiKey(store, viewerFor(options.owner), input);
  if (made.kind === "invalid") {
    refuse(made.issues.map(({ path, message }) => `${path.join(".")} ${message}`.trim()).join("; "));
  }
  say(`made ${described(made.apiKey)}`);
  say("its secret, which is shown now and never again:");
  say(made.secret);
}

async function list(store: ApiKeyStore, ofOwner: string, say: Say): Promise<void> {
  let after: ApiKey | undefined;
  do {
    const keys: ApiKey[] = await store.listKeys(ofOwner, {
      after,
      before: undefined,
      limit: LISTED_AT_ONCE,
      backward: false,
    });
    for (const key of keys) say(described(key));
    after = keys.length === LISTED_AT_ONCE ? keys.at(-1) : undefined;
  } while (after !== undefined);
  say(`${await store.countKeys(ofOwner)} keys of ${ofOwner}`);
}

async function revoke(store: ApiKeyStore, ofOwner: string, keyId: string, say: Say): Promise<void> {
  const revocation = await revokeApiKey({ store, revoked: () => undefined }, viewerFor(ofOwner), keyId);
  if (revocation.kind === "apiKeyNotFound") refuse(`${ofOwner} has no key ${keyId}`);
  say(`revoked ${described(revocation.apiKey)}`);
  say("servers that run notice within 60 s");
}

function described({
  keyId,
  name,
  prefix,
  scopes: granted,
  accounts,
  expiresAt,
  revokedAt,
  lastUsedAt,
}: ApiKey): string {
  return [
    `${keyId} ${prefix}… ${JSON.stringify(name)} ${granted.join(",")}`,
    accounts === null ? "all accounts" : `${accounts.length} accounts: ${accounts.join(",")}`,
    expiresAt === null ? "never expires" : `expires ${expiresAt.toISOString()}`,
    lastUsedAt === null ? "never used" : `last used ${lastUsedAt.toISOString()}`,
    ...(revokedAt === null ? [] : [`revoked ${revokedAt.toISOString()}`]),
  ].join("; ");
}

function words(text: string): string[] {
  return text.split(",").map((word) => word.trim());
}

function scopes(text: string): Scope[] {
  const given = words(text);
  if (given.every(isScope)) return given;
  throw new InvalidArgumentError(`They must be of ${SCOPES.join(", ")}.`);
}

function owner(text: string): string {
  if (OWNER_PATTERN.test(text)) return text;
  throw new InvalidArgumentError(`It must be ${OWNER_WORDS}.`);
}

function expiry(text: string): Date {
  const [, count, unit = ""] = DURATION.exec(text) ?? [];
  if (count !== undefined) return new Date(Date.now() + Number(count) * (HOURS[unit] ?? 0) * HOUR_MS);
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text) : undefined;
  if (date !== undefined && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("It must be such as 12h, 90d or 4w, or a date such as 2030-01-31.");
}

function refuse(message: string): never {
  throw new StartError(message.replace(/^error: /, "").replace(/\s+/g, " "));
}
