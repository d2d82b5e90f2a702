// The packages that ship, as the lock file tells them: those that are installed, and those in the dashboard's bundle.
import { readFileSync } from "node:fs";
import path from "node:path";
import { dashboardFolder } from "../../src/server/dashboard.ts";
import { type BundledPackage, LIST_FILE } from "../../web/desk/thirdParty.ts";
import { PROJECT } from "../support/builtServer.ts";

export interface LockedPackage {
  /** `node_modules/a/node_modules/b`. */
  readonly place: string;
  readonly name: string;
  readonly version: string;
  readonly license: string | undefined;
}

interface LockEntry {
  readonly version: string;
  readonly license?: string;
  readonly dev?: true;
  readonly devOptional?: true;
  readonly optional?: true;
  readonly link?: true;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/** What `npm ci --omit=dev --omit=optional --workspaces=false` installs. */
export function shippedPackages(): readonly LockedPackage[] {
  return lockedPackages(({ dev, devOptional, optional }) => !dev && !devOptional && !optional);
}

/** The list that the bundler has made of what it took in: the dashboard must be built. */
export function bundlerList(): readonly BundledPackage[] {
  return JSON.parse(readFileSync(path.join(dashboardFolder(), LIST_FILE), "utf8")) as BundledPackage[];
}

/** What is in the dashboard's bundle. Throws where the lock file does not know it. */
export function bundledPackages(): readonly LockedPackage[] {
  const locked = lockedPackages(() => true);
  return bundlerList().map(({ name, version }) => {
    const found = locked.find((one) => one.name === name && one.version === version);
    if (found === undefined) throw new Error(`${name}@${version} is bundled, and not in the lock file`);
    return found;
  });
}

function lockedPackages(isWanted: (one: LockEntry) => boolean): LockedPackage[] {
  const { packages } = JSON.parse(readFileSync(path.join(PROJECT, "package-lock.json"), "utf8")) as Lock;
  return Object.entries(packages)
    .filter(([place, one]) => place.startsWith("node_modules/") && !one.link && isWanted(one))
    .map(([place, { version, license }]) => ({ place, name: nameAt(place), version, license }));
}

/** The name of the package at a place in node_modules. */
export function nameAt(place: string): string {
  return place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
}
