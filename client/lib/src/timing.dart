// How long a connection waits for what, in milliseconds. The TypeScript client
// has the same numbers.

abstract final class Timing {
  /// From opening to `ready`.
  static const ready = 10000;
  static const backoffFirst = 500;
  static const backoffMost = 20000;

  /// Online this long, the next trouble starts from the first backoff again.
  static const stable = 5000;
  static const heartbeatMost = 25000;
  static const pong = 8000;
  static const probe = 3000;
  static const accept = 10000;
  static const resume = 10000;
  static const settle = 400;
  static const reauthEarly = 60000;
  static const reauthAgain = 5000;
  static const crowded = 30000;
  static const typing = 3000;
}

/// So often a message is sent into one socket before another is taken.
const sendTries = 3;

/// So often a refusal that may pass is believed to pass.
const refusedTries = 5;

/// So many resumes may bring nothing before a chat is read anew.
const fruitlessResumes = 3;
