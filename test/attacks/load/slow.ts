// Slow-loris: headers and bodies that come byte by byte and never end, for as long as the server takes them.
import { connect } from "node:net";
import { type Attack, authorizationOf, firstError, type Refusal, type Target } from "./target.ts";

const BYTE_EVERY_MS = 100;
const DECLARED_BYTES = 1_000_000;

/** Sends a beginning at once and the rest byte by byte; answers what comes before the server ends it. */
function drip({ url, from }: Target, beginning: string, byte: string): Promise<Refusal> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress: from });
    let answer = "";
    let cut: Refusal | undefined;
    const drops = setInterval(() => socket.write(byte), BYTE_EVERY_MS);
    socket.setNoDelay(true).write(beginning);
    socket.on("data", (bytes) => {
      answer += String(bytes);
    });
    socket.on("error", ({ code = "" }: NodeJS.ErrnoException) => {
      cut = { cut: code };
    });
    socket.on("close", () => {
      clearInterval(drops);
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
      resolve(answer === "" ? (cut ?? { cut: "closed" }) : { status, ...(body === "" ? {} : firstError(body)) });
    });
  });
}

const START = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";

const slowHeaders = (target: Target): Promise<Refusal> => drip(target, `${START}X-Slow: `, "x");

function slowBody(target: Target): Promise<Refusal> {
  const { authorization } = authorizationOf(target);
  const credentials = authorization === undefined ? "" : `Authorization: ${authorization}\r\n`;
  return drip(target, `${START}${credentials}Content-Length: ${DECLARED_BYTES}\r\n\r\n{"query":"`, "x");
}

export const SLOW_ATTACKS: readonly Attack[] = [
  { name: "headers that never end", run: slowHeaders },
  { name: "a body that never ends", run: slowBody },
  { name: "a body that never ends, without a key", run: (target) => slowBody({ ...target, key: undefined }) },
];
