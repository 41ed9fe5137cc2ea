// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import type {
  CharacterId,
  DeviceId,
  FieldProblem,
  MessageId,
  NotificationOut,
  QuotaReached,
  RegenerateMode,
  Reminder,
  SessionEvent,
  SessionId,
  UserId,
} from './types.js';

/** Shows a token, at first or a fresh one before the old one ends. Answered by `ready`. */
export interface AuthRequest {
  type: 'auth';
  id?: string;
  token: string;
}

/** Says something. The same `client_message_id` again is the same message, and is answered with the first outcome. */
export interface MessageSendRequest {
  type: 'message.send';
  id?: string;
  session_id: SessionId;
  client_message_id: string;
  content: string;
  /** What it follows; absent is the session's leaf, null a new beginning. */
  parent_id?: MessageId | null;
}

/** Stops a reply that waits or is being written; what is written stays. */
export interface ReplyStopRequest {
  type: 'reply.stop';
  id?: string;
  session_id: SessionId;
  message_id: MessageId;
}

/** Makes another reply beside this one, or below a message of the person. Answered by `reply.queued`. */
export interface ReplyRegenerateRequest {
  type: 'reply.regenerate';
  id?: string;
  session_id: SessionId;
  message_id: MessageId;
  mode?: RegenerateMode | null;
}

/** Asks for every event after `after_seq`, then `session.resumed`; the reply `message_id` goes on at `offset`. */
export interface SessionResumeRequest {
  type: 'session.resume';
  id?: string;
  session_id: SessionId;
  after_seq: number;
  message_id?: MessageId | null;
  offset?: number | null;
}

/** The person types; shown on their other devices, and to whoever shares the session. */
export interface TypingRequest {
  type: 'typing';
  id?: string;
  session_id: SessionId;
}

/** The person has read up to a place. It never goes back. */
export interface ReadRequest {
  type: 'read';
  id?: string;
  session_id: SessionId;
  seq: number;
}

/** Asks for a `pong`. */
export interface PingRequest {
  type: 'ping';
  id?: string;
}

/** What a client may send. */
export type ClientFrame =
  | AuthRequest
  | MessageSendRequest
  | ReplyStopRequest
  | ReplyRegenerateRequest
  | SessionResumeRequest
  | TypingRequest
  | ReadRequest
  | PingRequest;

/** The token is good; events come from now on. */
export interface ReadyFrame {
  type: 'ready';
  user_id: UserId;
  device_id: DeviceId;
  expires_at: string;
  heartbeat_seconds: number;
  protocol: 1;
  /** How many notifications are not read. */
  unread: number;
}

/** The reply goes on at `offset`. Deltas of a reply follow each other without gap or repeat. */
export interface ReplyDeltaFrame {
  type: 'reply.delta';
  session_id: SessionId;
  message_id: MessageId;
  offset: number;
  delta: string;
}

/** All that was missed has been told, up to `seq`. */
export interface SessionResumedFrame {
  type: 'session.resumed';
  session_id: SessionId;
  seq: number;
}

/** The person types on another device; or, with `user_id`, somebody who shares the session types. */
export interface TypingFrame {
  type: 'typing';
  session_id: SessionId;
  user_id?: UserId;
}

/** Somebody who shares the session, or the person on another device, has read up to a place. It may be lost; the session tells it, too. */
export interface ReadFrame {
  type: 'read';
  session_id: SessionId;
  user_id: UserId;
  read_seq: number;
}

/** Somebody asks the person to come to a group. It may be lost; `GET /invitations` tells it, too. */
export interface InvitedFrame {
  type: 'invited';
  session_id: SessionId;
}

/** One's friends, or the requests that wait, are others than before; whoever shows them reads them again. It names nobody: what one may see of it the lists tell. It may be lost, and is not told again. */
export interface FriendsChangedFrame {
  type: 'friends.changed';
}

/** A friend who shows it came, or went some seconds ago; `online` is null when it is not to be known any more. Of other people, and of friends whom one has muted, nothing is told. It may be lost, and is not told again: the lists of people tell it, too. */
export interface PresenceFrame {
  type: 'presence';
  user_id: UserId;
  online: boolean | null;
}

/** A character has read so far in a chat that is long, such as one that came in: `done` of its `total` messages in view. It may be lost, and is not told again; `GET /sessions/{session_id}/remembering` tells it, too. */
export interface RememberingFrame {
  type: 'remembering';
  session_id: SessionId;
  character_id: CharacterId;
  done: number;
  total: number;
}

/** A character remembers otherwise than before; whoever shows her book reads it again. It may be lost, and is not told again. */
export interface MemoryChangedFrame {
  type: 'memory.changed';
  character_id: CharacterId;
}

/** How the person stands with a character is another than before; whoever shows it reads it again. It may be lost, and is not told again. */
export interface BondChangedFrame {
  type: 'bond.changed';
  character_id: CharacterId;
  /** The key of the stage that was reached by it; absent when none was. */
  reached?: string;
}

/** A scene of a character's route is unlocked; whoever shows the route reads it again. It is told once, may be lost, and is not told again. */
export interface RouteUnlockedFrame {
  type: 'route.unlocked';
  character_id: CharacterId;
  scene_id: string;
  /** What the scene is called. */
  title: string;
}

/** Something happened, or happened once more: what has this id takes the place of what had it before. Who was told less than `unread` says reads the list. */
export interface NotificationFrame {
  type: 'notification';
  notification: NotificationOut;
  /** How many are not read. */
  unread: number;
}

/** Notifications were read or removed, here or on another device: all whose `seq` is at most `up_to` are read. Whose count is not `unread` then reads the list. */
export interface NotificationsReadFrame {
  type: 'notifications.read';
  up_to: number;
  /** How many are not read. */
  unread: number;
}

/** The person has talked for long: the device shows them these words, which are of the server and of no character, until they say that they have understood; then it calls `POST /users/me/reminders/{reminder_id}/acknowledge`. It comes once on each socket, also after `ready`, until this device has done so, and no more after a pause. */
export interface ReminderFrame {
  type: 'reminder';
  reminder: Reminder;
}

/** Answers a `ping`. */
export interface PongFrame {
  type: 'pong';
}

/** A frame could not be answered; the socket stays open. */
export interface ErrorFrame {
  type: 'error';
  /** A code as in problems, or `unknown_frame`. */
  code: string;
  message: string;
  ref?: string;
  errors?: FieldProblem[];
  /** The limit that is reached; only for `quota_reached`. */
  quota?: QuotaReached;
}

/** What the server sends. */
export type ServerFrame =
  | SessionEvent
  | ReadyFrame
  | ReplyDeltaFrame
  | SessionResumedFrame
  | TypingFrame
  | ReadFrame
  | InvitedFrame
  | FriendsChangedFrame
  | PresenceFrame
  | RememberingFrame
  | MemoryChangedFrame
  | BondChangedFrame
  | RouteUnlockedFrame
  | NotificationFrame
  | NotificationsReadFrame
  | ReminderFrame
  | PongFrame
  | ErrorFrame;
