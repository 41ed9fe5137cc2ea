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

export type Activity = 'sleeping' | 'working' | 'free';

/** Who did something. */
export interface Actor {
  /** The person, when it is one. */
  id: UserId | null;
  kind: ActorKind;
}

export type ActorKind = 'user' | 'cli' | 'operator_key' | 'stranger';

export type AgeClass = 'unknown' | 'child' | 'teen' | 'adult';

/** A text that somebody agrees to. */
export interface AgreementIn {
  kind: ConsentKind;
  /** The version that was read. */
  version: string;
}

export type ApiKeyId = string;

/** What a key is wanted for. */
export interface ApiKeyIn {
  /** With whom it talks, at most 32; everybody if absent or null. */
  characters?: CharacterId[] | null;
  /** When it ends by itself; never if absent or null. */
  expires_at?: string | null;
  /** What it is for, in a line. */
  name: string;
  /** What it is good for; `chat` and `recall` if absent. */
  scopes?: ApiKeyScope[];
}

/** A key, without its secret. */
export interface ApiKeyOut {
  /** With whom it talks; null is everybody whom the person may talk to. */
  characters: CharacterId[] | null;
  created_at: string;
  /** When it ends by itself. */
  expires_at: string | null;
  /** How the key begins. */
  hint: string;
  id: ApiKeyId;
  /** When it was last shown, to the hour. */
  last_used_at: string | null;
  /** What it is for. */
  name: string;
  /** What it is good for. */
  scopes: ApiKeyScope[];
}

/** One page of a list. */
export interface ApiKeyPage {
  /** The items, in the order of the list. */
  items: ApiKeyOut[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

/** What is changed about a key; what is absent stays. */
export interface ApiKeyPatch {
  /** With whom it talks; null is everybody. */
  characters?: CharacterId[] | null;
  /** When it ends by itself; null is never. */
  expires_at?: string | null;
  /** What it is for, in a line. */
  name?: string | null;
  /** What it is good for. */
  scopes?: ApiKeyScope[] | null;
}

export type ApiKeyScope = 'chat' | 'recall' | 'sessions';

export type AskAudience = 'everyone' | 'friends_of_friends' | 'nobody';

export type Audience = 'everyone' | 'friends' | 'nobody';

export type AuditAction = 'role_changed' | 'account_disabled' | 'account_enabled' | 'quota_changed' | 'job_retried' | 'job_discarded' | 'model_chosen' | 'operator_key_used' | 'sign_in_throttled' | 'case_claimed' | 'case_resolved' | 'reported_message_read' | 'character_hidden' | 'character_restored' | 'reported_moment_read' | 'moment_removed' | 'comment_removed' | 'message_removed';

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

/** A route as its maker sees it. */
export interface AuthoredRoute {
  /** The images that it has; the titles stand in the route. */
  images: ShownPicture[];
  route: Route;
}

/** A character that is a reason. */
export interface BecauseOut {
  id: CharacterId;
  name: string;
}

/** A scene to begin. */
export interface BeginScene {
  /** The client's own id of it: the same id again is the same beginning. */
  client_message_id: string;
  /** The id of the scene. */
  scene: string;
}

/** How the caller stands with a character. */
export interface Bond {
  character_id: CharacterId;
  dimensions: BondDimension[];
  /** How many events it is told from. */
  events: number;
  /** Who judges: the model that speaks, or rules on words. */
  judge: BondJudge;
  mood: BondMoodNow;
  /** The stage that comes next; null at the last one. */
  next: BondNext | null;
  /** Whether what the caller says is judged. Off, it stays as it is, and colours nothing. */
  on: boolean;
  /** What was said until then is not judged: the bond was switched on or begun anew then. Null: from the beginning. */
  since: string | null;
  /** The key of the stage that is reached. */
  stage: string;
  /** In order. */
  stages: BondStage[];
  /** Whether the labels are the server's own, which clients know in every language by their keys. */
  usual: boolean;
}

export type BondCause = 'message' | 'choice';

/** Something that can move between the two. */
export interface BondDimension {
  /** What it means. */
  about: string;
  key: string;
  label: string;
  max: number;
  min: number;
  /** Whether it is of romance; there for adults alone. */
  romantic: boolean;
  /** Where it begins. */
  start: number;
  value: number;
}

/** Something that can move between the two. */
export interface BondDimensionRule {
  /** What it means, for whoever judges. */
  about?: string;
  key: string;
  label: string;
  max: number;
  min: number;
  /** How far it rises within a day, at most, and how far it falls. */
  per_day: number;
  /** How far one event moves it, at most. */
  per_event: number;
  /** Whether it is of romance: it is not there for those who are not known to be adults. */
  romantic?: boolean;
  /** Where it begins. */
  start: number;
}

/** Something that moved a bond. */
export interface BondEvent {
  /** When it was said. */
  at: string;
  cause: BondEventCause;
  id: BondEventId;
  /** The model that judged; null where rules on words did. */
  model: string | null;
  /** How it changed her mood. */
  mood: number;
  /** By how much each dimension moved, by its key, after all limits; empty when a limit of the day was reached. */
  moved: Record<string, number>;
  reason: BondReason;
  /** The stage that the bond had after it, where it is another than before. */
  turned_to: string | null;
  /** Why, in the words of the model that judged; may be empty. */
  why: string;
}

/** What an event follows from, and is undone with. */
export interface BondEventCause {
  kind: BondCause;
  message_id: MessageId;
  session_id: SessionId;
}

export type BondEventId = string;

/** One page of a list. */
export interface BondEventPage {
  /** The items, in the order of the list. */
  items: BondEvent[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type BondJudge = 'model' | 'words';

export type BondMood = 'reserved' | 'calm' | 'warm' | 'bright';

/** Her mood with the caller, faded until now. */
export interface BondMoodNow {
  level: number;
  name: BondMood;
}

/** What a stage needs of a dimension. */
export interface BondNeed {
  at_least: number;
  /** The key of the dimension. */
  dimension: string;
}

/** The stage that comes next. */
export interface BondNext {
  /** How much of what it needs is there. */
  progress: number;
  /** The key of the stage. */
  stage: string;
}

/** How the caller wants the bond. */
export interface BondPatch {
  /** Whether what they say is judged. */
  on: boolean;
}

export type BondReason = 'kindness' | 'thanks' | 'sharing' | 'play' | 'affection' | 'apology' | 'rudeness' | 'other';

/** What can grow between a person and her, and what that leads to. */
export interface BondRules {
  dimensions: BondDimensionRule[];
  /** In how many hours a mood fades by half. */
  mood_hours: number;
  /** In order; the first needs nothing. */
  stages: BondStageRule[];
}

/** A stage of the bond. */
export interface BondStage {
  key: string;
  label: string;
  /** What must be reached for it, beside the stages before it. */
  needs: BondNeed[];
  /** Whether it is reached. */
  reached: boolean;
  /** Whether it is of romance; there for adults alone. */
  romantic: boolean;
}

/** A stage of a bond. */
export interface BondStageRule {
  /** How she is then, for the model that speaks. */
  about?: string;
  key: string;
  label: string;
  /** What must be reached for it, beside the stages before it. */
  needs?: BondNeed[];
  /** Whether it is of romance: it is not there for those who are not known to be adults. */
  romantic?: boolean;
}

export type CardContainer = 'json' | 'png' | 'charx' | 'jpeg_charx';

export type CardFormat = 'json_v2' | 'json_v3' | 'png' | 'charx';

export type CardNotice = 'name_missing' | 'type_mended' | 'version_newer' | 'version_missing' | 'text_cut' | 'list_cut' | 'text_cleaned' | 'remote_asset' | 'asset_missing' | 'assets_not_kept' | 'module_not_read' | 'portrait_not_taken' | 'pictures_missing' | 'text_mended' | 'book_not_kept';

/** What importing a file would make. */
export interface CardPreviewOut {
  /** Other first messages; they are offered as swipes of the first. */
  alternate_greetings: string[];
  /** Files beside the card. */
  assets: number;
  /** Entries of the card's lorebook. */
  book_entries: number;
  container: CardContainer;
  creator_notes: string;
  /** A note in the history. */
  depth_prompt: DepthPrompt;
  examples: string;
  greeting: string;
  /** First messages in groups alone. */
  group_greetings: string[];
  /** Whether a picture comes along. */
  has_portrait: boolean;
  /** The caller's first character from the same file. */
  known_character_id: CharacterId | null;
  name: string;
  persona: string;
  /** Instructions behind the history. */
  post_history_instructions: string;
  scenario: string;
  system_prompt: string;
  tagline: string;
  tags: string[];
  version: CardVersion;
  warnings: CardWarningOut[];
}

export type CardVersion = 'v1' | 'v2' | 'v3' | 'agnai';

/** Something to know about a card. */
export interface CardWarningOut {
  /** Where in the card; empty for all of it. */
  field: string;
  notice: CardNotice;
}

/** How often something was counted in a month. */
export interface CareCount {
  counted: Counted;
  /** The month, like `2026-05`, in UTC. */
  month: string;
  /** How often. */
  times: number;
}

/** What was counted. */
export interface CareCountsOut {
  /** By month; what did not happen is not told. */
  items: CareCount[];
}

export type CaseAction = 'dismiss' | 'hide_character' | 'disable_person' | 'remove_moment' | 'remove_comment' | 'remove_message';

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

/** A chapter. */
export interface ChapterProgress {
  id: string;
  scenes: SceneProgress[];
  /** Null while all of it is locked. */
  title: string | null;
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
  /** How bonds with her grow; the usual way if absent. */
  bond?: BondRules | null;
  creator_notes?: string | null;
  depth_prompt?: DepthPrompt | null;
  examples?: string | null;
  greeting?: string | null;
  group_greetings?: string[] | null;
  model?: string | null;
  name: string;
  persona?: string | null;
  post_history_instructions?: string | null;
  /** `general` if absent; `mature` is for adults to say. */
  rating?: ContentRating | null;
  routine?: Routine | null;
  sampling?: Sampling | null;
  scenario?: string | null;
  system_prompt?: string | null;
  tagline?: string | null;
  tags?: string[] | null;
  translations?: Translation[] | null;
  /** `private` if absent. */
  visibility?: Visibility | null;
}

/** A character. */
export interface CharacterOut {
  /** Other first messages. */
  alternate_greetings: string[];
  /** Where her picture is. */
  avatar_url: string | null;
  /** How bonds with her grow; null is the usual way. */
  bond: BondRules | null;
  created_at: string;
  /** Words for her players; never in a prompt. */
  creator_notes: string;
  /** Whether her maker deleted her: she answers no more. */
  deleted: boolean;
  /** A note in the history. */
  depth_prompt: DepthPrompt;
  /** How she talks: dialogues, each begun by a line `<START>`. */
  examples: string;
  /** Her first message. */
  greeting: string;
  /** First messages in groups alone. */
  group_greetings: string[];
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
  /** Instructions behind the history; `{{original}}` puts the server's own in. */
  post_history_instructions: string;
  /** For whom she is: what is mature is there for nobody but her maker and adults who want it. */
  rating: ContentRating;
  /** What the caller says of her. */
  reaction: Reaction | null;
  /** Her week; null: nothing is known of it. */
  routine: Routine | null;
  sampling: Sampling;
  /** Where and when the two meet, for the model. */
  scenario: string;
  /** Instructions in place of the server's own; `{{original}}` puts those in. */
  system_prompt: string;
  /** One line about her. */
  tagline: string;
  tags: string[];
  /** What people read of her in other languages. */
  translations: Translation[];
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
  /** Null is the usual way. */
  bond?: BondRules | null;
  creator_notes?: string | null;
  depth_prompt?: DepthPrompt | null;
  examples?: string | null;
  greeting?: string | null;
  group_greetings?: string[] | null;
  /** Null is the server's default. */
  model?: string | null;
  name?: string | null;
  persona?: string | null;
  post_history_instructions?: string | null;
  rating?: ContentRating | null;
  /** Null: nothing is known of her week. */
  routine?: Routine | null;
  sampling?: Sampling | null;
  scenario?: string | null;
  system_prompt?: string | null;
  tagline?: string | null;
  tags?: string[] | null;
  translations?: Translation[] | null;
  visibility?: Visibility | null;
}

/** Whether a character posts moments by herself. */
export interface CharacterPosting {
  /** Whether she does, a few times a week. */
  posts: boolean;
}

export type ChatFormat = 'silly_tavern' | 'agnai' | 'risu' | 'character_ai';

export type ChatSource = 'silly_tavern' | 'chub' | 'agnai' | 'risu' | 'cai_tools' | 'ooba' | 'kobold' | 'open_webui' | 'talker';

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

/** Something that the caller did. */
export interface Consent {
  act: ConsentAct;
  at: string;
  /** Of a text, its SHA-256; else null. */
  digest: string | null;
  kind: ConsentKind;
  /** With which character, or for which device, by its id; null where it is for all. */
  subject: string | null;
  /** Of a text, which version; else null. */
  version: string | null;
}

export type ConsentAct = 'given' | 'withdrawn';

export type ConsentKind = 'terms' | 'privacy' | 'bond' | 'diary' | 'writes_first' | 'push' | 'mature';

/** What the caller agreed to. */
export interface Consents {
  /** All that the caller did, the newest first. */
  items: Consent[];
  /** Leads to the rest; null at the end. */
  next_cursor: string | null;
  /** The texts that the caller has not agreed to as they are now. */
  pending: ConsentKind[];
  /** Whether nothing is written or changed without having agreed to all texts. */
  required: boolean;
}

export type ContentRating = 'general' | 'mature';

export type Counted = 'self_harm' | 'eating_disorder' | 'reminder' | 'withheld';

export type Day = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

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

/** A note of a character's maker that stands in the history. */
export interface DepthPrompt {
  /** How many messages stand behind it; 4 if absent. */
  depth?: number;
  /** Who says it; `system` if absent. */
  role?: PromptRole;
  /** What it says; there is none where it is blank. */
  text: string;
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

/** What a character wrote of one day. */
export interface DiaryEntry {
  character_id: CharacterId;
  /** The day, as it was where she lives. */
  day: string;
  id: DiaryEntryId;
  /** The model that found the words. */
  model: string | null;
  text: string;
  /** When she wrote it. */
  written_at: string;
}

export type DiaryEntryId = string;

/** One page of a list. */
export interface DiaryEntryPage {
  /** The items, in the order of the list. */
  items: DiaryEntry[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type DiaryKeeping = 'on' | 'off' | 'bond_off' | 'server_off' | 'tiny_model';

/** How a diary is kept. */
export interface DiarySettings {
  /** Whether she keeps one, or why not. */
  keeping: DiaryKeeping;
  /** Whether the caller wants it. */
  on: boolean;
  /** What was said until then stands in no entry: it was switched on then. Null: from the beginning. */
  since: string | null;
}

/** How the caller wants a diary. */
export interface DiarySettingsIn {
  /** Whether she keeps one. */
  on: boolean;
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

export type EndingKind = 'happy' | 'bittersweet' | 'sad' | 'open';

/** Something the caller did with a character. */
export interface EventIn {
  /** When; now if absent. Believed within the last week. */
  at?: string | null;
  character_id: CharacterId;
  /** The client's own name for it, 1 to 64 of `A-Z a-z 0-9 - _`: told again under this name, it counts once. */
  event_id: string;
  kind: RecommendationEventType;
  /** Where the character was shown. */
  surface?: Surface | null;
}

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

/** What is to be explained. */
export interface ExplainIn {
  /** Who would answer, in a group; its first character if absent. */
  character_id?: CharacterId | null;
  /** Books of the caller's that are searched besides; at least one where there is no session. */
  lorebook_ids?: LorebookId[];
  /** The session whose next reply is looked at, with the books that stand open there. */
  session_id?: SessionId | null;
  /** What would be said before it, up to 16,000 characters; what alone is searched where there is no session. */
  text?: string;
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

/** A file as a form. */
export interface FileForm {
  /** The file, at most 32 MiB. */
  file: Blob;
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

export type FindingKind = 'contradiction' | 'unreachable_scene' | 'unreachable_ending' | 'unreachable_choice' | 'dead_end' | 'loop' | 'no_ending' | 'image_missing';

export type FinishReason = 'stop' | 'length' | 'content_filter';

/** How many memories are gone. */
export interface Forgotten {
  forgotten: number;
}

export type FormerTie = 'friend' | 'followed';

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

/** What came in with an archive. */
export interface ImportedAccountOut {
  /** Characters that were made. */
  characters: number;
  /** Entries of diaries that were made. */
  diary_entries: number;
  /** Characters, lorebooks, chats and moments that were here already, and stay as they are. */
  known: number;
  /** Lorebooks that were made. */
  lorebooks: number;
  /** Memories that were made. */
  memories: number;
  /** Moments that were made. */
  moments: number;
  /** What was not taken, up to 200. */
  not_taken: NotTakenOut[];
  /** People of the same handle here who were friends or followed, up to 500. None of them was asked or told. */
  people: KnownBeforeOut[];
  /** Chats that were made, copies of those that several shared among them. */
  sessions: number;
  /** People who are blocked or muted now, and were not before. */
  shunned: number;
}

/** A character that was imported. */
export interface ImportedCharacterOut {
  character: CharacterOut;
  warnings: CardWarningOut[];
}

/** Chats that were imported. */
export interface ImportedSessionsOut {
  /** Those of them that were hidden, and are kept from the model. */
  hidden: number;
  /** The messages in them, swipes included. */
  messages: number;
  sessions: SessionOut[];
  source: ChatSource;
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

/** What the caller allows a character; what is absent is as at first. */
export interface InitiativeIn {
  /** Whether she writes first. */
  enabled: boolean;
  /** How often in 24 hours, at most; 1 if absent. */
  per_day?: number | null;
  /** How often in seven days, at most; 3 if absent. */
  per_week?: number | null;
  /** For which reasons; all if absent. */
  reasons?: InitiativeReason[] | null;
}

/** What the caller allows a character. */
export interface InitiativeOut {
  /** Whether it can be switched on: by adults, where the server lets characters write first. */
  available: boolean;
  /** Whether she writes first. */
  enabled: boolean;
  /** How often in 24 hours, at most. */
  per_day: number;
  /** How often in seven days, at most. */
  per_week: number;
  /** For which reasons. */
  reasons: InitiativeReason[];
}

export type InitiativeReason = 'anniversary' | 'promise' | 'thought';

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

export type JobKind = 'remember' | 'learn' | 'retell' | 'judge' | 'keep_diary' | 'embed' | 'push' | 'recommend' | 'comment_moment' | 'answer_comment' | 'post_moment' | 'write_first';

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

/** Somebody here whose handle stood among friends, or those who were followed: to ask or to follow, if one wants to. */
export interface KnownBeforeOut {
  display_name: string;
  handle: string;
  user_id: UserId;
  /** What whoever had this handle there was. */
  was: FormerTie;
}

/** The message to bring into view. */
export interface LeafIn {
  message_id: MessageId;
}

export type Learning = 'on' | 'tiny_model' | 'off';

/** What people agree to here. */
export interface Legal {
  /** Empty where the operator has none. */
  documents: LegalDocument[];
  /** Whether nobody signs up, writes or changes anything without having agreed to all of them. */
  required: boolean;
}

/** A text of the operator. */
export interface LegalDocument {
  /** The SHA-256 of the text in all its languages, in hex digits; written down when somebody agrees. */
  digest: string;
  kind: ConsentKind;
  /** The language in which it is told: the one that was asked for, or the first that there is. */
  language: Tongue;
  text: string;
  /** Named when it is agreed to. */
  version: string;
}

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

/** An entry of a lorebook: what it says, and when. */
export interface LoreEntry {
  case_sensitive: boolean | null;
  /** Up to 4,000 characters, for people. */
  comment?: string;
  /** Whether it fires without a key. */
  constant?: boolean;
  /** What is told to the model, up to 32,000 characters. Macros are expanded; decorators of V3 stand in its first lines. */
  content?: string;
  /** For how many messages it rests then. */
  cooldown?: number;
  /** From how many messages in a chat on it may fire. */
  delay?: number;
  /** From which round of recursion on it may fire; 0 is from the beginning. */
  delay_until_recursion?: number;
  /** How many messages from the end, at `at_depth`. */
  depth?: number;
  enabled?: boolean;
  /** Whether other entries cannot wake it. */
  exclude_recursion?: boolean;
  filter?: LoreFilter;
  /** Of the entries of a group one fires. */
  group?: string;
  group_override?: boolean;
  group_weight?: number;
  ignore_budget?: boolean;
  /** The higher, the nearer to the end of the prompt, and the sooner within the budget. */
  insertion_order?: number;
  /** One of these is to be found; `/so/` is a regular expression. Up to 200, of up to 500 characters. */
  keys?: string[];
  logic?: SelectiveLogic;
  match_whole_words: boolean | null;
  /** Up to 200 characters, for people. */
  name?: string;
  /** The name of its outlet. */
  outlet?: string;
  position?: LorePosition;
  /** Whether it wakes no other. */
  prevent_recursion?: boolean;
  /** Which goes first when the budget is over: the lowest. */
  priority: number | null;
  /** Of a hundred times, how often it fires when it could. */
  probability?: number;
  /** Who says it there. */
  role?: PromptRole;
  /** How many messages are searched for it, up to 2,000; the book's if null. */
  scan_depth: number | null;
  /** Further ones, which count as `logic` says when `selective`. */
  secondary_keys?: string[];
  selective?: boolean;
  /** What else is searched for it. */
  sources?: ScanSource[];
  /** For how many messages it stays once it has fired. */
  sticky?: number;
  /** For which replies it may fire; empty is for all. `swipe` and `regenerate` are the same here, and nothing is `impersonate`. */
  triggers?: LoreTrigger[];
  /** Its number in the book, chosen by the server; what is sent here is left aside. */
  uid?: number;
  use_group_scoring: boolean | null;
  use_probability?: boolean;
  /** Whether V3 takes its keys for regular expressions. */
  use_regex?: boolean;
  /** Whether it fires, too, when what it says is near in meaning to what was said last; where the server has an embedder. */
  vectorized?: boolean;
}

/** Why each entry fires, or does not. */
export interface LoreExplainedOut {
  /** How many tokens all entries may take together. */
  budget_tokens: number;
  /** The entries of the caller's own books. Those of others are searched, too, and not told of. */
  entries: LoreVerdict[];
}

/** For which characters an entry is. */
export interface LoreFilter {
  /** Whether it is for all but these. */
  is_exclude?: boolean;
  names?: string[];
  tags?: string[];
}

export type LoreFormat = 'character_book' | 'lorebook_v3' | 'world';

export type LoreMode = 'st' | 'risu' | 'v3';

export type LorePosition = 'before_char' | 'after_char' | 'note_top' | 'note_bottom' | 'at_depth' | 'examples_top' | 'examples_bottom' | 'outlet';

export type LoreReason = 'constant' | 'key' | 'near' | 'activated' | 'sticky' | 'kept' | 'disabled' | 'other_character' | 'other_trigger' | 'delayed' | 'cooling_down' | 'spent' | 'waits_for_recursion' | 'deactivated' | 'other_message' | 'other_greeting' | 'no_key' | 'far' | 'no_vectors' | 'bad_pattern' | 'too_costly' | 'secondary' | 'additional_keys' | 'excluded_key' | 'lost_group' | 'rolled_out' | 'no_room';

/** Where a lorebook stands open. */
export interface LoreTargets {
  /** With these characters of the caller's, whoever talks with them. */
  character_ids: CharacterId[];
  /** In these sessions. */
  session_ids: SessionId[];
  /** Wherever the caller is alone with a character. */
  with_me: boolean;
}

export type LoreTrigger = 'normal' | 'continue' | 'swipe' | 'regenerate' | 'impersonate' | 'quiet';

/** What became of an entry, and why. */
export interface LoreVerdict {
  /** Whether it fires. */
  fires: boolean;
  /** The key that was found. */
  key: string | null;
  lorebook_id: LorebookId;
  /** Its name, or what else it is known by. */
  name: string;
  reason: LoreReason;
  /** In which round: 1 searches what was said, later ones what other entries say, or further back. */
  round: number;
  /** How many tokens it takes, where it fires or would. */
  tokens: number;
  /** Its number in the book. */
  uid: number;
}

/** A lorebook in a list. */
export interface LorebookBrief {
  created_at: string;
  description: string;
  /** How many entries it has. */
  entry_count: number;
  id: LorebookId;
  /** By whose rules it is read. */
  mode: LoreMode;
  name: string;
  /** How often it was changed. */
  revision: number;
  updated_at: string;
}

/** One page of a list. */
export interface LorebookBriefPage {
  /** The items, in the order of the list. */
  items: LorebookBrief[];
  /** Ask with `?cursor=` for the next page; null at the end. */
  next_cursor: string | null;
}

export type LorebookId = string;

/** A lorebook to make; its entries are added to it. */
export interface LorebookIn {
  /** Up to 4,000 characters. */
  description?: string;
  /** By whose rules it is read; `st` if absent. */
  mode?: LoreMode;
  /** Up to 200 characters. */
  name: string;
  recursive_scanning?: boolean | null;
  /** Up to 2,000; the server's default if absent. */
  scan_depth?: number | null;
  /** Up to 1,000,000; no limit of its own if absent. */
  token_budget?: number | null;
}

/** A lorebook of the caller's. */
export interface LorebookOut {
  created_at: string;
  description: string;
  /** How many entries it has. */
  entry_count: number;
  id: LorebookId;
  /** By whose rules it is read. */
  mode: LoreMode;
  name: string;
  /** How often it was changed. */
  revision: number;
  updated_at: string;
  entries: LoreEntry[];
  open_at: LoreTargets;
  /** Whether what entries say is searched, too. The rules of `st` leave it aside. */
  recursive_scanning: boolean | null;
  /** How many messages are searched; the server's default if null. The rules of `st` leave it aside. */
  scan_depth: number | null;
  /** How many tokens its entries may take together. The rules of `st` leave it aside. */
  token_budget: number | null;
}

/** What to change of a lorebook; what is absent stays as it is. */
export interface LorebookPatchIn {
  /** Up to 4,000 characters. */
  description?: string | null;
  mode?: LoreMode | null;
  /** Up to 200 characters. */
  name?: string | null;
  /** Null is the default of the rules. */
  recursive_scanning?: boolean | null;
  /** Up to 2,000; null is the server's default. */
  scan_depth?: number | null;
  /** Up to 1,000,000; null is no limit of its own. */
  token_budget?: number | null;
}

/** A key that was just made. */
export interface MadeApiKeyOut {
  /** What lists show of it. */
  key: ApiKeyOut;
  /** The key itself. It is told this once: what is kept is a hash of it. */
  secret: string;
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
  /** Whether it is kept from the model: it is shown, and stands in no prompt and no memory. */
  hidden: boolean;
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

/** Something of an archive that was not taken. */
export interface NotTakenOut {
  /** Its path in the archive. */
  path: string;
  /** Why. */
  reason: string;
}

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

export type NotificationKind = 'friend_request' | 'friend_accepted' | 'new_follower' | 'reply_ready' | 'character_wrote' | 'diary_written' | 'direct_message' | 'group_invitation' | 'moment_liked' | 'moment_commented' | 'report_resolved' | 'system';

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

/** The reminder to show, if there is one. */
export interface OpenReminderOut {
  /** Null: there is none, or this device has said that it was seen. */
  reminder: Reminder | null;
}

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

/** Something that can be chosen. */
export interface PlayedChoice {
  id: string;
  label: string;
  /** Whether the caller took it before. */
  taken: boolean;
}

/** A scene that is played. */
export interface PlayedScene {
  background: ShownPicture | null;
  /** What can be chosen now; none once something was. */
  choices: PlayedChoice[];
  /** The choice that was taken: the scene is over. */
  chose: string | null;
  /** The ending that it is. */
  ending: RouteEnding | null;
  id: string;
  /** The pictures that it shows. */
  images: ShownPicture[];
  /** What she said first. */
  opening_id: MessageId;
  title: string;
}

/** What a character does now. All is null where her week is not known. */
export interface Presence {
  activity: Activity | null;
  /** What time it is where she lives, with the offset of her clocks. */
  local_time: string | null;
  /** In the words of her maker; may be empty. */
  note: string | null;
  /** Until when; null also when it is so all week. */
  until: string | null;
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
  /** The character that was made from the file; only for `card_known`. */
  character_id?: CharacterId | null;
  /** The kind, for programs. */
  code: ProblemCode;
  /** What is wrong this time. */
  detail: string;
  /** The fields that are wrong; only for `validation_failed` and `content_refused`. */
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

export type ProblemCode = 'malformed' | 'invalid_cursor' | 'unauthenticated' | 'invalid_credentials' | 'forbidden' | 'account_disabled' | 'consent_required' | 'not_found' | 'no_trace' | 'method_not_allowed' | 'conflict' | 'username_taken' | 'email_taken' | 'too_many_api_keys' | 'too_many_characters' | 'too_many_queued' | 'too_many_siblings' | 'reply_running' | 'not_a_reply' | 'message_deleted' | 'character_unavailable' | 'scene_locked' | 'choice_unavailable' | 'nothing_said' | 'too_many_route_images' | 'too_many_route_events' | 'too_many_notes' | 'memory_ended' | 'episode_is_what_was_said' | 'outdated' | 'payload_too_large' | 'unsupported_media_type' | 'validation_failed' | 'group_full' | 'not_for_everybody' | 'too_many_groups' | 'too_many_lorebooks' | 'last_admin' | 'job_running' | 'handle_taken' | 'too_many_friends' | 'too_many_requests' | 'too_many_follows' | 'too_many_blocks' | 'content_refused' | 'file_refused' | 'card_known' | 'moment_deleted' | 'image_unavailable' | 'too_many_comments' | 'characters_silent' | 'case_claimed' | 'case_resolved' | 'rate_limited' | 'quota_reached' | 'internal' | 'unavailable';

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

export type PromptPart = 'instructions' | 'persona' | 'scenario' | 'examples' | 'lore' | 'memories' | 'bond' | 'scene' | 'history';

export type PromptRole = 'system' | 'user' | 'assistant';

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

/** An ending that was reached. */
export interface ReachedEnding {
  at: string;
  ending: RouteEnding;
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

export type RecommendationEventType = 'impression' | 'click' | 'chat_started' | 'message_sent' | 'like' | 'unlike' | 'dislike' | 'share' | 'hide' | 'follow' | 'unfollow';

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
  /** The texts of `GET /legal` that they agree to; where that is required, all of them. */
  accepts?: AgreementIn[];
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

/** How far a session is remembered. */
export interface RememberingOut {
  /** So many of its messages in view. */
  done: number;
  /** Of so many. */
  total: number;
}

/** What a device says to somebody who has talked for long: that it is a machine, and that a break does good. */
export interface Reminder {
  /** When it was time for it. */
  at: string;
  id: ReminderId;
  /** For how many minutes they had talked. */
  minutes: number;
  /** In the words of the operator. */
  words: ReminderWords;
}

export type ReminderId = string;

/** The words of a reminder, by language. */
export interface ReminderWords {
  en: string;
  ja: string;
  zh: string;
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

/** The story that a character carries. */
export interface Route {
  /** In order; 200 scenes in all of them at most. */
  chapters: RouteChapter[];
}

/** A part of a route. */
export interface RouteChapter {
  id: string;
  /** In the order in which they are shown. */
  scenes: RouteScene[];
  title: string;
}

/** What was found out about a route. */
export interface RouteCheck {
  /** Whether everything was searched; otherwise what was not found may still be there. */
  complete: boolean;
  /** The endings that can be reached, each with a way there. */
  endings: RouteEndingWay[];
  /** What is out of its bounds: it would not be kept, and was not searched. */
  faults: RouteFault[];
  /** What the search found. */
  findings: RouteFinding[];
  /** Whether nothing is wrong. */
  fine: boolean;
  /** How many of them can be reached. */
  reachable: number;
  /** How many scenes there are. */
  scenes: number;
}

/** Something that can be chosen in a scene. */
export interface RouteChoice {
  /** Unique in its scene. */
  id: string;
  /** What people read, and say by taking it. */
  label: string;
  /** How it moves the bond when it is the first that is taken in its scene, by the key of the dimension. */
  moves?: Record<string, number>;
  /** The id of the scene it leads to; null: the scene ends and the talk goes on. */
  then?: string | null;
  /** When it is there; null: always. */
  when?: RouteCondition | null;
}

/** Nothing: it holds from the beginning. */
export interface RouteConditionAlways {
  kind: 'always';
}

/** All of these. */
export interface RouteConditionAll {
  kind: 'all';
  of: RouteCondition[];
}

/** One of these. */
export interface RouteConditionAny {
  kind: 'any';
  of: RouteCondition[];
}

/** This not. */
export interface RouteConditionNot {
  kind: 'not';
  of: RouteCondition;
}

/** The bond has reached a stage, or one behind it. */
export interface RouteConditionStage {
  kind: 'stage';
  stage: string;
}

/** A dimension of the bond has reached a value. */
export interface RouteConditionDimension {
  kind: 'dimension';
  at_least: number;
  dimension: string;
}

/** The two have known each other for so many days. */
export interface RouteConditionDaysKnown {
  kind: 'days_known';
  days: number;
}

/** It is one of the days of the year between these two, both counted, for the person. */
export interface RouteConditionDate {
  kind: 'date';
  /** Such as `12-24`. */
  from: string;
  to: string;
}

/** The person said one of these phrases. */
export interface RouteConditionSaid {
  kind: 'said';
  phrases: string[];
}

/** A choice was taken. */
export interface RouteConditionChose {
  kind: 'chose';
  choice: string;
  scene: string;
}

/** A scene was seen. */
export interface RouteConditionSeen {
  kind: 'seen';
  scene: string;
}

/** An ending was reached. */
export interface RouteConditionEnded {
  kind: 'ended';
  ending: string;
}

/** What must hold: 48 parts at most, at most 6 deep in one another. */
export type RouteCondition =
  | RouteConditionAlways
  | RouteConditionAll
  | RouteConditionAny
  | RouteConditionNot
  | RouteConditionStage
  | RouteConditionDimension
  | RouteConditionDaysKnown
  | RouteConditionDate
  | RouteConditionSaid
  | RouteConditionChose
  | RouteConditionSeen
  | RouteConditionEnded;

/** How many there are for the caller, and how many of them they have reached. */
export interface RouteCount {
  all: number;
  reached: number;
}

/** The end of a story. */
export interface RouteEnding {
  /** Unique in the route. */
  id: string;
  kind?: EndingKind;
  title: string;
}

/** A way to an ending. */
export interface RouteEndingWay {
  /** The id of the ending. */
  ending: string;
  /** What is to be done, in its order. */
  steps: RouteStep[];
}

/** Something that is out of its bounds. */
export interface RouteFault {
  /** What, for clients to say in words of their own. */
  code: RouteFaultCode;
  /** The least that it may be, where that is what is wrong. */
  least: number | null;
  /** The same in English. */
  message: string;
  /** The most that it may be, where that is what is wrong. */
  most: number | null;
  /** Where, such as `chapters[1].scenes[0].title`. */
  path: string;
}

export type RouteFaultCode = 'empty' | 'too_long' | 'not_one_line' | 'control_characters' | 'too_many' | 'too_large' | 'no_scene' | 'not_a_key' | 'twice' | 'out_of_range' | 'move_out_of_range' | 'no_letter' | 'choices_at_end' | 'condition_too_large' | 'condition_too_deep' | 'unknown_scene' | 'unknown_choice' | 'unknown_ending' | 'unknown_stage' | 'unknown_dimension' | 'malformed';

/** Something that is wrong with a route whose every part is in its bounds. */
export interface RouteFinding {
  /** The id of the scene, the choice or the ending, or the key of the picture. */
  about: string;
  /** What. */
  kind: FindingKind;
  /** Where, such as `chapters[1].scenes[0]`. */
  path: string;
}

/** A first message. */
export interface RouteGreeting {
  id: string;
  text: string;
  title: string;
}

/** Something that comes to light. */
export interface RouteLore {
  id: string;
  /** The words at which the model is told of it; none: always. */
  keys?: string[];
  text: string;
  title: string;
}

/** A picture, whose image is given under its key. */
export interface RoutePicture {
  key: string;
  title: string;
}

/** How far the caller has come with a character. */
export interface RouteProgress {
  /** None where she has no route. */
  chapters: ChapterProgress[];
  character_id: CharacterId;
  endings: RouteCount;
  scenes: RouteCount;
  unlocked: RouteUnlocked;
}

/** Something that can be played. */
export interface RouteScene {
  /** Whether it stands beside the story: nothing needs to follow from it. */
  aside?: boolean;
  /** The key of the picture that it plays before. */
  background?: string | null;
  choices?: RouteChoice[];
  /** That a story ends here; then it has no choices. */
  ending?: RouteEnding | null;
  /** What people read while it is locked. */
  hint?: string;
  /** Unique in the route. */
  id: string;
  /** What she says first. */
  opening: string;
  /** Whether it is of romance: it is not there for those who are not known to be adults. */
  romantic?: boolean;
  /** Where it plays and what is to happen, for the model. */
  setting?: string;
  title: string;
  /** What is the person's once they have seen it. */
  unlocks?: RouteUnlocks;
  /** What unlocks it; null: only a choice that leads here. */
  when?: RouteCondition | null;
}

/** The bond comes to stand so, by the keys of its dimensions. */
export interface RouteStepBond {
  kind: 'bond';
  values: Record<string, number>;
}

/** So many days have passed since the two met. */
export interface RouteStepDays {
  kind: 'days';
  days: number;
}

/** It is this day of the year. */
export interface RouteStepDate {
  kind: 'date';
  date: string;
}

/** The person says a phrase. */
export interface RouteStepSay {
  kind: 'say';
  phrase: string;
}

/** A scene is begun. */
export interface RouteStepBegin {
  kind: 'begin';
  scene: string;
}

/** A choice is taken. */
export interface RouteStepChoose {
  kind: 'choose';
  choice: string;
  scene: string;
}

/** One step of a way. */
export type RouteStep =
  | RouteStepBond
  | RouteStepDays
  | RouteStepDate
  | RouteStepSay
  | RouteStepBegin
  | RouteStepChoose;

/** What is the caller's by now. */
export interface RouteUnlocked {
  backgrounds: ShownPicture[];
  endings: ReachedEnding[];
  /** First messages with which their new chats can begin. */
  greetings: UnlockedGreeting[];
  images: ShownPicture[];
  /** How many images there are to unlock. */
  images_in_all: number;
  lore: RouteLore[];
}

/** What a scene unlocks. */
export interface RouteUnlocks {
  backgrounds?: RoutePicture[];
  /** First messages with which new chats can begin. */
  greetings?: RouteGreeting[];
  /** Pictures of the story. */
  images?: RoutePicture[];
  /** What comes to light, for the person and for the model. */
  lore?: RouteLore[];
}

/** The week of a character, by the clocks where she lives. What no hours cover is her own. */
export interface Routine {
  /** Her hours, none of which overlap. */
  hours: RoutineHours[];
  /** The IANA time zone in which she lives, such as `Asia/Tokyo`. */
  timezone: string;
}

/** A stretch of one or more days; one that ends before it begins reaches over midnight. */
export interface RoutineHours {
  activity: Activity;
  /** The days on which it begins. */
  days: Day[];
  /** `HH:MM` */
  from: string;
  /** In a few words: at the bakery. */
  note?: string;
  /** `HH:MM`; `24:00` is the end of the day */
  to: string;
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

export type ScanSource = 'persona_description' | 'character_description' | 'character_personality' | 'character_depth_prompt' | 'scenario' | 'creator_notes';

/** What is played in a session. */
export interface SceneNow {
  /** Null: no scene is played. */
  scene: PlayedScene | null;
}

/** A scene. */
export interface SceneProgress {
  /** Null while it is locked, or where it has none. */
  background: ShownPicture | null;
  /** How many choices it has; null until they have seen it. */
  choices: number | null;
  /** The choices they took, as they are called. */
  chosen: string[];
  /** The ending that it is, once they have reached it. */
  ending: RouteEnding | null;
  /** What is told of it while it is locked; may be empty. */
  hint: string;
  id: string;
  /** The sessions in which it is played now. */
  playing: SessionId[];
  /** How often the caller began it. */
  plays: number;
  seen_at: string | null;
  /** Null while it is locked. */
  title: string | null;
  unlocked_at: string | null;
}

export type SelectiveLogic = 'and_any' | 'not_all' | 'not_any' | 'and_all';

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
  /** What the person reads: she greets them in it where she can, and as her maker wrote it otherwise. */
  language?: Tongue | null;
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

/** A picture of a route. */
export interface ShownPicture {
  key: string;
  /** May be empty. */
  title: string;
  /** Where its image is for the caller, for some hours; null where it has none. */
  url: string | null;
}

/** Who is to speak next. */
export interface SpeakIn {
  character_id: CharacterId;
}

export type SpeakingReason = 'addressed' | 'turn' | 'all' | 'asked';

export type SubjectKind = 'person' | 'character' | 'diary' | 'session' | 'moment' | 'group' | 'report' | 'account';

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

/** A choice to take. */
export interface TakeChoice {
  /** The id of the choice. */
  choice: string;
  /** The client's own id of the message by which it is said: the same id again is the same choice. */
  client_message_id: string;
}

export type TargetKind = 'user' | 'job' | 'model' | 'address' | 'server' | 'case' | 'character' | 'moment' | 'comment' | 'message';

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

export type Tongue = 'en' | 'zh' | 'ja';

/** What a reply was made from. */
export interface TraceOut {
  /** What she did at that hour; null where her week is not known. */
  activity: Activity | null;
  /** For how many seconds nothing had been said before; null where that was not long. */
  away_seconds: number | null;
  /** How the two stood with each other, where that was told. */
  bond: TracedBond | null;
  /** How many tokens the prompt was allowed. */
  budget_tokens: number;
  /** What the reply cost in US dollars, where the operator told the prices. */
  cost_usd: number | null;
  /** The oldest message of the history that went in. */
  history_from: MessageId | null;
  /** How many messages of the history went in. */
  history_messages: number;
  /** The entries of lorebooks of the caller's own that fired, then those that nearly did. Those of others are nowhere told of. */
  lore: LoreVerdict[];
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
  /** Why she wrote first; null where she answered. */
  wrote_first: InitiativeReason | null;
}

/** How the two stood when a reply was made. */
export interface TracedBond {
  mood: BondMood;
  /** The key of the stage. */
  stage: string;
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

/** What people read of a character in a language beside her own. A text that is absent or blank is read as she has it; no model reads it. */
export interface Translation {
  /** Where there are none, those she has. */
  alternate_greetings?: string[];
  creator_notes?: string;
  greeting?: string;
  /** Which language; each stands once. */
  language: Tongue;
  persona?: string;
  scenario?: string;
}

/** A first message. */
export interface UnlockedGreeting {
  id: string;
  title: string;
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
