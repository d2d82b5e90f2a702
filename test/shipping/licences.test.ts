// What ships is under licences that let it be given on, and is listed with them: in the lock file, on disk, and in the SBOM.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { dashboardFolder } from "../../src/server/dashboard.ts";
import { LICENSES_FILE, readPackages } from "../../web/desk/thirdParty.ts";
import { PROJECT } from "../support/builtServer.ts";
import { bundledPackages, bundlerList, type LockedPackage, nameAt, shippedPackages } from "./packages.ts";

/** They ask for no more than that their text is kept: it is, in each package's folder, and in a file beside the bundle. */
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

/** What is installed where the server runs, and what is in the bundle that it serves. */
const allPackages = (): readonly LockedPackage[] => [...shippedPackages(), ...bundledPackages()];

/** What the packages say of themselves on disk. */
function installed(): { name: string; version: string; license: string }[] {
  return allPackages().map(({ place }) => {
    const { version, license } = read<{ version: string; license: string }>(`${place}/package.json`);
    return { name: nameAt(place), version, license };
  });
}

const told = (name: string, version: string, license = "none"): string => `${name}@${version} ${license}`;

describe("The packages that ship", () => {
  it("are under licences of the list", () => {
    const all = allPackages();
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter(({ license = "" }) => !ALLOWED.has(license)).map(({ name }) => name)).toEqual([]);
  });

  it("are what the lock file says of them", () => {
    const locked = allPackages().map(({ name, version, license }) => told(name, version, license));
    expect(installed().map(({ name, version, license }) => told(name, version, license))).toEqual(locked);
  });
});

/** The packages that a source takes values from. */
function importedIn(source: string): string[] {
  const found = source.matchAll(/^import (?!type )(?:[^;"]* from )?"((?:@[\w-]+\/)?[\w-]+)/gm);
  return [...found].map(([, name = ""]) => name);
}

/** The packages that the dashboard's sources name, and those of the client that it is built on. */
function importedPackages(): Set<string> {
  const sources = ["web/desk/src", "web/client/src"].flatMap((folder) =>
    readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|vue)$/.test(file) && !/generated|node\.ts$/.test(file))
      .map((file) => readFileSync(path.join(PROJECT, folder, file), "utf8")),
  );
  const own = new Set(["@papertape/client", "node", "virtual"]);
  return new Set(sources.flatMap(importedIn).filter((name) => !own.has(name)));
}

/** Those packages with all that they may bring along. */
function withDependencies(names: ReadonlySet<string>): Set<string> {
  const all = new Set(names);
  for (const name of all) {
    const { dependencies = {} } = read<{ dependencies?: object }>(`node_modules/${name}/package.json`);
    for (const other of Object.keys(dependencies)) all.add(other);
  }
  return all;
}

describe("The dashboard's bundle", () => {
  it("is listed with every package that its sources import, and none that they could not bring along", () => {
    const imported = importedPackages();
    const listed = bundlerList().map(({ name }) => name);
    expect(listed).toEqual(expect.arrayContaining([...imported, "vue", "pinia", "primeicons", "lightweight-charts"]));
    const possible = withDependencies(imported);
    expect(listed.filter((name) => !possible.has(name))).toEqual([]);
  });

  it("is shipped with the text of each package's licence, and with its notice where it has one", () => {
    const licenses = readFileSync(path.join(dashboardFolder(), LICENSES_FILE), "utf8");
    for (const { name, version, license, place } of bundledPackages()) {
      expect(licenses).toContain(`\n${name} ${version} (${license})\n`);
      const files = readdirSync(path.join(PROJECT, place)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
      for (const file of files)
        expect(licenses).toContain(readFileSync(path.join(PROJECT, place, file), "utf8").trim());
    }
    // What npm's copies of two packages lack.
    expect(licenses).toContain("Copyright (c) 2019 TradingView, Inc");
    expect(licenses).toContain("TradingView Lightweight Charts\nCopyright (c) 2023 TradingView, Inc.");
  });

  it("is not built where a package has no text of its licence", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "papertape-package-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const manifest = { name: "textless", version: "1.0.0", license: "MIT" };
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
    expect(() => readPackages([folder])).toThrow("textless is bundled, and has no text of its licence");
    writeFileSync(path.join(folder, "LICENSE.md"), "Do as you please.\n");
    writeFileSync(path.join(folder, "NOTICE"), "Made by somebody.\n");
    const { list, licenses } = readPackages([folder]);
    expect(list).toEqual([manifest]);
    expect(licenses).toContain("textless 1.0.0 (MIT)\n\nDo as you please.\n\nMade by somebody.\n");
  });
});

describe("The SBOM", () => {
  it("names every package that ships, installed or bundled, and no other, with its version, licence and hash", () => {
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
