// Builds the image without Docker: performs the steps of the Dockerfile in temporary folders, one for each stage.
//
// What is not as in a container: the system is this one, not the base image's. A path from the root is put below the
// stage's folder. The build stage's `npm ci` is a link to the node_modules that `npm ci` made for the tests; that of the
// shipped packages is run, from npm's cache where it has them. Who is not root cannot give files away: `-o` and `-g` go.
import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { PROJECT } from "../support/builtServer.ts";
import { sentFiles } from "./buildContext.ts";
import { execForm, readDockerfile, type Stage, type Step, variables } from "./dockerfile.ts";

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** What an image says of itself, its files below `root`. */
export interface Image {
  readonly root: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

/** An image whose steps are still being performed. */
type Building = { -readonly [Part in keyof Image]: Image[Part] };
type Stages = ReadonlyMap<string, Image>;

/** Whether processes can be started as another user than the tests'. */
export const isRoot = process.getuid?.() === 0;

/** Performs the whole Dockerfile. `remove` deletes every stage's folder. Throws where a step fails, with what it said. */
export async function buildImage(): Promise<{ image: Image; remove(): Promise<void> }> {
  const top = await mkdtemp(path.join(tmpdir(), "pt-image-"));
  // mkdtemp's folders are for their maker only, and the image's user is another.
  await chmod(top, 0o755);
  const remove = () => rm(top, { recursive: true, force: true });
  try {
    const stages = new Map<string, Image>();
    let last: Image | undefined;
    for (const [index, stage] of readDockerfile().entries()) {
      last = await performStage(stage, path.join(top, String(index)), stages);
      stages.set(stage.name ?? String(index), last);
    }
    if (last === undefined) throw new Error("the Dockerfile has no stage");
    return { image: last, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function performStage(stage: Stage, root: string, stages: Stages): Promise<Image> {
  await mkdir(root);
  const nothing = { env: {}, user: undefined, volumes: [], ports: [], command: [], healthcheck: [] };
  const building: Building = { root, folder: root, ...nothing };
  for (const step of stage.steps) await perform(step, building, stages);
  return building;
}

async function perform({ keyword, flags, text }: Step, building: Building, stages: Stages): Promise<void> {
  switch (keyword) {
    case "WORKDIR":
      building.folder = path.join(building.root, text);
      await mkdir(building.folder, { recursive: true });
      return;
    case "COPY":
      return copy(text.split(/\s+/), flags.get("from"), building, stages);
    case "RUN":
      return run(text, building);
    case "ENV":
      building.env = { ...building.env, ...variables(text) };
      return;
    case "USER": {
      const [uid = Number.NaN, gid = Number.NaN] = text.split(":").map(Number);
      building.user = { uid, gid };
      return;
    }
    case "VOLUME":
      building.volumes = [...building.volumes, text];
      return;
    case "EXPOSE":
      building.ports = [...building.ports, text];
      return;
    case "CMD":
      building.command = execForm(text);
      return;
    case "HEALTHCHECK":
      building.healthcheck = execForm(text);
      return;
    default:
      throw new Error(`the tests cannot perform ${keyword} ${text}`);
  }
}

/** As Docker copies: a folder's content goes into the destination; what the builder is not sent cannot be copied. */
async function copy(words: readonly string[], from: string | undefined, into: Image, stages: Stages): Promise<void> {
  const sources = words.slice(0, -1);
  const destination = words.at(-1) ?? "";
  for (const source of sources) {
    if (from !== undefined) {
      const stage = stages.get(from);
      if (stage === undefined) throw new Error(`COPY from the unknown stage ${from}`);
      const target = path.join(into.folder, destination);
      await cp(path.join(stage.root, source), target, { recursive: true, verbatimSymlinks: true });
      continue;
    }
    const sent = sentFiles().filter((file) => file === source || file.startsWith(`${source}/`));
    if (sent.length === 0) throw new Error(`COPY ${source}: .dockerignore lets nothing of it through`);
    for (const file of sent) {
      const below = destination.endsWith("/") ? path.basename(source) : "";
      const target = path.join(into.folder, destination, file === source ? below : path.relative(source, file));
      await cp(path.join(PROJECT, file), target);
    }
  }
}

async function run(command: string, building: Image): Promise<void> {
  if (/^npm ci\b(?!.*--omit)/.test(command)) {
    return symlink(path.join(PROJECT, "node_modules"), path.join(building.folder, "node_modules"));
  }
  const inRoot = command.replace(/(?<=\s)\/(?=\w)/g, `${building.root}/`);
  const possible = isRoot ? inRoot : inRoot.replace(/ -[og] \d+/g, "");
  const options = { cwd: building.folder, env: { ...hostEnvironment(), ...building.env }, maxBuffer: OUTPUT_BYTES_MAX };
  await promisify(execFile)("sh", ["-c", possible], options).catch((failure: { stdout: string; stderr: string }) => {
    throw new Error(`RUN ${command}\n${failure.stdout}${failure.stderr}`);
  });
}

const HOST_VARIABLES = /^(HOME|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|npm_config_(cache|registry|userconfig))$/i;

/** What a command needs to know of this machine. The project's own programs are not among what it finds. */
function hostEnvironment(): Record<string, string> {
  const { PATH = "" } = process.env;
  const paths = PATH.split(path.delimiter).filter((folder) => !folder.startsWith(PROJECT));
  const known = Object.entries(process.env).flatMap(([name, value = ""]) =>
    HOST_VARIABLES.test(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(known), PATH: paths.join(path.delimiter), npm_config_prefer_offline: "true" };
}
