// Runs operations on one connection after another, each when the last one has failed, and tells how it stands.
import { AccessError, type PapertapeError } from "./errors.ts";
import { STAYED_UP_MS } from "./limits.ts";
import { Persistence } from "./persistence.ts";
import { type OperationEnd, type SocketOperation, type SocketSettings, startOperation } from "./socketOperation.ts";
import type { TypedDocument } from "./typedDocument.ts";

/** How the connection stands. */
export type ConnectionStatus =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  /** There is none; the next attempt comes after the delay. */
  | { readonly kind: "away"; readonly problem: PapertapeError; readonly delayMs: number };

/** Credentials that have expired, of a connection that they had opened. */
const CREDENTIALS_ENDED = "CLOSED_4403";

/** What a client knows of its server. */
export interface Wire extends SocketSettings {
  /** Whether the key is asked for anew at each connection. */
  readonly renewsKey: boolean;
}

export interface ConnectionOptions {
  readonly wire: Wire;
  readonly keepAliveMs: number;
  readonly signal: AbortSignal;
  onStatus(status: ConnectionStatus): void;
}

export class Connections {
  private readonly options: ConnectionOptions;
  private readonly persistence: Persistence;
  private operation: SocketOperation | undefined;

  constructor(options: ConnectionOptions) {
    this.options = options;
    const { signal, onStatus } = options;
    this.persistence = new Persistence(signal, (problem, delayMs) => onStatus({ kind: "away", problem, delayMs }));
  }

  pause(): void {
    this.operation?.pause();
  }

  resume(): void {
    this.operation?.resume();
  }

  close(): void {
    void this.operation?.close();
  }

  /** Acts until it goes well; waits between attempts. Throws what does not pass, and at the signal. */
  attempt<Result>(act: () => Promise<Result>): Promise<Result> {
    return this.persistence.attempt(act);
  }

  /** Runs an operation to its end, on a connection of its own. Throws how it fails. */
  async operate<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    take: (data: Data) => void,
  ): Promise<OperationEnd> {
    const { wire, keepAliveMs, onStatus, signal } = this.options;
    signal.throwIfAborted();
    let upSinceMs = Number.POSITIVE_INFINITY;
    const onConnected = (): void => {
      upSinceMs = performance.now();
      onStatus({ kind: "connected" });
    };
    const onData = (data: Data): void => {
      this.persistence.succeed();
      take(data);
    };
    onStatus({ kind: "connecting" });
    const request = { query: String(document), variables: (variables ?? {}) as Record<string, unknown> };
    this.operation = startOperation<Data>({ ...wire, keepAliveMs, ...request }, { onConnected, onData });
    try {
      return await this.operation.ended;
    } catch (problem) {
      throw this.isRenewable(problem, upSinceMs) ? renewable(problem) : problem;
    } finally {
      if (performance.now() - upSinceMs >= STAYED_UP_MS) this.persistence.succeed();
      await this.operation.close();
      this.operation = undefined;
    }
  }

  /** A key that is asked for anew may be good again; one that was never let in is not. */
  private isRenewable(problem: unknown, upSinceMs: number): problem is AccessError {
    const wasUp = upSinceMs !== Number.POSITIVE_INFINITY;
    return this.options.wire.renewsKey && wasUp && problem instanceof AccessError && problem.code === CREDENTIALS_ENDED;
  }
}

function renewable({ code, message }: AccessError): AccessError {
  return new AccessError(code, message, { passes: true });
}
