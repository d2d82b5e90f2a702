// Secrets in text that is written somewhere: keys, tokens and passwords are told by their form, and hidden.

const HIDDEN = "[hidden]";

/** Keys of this desk, JSON web tokens, credentials of an Authorization header, passwords in addresses. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\bptk_[A-Za-z0-9_-]{12,}/g, `ptk_${HIDDEN}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, HIDDEN],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  [/(:\/\/[^\s:/@"]{0,64}):[^\s/@"]{1,256}@/g, `$1:${HIDDEN}@`],
];

/** The text with every secret that has a known form hidden. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((shown, [form, replacement]) => shown.replace(form, replacement), text);
}
