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
  model: string | null;
  sampling: Sampling;
  avatar_url: string | null;
  mine: boolean;
  deleted: boolean;
  created_at: string;
  updated_at: string;
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

export interface GroupOut {
  reply_mode: 'addressed' | 'natural' | 'all' | 'manual';
  speakers: number;
  newcomers_see: 'joining' | 'all';
  people: MemberOut[];
  characters: GroupCharacterOut[];
  role: MemberRole;
  muted: boolean;
  unread: number;
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
  | 'sign_in_throttled';

export interface AuditEntryOut {
  id: string;
  at: string;
  actor: { kind: 'user' | 'cli' | 'operator_key' | 'stranger'; id: string | null };
  action: AuditAction;
  target: { kind: 'user' | 'job' | 'model' | 'address' | 'server'; id: string };
  detail: Record<string, string>;
  request_id: string | null;
  address: string | null;
}

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
  | { type: 'ready'; user_id: string; device_id: string; expires_at: string; heartbeat_seconds: number; protocol: number }
  | { type: 'reply.delta'; session_id: string; message_id: string; offset: number; delta: string }
  | { type: 'session.resumed'; session_id: string; seq: number }
  | { type: 'typing'; session_id: string; user_id?: string }
  | { type: 'read'; session_id: string; user_id: string; read_seq: number }
  | { type: 'invited'; session_id: string }
  | { type: 'memory.changed'; character_id: string }
  | { type: 'pong' }
  | { type: 'error'; code: string; message: string; ref?: string | null; errors?: FieldError[] | null; quota?: QuotaReached | null };

export function isFinal(status: MessageStatus): boolean {
  return status === 'complete' || status === 'stopped' || status === 'failed';
}
