// Who asks while there are no keys: whoever reaches this computer, all as one owner.
import type { Viewer } from "../services/desk.ts";

export const LOCAL_VIEWER: Viewer = { owner: "local" };
