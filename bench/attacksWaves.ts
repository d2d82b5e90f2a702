// The attacks of the bench: which are made in turns, and how many at once.
import { ATTACKS } from "../test/attacks/load/attacks.ts";

/** Attacks that are made in turns, so many at the same time. */
export interface Wave {
  readonly name: string;
  readonly attacks: readonly string[];
  readonly atOnce: number;
}

function wave(name: string, atOnce: number, isOf: (attack: string) => boolean): Wave {
  const attacks = ATTACKS.map((attack) => attack.name).filter(isOf);
  if (attacks.length === 0) throw new Error(`no attack is of ${name}`);
  return { name, attacks, atOnce };
}

const starting = (start: string) => (name: string) => name.startsWith(start);

/** A client may have 1,000 sockets. */
const MORE_SOCKETS_THAN_ALLOWED = 1_200;
/** An address may have 2,000 connections. */
const SLOW_CONNECTIONS = 1_500;

const ALL_WAVES: readonly Wave[] = [
  wave("bodies of 20 MB", 8, (name) => name.startsWith("a body of 20 MB") && !name.includes("without a key")),
  wave("bodies of 20 MB without a key", 8, (name) => name.startsWith("a body of 20 MB") && name.includes("without")),
  wave("WebSocket messages of 16 MB", 8, starting("a WebSocket")),
  wave("20,000 aliases", 16, starting("20,000 aliases")),
  wave("a depth of 1,000", 16, starting("a depth of 1,000")),
  wave("fragments in circles", 16, starting("fragments in circles")),
  wave("10,000 subscriptions on one WebSocket", 4, starting("10,000 subscriptions")),
  wave("connection_init again and again", 16, starting("connection_init")),
  wave("pings before connection_init", 16, starting("pings")),
  wave("WebSockets that never send connection_init", MORE_SOCKETS_THAN_ALLOWED, starting("WebSockets that never")),
  wave("headers that never end", SLOW_CONNECTIONS, starting("headers that never end")),
  wave("bodies that never end", SLOW_CONNECTIONS, (name) => name === "a body that never ends"),
  wave("bodies that never end, without a key", SLOW_CONNECTIONS, starting("a body that never ends, without")),
];

/** All waves, or those whose name holds what the environment's ATTACK says. */
export const ATTACK_WAVES = ALL_WAVES.filter(({ name }) => name.includes(process.env["ATTACK"] ?? ""));
