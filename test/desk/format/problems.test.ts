// What has gone wrong, told to whoever uses the dashboard: a sentence, and no code.
import { AccessError, ApiError, CloseError, HttpError, NetworkError, TimeoutError } from "@papertape/client";
import { describe, expect, test } from "vitest";
import { textOf } from "../../../web/desk/src/format/problems.ts";

describe("a problem", () => {
  test.each([
    [new AccessError("UNAUTHENTICATED", "no such key"), "The server does not take this key."],
    [new NetworkError("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:4000"), "The server does not answer."],
    [
      new TimeoutError("TIMEOUT", "no answer within 30000 ms"),
      "The server has not answered in time. What was asked for may have been done.",
    ],
    [new HttpError(502, "<html>Bad gateway</html>"), "The server answered with status 502."],
    [new CloseError(4429, "Too many operations.", true), "Too many operations."],
    [new Error("It broke."), "It broke."],
    ["a text", "a text"],
    [undefined, "undefined"],
    [null, "null"],
  ])("should be a sentence: %s", (problem, expected) => {
    expect(textOf(problem)).toBe(expected);
  });

  test("should have the server's own messages where it has answered, all of them, without their codes", () => {
    const errors = [
      { message: "There is no account ghost.", extensions: { code: "ACCOUNT_NOT_FOUND" } },
      { message: "The cursor is of another list.", extensions: { code: "BAD_CURSOR" } },
    ];
    expect(textOf(new ApiError(errors, null))).toBe("There is no account ghost. The cursor is of another list.");
    expect(textOf(new ApiError([], null))).toBe("");
  });
});
