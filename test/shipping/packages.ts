// The packages that ship, as the lock file tells them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { PROJECT } from "../support/builtServer.ts";

export interface LockedPackage {
  /** `node_modules/a/node_modules/b`. */
  readonly place: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { version: string; license?: string; dev?: true; devOptional?: true; optional?: true; link?: true }>
  >;
}

/** What `npm ci --omit=dev --omit=optional --workspaces=false` installs. */
export function shippedPackages(): readonly LockedPackage[] {
  const { packages } = JSON.parse(readFileSync(path.join(PROJECT, "package-lock.json"), "utf8")) as Lock;
  return Object.entries(packages)
    .filter(([place, { link }]) => place.startsWith("node_modules/") && !link)
    .filter(([, { dev, devOptional, optional }]) => !dev && !devOptional && !optional)
    .map(([place, { version, license }]) => ({ place, name: nameAt(place), version, license }));
}

/** The name of the package at a place in node_modules. */
export function nameAt(place: string): string {
  return place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
}
