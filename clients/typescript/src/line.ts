// What those who hear and those who speak need of the connection between them and the server.

import type { ClientFrame } from './generated/frames.js';
import type { Notice } from './notices.js';

export interface Line {
  online(): boolean;
  /** Sends a frame; `false` when there is nothing to send it on. */
  post(frame: ClientFrame): boolean;
  tell(notice: Notice): void;
  /** Nothing is ever taken: another socket may help. */
  giveUp(): void;
  /** The token was not taken. */
  reauth(): void;
}
