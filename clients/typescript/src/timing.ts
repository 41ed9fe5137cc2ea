// How long a connection waits for what, in milliseconds. The Dart client has the same numbers.

export const timing = {
  /** From opening to `ready`. */
  ready: 10_000,
  backoffFirst: 500,
  backoffMost: 20_000,
  /** Online this long, the next trouble starts from the first backoff again. */
  stable: 5_000,
  heartbeatMost: 25_000,
  pong: 8_000,
  probe: 3_000,
  accept: 10_000,
  resume: 10_000,
  settle: 400,
  reauthEarly: 60_000,
  reauthAgain: 5_000,
  crowded: 30_000,
  typing: 3_000,
};

/** So often a message is sent into one socket before another is taken. */
export const SEND_TRIES = 3;
/** So often a refusal that may pass is believed to pass. */
export const REFUSED_TRIES = 5;
/** So many resumes may bring nothing before a chat is read anew. */
export const FRUITLESS = 3;
