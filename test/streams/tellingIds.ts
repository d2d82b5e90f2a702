// Ids of operations that a server may stumble over: long ones, names of JavaScript's own, and what JSON must escape.

export const TELLING_IDS: readonly string[] = [
  "1",
  "3f0c6c2e-6a3e-4c3f-9d57-0a2b1c8f7e11",
  "x".repeat(1000),
  "née 日本語 🦜",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  'a "quoted" id',
  "back\\slash\\",
  '","type":"complete","id":"1',
  "line\nbreak\ttab\u0000nul\u2028separator",
  "half a pair \ud83e",
  " ",
];
