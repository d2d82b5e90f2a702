// The audit of what ships: a known hole fails, a registry without audits is told in one line, and no fault passes for peace.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { PROJECT } from "../support/builtServer.ts";

/** Runs the audit with an npm that says `answer` and ends with `status`, if it is asked for what ships. */
function audit(answer: object | string, status: number) {
  const bin = mkdtempSync(path.join(tmpdir(), "papertape-audit-"));
  onTestFinished(() => rmSync(bin, { recursive: true, force: true }));
  const asked = "audit --omit=dev --omit=optional --audit-level=high --json";
  const text = typeof answer === "string" ? answer : JSON.stringify(answer, null, 2);
  const npm = `#!/bin/sh\n[ "$*" = "${asked}" ] || exit 64\ncat <<'END'\n${text}\nEND\nexit ${status}\n`;
  writeFileSync(path.join(bin, "npm"), npm, { mode: 0o755 });
  const env = { ...process.env, PATH: [bin, process.env["PATH"]].join(path.delimiter) };
  return spawnSync(path.join(PROJECT, ".ci/audit"), { env, encoding: "utf8" });
}

const report = (vulnerabilities: object) => ({ auditReportVersion: 2, vulnerabilities, metadata: {} });

describe("The audit", () => {
  it("passes where no hole is known", () => {
    const { status, stdout, stderr } = audit(report({}), 0);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe("audit: no hole of high or critical severity is known in what ships\n");
  });

  it("fails where one is, and tells which", () => {
    const { status, stderr } = audit(report({ ws: { severity: "high", title: "statusCode: 404" } }), 1);
    expect(status).toBe(1);
    expect(stderr).toContain('"ws"');
  });

  it.each([404, 405])("goes on where the registry has no audits (%s), and says so in one line", (statusCode) => {
    const { status, stdout, stderr } = audit({ message: `${statusCode} - POST https://registry.test`, statusCode }, 1);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe("audit: left out, the registry has no audits\n");
  });

  it.each([
    ["a registry that fails", { message: "503 Service Unavailable", statusCode: 503 }, 1],
    ["a lock file that is missing", { error: { code: "ENOLOCK" } }, 1],
    ["an npm that says nothing", "", 0],
  ])("takes %s for a failure", (_, answer, status) => {
    expect(audit(answer, status).status).toBe(1);
  });
});
