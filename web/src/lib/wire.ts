// The nouns of the wire, as docs/protocol.md writes them.

export type Role = 'user' | 'character';
export type MessageStatus = 'queued' | 'streaming' | 'complete' | 'stopped' | 'failed';
export type Visibility = 'private' | 'unlisted' | 'public';
export type RegenerateMode = 'new' | 'continue';

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface FieldError {
  field: string;
  message: string;
}

export interface UserOut {
  id: string;
  username: string;
  email: string;
  display_name: string;
  age_class: 'unknown' | 'child' | 'teen' | 'adult';
  role: UserRole;
  timezone: string | null;
  sees_mature: boolean;
  created_at: string;
}

export type UserRole = 'member' | 'moderator' | 'admin';

export interface DeviceOut {
  id: string;
  label: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
  online: boolean;
}

export interface Sampling {
  temperature?: number | null;
  top_p?: number | null;
  top_k?: number | null;
  min_p?: number | null;
  repeat_penalty?: number | null;
  frequency_penalty?: number | null;
  presence_penalty?: number | null;
  max_tokens?: number | null;
  seed?: number | null;
  stop?: string[] | null;
}

export interface ModelOut {
  name: string;
  label: string;
  provider: string;
  context_tokens: number;
  tiny: boolean;
}

export interface ModelsOut {
  default: string | null;
  items: ModelOut[];
}

/** For whom a character is: what is mature is there for nobody but its maker and adults who want it. */
export type ContentRating = 'general' | 'mature';

export interface CharacterIn {
  name?: string;
  tagline?: string;
  persona?: string;
  scenario?: string;
  greeting?: string;
  alternate_greetings?: string[];
  examples?: string;
  system_prompt?: string;
  creator_notes?: string;
  tags?: string[];
  visibility?: Visibility;
  rating?: ContentRating;
  model?: string | null;
  sampling?: Sampling;
}

export interface CharacterOut {
  id: string;
  owner_id: string | null;
  name: string;
  tagline: string;
  persona: string;
  scenario: string;
  greeting: string;
  alternate_greetings: string[];
  examples: string;
  system_prompt: string;
  creator_notes: string;
  tags: string[];
  visibility: Visibility;
  rating: ContentRating;
  model: string | null;
  sampling: Sampling;
  avatar_url: string | null;
  mine: boolean;
  deleted: boolean;
  likes: number;
  reaction: Reaction | null;
  hidden: boolean;
  created_at: string;
  updated_at: string;
}

export type Reaction = 'like' | 'dislike';

/** What the caller makes of a character, and how many like it. */
export interface RegardOut {
  likes: number;
  reaction: Reaction | null;
  hidden: boolean;
}

export type ReasonKind = 'because_you_like' | 'similar_to' | 'matches_your_tags' | 'matches_your_taste' | 'popular_now' | 'new' | 'trying_out';

export interface RecommendationReason {
  kind: ReasonKind;
  character: { id: string; name: string } | null;
  tag: string | null;
}

export interface RecommendationOut {
  character: CharacterOut;
  reason: RecommendationReason;
}

/** Where a character was shown. */
export type Surface = 'for_you' | 'trending' | 'new' | 'search' | 'similar' | 'profile';

/** What the server does not see itself. */
export interface EventIn {
  event_id: string;
  kind: 'impression' | 'click' | 'share';
  character_id: string;
  at: string;
  surface: Surface;
}

export interface SessionCharacter {
  id: string;
  name: string;
  tagline: string;
  avatar_url: string | null;
  deleted: boolean;
}

export type MemberRole = 'owner' | 'moderator' | 'member';

export interface MemberOut {
  id: string;
  username: string;
  name: string;
  avatar_url: string | null;
  role: MemberRole;
  state: 'invited' | 'joined' | 'left';
  invited_by: string | null;
  joined_at: string | null;
  read_seq: number;
}

export interface GroupCharacterOut extends SessionCharacter {
  talkativeness: number;
  added_by: string | null;
}

export type ReplyMode = 'addressed' | 'natural' | 'all' | 'manual';
export type NewcomersSee = 'joining' | 'all';

export interface GroupOut {
  reply_mode: ReplyMode;
  speakers: number;
  newcomers_see: NewcomersSee;
  people: MemberOut[];
  characters: GroupCharacterOut[];
  role: MemberRole;
  muted: boolean;
  unread: number;
}

export interface GroupIn {
  title?: string;
  people?: string[];
  characters?: string[];
  reply_mode?: ReplyMode;
  speakers?: number;
  newcomers_see?: NewcomersSee;
}

export interface GroupPatch {
  reply_mode?: ReplyMode;
  speakers?: number;
  newcomers_see?: NewcomersSee;
}

/** A group that one is asked to come to. */
export interface InvitationOut {
  session_id: string;
  invited_by: MemberOut | null;
  invited_at: string;
  people: MemberOut[];
  characters: GroupCharacterOut[];
}

export interface SessionOut {
  id: string;
  kind: 'solo' | 'direct' | 'group';
  character: SessionCharacter | null;
  group: GroupOut | null;
  title: string;
  pinned: boolean;
  archived: boolean;
  model: string | null;
  speaks: ModelOut | null;
  sampling: Sampling;
  leaf_id: string | null;
  seq: number;
  created_at: string;
  last_message_at: string;
  last_message?: MessageOut | null;
}

export interface MessageOut {
  id: string;
  session_id: string;
  parent_id: string | null;
  depth: number;
  role: Role;
  author: { kind: 'person' | 'character'; id: string } | null;
  reason: 'addressed' | 'turn' | 'all' | 'asked' | null;
  content: string;
  status: MessageStatus;
  failure: { code: string; retryable: boolean } | null;
  client_message_id: string | null;
  model: string | null;
  finish_reason: 'stop' | 'length' | 'content_filter' | null;
  usage: { prompt_tokens: number; cached_tokens: number; completion_tokens: number } | null;
  revision: number;
  siblings: string[];
  created_at: string;
  edited_at: string | null;
}

export interface HistoryPage {
  items: MessageOut[];
  has_before: boolean;
  has_after: boolean;
  seq: number;
}

export type MemoryKind = 'episode' | 'fact' | 'summary' | 'note';

export interface MemoryOut {
  id: string;
  character_id: string;
  kind: MemoryKind;
  subject: 'person' | 'relationship' | 'character' | null;
  scale: 'session' | 'story' | null;
  speaker: Role | null;
  text: string;
  importance: number;
  pinned: boolean;
  happened_at: string;
  ended: { at: string; reason: 'superseded' | 'corrected'; by: string } | null;
  session_id: string | null;
  model: string | null;
  created_at: string;
}

export interface MemoryIn {
  text: string;
  importance?: number;
  pinned?: boolean;
  happened_at?: string;
}

export interface MemoryPatch {
  text?: string;
  importance?: number;
  pinned?: boolean;
}

export interface MemorySourceOut {
  message_id: string;
  session_id: string;
  role: Role;
  content: string;
  created_at: string;
}

export interface MemoryDetailOut {
  memory: MemoryOut;
  sources: MemorySourceOut[];
  replaced: MemoryOut[];
}

export type RecallReason = 'meaning' | 'words' | 'neighbours' | 'speaker' | 'time' | 'recency' | 'importance' | 'pinned';

export interface ReasonOut {
  reason: RecallReason;
  weight: number;
}

export interface FoundMemoryOut {
  memory: MemoryOut;
  score: number;
  reasons: ReasonOut[];
}

export interface MemoryStateOut {
  episodes: number;
  facts: number;
  summaries: number;
  notes: number;
  embedded: number;
  learning: 'on' | 'tiny_model' | 'off';
  embedder: { name: string; dimensions: number } | null;
}

export type PromptPart = 'instructions' | 'persona' | 'scenario' | 'examples' | 'memories' | 'history';

export interface TracedMemoryOut {
  id: string;
  score: number;
  reasons: ReasonOut[];
  outcome: 'used' | 'in_history' | 'no_room';
  /** `null`: forgotten since. */
  memory: MemoryOut | null;
}

export interface TraceOut {
  message_id: string;
  model: string | null;
  prompt_tokens: number;
  budget_tokens: number;
  history_from: string | null;
  history_messages: number;
  parts: { part: PromptPart; tokens: number }[];
  recall: 'nothing' | 'hybrid' | 'words' | 'late';
  memories: TracedMemoryOut[];
  /** In microseconds. */
  times: { recall: number; embedding: number; prompt: number; first_word: number | null };
  usage: MessageOut['usage'];
  cost_usd: number | null;
}

export interface DayUsage {
  replies: number;
  tokens: number;
  cost_micros: number;
}

export interface Quota {
  replies: number | null;
  tokens: number | null;
  cost_micros: number | null;
}

export interface UsageToday {
  date: string;
  resets_at: string;
  used: DayUsage;
  limits: Quota;
}

export interface QuotaReached {
  quota: 'replies' | 'tokens' | 'cost' | 'cost_all';
  limit: number;
  used: number;
  resets_at: string;
}

export interface LimitOut {
  rule: 'default' | 'unlimited' | 'at_most';
  at_most: number | null;
}

export interface PersonOut {
  id: string;
  username: string;
  role: UserRole;
  disabled: { at: string; reason: string } | null;
  created_at: string;
  last_seen_at: string | null;
  devices: number;
  sessions: number;
  usage_today: DayUsage;
  quota: { replies: LimitOut; tokens: LimitOut; cost: LimitOut };
}

export type Audience = 'everyone' | 'friends' | 'nobody';
export type AskAudience = 'everyone' | 'friends_of_friends' | 'nobody';

export interface Privacy {
  profile: Audience;
  presence: Audience;
  friends: Audience;
  requests: AskAudience;
  messages: Audience;
}

/** How one stands to a person, and what one may do. */
export interface RelationOut {
  me: boolean;
  friend: boolean;
  asked: boolean;
  asks: boolean;
  follows: boolean;
  followed: boolean;
  muted: boolean;
  blocked: boolean;
  may_ask: boolean;
  may_follow: boolean;
  may_message: boolean;
  may_see_friends: boolean;
  may_see_follows: boolean;
}

/** A person among others. What administration knows of people is `PersonOut`. */
export interface PersonCardOut {
  id: string;
  handle: string;
  display_name: string;
  avatar_url: string | null;
  online: boolean | null;
  relation: RelationOut;
}

export interface ListedPersonOut {
  person: PersonCardOut;
  since: string;
}

export interface AboutOut {
  bio: string;
  friends: number;
  followers: number;
  following: number;
  characters: number;
  joined_at: string;
}

export interface ProfileOut {
  person: PersonCardOut;
  about: AboutOut | null;
}

export interface OwnProfileOut {
  person: PersonCardOut;
  about: AboutOut;
  privacy: Privacy;
}

export interface ProfilePatch {
  handle?: string;
  bio?: string;
  privacy?: Partial<Privacy>;
}

export interface SuggestionOut {
  person: PersonCardOut;
  common_friends: number;
  common_characters: number;
}

export interface CharacterFollowOut {
  following: boolean;
  followers: number;
}

export type MomentVisibility = 'public' | 'followers' | 'friends' | 'private';

/** Who shares a moment, or says something about one. */
export interface MomentAuthorOut {
  kind: 'person' | 'character';
  id: string;
  /** Of people only. */
  handle: string | null;
  name: string;
  avatar_url: string | null;
}

export interface MomentImageOut {
  id: string;
  url: string;
  width: number;
  height: number;
}

export interface MomentOut {
  id: string;
  author: MomentAuthorOut;
  text: string;
  images: MomentImageOut[];
  visibility: MomentVisibility;
  likes: number;
  liked: boolean;
  comments: number;
  characters_may_comment: boolean;
  is_mine: boolean;
  created_at: string;
  edited_at: string | null;
}

export interface MomentIn {
  /** The client's own name for it: sent again under it, it is the same moment. */
  client_moment_id: string;
  text: string;
  image_ids: string[];
  visibility: MomentVisibility;
  characters_may_comment: boolean;
}

export interface MomentPatch {
  text?: string;
  visibility?: MomentVisibility;
  characters_may_comment?: boolean;
}

export interface MomentLikeOut {
  liked: boolean;
  likes: number;
}

export interface CommentOut {
  id: string;
  author: MomentAuthorOut;
  text: string;
  reply_to: string | null;
  created_at: string;
  is_mine: boolean;
}

export type ReportedKind = 'message' | 'character' | 'person' | 'moment' | 'moment_comment';
export type ReportReason = 'spam' | 'harassment' | 'hate' | 'sexual' | 'minors' | 'violence' | 'self_harm' | 'impersonation' | 'copyright' | 'other';
export type CaseState = 'open' | 'claimed' | 'resolved';
export type CaseAction = 'dismiss' | 'hide_character' | 'disable_person' | 'remove_moment' | 'remove_comment';

export interface CaseOut {
  id: string;
  target: { kind: ReportedKind; id: string };
  character: { id: string; name: string | null } | null;
  person: { id: string; username: string | null } | null;
  state: CaseState;
  reports: number;
  reason: ReportReason;
  actions: CaseAction[];
  opened_at: string;
  reported_at: string;
  claim: { by: string; at: string } | null;
  outcome: { action: CaseAction; at: string } | null;
}

export interface FiledReportOut {
  id: string;
  reporter_id: string | null;
  reason: ReportReason;
  note: string;
  at: string;
}

export interface WholeCaseOut {
  case: CaseOut;
  reports: FiledReportOut[];
}

export interface ReportedMessageOut {
  id: string;
  role: Role;
  content: string;
  created_at: string;
}

export interface ReportedMomentOut {
  moment_id: string;
  author: MomentAuthorOut;
  text: string;
  images: MomentImageOut[];
  created_at: string;
}

export type JobState = 'waiting' | 'running' | 'parked';

export interface JobOut {
  id: string;
  kind: string;
  state: JobState;
  attempts: number;
  due_at: string;
  fault: string | null;
  created_at: string;
}

export interface OverviewOut {
  date: string;
  people: number;
  admins: number;
  disabled: number;
  active_today: number;
  sessions_today: number;
  usage_today: DayUsage;
  daily_quota: Quota;
  queue: { kind: string; state: JobState; jobs: number }[];
}

export type AuditAction =
  | 'role_changed'
  | 'account_disabled'
  | 'account_enabled'
  | 'quota_changed'
  | 'job_retried'
  | 'job_discarded'
  | 'model_chosen'
  | 'operator_key_used'
  | 'sign_in_throttled'
  | 'case_claimed'
  | 'case_resolved'
  | 'reported_message_read'
  | 'reported_moment_read'
  | 'moment_removed'
  | 'comment_removed'
  | 'character_hidden'
  | 'character_restored';

export interface AuditEntryOut {
  id: string;
  at: string;
  actor: { kind: 'user' | 'cli' | 'operator_key' | 'stranger'; id: string | null };
  action: AuditAction;
  target: { kind: 'user' | 'job' | 'model' | 'address' | 'server' | 'case' | 'character' | 'moment' | 'comment'; id: string };
  detail: Record<string, string>;
  request_id: string | null;
  address: string | null;
}

export type NotificationKind =
  | 'friend_request'
  | 'friend_accepted'
  | 'new_follower'
  | 'reply_ready'
  | 'character_wrote'
  | 'direct_message'
  | 'group_invitation'
  | 'moment_liked'
  | 'moment_commented'
  | 'report_resolved'
  | 'system';

export type NotificationCategory = 'characters' | 'people' | 'messages' | 'moments' | 'account';

export interface NotificationOut {
  id: string;
  kind: NotificationKind;
  category: NotificationCategory;
  subject: { kind: 'person' | 'character' | 'session' | 'moment' | 'group' | 'report' | 'account'; id: string };
  actors: { kind: 'person' | 'character'; id: string; name: string | null; avatar_url: string | null }[];
  count: number;
  /** Its place: a greater one with every time it happens. */
  seq: number;
  path: string;
  created_at: string;
  updated_at: string;
  read_at: string | null;
}

export interface InboxOut {
  unread: number;
  seq: number;
  read_up_to: number;
}

export interface NotificationSettings {
  kinds: { kind: NotificationKind; category: NotificationCategory; in_app: boolean; push: boolean; optional: boolean }[];
  quiet_hours: { from: string; to: string } | null;
  hide_names: boolean;
}

export type PushOutcome = 'taken' | 'gone' | 'refused' | 'unreachable';

export interface Problem {
  status: number;
  code: string;
  title?: string;
  detail?: string;
  errors?: FieldError[];
  quota?: QuotaReached;
}

interface Placed {
  session_id: string;
  seq: number;
}

/** What happens in a session, in order. */
export type SessionEvent = Placed &
  (
    | { type: 'message.accepted'; client_message_id: string; message: MessageOut; reply: MessageOut | null; repeated?: boolean }
    | { type: 'reply.queued'; reply: MessageOut }
    | { type: 'reply.started'; message: MessageOut }
    | { type: 'reply.completed'; message: MessageOut }
    | { type: 'reply.failed'; message: MessageOut; code: string; retryable: boolean }
    | { type: 'message.edited'; message: MessageOut }
    | { type: 'message.deleted'; message_id: string; leaf_id: string | null }
    | { type: 'session.updated'; session: SessionOut }
    | { type: 'session.deleted' }
  );

export type ServerFrame =
  | SessionEvent
  | { type: 'ready'; user_id: string; device_id: string; expires_at: string; heartbeat_seconds: number; protocol: number; unread: number }
  | { type: 'reply.delta'; session_id: string; message_id: string; offset: number; delta: string }
  | { type: 'session.resumed'; session_id: string; seq: number }
  | { type: 'typing'; session_id: string; user_id?: string }
  | { type: 'read'; session_id: string; user_id: string; read_seq: number }
  | { type: 'invited'; session_id: string }
  | { type: 'friends.changed' }
  | { type: 'memory.changed'; character_id: string }
  | { type: 'notification'; notification: NotificationOut; unread: number }
  | { type: 'notifications.read'; up_to: number; unread: number }
  | { type: 'pong' }
  | { type: 'error'; code: string; message: string; ref?: string | null; errors?: FieldError[] | null; quota?: QuotaReached | null };

export function isFinal(status: MessageStatus): boolean {
  return status === 'complete' || status === 'stopped' || status === 'failed';
}
