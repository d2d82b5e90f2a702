// The signature of what is sent: who knows the secret can tell that it comes from this desk, unchanged, and when it left.
import { createHmac } from "node:crypto";

/** Shorter secrets could be guessed. */
export const WEBHOOK_SECRET_CHARS_MIN = 32;

/** The value of `Papertape-Signature`: the time in Unix seconds, and the HMAC-SHA256 of `<time>.<body>` in hex. */
export function signatureOf(secret: string, body: string, sentAtSeconds: number): string {
  const mac = createHmac("sha256", secret).update(`${sentAtSeconds}.${body}`).digest("hex");
  return `t=${sentAtSeconds},v1=${mac}`;
}
