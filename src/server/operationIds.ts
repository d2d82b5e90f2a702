// The ids of one socket's operations: a client may complete an operation and use its id anew before the first has begun.

/** An operation that took an id. */
export type Holder = object;

/**
 * graphql-ws knows operations by their ids only, and would take what becomes of the first one for the second's. So one whose
 * id has been taken over never answers: nothing refers to the promise, and it goes with what it holds.
 */
export class OperationIds {
  private readonly holders = new Map<string, Holder>();

  take(id: string): Holder {
    const holder = {};
    this.holders.set(id, holder);
    return holder;
  }

  /** Gives an id up when its operation has ended; a holder only where it is still his. */
  free(id: string, holder?: Holder): void {
    if (holder === undefined || this.holders.get(id) === holder) this.holders.delete(id);
  }

  /** What `work` answers, if the id is still the holder's then; else `abandon` gets it, and this never answers. */
  async answer<Answer>(
    id: string,
    holder: Holder,
    work: Promise<Answer>,
    abandon: (answer: Answer) => void = () => undefined,
  ): Promise<Answer> {
    const answer = await work;
    if (this.holders.get(id) === holder) return answer;
    // The client has completed it: one who has not used the id anew has his answer dropped by graphql-ws itself.
    if (!this.holders.has(id)) return answer;
    abandon(answer);
    return new Promise(() => undefined);
  }
}
