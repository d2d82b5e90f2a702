// The version of the installed package.
import { readFileSync } from "node:fs";

/** The version in the nearest package.json above this file: the same from the sources and from dist/. */
export function packageVersion(from: URL = new URL(".", import.meta.url)): string {
  try {
    const { version } = JSON.parse(readFileSync(new URL("package.json", from), "utf8")) as { version: string };
    return version;
  } catch (error) {
    const above = new URL("..", from);
    if (above.href === from.href) throw error;
    return packageVersion(above);
  }
}
