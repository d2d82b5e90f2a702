// Messages of a WebSocket that name a trusted document: they get its text, which the protocol demands.
import { namesDocument, type TrustedDocuments } from "./trustedDocuments.ts";

const NAMING = /"(documentId|sha256Hash)"/;

/** The message with the text of the document that it names; with an empty one where that is not known. */
export function withTrustedMessage(text: string, trusted: TrustedDocuments | undefined): string {
  if (trusted === undefined || !NAMING.test(text)) return text;
  try {
    const message = JSON.parse(text);
    const { type, payload } = message;
    if (type !== "subscribe" || typeof payload !== "object" || payload === null || !namesDocument(payload)) return text;
    if (typeof payload.query === "string" && payload.query !== "") return text;
    return JSON.stringify({ ...message, payload: { ...payload, query: trusted.textOf(payload) ?? "" } });
  } catch {
    return text;
  }
}
