// Who asks: without keys whoever reaches this computer, all as one owner; else whoever a request's credentials let in.
import type { IncomingMessage } from "node:http";
import type { Admission } from "../auth/authentication.ts";
import { deskViewer, ownerViewer, type Viewer } from "../auth/viewer.ts";

export const LOCAL_VIEWER: Viewer = ownerViewer("local");
/** As whom the desk plays into the accounts of the local owner: replays, the demonstration. */
export const PLAYING_VIEWER: Viewer = deskViewer("local");

const admissions = new WeakMap<IncomingMessage, Admission>();

/** Notes who came with a request (for a WebSocket: the upgrade). */
export function noteAdmission(request: IncomingMessage, admission: Admission): void {
  admissions.set(request, admission);
}

/** Who came with a request. Throws where nobody was let in with it: nothing may be done for such a one. */
export function admissionOf(request: IncomingMessage): Admission {
  const admission = admissions.get(request);
  if (admission === undefined) throw new Error("a request is worked on for which nobody was let in");
  return admission;
}

export function viewerOf(request: IncomingMessage): Viewer {
  return admissionOf(request).viewer;
}
