// What a connection tells those who listen to it.

import type { NotificationOut, QuotaReached, Reminder, SessionEvent } from './generated/types.js';

/** `ended`: nobody is signed in any more. */
export type Link = 'idle' | 'connecting' | 'online' | 'waiting' | 'ended';

/** A message that was typed and is not yet known to be taken. */
export interface Outgoing {
  client_message_id: string;
  session_id: string;
  content: string;
  /** Where it hangs; absent: below the leaf. */
  parent_id?: string | null;
  created_at: string;
  /** Why the server would not take it. */
  failed?: string;
  /** The limit of the day that was reached, when that is why. */
  quota?: QuotaReached;
}

export type Notice =
  | { kind: 'link'; link: Link }
  | { kind: 'ready'; first: boolean; unread: number }
  | { kind: 'event'; event: SessionEvent }
  /** A reply that is being written, as it reads now. */
  | { kind: 'text'; session_id: string; message_id: string; text: string }
  /** Somebody who shares the session types; without `user_id` it is the person, on another device. */
  | { kind: 'typing'; session_id: string; user_id?: string | undefined }
  /** Somebody who shares the session has read so far. */
  | { kind: 'read'; session_id: string; user_id: string; read_seq: number }
  /** Somebody asks the person to come to a group. */
  | { kind: 'invited'; session_id: string }
  /** One's friends, or the requests that wait, are others than before: read them anew. */
  | { kind: 'friends' }
  /** A friend came, or went; `online` is null when it is not to be known any more. */
  | { kind: 'presence'; user_id: string; online: boolean | null }
  /** A character has read so far in a long chat, such as one that came in. */
  | { kind: 'remembering'; session_id: string; character_id: string; done: number; total: number }
  /** What a character remembers changed: read it anew. */
  | { kind: 'memories'; character_id: string }
  /** How one stands with a character is another than before; `reached` is the stage that was reached by it. */
  | { kind: 'bond'; character_id: string; reached?: string | undefined }
  /** A scene of a character's route was unlocked. */
  | { kind: 'route'; character_id: string; scene_id: string; title: string }
  /** Something came into the inbox; `unread` is how much of it is not read now. */
  | { kind: 'notification'; notification: NotificationOut; unread: number }
  /** All up to a place was read, or something was removed. */
  | { kind: 'inbox'; up_to: number; unread: number }
  /** The person has talked for long: show them the words of the server, and tell it that they have understood. */
  | { kind: 'reminder'; reminder: Reminder }
  | { kind: 'outbox' }
  /** What is known of this chat can no longer be mended by resuming: read it anew and watch it again. */
  | { kind: 'lost'; session_id: string }
  | { kind: 'refused'; code: string; message: string };
