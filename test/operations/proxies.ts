// Caddy and nginx with the page's configuration: in place of its host name's port 443, certificate and upstream stand the test's.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { blockOf, inPlace } from "./page.ts";
import { check, freePort, type Program, startProgram, temporaryFolder } from "./programs.ts";
import { SecureClient } from "./secureClient.ts";
import { HOST_NAME } from "./walkedServer.ts";

const SECTION = "Behind TLS";
const UPSTREAM = "127.0.0.1:4000";

export interface Certificate {
  readonly file: string;
  readonly keyFile: string;
}

/** A certificate of its own authority, for these names. */
export async function makeCertificate(folder: string, ...names: readonly string[]): Promise<Certificate> {
  const [file, keyFile] = [path.join(folder, "desk.pem"), path.join(folder, "desk.key")];
  const altNames = names.map((name) => `DNS:${name}`).join(",");
  const args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2".split(" ");
  const named = ["-subj", `/CN=${names[0]}`, "-addext", `subjectAltName=${altNames}`];
  const { status, said } = check("openssl", [...args, ...named, "-keyout", keyFile, "-out", file]);
  if (status !== 0) throw new Error(said);
  return { file, keyFile };
}

export interface ProxyOptions {
  /** HOST:PORT of the server. */
  readonly upstream: string;
  /** What else stands in place of what the page says. */
  readonly changes?: Readonly<Record<string, string>>;
  readonly secret?: string;
  /** In place of desk.example.com. */
  readonly hostName?: string;
}

export interface StartedProxy {
  readonly port: number;
  readonly certificate: Certificate;
  readonly client: SecureClient;
  close(): Promise<void>;
}

export interface ProxyKind {
  readonly name: "caddy" | "nginx";
  start(options: ProxyOptions): Promise<StartedProxy>;
}

type StartProgram = (config: string, place: Place) => Promise<Program>;

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly certificate: Certificate;
  isUp(): Promise<boolean>;
}

/** The page's text for `kind`, its program started by `start` in a folder of its own. */
async function startProxy(options: ProxyOptions, mark: string, start: StartProgram, own: (place: Place) => object) {
  const { upstream, changes = {}, secret = "", hostName = HOST_NAME } = options;
  const folder = await temporaryFolder();
  const certificate = await makeCertificate(folder.path, hostName);
  const port = await freePort();
  const client = new SecureClient({ port, hostName, ca: await readFile(certificate.file), secret });
  const isUp = async () => (await client.send({ path: "/health/live" })).status > 0;
  const place: Place = { folder: folder.path, port, certificate, isUp };
  const text = inPlace(await blockOf(SECTION, "text", mark), { [UPSTREAM]: upstream, ...changes, ...own(place) });
  const program = await start(text, place);
  const close = async (): Promise<void> => {
    await program.end();
    await folder.remove();
  };
  return { port, certificate, client, close };
}

/** Without these Caddy would listen on ports 2019 and 80, and keep files in the home directory. */
const CADDY_OPTIONS = "{\n  admin off\n  auto_https disable_redirects\n}\n";

export const CADDY: ProxyKind = {
  name: "caddy",
  start: (options) =>
    startProxy(
      options,
      "reverse_proxy",
      async (text, { folder, isUp }) => {
        const file = path.join(folder, "Caddyfile");
        await writeFile(file, `${CADDY_OPTIONS}${text}`);
        const command = ["caddy", "run", "--config", file, "--adapter", "caddyfile"] as const;
        return startProgram([...command], isUp, { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder });
      },
      ({ port, certificate: { file, keyFile } }) => {
        const { hostName = HOST_NAME } = options;
        return { [`${HOST_NAME} {`]: `${hostName}:${port} {\n  tls ${file} ${keyFile}` };
      },
    ),
};

/** What stands around a file of conf.d, with all of nginx's own files in the test's folder. */
function nginxConf(folder: string, text: string): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const paths = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n");
  const user = process.getuid?.() === 0 ? "user root;" : "";
  return `daemon off;\n${user}\npid ${folder}/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\n${paths}\naccess_log off;\n${text}}\n`;
}

export const NGINX: ProxyKind = {
  name: "nginx",
  start: (options) =>
    startProxy(
      options,
      "server_name",
      async (text, { folder, isUp }) => {
        const file = path.join(folder, "nginx.conf");
        await writeFile(file, nginxConf(folder, text));
        return startProgram(["nginx", "-e", "stderr", "-p", folder, "-c", file], isUp);
      },
      ({ port, certificate: { file, keyFile } }) => ({
        "listen 443 ssl": `listen 127.0.0.1:${port} ssl`,
        [HOST_NAME]: options.hostName ?? HOST_NAME,
        "/etc/ssl/desk.pem": file,
        "/etc/ssl/desk.key": keyFile,
      }),
    ),
};
