// A reader of server-sent events by hand: frames as they came, comment lines counted, and how the response ended.
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { onTestFinished } from "vitest";

export interface EventStreamRequest {
  readonly query: string;
  readonly variables?: object;
  readonly operationName?: string;
  readonly method?: "GET" | "POST";
  /** In place of the usual ones; one that is undefined is not sent. */
  readonly headers?: OutgoingHttpHeaders;
}

/** One event: the fields that it has, `data` still as text. */
export interface Frame {
  readonly event?: string;
  readonly id?: string;
  readonly data?: string;
}

/** A response is whole where HTTP says that it has ended, and cut where only the connection has. */
export type Ending = "whole" | "cut";

function ask(graphqlUrl: string, options: EventStreamRequest): ClientRequest {
  const { method = "POST", headers: changes, ...params } = options;
  const usual = { accept: "text/event-stream", ...(method === "POST" ? { "content-type": "application/json" } : {}) };
  const given = Object.entries({ ...usual, ...changes }).filter(([, value]) => value !== undefined);
  const headers = Object.fromEntries(given);
  if (method === "POST") return request(graphqlUrl, { method, agent: false, headers }).end(JSON.stringify(params));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    search.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return request(`${graphqlUrl}?${search}`, { method, agent: false, headers }).end();
}

/** The fields of an event's lines; a field that comes twice is a fault of the server. */
function readFrame(lines: readonly string[]): Frame {
  const frame: Record<string, string> = {};
  for (const line of lines) {
    const [, name = "", value = ""] = /^(event|id|data): ?(.*)$/su.exec(line) ?? [];
    if (name === "" || name in frame) throw new Error(`not a line of an event: ${JSON.stringify(lines)}`);
    frame[name] = value;
  }
  return frame;
}

/** Asks for an event stream and answers when its headers have come; it is left when the test is finished. */
export async function openEventStream(graphqlUrl: string, options: EventStreamRequest) {
  const asked = ask(graphqlUrl, options);
  onTestFinished(() => void asked.destroy());
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("response", resolve).on("error", reject);
  });
  const frames: Frame[] = [];
  const readers = new Set<() => void>();
  let text = "";
  let comments = 0;
  let given = 0;
  let ending: Ending | undefined;
  const tell = () => {
    for (const reader of readers) reader();
  };

  /** Reads so many bytes at a time, with a pause after them. */
  function readSlowly({ bytes, pauseMs }: { bytes: number; pauseMs: number }): void {
    let read = 0;
    response.on("data", (chunk: string) => {
      read += Buffer.byteLength(chunk);
      if (read < bytes) return;
      read = 0;
      response.pause();
      setTimeout(() => response.resume(), pauseMs);
    });
  }

  function takeBlock(block: string): void {
    const lines = block.split("\n");
    const meaning = lines.filter((line) => !line.startsWith(":"));
    comments += lines.length - meaning.length;
    if (meaning.length > 0) frames.push(readFrame(meaning));
  }

  response.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    // A large event is looked at when it may have ended, not with each of its parts.
    if (!chunk.includes("\n\n") && !chunk.startsWith("\n")) return;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) takeBlock(block);
    tell();
  });
  // A response that is cut tells an error first.
  response.on("error", () => undefined);
  const ended = new Promise<Ending>((resolve) => {
    response.once("close", () => {
      ending = response.complete ? "whole" : "cut";
      tell();
      resolve(ending);
    });
  });

  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    ended,
    isEnded: () => ending !== undefined,
    /** All frames that have come. */
    frames: (): readonly Frame[] => frames,
    /** Comment lines that have come. */
    comments: () => comments,
    /** The oldest frame that was not given yet. */
    next: () =>
      new Promise<Frame>((resolve, reject) => {
        const reader = () => {
          const frame = frames[given];
          if (frame === undefined && ending === undefined) return;
          readers.delete(reader);
          if (frame === undefined) return reject(new Error(`${ending} after ${given} frames`));
          given += 1;
          resolve(frame);
        };
        readers.add(reader);
        reader();
      }),
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    readSlowly,
    leave: () => void asked.destroy(),
  };
}

export type EventStream = Awaited<ReturnType<typeof openEventStream>>;

/** The frame of a result. */
export function nextFrame(result: object, id?: string): Frame {
  return { event: "next", ...(id === undefined ? {} : { id }), data: JSON.stringify(result) };
}

/** The frame after the last result. EventSource tells of it only where it has a data line. */
export const COMPLETE: Frame = { event: "complete", data: "" };
