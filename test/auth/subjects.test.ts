// The subject of a token as it is shown: on one line, bounded, and never that of another subject.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SUBJECT_CHARS_MAX, shownSubject } from "../../src/auth/subjects.ts";

/** Texts in which everything that could go wrong comes often; some are far too long. */
const anySubject = fc
  .tuple(
    fc.array(
      fc.constantFrom(
        "a",
        "\\",
        "\n",
        "u{a}",
        "\\u{a}",
        "\\sha256{",
        "}",
        "é",
        "😀",
        "\ud800",
        "\u202e",
        "\0",
        "x".repeat(250),
      ),
      { maxLength: 12 },
    ),
    fc.string({ unit: "binary", maxLength: 300 }),
  )
  .map(([parts, tail]) => parts.join("") + tail);

describe("the subject of a token", () => {
  it.each([
    ["auth0|ana", "auth0|ana"],
    ["Ana Müller", "Ana Müller"],
    ["ana\nlevel: fatal\r\n", "ana\\u{a}level: fatal\\u{d}\\u{a}"],
    ["corp\\ana", "corp\\\\ana"],
    ["ana\u2028\u202eevil\0", "ana\\u{2028}\\u{202e}evil\\u{0}"],
    ["half \ud83d", "half \\u{d83d}"],
    ["", ""],
    ["a".repeat(SUBJECT_CHARS_MAX), "a".repeat(SUBJECT_CHARS_MAX)],
  ])("%j should be shown as %j", (subject, shown) => {
    expect(shownSubject(subject)).toBe(shown);
  });

  it("should be cut at 255 characters, with a hash that tells long ones apart", () => {
    const long = "a".repeat(10_000);
    expect(shownSubject(long)).toMatch(/^a{214}\\sha256\{[0-9a-f]{32}\}$/);
    expect(shownSubject(`${long}b`)).not.toBe(shownSubject(`${long}c`));
    expect(shownSubject("\n".repeat(10_000)).length).toBeLessThanOrEqual(SUBJECT_CHARS_MAX);
  });

  it("should be one line that any database and terminal takes, whatever it is", () => {
    fc.assert(
      fc.property(anySubject, (subject) => {
        const shown = shownSubject(subject);
        expect(shown.length).toBeLessThanOrEqual(SUBJECT_CHARS_MAX);
        expect(Buffer.from(shown).toString()).toBe(shown);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });

  it("should be that of no other subject", () => {
    fc.assert(
      fc.property(fc.constantFrom("", "x".repeat(300)), anySubject, anySubject, (beginning, one, other) => {
        fc.pre(one !== other);
        expect(shownSubject(beginning + one)).not.toBe(shownSubject(beginning + other));
        const forged = shownSubject(beginning + one);
        if (forged !== beginning + one) expect(shownSubject(forged)).not.toBe(forged);
      }),
    );
  });
});
