// What others have made of the bundle, in two files beside it: their packages as a list, and their licences as texts.
//
// Licences ask that their text is given on with the code, and the SBOM is made from the list. Vite's own `build.license`
// has neither notices nor packages like vue, which only pass on what others export.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "vite";

export const LIST_FILE = "third-party.json";
export const LICENSES_FILE = "THIRD-PARTY-LICENSES.txt";

/** What a package's repository has and npm's copy of it lacks, by the package's name. */
const ADDED = path.join(import.meta.dirname, "licenses");
const LICENSE = /^(licen[cs]e|copying|notice)/i;
const RULE = "-".repeat(80);

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The folder of the package that a module is in; undefined of the project's own modules. */
function folderOf(id: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0];
}

/** Throws where there is none: what is under a licence cannot be given on without its text. */
function licenseTexts(folder: string, name: string): string[] {
  const added = path.join(ADDED, `${name.replace("/", "__")}.txt`);
  const files = readdirSync(folder).filter((file) => LICENSE.test(file));
  const found = [...files.map((file) => path.join(folder, file)), ...(existsSync(added) ? [added] : [])];
  if (found.length === 0) throw new Error(`${name} is bundled, and has no text of its licence: put it into ${added}`);
  return found.map((file) => readFileSync(file, "utf8").trim());
}

/** The packages in some folders, in the order of their names, and one text with all of their licences. */
export function readPackages(folders: Iterable<string>): { list: readonly BundledPackage[]; licenses: string } {
  const found = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return { name, version, license, texts: licenseTexts(folder, name) };
  });
  found.sort((one, other) => (one.name < other.name ? -1 : 1));
  const parts = found.map(({ name, version, license, texts }) =>
    [RULE, `${name} ${version} (${license})`, ...texts].join("\n\n"),
  );
  return {
    list: found.map(({ name, version, license }) => ({ name, version, license })),
    licenses: ["Papertape's dashboard contains these packages, each under its own licence.", ...parts, ""].join("\n\n"),
  };
}

/** Lists whatever has a module in the bundle, or is imported by the project's own modules. */
export function thirdParty(): Plugin {
  return {
    name: "third-party",
    generateBundle(_, bundle) {
      const bundled = Object.values(bundle).flatMap((one) => (one.type === "chunk" ? one.moduleIds : []));
      const imported = [...this.getModuleIds()].filter((id) =>
        this.getModuleInfo(id)?.importers.some((importer) => folderOf(importer) === undefined),
      );
      const folders = new Set([...bundled, ...imported].flatMap((id) => folderOf(id) ?? []));
      const { list, licenses } = readPackages(folders);
      this.emitFile({ type: "asset", fileName: LIST_FILE, source: `${JSON.stringify(list, null, 2)}\n` });
      this.emitFile({ type: "asset", fileName: LICENSES_FILE, source: licenses });
    },
  };
}
