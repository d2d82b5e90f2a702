// Writes dist/sbom.cdx.json: every package that ships, with version, licence and hash, as npm itself lists them (CycloneDX).
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.dirname(import.meta.dirname);
const read = (file) => JSON.parse(readFileSync(path.join(root, file), "utf8"));

/**
 * The package and its lock without what is not in the image. `npm sbom --omit` is not used: it also leaves out packages that
 * ship, where some other package names them for its own development.
 */
function shipped() {
  const { devDependencies: _, workspaces, ...manifest } = read("package.json");
  const isOfWorkspace = ([place, { link }]) => link || workspaces.some((folder) => place.startsWith(folder));
  const lock = read("package-lock.json");
  const kept = Object.entries(lock.packages).filter(
    ([place, one]) => !one.dev && !one.devOptional && !one.optional && !isOfWorkspace([place, one]),
  );
  const packages = Object.fromEntries(kept);
  delete packages[""].devDependencies;
  delete packages[""].workspaces;
  return { manifest, lock: { ...lock, packages } };
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
