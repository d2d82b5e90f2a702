// Sends a file of bars to the server: by XMLHttpRequest, for fetch does not tell how far an upload is.

interface Imported {
  readonly kind: "imported";
  readonly dataSet: { readonly id: string; readonly symbol: string; readonly name: string; readonly bars: number };
  /** False where the very same bars were there before. */
  readonly isNew: boolean;
  readonly rows: number;
  readonly faultCount: number;
  /** The first of them. */
  readonly faults: readonly { readonly line: number; readonly reason: string }[];
  /** Other data sets of the symbol that share some of its time. */
  readonly overlapping: readonly string[];
}

interface Refused {
  readonly kind: "refused";
  readonly status: number;
  readonly message: string;
  readonly issues: readonly { readonly path: readonly string[]; readonly message: string }[];
  /** Whether the browser can no longer read the file that was chosen. */
  readonly isFileGone?: boolean;
}

export type ImportAnswer = Imported | Refused;

export interface BarFile {
  readonly file: File;
  readonly symbol: string;
  readonly name: string;
  readonly timezone: string;
}

interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The part that has been sent, 0 to 1. */
  readonly onSent: (part: number) => void;
}

/** Throws nothing that the server says; only the signal's reason. */
export function importBars({ file, ...given }: BarFile, { headers, signal, onSent }: Sending): Promise<ImportAnswer> {
  const parameters = Object.entries(given).filter(([, value]) => value !== "");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/import/bars?${new URLSearchParams(parameters)}`);
    for (const [name, value] of Object.entries({ ...headers, ...typeOf(file) })) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onSent(total === 0 ? 1 : loaded / total);
    request.onload = () => resolve(read(request));
    request.onerror = () => void unsent(file).then(resolve);
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function typeOf({ name }: File): Record<string, string> {
  const isPacked = /\.gz$/i.test(name);
  const isTabbed = /\.(tsv|tab)(\.gz)?$/i.test(name);
  return {
    "content-type": isTabbed ? "text/tab-separated-values" : "text/csv",
    ...(isPacked && { "content-encoding": "gzip" }),
  };
}

function refusal(status: number, message: string): Refused {
  return { kind: "refused", status, message, issues: [] };
}

/** A browser does not send a file that was changed since it was chosen, and does not say why. */
async function unsent(file: File): Promise<Refused> {
  const isReadable = await file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
  if (isReadable)
    return refusal(0, "The server does not answer: the file may not have been imported. Sending it again is safe.");
  return { ...refusal(0, "The file was changed or moved since it was chosen: choose it again."), isFileGone: true };
}

function read(request: XMLHttpRequest): ImportAnswer {
  const { status, responseText } = request;
  const body = parse(responseText);
  if (body === undefined) return refusal(status, `The server answered with status ${status}.`);
  if (status === 200 || status === 201) return { ...(body as Omit<Imported, "kind">), kind: "imported" };
  const { message, issues = [] } = body as Partial<Refused>;
  const wait = request.getResponseHeader("retry-after");
  const later = wait === null ? "" : ` Come again in ${wait} s.`;
  return {
    kind: "refused",
    status,
    message: `${message ?? `The server answered with status ${status}.`}${later}`,
    issues,
  };
}

/** What is between may answer in its own words. */
function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
