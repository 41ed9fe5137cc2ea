// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

/** What a person says of themselves, and how many they have to do with. */
export interface AboutOut {
  bio: string;
  /** Characters they follow. */
  characters: number;
  followers: number;
  /** People they follow. */
  following: number;
  friends: number;
  joined_at: string;
}

/** A message that was taken. */
export interface AcceptedOut {
  message: MessageOut;
  /** Whether it had been taken before. */
  repeated: boolean;
  /** The first reply queued for it; null where nobody answers. */
  reply: MessageOut | null;
  /** The place of the event. */
  seq: number;
}

/** Who did something. */
export interface Actor {
  /** The person, when it is one. */
  id: UserId | null;
  kind: ActorKind;
}

export type ActorKind = 'user' | 'cli' | 'operator_key' | 'stranger';

export type AgeClass = 'unknown' | 'child' | 'teen' | 'adult';

export type AskAudience = 'everyone' | 'friends_of_friends' | 'nobody';

export type Audience = 'everyone' | 'friends' | 'nobody';

export type AuditAction = 'role_changed' | 'account_disabled' | 'account_enabled' | 'quota_changed' | 'job_retried' | 'job_discarded' | 'model_chosen' | 'operator_key_used' | 'sign_in_throttled' | 'case_claimed' | 'case_resolved' | 'reported_message_read' | 'character_hidden' | 'character_restored' | 'reported_moment_read' | 'moment_removed' | 'comment_removed';

/** An entry of the audit log. */
export interface AuditEntryOut {
  /** What. */
  action: AuditAction;
  /** Who. */
  actor: Actor;
  /** From where. */
  address: string | null;
  at: string;
  /** What more there is to say, in names and plain values. */
  detail: Record<string, string>;
  id: AuditId;
  /** The `X-Request-Id` of the request by which it was done. */
  request_id: string | null;
  /** To what. */
  target: AuditTarget;
}

/** One page of a list. */
export interface AuditEntryPage {
  /** The items, in the order of the list. */
  items: AuditEntryOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type AuditId = string;

/** What something was done to. */
export interface AuditTarget {
  /** Its id or name; empty where there is but one, or where it is not known. */
  id: string;
  kind: TargetKind;
}

/** A person. */
export interface AuthorPerson {
  kind: 'person';
  id: UserId;
}

/** A character. */
export interface AuthorCharacter {
  kind: 'character';
  id: CharacterId;
}

/** Who said a message. */
export type Author =
  | AuthorPerson
  | AuthorCharacter;

/** A character that is a reason. */
export interface BecauseOut {
  id: CharacterId;
  name: string;
}

export type CaseAction = 'dismiss' | 'hide_character' | 'disable_person' | 'remove_moment' | 'remove_comment';

/** The character that a case is about. */
export interface CaseCharacterOut {
  id: CharacterId;
  /** Null when she is gone. */
  name: string | null;
}

export type CaseId = string;

/** All reports of one thing, until it is decided. */
export interface CaseOut {
  /** What can be done about it. */
  actions: CaseAction[];
  /** The character it is about. */
  character: CaseCharacterOut | null;
  /** Who looks at it, or has decided it. */
  claim: Claim | null;
  id: CaseId;
  opened_at: string;
  /** What was decided. */
  outcome: Outcome | null;
  /** The person it is about. */
  person: CasePersonOut | null;
  /** Why the newest of them did. */
  reason: ReportReason;
  reported_at: string;
  /** How many people reported it. */
  reports: number;
  state: CaseState;
  target: Reported;
}

/** One page of a list. */
export interface CasePage {
  /** The items, in the order of the list. */
  items: CaseOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** The person that a case is about. */
export interface CasePersonOut {
  id: UserId;
  /** Null when they are gone. */
  username: string | null;
}

export type CaseState = 'open' | 'claimed' | 'resolved';

/** Another password. */
export interface ChangePasswordIn {
  /** The one until now. */
  current_password: string;
  /** The new one, 8 to 256 bytes. */
  new_password: string;
}

/** What is shown of a character beside a session. */
export interface CharacterBrief {
  avatar_url: string | null;
  /** Whether she answers no more. */
  deleted: boolean;
  id: CharacterId;
  name: string;
  tagline: string;
}

/** How the caller stands to a character. */
export interface CharacterFollow {
  /** How many people do. */
  followers: number;
  /** Whether they follow her. */
  following: boolean;
}

export type CharacterId = string;

/** A character to make. */
export interface CharacterIn {
  alternate_greetings?: string[] | null;
  creator_notes?: string | null;
  examples?: string | null;
  greeting?: string | null;
  model?: string | null;
  name: string;
  persona?: string | null;
  /** `general` if absent; `mature` is for adults to say. */
  rating?: ContentRating | null;
  sampling?: Sampling | null;
  scenario?: string | null;
  system_prompt?: string | null;
  tagline?: string | null;
  tags?: string[] | null;
  /** `private` if absent. */
  visibility?: Visibility | null;
}

/** A character. */
export interface CharacterOut {
  /** Other first messages. */
  alternate_greetings: string[];
  /** Where her picture is. */
  avatar_url: string | null;
  created_at: string;
  /** Words for her players; never in a prompt. */
  creator_notes: string;
  /** Whether her maker deleted her: she answers no more. */
  deleted: boolean;
  /** How she talks: dialogues, each begun by a line `<START>`. */
  examples: string;
  /** Her first message. */
  greeting: string;
  /** Whether the caller has hidden her: she is in none of their lists, searches and recommendations. */
  hidden: boolean;
  id: CharacterId;
  /** How many people like her. */
  likes: number;
  /** Whether the caller made her. */
  mine: boolean;
  /** The model she speaks with; null is the server's default. */
  model: string | null;
  name: string;
  /** Who made her; null when she came with Talker. */
  owner_id: UserId | null;
  /** Who she is, for the model. */
  persona: string;
  /** For whom she is: what is mature is there for nobody but her maker and adults who want it. */
  rating: ContentRating;
  /** What the caller says of her. */
  reaction: Reaction | null;
  sampling: Sampling;
  /** Where and when the two meet, for the model. */
  scenario: string;
  /** Instructions in place of the server's own; `{{original}}` puts those in. */
  system_prompt: string;
  /** One line about her. */
  tagline: string;
  tags: string[];
  updated_at: string;
  visibility: Visibility;
}

/** One page of a list. */
export interface CharacterPage {
  /** The items, in the order of the list. */
  items: CharacterOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** What her maker changes; what is absent stays. */
export interface CharacterPatch {
  alternate_greetings?: string[] | null;
  creator_notes?: string | null;
  examples?: string | null;
  greeting?: string | null;
  /** Null is the server's default. */
  model?: string | null;
  name?: string | null;
  persona?: string | null;
  rating?: ContentRating | null;
  sampling?: Sampling | null;
  scenario?: string | null;
  system_prompt?: string | null;
  tagline?: string | null;
  tags?: string[] | null;
  visibility?: Visibility | null;
}

/** Whether a character posts moments by herself. */
export interface CharacterPosting {
  /** Whether she does, a few times a week. */
  posts: boolean;
}

/** Who looks at a case. */
export interface Claim {
  at: string;
  by: UserId;
}

export type CommentId = string;

/** Something to say about a moment. */
export interface CommentIn {
  /** The client's own id of it, 1 to 64 printable ASCII characters: sent again, it is said once. */
  client_comment_id?: string | null;
  /** The comment it answers. One that answers an answer stands beside it. */
  reply_to?: CommentId | null;
  /** 1 to 1,000 characters. */
  text: string;
}

/** A comment on a moment, as the caller sees it. */
export interface CommentOut {
  author: MomentAuthor;
  created_at: string;
  id: CommentId;
  /** Whether the caller said it, or made the character who did. */
  is_mine: boolean;
  /** The comment it answers, which answers none itself. It may be by somebody whom the caller does not see. */
  reply_to: CommentId | null;
  text: string;
}

/** One page of a list. */
export interface CommentPage {
  /** The items, in the order of the list. */
  items: CommentOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type ContentRating = 'general' | 'mature';

/** What was taken in a day. */
export interface DayUsage {
  /** What they cost, in millionths of a US dollar. */
  cost_micros: number;
  /** Replies. */
  replies: number;
  /** Tokens of prompts and replies, those of learning in the background included. */
  tokens: number;
}

/** A decision. */
export interface DecisionIn {
  action: CaseAction;
}

/** The model that is to speak. */
export interface DefaultModelIn {
  /** Its name, of those that are listed or that a provider serves. */
  name: string;
}

export type DeviceId = string;

/** A device that is signed in. */
export interface DeviceOut {
  created_at: string;
  /** Whether it is the one that asks. */
  current: boolean;
  id: DeviceId;
  /** What it calls itself. */
  label: string;
  /** When it last got new tokens. */
  last_seen_at: string;
  /** Whether it has a socket open now. */
  online: boolean;
}

/** One page of a list. */
export interface DevicePage {
  /** The items, in the order of the list. */
  items: DeviceOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** The other of a direct session. */
export interface DirectIn {
  user_id: UserId;
}

/** Why somebody is kept out. */
export interface DisableIn {
  /** For other admins: a line of at most 200 characters. */
  reason?: string;
}

/** That somebody cannot sign in. */
export interface Disabled {
  /** Since when. */
  at: string;
  /** Why, in an admin's words. */
  reason: string;
}

/** Who makes the vectors. */
export interface Embedder {
  /** How long its vectors are; 0 until it has made one. */
  dimensions: number;
  name: string;
}

export type EndReason = 'superseded' | 'corrected';

/** Something the caller did with a character. */
export interface EventIn {
  /** When; now if absent. Believed within the last week. */
  at?: string | null;
  character_id: CharacterId;
  /** The client's own name for it, 1 to 64 of `A-Z a-z 0-9 - _`: told again under this name, it counts once. */
  event_id: string;
  kind: EventKind;
  /** Where the character was shown. */
  surface?: Surface | null;
}

export type EventKind = 'impression' | 'click' | 'chat_started' | 'message_sent' | 'like' | 'unlike' | 'dislike' | 'share' | 'hide' | 'follow' | 'unfollow';

/** A batch of events. */
export interface EventsIn {
  /** 1 to 100 of them. */
  events: EventIn[];
}

/** What became of a batch. */
export interface EventsOut {
  /** How many are kept. */
  kept: number;
  /** Those that are not kept: to tell them again is of no use. */
  refused: RefusedEventOut[];
  /** How many were kept before, or say nothing new. */
  repeated: number;
}

/** A memory in an export. */
export interface ExportedMemory {
  character_id: CharacterId;
  created_at: string;
  /** When and why it no longer counts. */
  ended: MemoryEnd | null;
  /** When it was said, or has been so since. */
  happened_at: string;
  id: MemoryId;
  /** From 1, a trifle, to 5, what must not be forgotten. */
  importance: number;
  kind: MemoryKind;
  /** The model that made it; null for what was said and for what the person wrote. */
  model: string | null;
  /** Always told to the character. */
  pinned: boolean;
  /** How much it covers; summaries only. */
  scale: SummaryScale | null;
  /** The session it was made from. */
  session_id: SessionId | null;
  /** Who said it; episodes only. */
  speaker: Role | null;
  /** What it is about; facts only. */
  subject: FactSubject | null;
  text: string;
  /** The messages it comes from, in their order. */
  sources: MessageId[];
}

export type FactSubject = 'person' | 'relationship' | 'character';

/** Why a reply could not be finished. */
export interface Failure {
  code: FailureCode;
  /** Whether the same request may succeed later. */
  retryable: boolean;
}

export type FailureCode = 'interrupted' | 'model_unavailable' | 'model_timeout' | 'model_busy' | 'model_credentials' | 'model_unknown' | 'model_quota' | 'content_refused' | 'context_too_long' | 'internal';

/** A field that is wrong. */
export interface FieldProblem {
  /** The field, as it stands in the request (`alternate_greetings.2`). */
  field: string;
  /** What is wrong with it. */
  message: string;
}

/** A report, as moderators see it. */
export interface FiledReportOut {
  at: string;
  id: ReportId;
  /** In their words; may be empty. */
  note: string;
  reason: ReportReason;
  /** Who reported; null when they are gone. */
  reporter_id: UserId | null;
}

export type FinishReason = 'stop' | 'length' | 'content_filter';

/** How many memories are gone. */
export interface Forgotten {
  forgotten: number;
}

/** Memories that a search found. */
export interface FoundMemories {
  /** The best first. */
  items: FoundMemory[];
  /** By meaning and by words, or by words alone. */
  recall: RecallKind;
}

/** A memory that was found. */
export interface FoundMemory {
  memory: MemoryOut;
  /** Why, the strongest first. */
  reasons: TracedReason[];
  /** How well it fits; comparable within one answer only. */
  score: number;
}

/** Who shares a session, and its rules. */
export interface Group {
  characters: GroupCharacter[];
  /** Whether the caller wants no notifications. */
  muted: boolean;
  /** What whoever joins may read. */
  newcomers_see: NewcomersSee;
  /** All people, in the order in which they came; those who left are named by what they said. */
  people: Member[];
  /** Which characters answer. */
  reply_mode: ReplyMode;
  /** What the caller is. */
  role: MemberRole;
  /** How many characters answer one message where nobody is addressed. */
  speakers: number;
  /** How much was said that the caller has not read; a few hundred are not told from more. */
  unread: number;
}

/** A character in a group. */
export interface GroupCharacter {
  avatar_url: string | null;
  /** Whether she answers no more. */
  deleted: boolean;
  id: CharacterId;
  name: string;
  tagline: string;
  /** Who brought her. */
  added_by: UserId | null;
  /** How readily she speaks, 0 to 100. */
  talkativeness: number;
}

/** How a character is to take part. */
export interface GroupCharacterIn {
  /** How readily she speaks; 50 if absent. */
  talkativeness?: number | null;
}

/** A group to begin. */
export interface GroupIn {
  /** Which characters are there. */
  characters?: CharacterId[];
  /** `joining` if absent. */
  newcomers_see?: NewcomersSee | null;
  /** Who is asked to come. */
  people?: UserId[];
  /** `natural` if absent. */
  reply_mode?: ReplyMode | null;
  /** Two if absent. */
  speakers?: number | null;
  title?: string | null;
}

/** What changes about the rules of a group; what is absent stays. */
export interface GroupPatch {
  newcomers_see?: NewcomersSee | null;
  reply_mode?: ReplyMode | null;
  speakers?: number | null;
}

/** Whether the process lives. */
export interface HealthOut {
  /** `ok`. */
  status: string;
}

/** A stretch of the way from the root to the leaf. */
export interface HistoryOut {
  /** Whether there are newer ones. */
  has_after: boolean;
  /** Whether there are older ones. */
  has_before: boolean;
  /** Oldest first. */
  items: MessageOut[];
  /** The session's newest event when this was read: resume from here. */
  seq: number;
}

/** The form of an upload. */
export interface ImageForm {
  /** The image, at most 8 MiB. */
  file: Blob;
}

/** An image of a moment. */
export interface ImageOut {
  /** Its height in pixels. */
  height: number;
  id: MediaId;
  /** Where it is, for the caller alone. The address is another one after some hours. */
  url: string;
  /** Its width in pixels. */
  width: number;
}

/** How an inbox stands. */
export interface InboxOut {
  /** Up to which place all was said to be read. */
  read_up_to: number;
  /** The place of the last change. */
  seq: number;
  /** How many notifications are not read. */
  unread: number;
}

/** A group that one is asked to come to. */
export interface InvitationOut {
  characters: GroupCharacter[];
  invited_at: string;
  /** Who asks. */
  invited_by: Member | null;
  /** Who is there. */
  people: Member[];
  session_id: SessionId;
}

/** One page of a list. */
export interface InvitationPage {
  /** The items, in the order of the list. */
  items: InvitationOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type JobId = string;

export type JobKind = 'remember' | 'learn' | 'retell' | 'embed' | 'push' | 'recommend' | 'comment_moment' | 'answer_comment' | 'post_moment';

/** A job. For whom it is done is not told. */
export interface JobOut {
  /** How often it was tried. */
  attempts: number;
  /** When it was first wanted. */
  created_at: string;
  /** When it runs next; of a running one, when its lease ends; of a parked one, when it was parked. */
  due_at: string;
  /** Why it failed last. */
  fault: string | null;
  id: JobId;
  kind: JobKind;
  state: JobState;
}

/** One page of a list. */
export interface JobPage {
  /** The items, in the order of the list. */
  items: JobOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type JobState = 'waiting' | 'running' | 'parked';

/** The message to bring into view. */
export interface LeafIn {
  message_id: MessageId;
}

export type Learning = 'on' | 'tiny_model' | 'off';

/** One limit. */
export interface Limit {
  /** The number, for `at_most`. */
  at_most?: number | null;
  /** Where it comes from. */
  rule: LimitRule;
}

export type LimitRule = 'default' | 'unlimited' | 'at_most';

/** A person in a list. */
export interface ListedPersonOut {
  person: PersonCardOut;
  /** Since when they stand in it. */
  since: string;
}

/** One page of a list. */
export interface ListedPersonPage {
  /** The items, in the order of the list. */
  items: ListedPersonOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type MediaId = string;

/** A person in a shared session. */
export interface Member {
  avatar_url: string | null;
  id: UserId;
  invited_by: UserId | null;
  joined_at: string | null;
  /** The name shown to others. */
  name: string;
  /** Up to which place they have read. */
  read_seq: number;
  role: MemberRole;
  state: MemberState;
  username: string;
}

export type MemberRole = 'owner' | 'moderator' | 'member';

/** What a person is to be. */
export interface MemberRoleIn {
  /** `owner` hands the group over. */
  role: MemberRole;
}

export type MemberState = 'invited' | 'joined' | 'left';

/** How a shared session stands with the caller; what is absent stays. */
export interface MembershipPatch {
  archived?: boolean | null;
  /** No notifications. */
  muted?: boolean | null;
  pinned?: boolean | null;
}

/** A memory with where it comes from and what it replaced. */
export interface MemoryDetail {
  memory: MemoryOut;
  /** What it took the place of, the newest first. */
  replaced: MemoryOut[];
  /** The messages it comes from, in their order; at most 50, the newest. */
  sources: MemorySource[];
}

/** How a memory ended. */
export interface MemoryEnd {
  at: string;
  /** What took its place. */
  by: MemoryId;
  reason: EndReason;
}

/** The whole book. */
export interface MemoryExport {
  /** Her name. */
  character: string;
  character_id: CharacterId;
  exported_at: string;
  /** All memories, also those that no longer count, the newest first. */
  memories: ExportedMemory[];
}

export type MemoryId = string;

export type MemoryKind = 'episode' | 'fact' | 'summary' | 'note';

/** Something a character remembers. */
export interface MemoryOut {
  character_id: CharacterId;
  created_at: string;
  /** When and why it no longer counts. */
  ended: MemoryEnd | null;
  /** When it was said, or has been so since. */
  happened_at: string;
  id: MemoryId;
  /** From 1, a trifle, to 5, what must not be forgotten. */
  importance: number;
  kind: MemoryKind;
  /** The model that made it; null for what was said and for what the person wrote. */
  model: string | null;
  /** Always told to the character. */
  pinned: boolean;
  /** How much it covers; summaries only. */
  scale: SummaryScale | null;
  /** The session it was made from. */
  session_id: SessionId | null;
  /** Who said it; episodes only. */
  speaker: Role | null;
  /** What it is about; facts only. */
  subject: FactSubject | null;
  text: string;
}

export type MemoryOutcome = 'used' | 'in_history' | 'no_room';

/** One page of a list. */
export interface MemoryPage {
  /** The items, in the order of the list. */
  items: MemoryOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** What changes about a memory; what is absent stays. */
export interface MemoryPatch {
  importance?: number | null;
  pinned?: boolean | null;
  /** How it really is: a new memory takes the old one's place. Not for episodes: they are what was said. */
  text?: string | null;
}

/** A message that a memory comes from. */
export interface MemorySource {
  /** What it says now. */
  content: string;
  created_at: string;
  message_id: MessageId;
  role: Role;
  session_id: SessionId;
}

/** How the book stands. */
export interface MemoryState {
  /** Memories that can be found by their meaning already. */
  embedded: number;
  /** Null: memories are found by their words alone. */
  embedder: Embedder | null;
  episodes: number;
  /** Those that count. */
  facts: number;
  /** Whether facts are learned, or why not. */
  learning: Learning;
  /** Those that count. */
  notes: number;
  /** Those that count. */
  summaries: number;
}

export type MessageId = string;

/** What a person says. */
export interface MessageIn {
  /** The client's own id of it; the same id again is the same message. */
  client_message_id: string;
  content: string;
  /** What it follows; the leaf if absent, nothing (a new beginning) if null. */
  parent_id?: MessageId | null;
}

/** A message: a node in the tree of a session. */
export interface MessageOut {
  /** Who said it, in a session that several share; their names stand with the session. */
  author: Author | null;
  /** The id the client gave it. */
  client_message_id: string | null;
  /** What it says, as far as it is written. */
  content: string;
  created_at: string;
  /** How many messages stand above it. */
  depth: number;
  edited_at: string | null;
  /** Why it failed. */
  failure: Failure | null;
  /** Why the model ended. */
  finish_reason: FinishReason | null;
  id: MessageId;
  /** The model that wrote it. */
  model: string | null;
  /** What it follows; null at the root. */
  parent_id: MessageId | null;
  /** Why this character speaks, in a group. */
  reason: SpeakingReason | null;
  /** How often it was edited. */
  revision: number;
  role: Role;
  session_id: SessionId;
  /** It and its siblings, oldest first. */
  siblings: MessageId[];
  status: MessageStatus;
  usage: Usage | null;
}

/** Another text. */
export interface MessagePatch {
  content: string;
}

export type MessageStatus = 'queued' | 'streaming' | 'complete' | 'stopped' | 'failed';

/** A model. */
export interface ModelOut {
  /** How many tokens of prompt and reply fit. */
  context_tokens: number;
  /** The name shown to people. */
  label: string;
  /** The name by which it is chosen. */
  name: string;
  /** Who runs it. */
  provider: ModelProvider;
  /** True for the built-in model that proves the path and no more. */
  tiny: boolean;
}

export type ModelProvider = 'local' | 'ollama' | 'openai' | 'scripted';

/** The models of this server. */
export interface ModelsOut {
  /** The name of the one that speaks where nothing was chosen. */
  default: string;
  /** Those worth showing; a provider may serve others by name. */
  items: ModelOut[];
}

/** Whoever posted or said something. */
export interface MomentAuthor {
  avatar_url: string | null;
  /** The name by which a person is found; null of a character. */
  handle: string | null;
  id: string;
  kind: NotifierKind;
  name: string;
}

export type MomentId = string;

/** A moment to post. */
export interface MomentIn {
  /** Whether characters may say something about it; they may if absent. */
  characters_may_comment?: boolean;
  /** The client's own id of it, 1 to 64 printable ASCII characters: sent again, it is posted once. */
  client_moment_id: string;
  /** Up to nine images that were uploaded with `POST /media` and stand in no moment yet. */
  image_ids?: MediaId[];
  /** Up to 4,000 characters; may be empty where there are images. */
  text?: string;
  visibility: MomentVisibility;
}

/** How a moment is liked. */
export interface MomentLikes {
  /** Whether the caller likes it. */
  liked: boolean;
  /** How many people do. */
  likes: number;
}

/** A moment, as the caller sees it. */
export interface MomentOut {
  author: MomentAuthor;
  /** Whether characters may say something about it. */
  characters_may_comment: boolean;
  /** How many comments there are; the caller may not see all of them. */
  comments: number;
  created_at: string;
  /** When its words, or who sees it, were last changed. */
  edited_at: string | null;
  id: MomentId;
  /** At most nine, in order. */
  images: ImageOut[];
  /** Whether the caller posted it, or made the character who did. */
  is_mine: boolean;
  /** Whether the caller does. */
  liked: boolean;
  /** How many people like it. */
  likes: number;
  /** What it says; may be empty where it has images. */
  text: string;
  visibility: MomentVisibility;
}

/** One page of a list. */
export interface MomentPage {
  /** The items, in the order of the list. */
  items: MomentOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** What to change of a moment; what is absent stays as it is. */
export interface MomentPatchIn {
  characters_may_comment?: boolean | null;
  /** Up to 4,000 characters. */
  text?: string | null;
  visibility?: MomentVisibility | null;
}

export type MomentVisibility = 'public' | 'followers' | 'friends' | 'private';

export type NewcomersSee = 'joining' | 'all';

/** What the person writes into the book. */
export interface NoteIn {
  /** Since when it is so; now if absent. */
  happened_at?: string | null;
  /** 3 if absent. */
  importance?: number | null;
  /** Whether she is always told it. */
  pinned?: boolean;
  text: string;
}

/** By whom something happened. */
export interface NotificationActor {
  avatar_url: string | null;
  id: string;
  kind: NotifierKind;
  /** The name; null when they are gone. */
  name: string | null;
}

export type NotificationCategory = 'characters' | 'people' | 'messages' | 'moments' | 'account';

export type NotificationId = string;

export type NotificationKind = 'friend_request' | 'friend_accepted' | 'new_follower' | 'reply_ready' | 'character_wrote' | 'direct_message' | 'group_invitation' | 'moment_liked' | 'moment_commented' | 'report_resolved' | 'system';

/** How a kind of notifications is told. */
export interface NotificationKindSettings {
  category: NotificationCategory;
  /** Whether it is told at all. */
  in_app: boolean;
  kind: NotificationKind;
  /** Whether it can be switched off at all. */
  optional: boolean;
  /** Whether devices are woken for it. */
  push: boolean;
}

/** How a kind of notifications is told. */
export interface NotificationKindSettingsIn {
  /** Whether it is told at all. */
  in_app?: boolean;
  kind: NotificationKind;
  /** Whether devices are woken for it. */
  push?: boolean;
}

/** A notification. What happened is said by its kind; whoever shows it finds the words. */
export interface NotificationOut {
  /** By whom, the latest first; of many only the latest three. */
  actors: NotificationActor[];
  category: NotificationCategory;
  /** How often it happened. */
  count: number;
  /** When it happened first. */
  created_at: string;
  id: NotificationId;
  kind: NotificationKind;
  /** Where it is shown, as a path of the client. */
  path: string;
  /** When it was read. */
  read_at: string | null;
  /** Its place in the inbox: a greater one with every time it happens. */
  seq: number;
  /** About what. */
  subject: NotificationSubject;
  /** When it happened last. */
  updated_at: string;
}

/** One page of a list. */
export interface NotificationPage {
  /** The items, in the order of the list. */
  items: NotificationOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** What a person wants to be told. */
export interface NotificationSettings {
  /** Whether a device that is woken is not told by whom. */
  hide_names: boolean;
  /** Every kind. */
  kinds: NotificationKindSettings[];
  /** When no device is woken; null is never. What happens meanwhile is pushed afterwards. */
  quiet_hours: QuietHours | null;
}

/** What a person wants to be told, all of it: what is not said is as at first. */
export interface NotificationSettingsIn {
  /** Whether a device that is woken is not told by whom. */
  hide_names?: boolean;
  /** Kinds that differ from the usual, which is both on. */
  kinds?: NotificationKindSettingsIn[];
  /** When no device is woken. */
  quiet_hours?: QuietHoursIn | null;
}

/** What a notification is about. */
export interface NotificationSubject {
  /** Its id; of an account, what happened to it: `new_sign_in` or `password_changed`. */
  id: string;
  kind: SubjectKind;
}

export type NotifierKind = 'person' | 'character';

/** What was decided. */
export interface Outcome {
  action: CaseAction;
  at: string;
}

/** The installation in numbers. */
export interface OverviewOut {
  /** People who took something today. */
  active_today: number;
  /** Admins who can sign in. */
  admins: number;
  /** What everybody may take in a day. */
  daily_quota: Quota;
  /** The day that is told of, in UTC. */
  date: string;
  /** Disabled accounts. */
  disabled: number;
  /** Accounts. */
  people: number;
  /** The queue, by kind and state; what there is none of is not told. */
  queue: QueueCount[];
  /** Chats begun today. */
  sessions_today: number;
  /** What all people together took today. */
  usage_today: DayUsage;
}

/** One's own profile. */
export interface OwnProfileOut {
  about: AboutOut;
  person: PersonCardOut;
  /** What holds now, chosen or usual. */
  privacy: Privacy;
}

/** How one part of the server is. */
export interface PartStatus {
  /** Whether all goes on without it, but slower. */
  degraded?: boolean;
  /** More, for the operator; nothing secret, for everybody may read it. */
  detail?: string | null;
  /** The part: `store`, `chat_log`, `bus`, `model`, `embedder`. */
  name: string;
  /** Whether it can be used. */
  ready: boolean;
}

/** A password, to prove that it is really them. */
export interface PasswordIn {
  /** The current password. */
  password: string;
}

/** A person in a few words. */
export interface PersonCardOut {
  /** Where their picture is. */
  avatar_url: string | null;
  display_name: string;
  /** The name by which they are found. */
  handle: string;
  id: UserId;
  /** Whether they are here; null where that is not told. */
  online: boolean | null;
  /** How the caller stands to them. */
  relation: RelationOut;
}

/** One page of a list. */
export interface PersonCardPage {
  /** The items, in the order of the list. */
  items: PersonCardOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** A person, as those see them who look after the server. */
export interface PersonOut {
  created_at: string;
  /** Devices that are signed in. */
  devices: number;
  /** Whether they cannot sign in. */
  disabled: Disabled | null;
  id: UserId;
  /** When one of the devices that are signed in last got tokens. */
  last_seen_at: string | null;
  /** Their limits. */
  quota: QuotaOverride;
  role: UserRole;
  /** Their chats. */
  sessions: number;
  /** What they took today. */
  usage_today: DayUsage;
  /** The name they sign in with. */
  username: string;
}

/** One page of a list. */
export interface PersonPage {
  /** The items, in the order of the list. */
  items: PersonOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** What a person lets others see and do. */
export interface Privacy {
  /** Who sees who their friends are. */
  friends: Audience;
  /** Who may write to them. */
  messages: Audience;
  /** Who sees whether they are here. */
  presence: Audience;
  /** Who reads what they say of themselves, follows them, and finds them. */
  profile: Audience;
  /** Who may ask for their friendship. */
  requests: AskAudience;
}

/** What a person shows from now on; what is absent stays. */
export interface PrivacyPatch {
  friends?: Audience | null;
  messages?: Audience | null;
  presence?: Audience | null;
  profile?: Audience | null;
  requests?: AskAudience | null;
}

/** The body of every error answer but those of `POST /auth/token`. */
export interface Problem {
  /** The kind, for programs. */
  code: ProblemCode;
  /** What is wrong this time. */
  detail: string;
  /** The fields that are wrong; only for `validation_failed`. */
  errors?: FieldProblem[];
  /** The limit that is reached; only for `quota_reached`. */
  quota?: QuotaReached | null;
  /** The answer's `X-Request-Id`, for questions to the operator. */
  request_id: string | null;
  /** The status of the answer. */
  status: number;
  /** The kind in words. */
  title: string;
  /** A name for the kind of problem. */
  type: string;
}

export type ProblemCode = 'malformed' | 'invalid_cursor' | 'unauthenticated' | 'invalid_credentials' | 'forbidden' | 'account_disabled' | 'not_found' | 'no_trace' | 'method_not_allowed' | 'conflict' | 'username_taken' | 'email_taken' | 'too_many_characters' | 'too_many_queued' | 'too_many_siblings' | 'reply_running' | 'not_a_reply' | 'message_deleted' | 'character_unavailable' | 'too_many_notes' | 'memory_ended' | 'episode_is_what_was_said' | 'outdated' | 'payload_too_large' | 'unsupported_media_type' | 'validation_failed' | 'group_full' | 'not_for_everybody' | 'too_many_groups' | 'last_admin' | 'job_running' | 'handle_taken' | 'too_many_friends' | 'too_many_requests' | 'too_many_follows' | 'too_many_blocks' | 'moment_deleted' | 'image_unavailable' | 'too_many_comments' | 'characters_silent' | 'case_claimed' | 'case_resolved' | 'rate_limited' | 'quota_reached' | 'internal' | 'unavailable';

/** A person's profile, as the caller may see it. */
export interface ProfileOut {
  /** What they say of themselves; null where that is not for the caller. */
  about: AboutOut | null;
  person: PersonCardOut;
}

/** What a person changes about their profile; what is absent stays. */
export interface ProfilePatch {
  /** Up to 1,000 characters. */
  bio?: string | null;
  /** 3 to 32 of a-z, 0-9, dot, dash and underscore. */
  handle?: string | null;
  privacy?: PrivacyPatch | null;
}

export type PromptPart = 'instructions' | 'persona' | 'scenario' | 'examples' | 'memories' | 'history';

/** The key by which browsers know this server. */
export interface PushKeyOut {
  /** The `applicationServerKey` of a subscription; null where nothing is pushed. */
  key: string | null;
}

export type PushOutcome = 'taken' | 'gone' | 'refused' | 'unreachable';

/** What became of a trial. */
export interface PushTrialOut {
  outcome: PushOutcome;
}

/** How many jobs of a kind stand so. */
export interface QueueCount {
  /** How many. */
  jobs: number;
  kind: JobKind;
  state: JobState;
}

/** A reply that was queued. */
export interface QueuedOut {
  reply: MessageOut;
  /** The place of the event. */
  seq: number;
}

/** A stretch of every day, by the clocks of the person's time zone; it may reach over midnight. */
export interface QuietHours {
  /** `HH:MM` */
  from: string;
  /** `HH:MM` */
  to: string;
}

/** A stretch of every day. */
export interface QuietHoursIn {
  /** `HH:MM` */
  from: string;
  /** `HH:MM` */
  to: string;
}

/** What may be taken in a day; null is as much as one likes. */
export interface Quota {
  /** Millionths of a US dollar. */
  cost_micros: number | null;
  /** Replies. */
  replies: number | null;
  /** Tokens. */
  tokens: number | null;
}

export type QuotaKind = 'replies' | 'tokens' | 'cost' | 'cost_all';

/** The limits of a person where they differ from everybody's. */
export interface QuotaOverride {
  /** Cost in a day, in millionths of a US dollar. */
  cost?: Limit;
  /** Replies in a day. */
  replies?: Limit;
  /** Tokens in a day. */
  tokens?: Limit;
}

/** A limit that is reached. */
export interface QuotaReached {
  /** How much may be taken. */
  limit: number;
  /** Which. */
  quota: QuotaKind;
  /** When it begins anew. */
  resets_at: string;
  /** How much was taken, with what is being written. */
  used: number;
}

export type Reaction = 'like' | 'dislike';

/** What the caller says of a character. */
export interface ReactionIn {
  reaction: Reaction;
}

/** What was read: all up to a place, or some. */
export interface ReadIn {
  /** These; 1 to 100. Those that are not there are passed over. */
  ids?: NotificationId[] | null;
  /** All whose `seq` is at most this. */
  up_to?: number | null;
}

/** How far the caller has read. */
export interface ReadMarkIn {
  /** The place of the last event that was read. */
  seq: number;
}

/** Whether the server is ready. */
export interface ReadyOut {
  /** Each part. */
  parts: PartStatus[];
  /** Whether all parts are. */
  ready: boolean;
}

export type ReasonKind = 'because_you_like' | 'similar_to' | 'matches_your_tags' | 'matches_your_taste' | 'popular_now' | 'new' | 'trying_out';

export type RecallKind = 'nothing' | 'hybrid' | 'words' | 'late';

export type RecallReason = 'meaning' | 'words' | 'neighbours' | 'speaker' | 'time' | 'recency' | 'importance' | 'pinned';

/** A recommended character. */
export interface RecommendationOut {
  character: CharacterOut;
  reason: RecommendationReasonOut;
}

/** One page of a list. */
export interface RecommendationPage {
  /** The items, in the order of the list. */
  items: RecommendationOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** Why a character is recommended. */
export interface RecommendationReasonOut {
  /** The character of the caller's that it comes from. */
  character: BecauseOut | null;
  kind: ReasonKind;
  /** The tag of the caller's that it has. */
  tag: string | null;
}

export type RefusalReason = 'not_found' | 'told_by_server';

/** An event that is not kept. */
export interface RefusedEventOut {
  event_id: string;
  reason: RefusalReason;
}

/** What the caller makes of a character, and how many like it. */
export interface RegardOut {
  /** Whether it is in none of the caller's lists, searches and recommendations. */
  hidden: boolean;
  /** How many people like it. */
  likes: number;
  /** What the caller says of it. */
  reaction: Reaction | null;
}

/** How a reply is made again. */
export interface RegenerateIn {
  /** `new` if absent. */
  mode?: RegenerateMode | null;
}

export type RegenerateMode = 'new' | 'continue';

/** What a person gives to sign up. */
export interface RegisterIn {
  /** When they were born; decides what their age allows. */
  birth_date: string;
  /** What characters shall call them; the user name if absent. */
  display_name?: string | null;
  /** The address to sign in with. */
  email: string;
  /** 8 to 256 bytes. */
  password: string;
  /** Their IANA time zone. */
  timezone?: string | null;
  /** The name to sign in with: 3 to 32 of `a-z 0-9 _ . -`. */
  username: string;
}

/** How the caller stands to a person, and what they may do. */
export interface RelationOut {
  /** The caller has asked for their friendship. */
  asked: boolean;
  /** They ask for the caller's friendship. */
  asks: boolean;
  /** The caller has blocked them. */
  blocked: boolean;
  /** They follow the caller. */
  followed: boolean;
  /** The caller follows them. */
  follows: boolean;
  friend: boolean;
  /** The caller may ask for their friendship, or give them their own. */
  may_ask: boolean;
  /** The caller may follow them. */
  may_follow: boolean;
  /** The caller may write to them. */
  may_message: boolean;
  /** The caller sees who follows them, and whom they follow. */
  may_see_follows: boolean;
  /** The caller sees who their friends are. */
  may_see_friends: boolean;
  /** It is they themselves. */
  me: boolean;
  /** The caller has muted them. */
  muted: boolean;
}

export type ReplyMode = 'addressed' | 'natural' | 'all' | 'manual';

export type ReportId = string;

/** Something that should be looked at. */
export interface ReportIn {
  /** In one's own words, up to 1,000 characters. */
  note?: string;
  reason: ReportReason;
  target: Reported;
}

/** A report that was taken. */
export interface ReportOut {
  id: ReportId;
  /** Whether the caller had reported this before, and nobody has decided since. */
  repeated: boolean;
}

export type ReportReason = 'spam' | 'harassment' | 'hate' | 'sexual' | 'minors' | 'violence' | 'self_harm' | 'impersonation' | 'copyright' | 'other';

/** What is reported. */
export interface Reported {
  /** Its id: of a message that one sees, a character, a person, a moment, or a comment on one. */
  id: string;
  kind: ReportedKind;
}

export type ReportedKind = 'message' | 'character' | 'person' | 'moment' | 'moment_comment';

/** A message that was reported. */
export interface ReportedMessageOut {
  content: string;
  created_at: string;
  id: MessageId;
  /** Who says it. */
  role: Role;
}

/** A moment or a comment that was reported. */
export interface ReportedMomentOut {
  author: MomentAuthor;
  created_at: string;
  /** Those of a moment; a comment has none. */
  images: ImageOut[];
  /** The moment, or the one that the comment is on. */
  moment_id: MomentId;
  text: string;
}

export type RequestDirection = 'incoming' | 'outgoing';

/** A text that a message had before an edit. */
export interface RevisionOut {
  content: string;
  replaced_at: string;
  /** Its number; the first text is 0. */
  revision: number;
}

/** One page of a list. */
export interface RevisionPage {
  /** The items, in the order of the list. */
  items: RevisionOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type Role = 'user' | 'character';

/** Another role. */
export interface RoleIn {
  /** What they may do from now on. */
  role: UserRole;
}

/** How a model chooses its words; what is absent is the model's own default. */
export interface Sampling {
  /** Less likely by how often a word stands already. */
  frequency_penalty?: number | null;
  /** The longest reply in tokens. */
  max_tokens?: number | null;
  /** Leave out tokens less likely than this share of the likeliest. */
  min_p?: number | null;
  /** Less likely when a word stands already. */
  presence_penalty?: number | null;
  /** Above 1, words already written become less likely. */
  repeat_penalty?: number | null;
  /** The same seed and prompt give the same reply where the provider keeps that promise. */
  seed?: number | null;
  /** Up to 8 texts that end the reply and are not part of it. */
  stop?: string[];
  /** Randomness; 0 always takes the most likely token. */
  temperature?: number | null;
  /** Choose among this many most likely tokens. */
  top_k?: number | null;
  /** Nucleus: the share of probability to choose from, above 0. */
  top_p?: number | null;
}

/** A person's message was taken, and a reply queued for it. */
export interface MessageAcceptedEvent {
  type: 'message.accepted';
  /** Its place; grows by one with each. */
  seq: number;
  session_id: SessionId;
  client_message_id: string | null;
  message: MessageOut;
  /** Only when it had been taken before, and only to the one who asks. */
  repeated?: boolean;
  /** The first reply; null where nobody answers. Those of further characters follow as `reply.queued`. */
  reply: MessageOut | null;
}

/** A reply was queued. */
export interface ReplyQueuedEvent {
  type: 'reply.queued';
  /** Its place; grows by one with each. */
  seq: number;
  session_id: SessionId;
  reply: MessageOut;
}

/** A reply begins; its content is what it begins with. */
export interface ReplyStartedEvent {
  type: 'reply.started';
  /** Its place; grows by one with each. */
  seq: number;
  session_id: SessionId;
  message: MessageOut;
}

/** A reply is there, whole or stopped. */
export interface ReplyCompletedEvent {
  type: 'reply.completed';
  /** Its place; grows by one with each. */
  seq: number;
  session_id: SessionId;
  message: MessageOut;
}

/** A reply could not be finished. */
export interface ReplyFailedEvent {
  type: 'reply.failed';
  /** Its place; grows by one with each. */
  seq: number;
  session_id: SessionId;
  code: FailureCode;
  message: MessageOut;
  retryable: boolean;
}

/** A text was changed. */
export interface MessageEditedEvent {
  type: 'message.edited';
  /** Its place; grows by one with each. */
  seq: number;
  session_id: SessionId;
  message: MessageOut;
}

/** A message and all below it are gone. */
export interface MessageDeletedEvent {
  type: 'message.deleted';
  /** Its place; grows by one with each. */
  seq: number;
  session_id: SessionId;
  /** The leaf now in view. */
  leaf_id: MessageId | null;
  message_id: MessageId;
}

/** Title, leaf or settings changed. */
export interface SessionUpdatedEvent {
  type: 'session.updated';
  /** Its place; grows by one with each. */
  seq: number;
  session_id: SessionId;
  session: SessionOut;
}

/** The session is gone. */
export interface SessionDeletedEvent {
  type: 'session.deleted';
  /** Its place; grows by one with each. */
  seq: number;
  session_id: SessionId;
}

/** An event of a session, with its place. */
export type SessionEvent =
  | MessageAcceptedEvent
  | ReplyQueuedEvent
  | ReplyStartedEvent
  | ReplyCompletedEvent
  | ReplyFailedEvent
  | MessageEditedEvent
  | MessageDeletedEvent
  | SessionUpdatedEvent
  | SessionDeletedEvent;

/** One page of a list. */
export interface SessionEventPage {
  /** The items, in the order of the list. */
  items: SessionEvent[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type SessionId = string;

/** A session to begin. */
export interface SessionIn {
  character_id: CharacterId;
  title?: string | null;
}

export type SessionKind = 'solo' | 'direct' | 'group';

/** A session. */
export interface SessionOut {
  /** Out of the list. */
  archived: boolean;
  /** Who answers; null where that is nobody, or several. */
  character: CharacterBrief | null;
  created_at: string;
  /** Who shares it; null in a session of one person. */
  group: Group | null;
  id: SessionId;
  /** Who talks here: one person with a character, two people, or a group. */
  kind: SessionKind;
  /** The message in view at its end; in lists, and when it was just begun. */
  last_message?: MessageOut | null;
  last_message_at: string;
  /** The last message in view. */
  leaf_id: MessageId | null;
  /** The model chosen here; null is the character's, else the server's. */
  model: string | null;
  /** Kept at the top of the list. */
  pinned: boolean;
  sampling: Sampling;
  /** The place of the newest event. */
  seq: number;
  /** The model that answers now. */
  speaks: ModelOut | null;
  /** Empty until somebody names it. */
  title: string;
}

/** One page of a list. */
export interface SessionPage {
  /** The items, in the order of the list. */
  items: SessionOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** What changes about a session; what is absent stays. */
export interface SessionPatch {
  archived?: boolean | null;
  /** Null is the character's own, else the server's. */
  model?: string | null;
  pinned?: boolean | null;
  sampling?: Sampling | null;
  title?: string | null;
}

/** Who is to speak next. */
export interface SpeakIn {
  character_id: CharacterId;
}

export type SpeakingReason = 'addressed' | 'turn' | 'all' | 'asked';

export type SubjectKind = 'person' | 'character' | 'session' | 'moment' | 'group' | 'report' | 'account';

export type SubscriptionId = string;

/** A subscription, as a browser's `PushSubscription` writes itself down. */
export interface SubscriptionIn {
  /** Where its push service takes messages. */
  endpoint: string;
  /** What messages are encrypted with. */
  keys: SubscriptionKeys;
}

/** What messages to a browser are encrypted with. */
export interface SubscriptionKeys {
  /** The browser's secret, in base64url. */
  auth: string;
  /** The browser's public key, in base64url. */
  p256dh: string;
}

/** A subscription that is kept. */
export interface SubscriptionOut {
  created_at: string;
  id: SubscriptionId;
}

/** Somebody whom the caller may know. */
export interface SuggestionOut {
  /** Characters both follow, among the newest that the caller follows. */
  common_characters: number;
  /** Friends the two have in common, among the newest of the caller's. */
  common_friends: number;
  person: PersonCardOut;
}

/** One page of a list. */
export interface SuggestionPage {
  /** The items, in the order of the list. */
  items: SuggestionOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type SummaryScale = 'session' | 'story';

export type Surface = 'for_you' | 'trending' | 'new' | 'search' | 'similar' | 'profile';

export type TargetKind = 'user' | 'job' | 'model' | 'address' | 'server' | 'case' | 'character' | 'moment' | 'comment';

/** Tags the caller names as theirs. */
export interface Tastes {
  /** At most 24. */
  tags: string[];
}

/** An error as RFC 6749 writes it. */
export interface TokenError {
  /**
   * `invalid_request`, `invalid_grant`, `unsupported_grant_type`, `invalid_scope`, `account_disabled`, `rate_limited`,
   * `temporarily_unavailable` or `server_error`.
   */
  error: string;
  /** What is wrong, in words. */
  error_description: string;
}

/** The form of a token request. */
export interface TokenForm {
  /** What the device calls itself; the `User-Agent` if absent. */
  device?: string | null;
  /** `password` or `refresh_token`. */
  grant_type?: string | null;
  /** For `password`. */
  password?: string | null;
  /** For `refresh_token`. */
  refresh_token?: string | null;
  /** `talker`, or nothing. */
  scope?: string | null;
  /** User name or e-mail address; for `password`. */
  username?: string | null;
}

/** What a device gets to call with. */
export interface TokenOut {
  /** Shown with every call, as `Authorization: Bearer …`. */
  access_token: string;
  /** How many seconds the access token is good. */
  expires_in: number;
  /** Gets the next two, once. */
  refresh_token: string;
  /** `talker`. */
  scope: string;
  /** `bearer`. */
  token_type: string;
}

/** What a reply was made from. */
export interface TraceOut {
  /** How many tokens the prompt was allowed. */
  budget_tokens: number;
  /** What the reply cost in US dollars, where the operator told the prices. */
  cost_usd: number | null;
  /** The oldest message of the history that went in. */
  history_from: MessageId | null;
  /** How many messages of the history went in. */
  history_messages: number;
  /** The memories that were considered, the best first. */
  memories: TracedMemory[];
  message_id: MessageId;
  /** The model that wrote it. */
  model: string | null;
  /** The parts of the prompt, in their order. */
  parts: TracedPart[];
  /** All tokens of the prompt, as they were counted before it was sent. */
  prompt_tokens: number;
  /** How the memories were found. */
  recall: RecallKind;
  times: TracedTimes;
  /** What the provider counted. */
  usage: Usage | null;
}

/** A memory that was considered. */
export interface TracedMemory {
  id: MemoryId;
  /** The memory as it is now; null when it was forgotten since. */
  memory: MemoryOut | null;
  outcome: MemoryOutcome;
  /** Why it was found, the strongest first. */
  reasons: TracedReason[];
  /** How well it fits; comparable within one trace only. */
  score: number;
}

/** A part of a prompt. */
export interface TracedPart {
  part: PromptPart;
  tokens: number;
}

/** Why a memory was found. */
export interface TracedReason {
  reason: RecallReason;
  /** Its share of the score. */
  weight: number;
}

/** How long the steps before a reply took, in microseconds. */
export interface TracedTimes {
  /** The vector of the question. */
  embedding: number;
  /** From the prompt to the first word. */
  first_word: number | null;
  /** The whole prompt. */
  prompt: number;
  /** Finding the memories, the vector of the question included. */
  recall: number;
}

/** What a reply cost in tokens. */
export interface Usage {
  /** Those of the prompt that a cache spared. */
  cached_tokens: number;
  completion_tokens: number;
  prompt_tokens: number;
}

/** How the caller stands today. */
export interface UsageTodayOut {
  /** The day, in UTC. */
  date: string;
  /** What they may take. */
  limits: Quota;
  /** When the next begins. */
  resets_at: string;
  /** What they took. */
  used: DayUsage;
}

export type UserId = string;

/** An account, as its owner sees it. */
export interface UserOut {
  /** What their age allows. */
  age_class: AgeClass;
  created_at: string;
  /** What characters call them. */
  display_name: string;
  /** The address they sign in with. */
  email: string;
  id: UserId;
  /** What they may do. */
  role: UserRole;
  /** Whether they meet characters who are rated mature. */
  sees_mature: boolean;
  /** Their IANA time zone. */
  timezone: string | null;
  /** The name they sign in with. */
  username: string;
}

/** What a person changes about themselves; what is absent stays. */
export interface UserPatch {
  /** What characters shall call them. */
  display_name?: string | null;
  /** A new address. */
  email?: string | null;
  /** Whether to meet characters who are rated mature; only adults may. */
  sees_mature?: boolean | null;
  /** The IANA time zone; null forgets it. */
  timezone?: string | null;
}

export type UserRole = 'member' | 'moderator' | 'admin';

export type Visibility = 'private' | 'unlisted' | 'public';

/** A case with its newest reports. */
export interface WholeCaseOut {
  case: CaseOut;
  /** The newest first, at most 50. */
  reports: FiledReportOut[];
}
