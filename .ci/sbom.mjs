// Writes dist/sbom.cdx.json: every package that ships, with version, licence and hash, as npm itself lists them (CycloneDX).
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const read = (file) => JSON.parse(readFileSync(path.join(root, file), "utf8"));

/** The packages that the dashboard's bundler says it has taken in. */
function bundled() {
  const file = "web/desk/dist/third-party.json";
  if (!existsSync(path.join(root, file))) throw new Error(`${file} is missing: run npm run build`);
  return read(file);
}

/**
 * The package and its lock without what is not in the image. What is bundled ships too, though the lock has it for
 * development: it becomes a dependency. `npm sbom --omit` is not used: it also leaves out packages that ship, where some
 * other package names them for its own development.
 */
function shipped() {
  const { devDependencies: _, workspaces: __, ...manifest } = read("package.json");
  const lock = read("package-lock.json");
  const inBundle = bundled();
  const bundledNames = new Set(inBundle.map(({ name }) => name));
  const bundledVersions = new Set(inBundle.map(({ name, version }) => `${name}@${version}`));
  const packages = {};
  for (const [place, one] of Object.entries(lock.packages)) {
    if (!place.startsWith("node_modules/") || one.link) continue;
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    if (!one.dev && !one.devOptional && !one.optional) packages[place] = one;
    else if (bundledVersions.has(`${name}@${one.version}`)) {
      packages[place] = asBundled(one, bundledNames);
      if (place === `node_modules/${name}`) manifest.dependencies[name] ??= one.version;
    }
  }
  packages[""] = { name: manifest.name, version: manifest.version, dependencies: manifest.dependencies };
  return { manifest, lock: { ...lock, packages } };
}

/** A bundled package with those of its dependencies that are bundled too: the bundler needed nothing of the others. */
function asBundled({ dev: _, peer: __, peerDependencies: ___, dependencies = {}, ...one }, names) {
  const needed = Object.entries(dependencies).filter(([name]) => names.has(name));
  return { ...one, dependencies: Object.fromEntries(needed) };
}

/** What npm lists, from the lock alone: neither the network nor node_modules is asked. */
function list({ manifest, lock }, folder) {
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(folder, "package-lock.json"), JSON.stringify(lock));
  const args = ["sbom", "--package-lock-only", "--sbom-format=cyclonedx", "--sbom-type=application"];
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`npm sbom failed\n${stderr}`);
  const sbom = JSON.parse(stdout);
  // npm calls the whole by the name of its folder.
  sbom.metadata.component.name = manifest.name;
  return sbom;
}

const folder = mkdtempSync(path.join(tmpdir(), "papertape-sbom-"));
try {
  const sbom = list(shipped(), folder);
  const file = path.join(root, "dist", "sbom.cdx.json");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
  process.stdout.write(`sbom: ${sbom.components.length} packages in dist/sbom.cdx.json\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
