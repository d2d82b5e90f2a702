// What ships is under licences that let it be given on, and is listed with them: in the lock file, on disk, and in the SBOM.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PROJECT } from "../support/builtServer.ts";
import { nameAt, shippedPackages } from "./packages.ts";

/** They ask for no more than that their text is kept: it is, in each package's folder. */
const ALLOWED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
]);

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license: { readonly id?: string } }[];
  readonly hashes?: readonly object[];
}

interface Sbom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly Component[];
}

const read = <Content>(file: string): Content => JSON.parse(readFileSync(path.join(PROJECT, file), "utf8")) as Content;

/** What the packages that are installed say of themselves. */
function installed(): { name: string; version: string; license: string }[] {
  return shippedPackages().map(({ place }) => {
    const { version, license } = read<{ version: string; license: string }>(`${place}/package.json`);
    return { name: nameAt(place), version, license };
  });
}

const told = (name: string, version: string, license = "none"): string => `${name}@${version} ${license}`;

describe("The packages that ship", () => {
  it("are under licences of the list", () => {
    const all = shippedPackages();
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter(({ license = "" }) => !ALLOWED.has(license)).map(({ name }) => name)).toEqual([]);
  });

  it("are what the lock file says of them", () => {
    const locked = shippedPackages().map(({ name, version, license }) => told(name, version, license));
    expect(installed().map(({ name, version, license }) => told(name, version, license))).toEqual(locked);
  });
});

describe("The SBOM", () => {
  it("names every package that ships, and no other, with its version, licence and hash", () => {
    execFileSync(process.execPath, [".ci/sbom.mjs"], { cwd: PROJECT, stdio: ["ignore", "ignore", "inherit"] });
    const sbom = read<Sbom>("dist/sbom.cdx.json");
    const { name, version } = read<{ name: string; version: string }>("package.json");
    expect(sbom).toMatchObject({ bomFormat: "CycloneDX", metadata: { component: { name, version } } });
    const listed = sbom.components.map((one) => told(one.name, one.version, one.licenses?.[0]?.license.id));
    const expected = installed().map((one) => told(one.name, one.version, one.license));
    expect(listed.sort()).toEqual([...new Set(expected)].sort());
    expect(sbom.components.filter(({ hashes }) => hashes === undefined || hashes.length === 0)).toEqual([]);
  });
});
