// Notices that nobody answers any more on a connection that looks open: the other side, or a network between, has gone.

export interface PongWatch {
  pinged(): void;
  ponged(): void;
  /** Anything else was heard: the pong is on its way behind it. */
  heard(): void;
  /** Nothing is read now, so nothing can be heard. */
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Calls `onSilence` when a ping has had no answer, nor anything else, for so many milliseconds. */
export function createPongWatch(waitMs: number, onSilence: () => void): PongWatch {
  let isAwaited = false;
  let isPaused = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    if (isAwaited && !isPaused) timer = setTimeout(onSilence, waitMs);
  };
  const set = (change: () => void) => (): void => {
    change();
    wait();
  };
  return {
    pinged: set(() => {
      isAwaited = true;
    }),
    ponged: set(() => {
      isAwaited = false;
    }),
    heard: wait,
    pause: set(() => {
      isPaused = true;
    }),
    resume: set(() => {
      isPaused = false;
    }),
    stop: set(() => {
      isAwaited = false;
    }),
  };
}
