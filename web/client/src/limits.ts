// The client's times and sizes.

/** An answer by HTTP, its body included, must be there by then, unless the client is told otherwise. */
export const REQUEST_WAIT_MS = 30_000;
/** What an error shows of a body that is no answer of the API, in characters. */
export const BODY_SHOWN_MAX = 200;
/** Before the first attempt to come back: at most so long, and twice as long with each attempt. */
export const FIRST_DELAY_MS = 250;
export const DELAY_MS_MAX = 15_000;
/** A connection that was up for so long has proved itself: the next delay is a first one again. */
export const STAYED_UP_MS = 10_000;
/** A ping each so often; one that is not answered for as long again means that nobody is there. */
export const KEEP_ALIVE_MS = 12_000;
/** For the connection and the upgrade, and then for the server's acknowledgement. */
export const OPEN_WAIT_MS = 10_000;
export const ACKNOWLEDGEMENT_WAIT_MS = 10_000;
/** For the server's answer to our close; then the socket is destroyed, where that can be done, or left to itself. */
export const CLOSE_WAIT_MS = 1000;
/** With so many events waiting nothing more is read, until half of them are taken. */
export const WAITING_EVENTS_MAX = 256;
