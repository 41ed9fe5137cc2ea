// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import type { CallOptions, Http } from '../http.js';
import type {
  AcceptedOut,
  AgreementIn,
  ApiKeyId,
  ApiKeyIn,
  ApiKeyOut,
  ApiKeyPage,
  ApiKeyPatch,
  AuditAction,
  AuditEntryPage,
  AuthoredRoute,
  BeginScene,
  Bond,
  BondEventPage,
  BondPatch,
  CardFormat,
  CardPreviewOut,
  CareCountsOut,
  CaseId,
  CaseOut,
  CasePage,
  CaseState,
  ChangePasswordIn,
  CharacterFollow,
  CharacterId,
  CharacterIn,
  CharacterOut,
  CharacterPage,
  CharacterPatch,
  CharacterPosting,
  ChatFormat,
  CommentId,
  CommentIn,
  CommentOut,
  CommentPage,
  ConsentKind,
  Consents,
  DecisionIn,
  DefaultModelIn,
  DeviceId,
  DevicePage,
  DiaryEntryId,
  DiaryEntryPage,
  DiarySettings,
  DiarySettingsIn,
  DirectIn,
  DisableIn,
  EventsIn,
  EventsOut,
  ExplainIn,
  Forgotten,
  FoundMemories,
  GroupCharacterIn,
  GroupIn,
  GroupPatch,
  HealthOut,
  HistoryOut,
  ImageOut,
  ImportedAccountOut,
  ImportedCharacterOut,
  ImportedSessionsOut,
  InboxOut,
  InitiativeIn,
  InitiativeOut,
  InvitationPage,
  JobId,
  JobKind,
  JobOut,
  JobPage,
  JobState,
  LeafIn,
  Legal,
  ListedPersonPage,
  LoreEntry,
  LoreExplainedOut,
  LoreFormat,
  LorebookBriefPage,
  LorebookId,
  LorebookIn,
  LorebookOut,
  LorebookPatchIn,
  MadeApiKeyOut,
  MediaId,
  MemberRoleIn,
  MembershipPatch,
  MemoryDetail,
  MemoryExport,
  MemoryId,
  MemoryKind,
  MemoryOut,
  MemoryPage,
  MemoryPatch,
  MemoryState,
  MessageId,
  MessageIn,
  MessageOut,
  MessagePatch,
  ModelsOut,
  MomentId,
  MomentIn,
  MomentLikes,
  MomentOut,
  MomentPage,
  MomentPatchIn,
  NoteIn,
  NotificationId,
  NotificationPage,
  NotificationSettings,
  NotificationSettingsIn,
  OpenReminderOut,
  OverviewOut,
  OwnProfileOut,
  PasswordIn,
  PersonCardPage,
  PersonOut,
  PersonPage,
  Presence,
  ProfileOut,
  ProfilePatch,
  PushKeyOut,
  PushTrialOut,
  QueuedOut,
  QuotaOverride,
  ReactionIn,
  ReadIn,
  ReadMarkIn,
  ReadyOut,
  RecommendationPage,
  RegardOut,
  RegenerateIn,
  RegisterIn,
  RelationOut,
  RememberingOut,
  ReminderId,
  ReportIn,
  ReportOut,
  ReportedKind,
  ReportedMessageOut,
  ReportedMomentOut,
  RequestDirection,
  RevisionPage,
  RoleIn,
  Route,
  RouteCheck,
  RouteProgress,
  SceneNow,
  SessionEventPage,
  SessionId,
  SessionIn,
  SessionOut,
  SessionPage,
  SessionPatch,
  ShownPicture,
  SpeakIn,
  SubscriptionIn,
  SubscriptionOut,
  SuggestionPage,
  TakeChoice,
  Tastes,
  TokenForm,
  TokenOut,
  Tongue,
  TraceOut,
  UsageTodayOut,
  UserId,
  UserOut,
  UserPatch,
  UserRole,
  WholeCaseOut,
} from './types.js';

/** Every operation of the server. A failure is an `ApiError` with a stable code. */
export class Operations {
  constructor(protected readonly http: Http) {}

  /** The audit log, the newest entries first. */
  pageAudit(query: { action?: AuditAction | null; user?: UserId | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<AuditEntryPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/admin/audit', query }, options);
  }

  /** How often care was taken in a year, by month. It names nobody. */
  listCareCounts(query: { year?: number | null } = {}, options?: CallOptions): Promise<CareCountsOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/admin/care', query }, options);
  }

  /** Cases: of a state that waits the oldest first, else the newest first. */
  pageCases(query: { state?: CaseState | null; kind?: ReportedKind | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<CasePage> {
    return this.http.json({ method: 'GET', path: '/api/v1/admin/cases', query }, options);
  }

  /** A case with its newest reports. */
  getCase(caseId: CaseId, options?: CallOptions): Promise<WholeCaseOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/admin/cases/${encodeURIComponent(caseId)}` }, options);
  }

  /** Takes a case to look at it: for an hour no other moderator decides it. */
  claimCase(caseId: CaseId, options?: CallOptions): Promise<CaseOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/admin/cases/${encodeURIComponent(caseId)}/claim` }, options);
  }

  /** Reads the message that a case is about, which is written into the audit log. */
  readMessage(caseId: CaseId, options?: CallOptions): Promise<ReportedMessageOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/admin/cases/${encodeURIComponent(caseId)}/message` }, options);
  }

  /** Reads the moment or the comment that a case is about, which is written into the audit log. */
  readReportedMoment(caseId: CaseId, options?: CallOptions): Promise<ReportedMomentOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/admin/cases/${encodeURIComponent(caseId)}/moment` }, options);
  }

  /** Decides a case and does what was decided. Moderators keep out members alone; admins decide also what another has claimed. */
  resolveCase(caseId: CaseId, body: DecisionIn, options?: CallOptions): Promise<CaseOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/admin/cases/${encodeURIComponent(caseId)}/resolve`, body }, options);
  }

  /** Lets a character that a decision has hidden be found and met again. */
  restoreCharacter(characterId: CharacterId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/admin/characters/${encodeURIComponent(characterId)}/hidden` }, options);
  }

  /** The jobs of the queue, the longest due first. */
  pageJobs(query: { state?: JobState | null; kind?: JobKind | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<JobPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/admin/jobs', query }, options);
  }

  /** Takes a job off the queue. What the data says is behind comes back, as good as new. */
  discardJob(jobId: JobId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/admin/jobs/${encodeURIComponent(jobId)}` }, options);
  }

  /** Lets a job run at once, as good as new. */
  retryJob(jobId: JobId, options?: CallOptions): Promise<JobOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/admin/jobs/${encodeURIComponent(jobId)}/retry` }, options);
  }

  /** The models that an admin can let speak. */
  listAdminModels(options?: CallOptions): Promise<ModelsOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/admin/models' }, options);
  }

  /** Lets another model speak where nothing was chosen: at once, and after a restart. */
  chooseModel(body: DefaultModelIn, options?: CallOptions): Promise<ModelsOut> {
    return this.http.json({ method: 'PUT', path: '/api/v1/admin/models/default', body }, options);
  }

  /** The installation in numbers, today. */
  getOverview(options?: CallOptions): Promise<OverviewOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/admin/overview' }, options);
  }

  /** People, the newest first. Moderators may ask as well. */
  pagePeople(query: { search?: string | null; role?: UserRole | null; disabled?: boolean | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<PersonPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/admin/people', query }, options);
  }

  /** One person. Moderators may ask as well. */
  getPerson(userId: UserId, options?: CallOptions): Promise<PersonOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/admin/people/${encodeURIComponent(userId)}` }, options);
  }

  /** Keeps a person out: signs them out everywhere, and lets them sign in no more. Nothing of theirs is deleted. */
  disablePerson(userId: UserId, body: DisableIn, options?: CallOptions): Promise<PersonOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/admin/people/${encodeURIComponent(userId)}/disabled`, body }, options);
  }

  /** Lets a person in again. */
  enablePerson(userId: UserId, options?: CallOptions): Promise<PersonOut> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/admin/people/${encodeURIComponent(userId)}/disabled` }, options);
  }

  /** Sets where the limits of a person differ from everybody's; what is absent does not differ. */
  setQuota(userId: UserId, body: QuotaOverride, options?: CallOptions): Promise<PersonOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/admin/people/${encodeURIComponent(userId)}/quota`, body }, options);
  }

  /** Gives a person a role. */
  setRole(userId: UserId, body: RoleIn, options?: CallOptions): Promise<PersonOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/admin/people/${encodeURIComponent(userId)}/role`, body }, options);
  }

  /** The caller's API keys, the newest first. */
  listApiKeys(options?: CallOptions): Promise<ApiKeyPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/api-keys' }, options);
  }

  /** Makes an API key. */
  createApiKey(body: ApiKeyIn, options?: CallOptions): Promise<MadeApiKeyOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/api-keys', body }, options);
  }

  /** Revokes an API key: it opens nothing from now on. */
  revokeApiKey(apiKeyId: ApiKeyId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/api-keys/${encodeURIComponent(apiKeyId)}` }, options);
  }

  /** Changes name, scopes, characters or end of an API key. */
  updateApiKey(apiKeyId: ApiKeyId, body: ApiKeyPatch, options?: CallOptions): Promise<ApiKeyOut> {
    return this.http.json({ method: 'PATCH', path: `/api/v1/api-keys/${encodeURIComponent(apiKeyId)}`, body }, options);
  }

  /** Signs this device out. */
  logout(options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'POST', path: '/api/v1/auth/logout' }, options);
  }

  /** Signs all devices out, this one too. */
  logoutAll(options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'POST', path: '/api/v1/auth/logout-all' }, options);
  }

  /** Makes an account. */
  register(body: RegisterIn, options?: CallOptions): Promise<UserOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/auth/register', open: true, body }, options);
  }

  /** Signs a device in, or gets it the next tokens. */
  issueToken(body: TokenForm, options?: CallOptions): Promise<TokenOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/auth/token', open: true, form: body }, options);
  }

  /** Public characters and the caller's own, the newest first. */
  pageCharacters(query: { search?: string | null; tag?: string | null; mine?: boolean | null; hidden?: boolean | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<CharacterPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/characters', query }, options);
  }

  /** Makes a character. */
  createCharacter(body: CharacterIn, options?: CallOptions): Promise<CharacterOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/characters', body }, options);
  }

  /**
   * Makes a new, private character from a card, with its picture; none is ever overwritten. The same file twice is a conflict,
   * `card_known`, which names the first character; ask for it `again` to have another one.
   */
  importCard(body: Blob, query: { again?: boolean | null } = {}, options?: CallOptions): Promise<ImportedCharacterOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/characters/import', raw: body, query }, options);
  }

  /**
   * Says what importing a card would make, and makes nothing: a card of version 1, 2 or 3 as JSON, PNG or CHARX, or a character of
   * Agnai, as the field `file` of a form or as the body itself. Nothing that a card names elsewhere is fetched.
   */
  previewCard(body: Blob, options?: CallOptions): Promise<CardPreviewOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/characters/import/preview', raw: body }, options);
  }

  /** Characters that many people like these days, the most liked first; a list of one page. */
  listTrending(query: { limit?: number | null } = {}, options?: CallOptions): Promise<CharacterPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/characters/trending', query }, options);
  }

  /** A character that the caller may see. */
  getCharacter(characterId: CharacterId, options?: CallOptions): Promise<CharacterOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}` }, options);
  }

  /** Deletes one's own character; name and picture stay for those who have sessions with her. */
  deleteCharacter(characterId: CharacterId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}` }, options);
  }

  /** Changes one's own character. */
  updateCharacter(characterId: CharacterId, body: CharacterPatch, options?: CallOptions): Promise<CharacterOut> {
    return this.http.json({ method: 'PATCH', path: `/api/v1/characters/${encodeURIComponent(characterId)}`, body }, options);
  }

  /** Gives one's own character a picture: PNG, JPEG or WebP, as the field `file` of a form or as the body itself. */
  setAvatar(characterId: CharacterId, body: Blob, options?: CallOptions): Promise<CharacterOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/characters/${encodeURIComponent(characterId)}/avatar`, raw: body }, options);
  }

  /** Takes the picture of one's own character away. */
  removeAvatar(characterId: CharacterId, options?: CallOptions): Promise<CharacterOut> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/avatar` }, options);
  }

  /** How the caller stands with a character, told from what counts now. */
  getBond(characterId: CharacterId, options?: CallOptions): Promise<Bond> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/bond` }, options);
  }

  /** Begins the bond anew: all that moved it is forgotten. The chats stay, and nothing in them is judged again. */
  resetBond(characterId: CharacterId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/bond` }, options);
  }

  /** Switches the bond on or off. What was said before it was switched on is never judged. */
  updateBond(characterId: CharacterId, body: BondPatch, options?: CallOptions): Promise<Bond> {
    return this.http.json({ method: 'PATCH', path: `/api/v1/characters/${encodeURIComponent(characterId)}/bond`, body }, options);
  }

  /** What moved the bond, the newest first. What was edited, erased or left for another branch is not there. */
  pageBondEvents(characterId: CharacterId, query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<BondEventPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/bond/events`, query }, options);
  }

  /**
   * What a character wrote of days with the caller, the newest first. What was written of words that were edited, erased, forgotten or left
   * for another branch is not there.
   */
  pageDiary(characterId: CharacterId, query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<DiaryEntryPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/diary`, query }, options);
  }

  /** How a diary is kept. */
  getDiarySettings(characterId: CharacterId, options?: CallOptions): Promise<DiarySettings> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/diary/settings` }, options);
  }

  /** Lets a character keep a diary of days with the caller, or no more. What is written stays, until it is taken away. */
  setDiarySettings(characterId: CharacterId, body: DiarySettingsIn, options?: CallOptions): Promise<DiarySettings> {
    return this.http.json({ method: 'PUT', path: `/api/v1/characters/${encodeURIComponent(characterId)}/diary/settings`, body }, options);
  }

  /** Takes an entry away. Its day gets no other. */
  deleteDiaryEntry(characterId: CharacterId, entryId: DiaryEntryId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/diary/${encodeURIComponent(entryId)}` }, options);
  }

  /**
   * One's own character as a card: what she is now, laid over the card she came from, with all that it had and nobody here knows. The
   * images of her story go along as far as the form has room for them; `json_v2` has none.
   */
  exportCharacter(characterId: CharacterId, query: { format?: CardFormat | null } = {}, options?: CallOptions): Promise<Blob> {
    return this.http.blob({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/export`, query }, options);
  }

  /** Whether the caller follows a character, and how many do. */
  getCharacterFollow(characterId: CharacterId, options?: CallOptions): Promise<CharacterFollow> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/follow` }, options);
  }

  /** Follows a character. */
  followCharacter(characterId: CharacterId, options?: CallOptions): Promise<CharacterFollow> {
    return this.http.json({ method: 'PUT', path: `/api/v1/characters/${encodeURIComponent(characterId)}/follow` }, options);
  }

  /** Follows a character no more. */
  unfollowCharacter(characterId: CharacterId, options?: CallOptions): Promise<CharacterFollow> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/follow` }, options);
  }

  /** Hides a character from the caller's lists, searches and recommendations. */
  hideCharacter(characterId: CharacterId, options?: CallOptions): Promise<RegardOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/characters/${encodeURIComponent(characterId)}/hidden` }, options);
  }

  /** Shows a character that the caller had hidden again. */
  unhideCharacter(characterId: CharacterId, options?: CallOptions): Promise<RegardOut> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/hidden` }, options);
  }

  /** Whether a character writes first to the caller. */
  getInitiative(characterId: CharacterId, options?: CallOptions): Promise<InitiativeOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/initiative` }, options);
  }

  /**
   * Lets a character write first to the caller, or no more. She writes by day, within these limits, never in quiet hours, and not again
   * until she was answered. For adults alone.
   */
  setInitiative(characterId: CharacterId, body: InitiativeIn, options?: CallOptions): Promise<InitiativeOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/characters/${encodeURIComponent(characterId)}/initiative`, body }, options);
  }

  /** What a character remembers of the caller, the newest first. */
  pageMemories(characterId: CharacterId, query: { kind?: MemoryKind | null; pinned?: boolean | null; ended?: boolean | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<MemoryPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/memories`, query }, options);
  }

  /** Writes a note into the book. */
  addMemory(characterId: CharacterId, body: NoteIn, options?: CallOptions): Promise<MemoryOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/characters/${encodeURIComponent(characterId)}/memories`, body }, options);
  }

  /** Forgets everything up to now. The chats stay; nothing that was said in them until now is remembered again. */
  forgetMemories(characterId: CharacterId, options?: CallOptions): Promise<Forgotten> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/memories` }, options);
  }

  /** The whole book, to keep. */
  exportMemories(characterId: CharacterId, options?: CallOptions): Promise<MemoryExport> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/memories/export` }, options);
  }

  /** The memories that fit a question or some words best, found as they are before a reply; those that no longer count too. */
  searchMemories(characterId: CharacterId, query: { q: string; limit?: number | null }, options?: CallOptions): Promise<FoundMemories> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/memories/search`, query }, options);
  }

  /** How the book stands: how much is in it, and how it is made. */
  getMemoryState(characterId: CharacterId, options?: CallOptions): Promise<MemoryState> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/memories/state` }, options);
  }

  /** One memory, with where it comes from. */
  getMemory(characterId: CharacterId, memoryId: MemoryId, options?: CallOptions): Promise<MemoryDetail> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/memories/${encodeURIComponent(memoryId)}` }, options);
  }

  /**
   * Forgets one memory, and what would bring it back: what it replaced, and the episodes of the same messages; with an episode,
   * also the facts from its message.
   */
  forgetMemory(characterId: CharacterId, memoryId: MemoryId, options?: CallOptions): Promise<Forgotten> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/memories/${encodeURIComponent(memoryId)}` }, options);
  }

  /** Pins, weighs, or puts right. With another text the answer is a new memory, which took the old one's place. */
  changeMemory(characterId: CharacterId, memoryId: MemoryId, body: MemoryPatch, options?: CallOptions): Promise<MemoryOut> {
    return this.http.json({ method: 'PATCH', path: `/api/v1/characters/${encodeURIComponent(characterId)}/memories/${encodeURIComponent(memoryId)}`, body }, options);
  }

  /** The moments of a character that the caller sees, the newest first. */
  pageCharacterMoments(characterId: CharacterId, query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<MomentPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/moments`, query }, options);
  }

  /** Posts a moment of a character of one's own. `friends` are those of her maker. */
  postCharacterMoment(characterId: CharacterId, body: MomentIn, options?: CallOptions): Promise<MomentOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/characters/${encodeURIComponent(characterId)}/moments`, body }, options);
  }

  /** Whether a character of one's own posts moments by herself. At first she does not. */
  getCharacterPosting(characterId: CharacterId, options?: CallOptions): Promise<CharacterPosting> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/moments/settings` }, options);
  }

  /** Lets a character of one's own post moments by herself, or no more. What it takes is counted for the caller. */
  setCharacterPosting(characterId: CharacterId, body: CharacterPosting, options?: CallOptions): Promise<CharacterPosting> {
    return this.http.json({ method: 'PUT', path: `/api/v1/characters/${encodeURIComponent(characterId)}/moments/settings`, body }, options);
  }

  /** What a character does now. */
  getPresence(characterId: CharacterId, options?: CallOptions): Promise<Presence> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/presence` }, options);
  }

  /** How far the caller has come with a character, told from what counts now. Nobody else sees it. */
  getProgress(characterId: CharacterId, options?: CallOptions): Promise<RouteProgress> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/progress` }, options);
  }

  /** Begins the route anew: what happened to the caller on it is forgotten. The chats stay. */
  resetProgress(characterId: CharacterId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/progress` }, options);
  }

  /** Says that the caller likes a character, or does not. */
  setReaction(characterId: CharacterId, body: ReactionIn, options?: CallOptions): Promise<RegardOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/characters/${encodeURIComponent(characterId)}/reaction`, body }, options);
  }

  /** Takes back what the caller said of a character. */
  removeReaction(characterId: CharacterId, options?: CallOptions): Promise<RegardOut> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/reaction` }, options);
  }

  /** The route of one's own character. */
  getRoute(characterId: CharacterId, options?: CallOptions): Promise<AuthoredRoute> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/route` }, options);
  }

  /** Gives one's own character a route in place of the one she has. What happened to people on it stays, as far as the new one knows it. */
  setRoute(characterId: CharacterId, body: Route, options?: CallOptions): Promise<AuthoredRoute> {
    return this.http.json({ method: 'PUT', path: `/api/v1/characters/${encodeURIComponent(characterId)}/route`, body }, options);
  }

  /** Takes the route of one's own character away. */
  removeRoute(characterId: CharacterId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/route` }, options);
  }

  /** Looks whether a route would be kept, and whether all of it can be reached. Nothing is kept. */
  checkRoute(characterId: CharacterId, body: Route, options?: CallOptions): Promise<RouteCheck> {
    return this.http.json({ method: 'POST', path: `/api/v1/characters/${encodeURIComponent(characterId)}/route/check`, body }, options);
  }

  /** Gives a picture of one's own character's route its image: PNG, JPEG or WebP, as the field `file` of a form or as the body itself. */
  setRouteImage(characterId: CharacterId, key: string, body: Blob, options?: CallOptions): Promise<ShownPicture> {
    return this.http.json({ method: 'PUT', path: `/api/v1/characters/${encodeURIComponent(characterId)}/route/images/${encodeURIComponent(key)}`, raw: body }, options);
  }

  /** Takes the image of a picture away. */
  removeRouteImage(characterId: CharacterId, key: string, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/route/images/${encodeURIComponent(key)}` }, options);
  }

  /** Characters that are like this one, the likest first; a list of one page. */
  listSimilar(characterId: CharacterId, query: { limit?: number | null } = {}, options?: CallOptions): Promise<CharacterPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/characters/${encodeURIComponent(characterId)}/similar`, query }, options);
  }

  /** The direct session with another person: the same one, whoever opens it, and however often. */
  openDirectSession(body: DirectIn, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/direct-sessions', body }, options);
  }

  /**
   * The caller's own moments, and those of friends and of the people and characters they follow, the newest first. A page may be
   * short, or empty, though another follows. Whom the caller has muted is left out.
   */
  pageFeed(query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<MomentPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/feed', query }, options);
  }

  /** Begins a group; the people are asked to come. */
  createGroup(body: GroupIn, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/groups', body }, options);
  }

  /** The groups that the caller is asked to come to, the newest first. */
  listInvitations(options?: CallOptions): Promise<InvitationPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/invitations' }, options);
  }

  /** The texts of the operator that people agree to, as they are now. */
  getLegal(query: { language?: Tongue | null } = {}, options?: CallOptions): Promise<Legal> {
    return this.http.json({ method: 'GET', path: '/api/v1/legal', open: true, query }, options);
  }

  /** The caller's lorebooks, the newest first. */
  pageLorebooks(query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<LorebookBriefPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/lorebooks', query }, options);
  }

  /** Makes a lorebook without entries. */
  createLorebook(body: LorebookIn, options?: CallOptions): Promise<LorebookOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/lorebooks', body }, options);
  }

  /** Why each entry of the caller's lorebooks fires before the next reply of a session, or after a text, and why the others do not. */
  explainLore(body: ExplainIn, options?: CallOptions): Promise<LoreExplainedOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/lorebooks/explain', body }, options);
  }

  /**
   * Makes a lorebook of a file: the book of a card or a whole card, a V3 lorebook, a world of `SillyTavern`, a list of `RisuAI`. Up to
   * 6 MiB.
   */
  importLorebook(body: Record<string, unknown>, query: { name?: string | null } = {}, options?: CallOptions): Promise<LorebookOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/lorebooks/import', body, query }, options);
  }

  /** A lorebook of the caller's, with its entries. */
  getLorebook(lorebookId: LorebookId, options?: CallOptions): Promise<LorebookOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}` }, options);
  }

  /** Erases a lorebook. */
  deleteLorebook(lorebookId: LorebookId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}` }, options);
  }

  /** Changes a lorebook itself. */
  updateLorebook(lorebookId: LorebookId, body: LorebookPatchIn, options?: CallOptions): Promise<LorebookOut> {
    return this.http.json({ method: 'PATCH', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}`, body }, options);
  }

  /** Has a lorebook stand open with a character of the caller's, whoever talks with her. */
  openLorebookWithCharacter(lorebookId: LorebookId, characterId: CharacterId, options?: CallOptions): Promise<LorebookOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}/characters/${encodeURIComponent(characterId)}` }, options);
  }

  /** Has it stand open there no more. */
  closeLorebookWithCharacter(lorebookId: LorebookId, characterId: CharacterId, options?: CallOptions): Promise<LorebookOut> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}/characters/${encodeURIComponent(characterId)}` }, options);
  }

  /** Adds an entry to a book of one's own. */
  addLoreEntry(lorebookId: LorebookId, body: LoreEntry, options?: CallOptions): Promise<LoreEntry> {
    return this.http.json({ method: 'POST', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}/entries`, body }, options);
  }

  /** Puts another entry in the place of one; what is absent is as usual. What other programs keep in it stays. */
  replaceLoreEntry(lorebookId: LorebookId, uid: number, body: LoreEntry, options?: CallOptions): Promise<LoreEntry> {
    return this.http.json({ method: 'PUT', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}/entries/${encodeURIComponent(uid)}`, body }, options);
  }

  /** Takes an entry out of a book. */
  removeLoreEntry(lorebookId: LorebookId, uid: number, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}/entries/${encodeURIComponent(uid)}` }, options);
  }

  /** A lorebook as a file for other programs; what it had of theirs is in it. */
  exportLorebook(lorebookId: LorebookId, query: { format?: LoreFormat | null } = {}, options?: CallOptions): Promise<Record<string, unknown>> {
    return this.http.json({ method: 'GET', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}/export`, query }, options);
  }

  /** Has a lorebook stand open wherever the caller is alone with a character. */
  openLorebookWithMe(lorebookId: LorebookId, options?: CallOptions): Promise<LorebookOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}/me` }, options);
  }

  /** Has it stand open there no more. */
  closeLorebookWithMe(lorebookId: LorebookId, options?: CallOptions): Promise<LorebookOut> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}/me` }, options);
  }

  /** Has a lorebook stand open in a session; among several, those who look after the group may. */
  openLorebookInSession(lorebookId: LorebookId, sessionId: SessionId, options?: CallOptions): Promise<LorebookOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}/sessions/${encodeURIComponent(sessionId)}` }, options);
  }

  /** Has it stand open there no more. */
  closeLorebookInSession(lorebookId: LorebookId, sessionId: SessionId, options?: CallOptions): Promise<LorebookOut> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/lorebooks/${encodeURIComponent(lorebookId)}/sessions/${encodeURIComponent(sessionId)}` }, options);
  }

  /** Takes an image for a moment. Until it stands in one, only the caller sees it; after two days without one it is forgotten. */
  uploadMedia(body: Blob, options?: CallOptions): Promise<ImageOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/media', raw: body }, options);
  }

  /**
   * An image. Pictures of people and characters need no token, so that a page can show them; their ids cannot be guessed. Images of
   * moments need the ticket in their address, or a token, and are there for who sees the moment.
   */
  getMedia(mediaId: MediaId, query: { ticket?: string | null } = {}, options?: CallOptions): Promise<Blob> {
    return this.http.blob({ method: 'GET', path: `/api/v1/media/${encodeURIComponent(mediaId)}`, open: true, query }, options);
  }

  /** What a reply was made from. `no_trace` where none was kept: a greeting, a message of the person, a reply that never began. */
  getTrace(messageId: MessageId, options?: CallOptions): Promise<TraceOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/messages/${encodeURIComponent(messageId)}/trace` }, options);
  }

  /** The models that can be chosen. */
  listModels(options?: CallOptions): Promise<ModelsOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/models' }, options);
  }

  /** Posts a moment. Sent again with the same `client_moment_id`, the first one is answered. */
  postMoment(body: MomentIn, options?: CallOptions): Promise<MomentOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/moments', body }, options);
  }

  /** A moment. */
  getMoment(momentId: MomentId, options?: CallOptions): Promise<MomentOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/moments/${encodeURIComponent(momentId)}` }, options);
  }

  /** Deletes a moment of one's own, with all that was liked and said of it. */
  deleteMoment(momentId: MomentId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/moments/${encodeURIComponent(momentId)}` }, options);
  }

  /** Changes a moment of one's own. */
  updateMoment(momentId: MomentId, body: MomentPatchIn, options?: CallOptions): Promise<MomentOut> {
    return this.http.json({ method: 'PATCH', path: `/api/v1/moments/${encodeURIComponent(momentId)}`, body }, options);
  }

  /** The comments on a moment, the oldest first. A page may be short, or empty, though another follows. */
  pageComments(momentId: MomentId, query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<CommentPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/moments/${encodeURIComponent(momentId)}/comments`, query }, options);
  }

  /** Says something about a moment. Sent again with the same `client_comment_id`, the first one is answered. */
  postComment(momentId: MomentId, body: CommentIn, options?: CallOptions): Promise<CommentOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/moments/${encodeURIComponent(momentId)}/comments`, body }, options);
  }

  /** Deletes a comment with what answers it: one's own, or one on a moment of one's own. */
  deleteComment(momentId: MomentId, commentId: CommentId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/moments/${encodeURIComponent(momentId)}/comments/${encodeURIComponent(commentId)}` }, options);
  }

  /** Likes a moment. Repeats change nothing. */
  likeMoment(momentId: MomentId, options?: CallOptions): Promise<MomentLikes> {
    return this.http.json({ method: 'PUT', path: `/api/v1/moments/${encodeURIComponent(momentId)}/like` }, options);
  }

  /** Likes a moment no more. Repeats change nothing. */
  unlikeMoment(momentId: MomentId, options?: CallOptions): Promise<MomentLikes> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/moments/${encodeURIComponent(momentId)}/like` }, options);
  }

  /** Who likes a moment, the newest first. A page may be short, or empty, though another follows. */
  pageMomentLikes(momentId: MomentId, query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<ListedPersonPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/moments/${encodeURIComponent(momentId)}/likes`, query }, options);
  }

  /** The caller's notifications, the newest first. */
  pageNotifications(query: { unread?: boolean | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<NotificationPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/notifications', query }, options);
  }

  /** The key that a browser needs to subscribe. */
  getPushKey(options?: CallOptions): Promise<PushKeyOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/notifications/push/key' }, options);
  }

  /** Wakes the device that calls from now on. Another subscription of it is replaced; it ends when the device is signed out. */
  subscribePush(body: SubscriptionIn, options?: CallOptions): Promise<SubscriptionOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/notifications/push/subscriptions', body }, options);
  }

  /** Wakes the device that calls no more. */
  unsubscribePush(options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: '/api/v1/notifications/push/subscriptions' }, options);
  }

  /** Wakes the device that calls, once, to see whether that works. */
  tryPush(options?: CallOptions): Promise<PushTrialOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/notifications/push/test' }, options);
  }

  /** Marks as read, on all devices. */
  readNotifications(body: ReadIn, options?: CallOptions): Promise<InboxOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/notifications/read', body }, options);
  }

  /** What the caller wants to be told. */
  getNotificationSettings(options?: CallOptions): Promise<NotificationSettings> {
    return this.http.json({ method: 'GET', path: '/api/v1/notifications/settings' }, options);
  }

  /** Keeps what the caller wants to be told. */
  setNotificationSettings(body: NotificationSettingsIn, options?: CallOptions): Promise<NotificationSettings> {
    return this.http.json({ method: 'PUT', path: '/api/v1/notifications/settings', body }, options);
  }

  /** How many notifications are not read. */
  countUnread(options?: CallOptions): Promise<InboxOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/notifications/unread' }, options);
  }

  /** Takes a notification out of the inbox. */
  deleteNotification(notificationId: NotificationId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/notifications/${encodeURIComponent(notificationId)}` }, options);
  }

  /** The models that the operator can let speak. */
  listOperatorModels(options?: CallOptions): Promise<ModelsOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/operator/models' }, options);
  }

  /** Lets another model speak where nothing was chosen: at once, and after a restart. */
  setDefaultModel(body: DefaultModelIn, options?: CallOptions): Promise<ModelsOut> {
    return this.http.json({ method: 'PUT', path: '/api/v1/operator/models/default', body }, options);
  }

  /** People whose handle or name begins so, friends first. One page is all there is: who is looked for has a longer name. */
  searchPeople(query: { search: string; limit?: number | null }, options?: CallOptions): Promise<PersonCardPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/people', query }, options);
  }

  /** Somebody's profile, by id or handle. */
  getProfile(person: string, options?: CallOptions): Promise<ProfileOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/people/${encodeURIComponent(person)}` }, options);
  }

  /** Blocks somebody: the two are invisible to each other at once, and friendship, requests and follows between them end. */
  blockPerson(person: string, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'PUT', path: `/api/v1/people/${encodeURIComponent(person)}/block` }, options);
  }

  /** Ends a block. What it ended does not come back. */
  unblockPerson(person: string, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/people/${encodeURIComponent(person)}/block` }, options);
  }

  /** Follows somebody. */
  followPerson(person: string, options?: CallOptions): Promise<RelationOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/people/${encodeURIComponent(person)}/follow` }, options);
  }

  /** Follows somebody no more. */
  unfollowPerson(person: string, options?: CallOptions): Promise<RelationOut> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/people/${encodeURIComponent(person)}/follow` }, options);
  }

  /** Who follows somebody, the newest first. A page may be short, or empty, though another follows. */
  pageFollowers(person: string, query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<ListedPersonPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/people/${encodeURIComponent(person)}/followers`, query }, options);
  }

  /** Whom somebody follows, the newest first. A page may be short, or empty, though another follows. */
  pageFollowing(person: string, query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<ListedPersonPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/people/${encodeURIComponent(person)}/following`, query }, options);
  }

  /**
   * The characters that somebody follows and the caller finds, the newest first. A page may be short, or empty, though another
   * follows.
   */
  pageFollowedCharacters(person: string, query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<CharacterPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/people/${encodeURIComponent(person)}/following/characters`, query }, options);
  }

  /** Asks for somebody's friendship. When they have asked as well, the two are friends at once. Repeats change nothing. */
  askFriend(person: string, options?: CallOptions): Promise<RelationOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/people/${encodeURIComponent(person)}/friend` }, options);
  }

  /** Ends what there is: the friendship, one's own request (it is taken back), or theirs (it is declined, which they do not learn). */
  partFriend(person: string, options?: CallOptions): Promise<RelationOut> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/people/${encodeURIComponent(person)}/friend` }, options);
  }

  /** Says yes to a request, and asks for nothing when it was taken back meanwhile. */
  acceptFriend(person: string, options?: CallOptions): Promise<RelationOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/people/${encodeURIComponent(person)}/friend/accept` }, options);
  }

  /** The friends of somebody, also one's own, the newest first. A page may be short, or empty, though another follows. */
  pageFriends(person: string, query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<ListedPersonPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/people/${encodeURIComponent(person)}/friends`, query }, options);
  }

  /** The moments of somebody that the caller sees, also one's own, the newest first. */
  pagePersonMoments(person: string, query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<MomentPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/people/${encodeURIComponent(person)}/moments`, query }, options);
  }

  /** Mutes somebody: nothing of theirs is told or suggested any more, and they do not notice. */
  mutePerson(person: string, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'PUT', path: `/api/v1/people/${encodeURIComponent(person)}/mute` }, options);
  }

  /** Ends a mute. */
  unmutePerson(person: string, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/people/${encodeURIComponent(person)}/mute` }, options);
  }

  /** Characters that the caller may like, and why. The pages of one cursor follow each other, whatever is done meanwhile. */
  pageRecommendations(query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<RecommendationPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/recommendations', query }, options);
  }

  /** Keeps what the caller did with characters, each event once. */
  tellEvents(body: EventsIn, options?: CallOptions): Promise<EventsOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/recommendations/events', body }, options);
  }

  /** The tags that the caller named as theirs. */
  getTastes(options?: CallOptions): Promise<Tastes> {
    return this.http.json({ method: 'GET', path: '/api/v1/recommendations/tastes' }, options);
  }

  /** Names the tags that are the caller's. */
  setTastes(body: Tastes, options?: CallOptions): Promise<Tastes> {
    return this.http.json({ method: 'PUT', path: '/api/v1/recommendations/tastes', body }, options);
  }

  /** Reports a message, a character, a person, a moment or a comment to those who moderate. */
  sendReport(body: ReportIn, options?: CallOptions): Promise<ReportOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/reports', body }, options);
  }

  /** The caller's sessions, pinned first, then the last talked in. */
  pageSessions(query: { archived?: boolean | null; character_id?: CharacterId | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<SessionPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/sessions', query }, options);
  }

  /** Begins a session; the character's greetings are there as siblings. */
  createSession(body: SessionIn, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/sessions', body }, options);
  }

  /**
   * Makes sessions with a character from the chats in a file: of SillyTavern, Chub, Agnai, RisuAI, Character.AI's tools, Oobabooga,
   * Kobold or Open WebUI, as the field `file` of a form or as the body itself. Swipes are siblings; what was hidden stays hidden.
   */
  importSessions(body: Blob, query: { character_id: CharacterId }, options?: CallOptions): Promise<ImportedSessionsOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/sessions/import', raw: body, query }, options);
  }

  /** A session. */
  getSession(sessionId: SessionId, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}` }, options);
  }

  /** Deletes a session with all that was said in it. */
  deleteSession(sessionId: SessionId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}` }, options);
  }

  /** Changes title, place, model or sampling. */
  updateSession(sessionId: SessionId, body: SessionPatch, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'PATCH', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}`, body }, options);
  }

  /** Brings a character to a group, or has her speak more readily, or less. */
  addGroupCharacter(sessionId: SessionId, characterId: CharacterId, body?: GroupCharacterIn, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/characters/${encodeURIComponent(characterId)}`, body }, options);
  }

  /** Sends a character away; what she said stays. */
  removeGroupCharacter(sessionId: SessionId, characterId: CharacterId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/characters/${encodeURIComponent(characterId)}` }, options);
  }

  /** Takes a choice of the scene that is played: the caller says it, and she answers, or the next scene begins. */
  takeChoice(sessionId: SessionId, body: TakeChoice, options?: CallOptions): Promise<AcceptedOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/choices`, body }, options);
  }

  /** What happened in a session after a place, in order; for clients without a socket. */
  pageEvents(sessionId: SessionId, query: { after_seq?: number | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<SessionEventPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/events`, query }, options);
  }

  /**
   * A session as a file of another program: the way in view, as far as the caller sees it. That of SillyTavern has one JSON object a
   * line, with the swipes; those of Agnai, RisuAI and tools of Character.AI are one JSON object without them.
   */
  exportSession(sessionId: SessionId, query: { format?: ChatFormat | null } = {}, options?: CallOptions): Promise<Blob> {
    return this.http.blob({ method: 'GET', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/export`, query }, options);
  }

  /** Changes the rules of a group. */
  updateGroup(sessionId: SessionId, body: GroupPatch, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'PATCH', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/group`, body }, options);
  }

  /** Comes to a group that one was asked to come to. To decline, the caller is removed from its members. */
  joinGroup(sessionId: SessionId, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/join` }, options);
  }

  /** Brings a message into view: a swipe, or another branch. */
  setLeaf(sessionId: SessionId, body: LeafIn, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/leaf`, body }, options);
  }

  /** Asks a person to come to a group. */
  inviteMember(sessionId: SessionId, userId: UserId, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/members/${encodeURIComponent(userId)}` }, options);
  }

  /** Leaves, declines, takes an invitation back, or sends a person away. */
  removeMember(sessionId: SessionId, userId: UserId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/members/${encodeURIComponent(userId)}` }, options);
  }

  /** Makes a person a moderator, a member, or the owner. */
  setMemberRole(sessionId: SessionId, userId: UserId, body: MemberRoleIn, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/members/${encodeURIComponent(userId)}/role`, body }, options);
  }

  /** Changes how a shared session stands with the caller. */
  updateMembership(sessionId: SessionId, body: MembershipPatch, options?: CallOptions): Promise<SessionOut> {
    return this.http.json({ method: 'PATCH', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/membership`, body }, options);
  }

  /** What was said on the way to the leaf. */
  getHistory(sessionId: SessionId, query: { before?: MessageId | null; after?: MessageId | null; limit?: number | null } = {}, options?: CallOptions): Promise<HistoryOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/messages`, query }, options);
  }

  /** Says something; the character answers on her own time. Sent again with the same id it is not said again. */
  sendMessage(sessionId: SessionId, body: MessageIn, options?: CallOptions): Promise<AcceptedOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/messages`, body }, options);
  }

  /** One message. */
  getMessage(sessionId: SessionId, messageId: MessageId, options?: CallOptions): Promise<MessageOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/messages/${encodeURIComponent(messageId)}` }, options);
  }

  /** Deletes a message and all below it; in a session that several share, its words only. */
  deleteMessage(sessionId: SessionId, messageId: MessageId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/messages/${encodeURIComponent(messageId)}` }, options);
  }

  /** Changes a text; the one before is kept as a revision. */
  editMessage(sessionId: SessionId, messageId: MessageId, body: MessagePatch, options?: CallOptions): Promise<MessageOut> {
    return this.http.json({ method: 'PATCH', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/messages/${encodeURIComponent(messageId)}`, body }, options);
  }

  /** Has a reply made again, or one made to the person's own message. */
  regenerateReply(sessionId: SessionId, messageId: MessageId, body?: RegenerateIn, options?: CallOptions): Promise<QueuedOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/messages/${encodeURIComponent(messageId)}/regenerate`, body }, options);
  }

  /** The texts a message had before, oldest first. */
  listRevisions(sessionId: SessionId, messageId: MessageId, options?: CallOptions): Promise<RevisionPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/messages/${encodeURIComponent(messageId)}/revisions` }, options);
  }

  /** Stops a queued or running reply; what is written stays. */
  stopReply(sessionId: SessionId, messageId: MessageId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'POST', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/messages/${encodeURIComponent(messageId)}/stop` }, options);
  }

  /** Says how far the caller has read; it never goes back. */
  markRead(sessionId: SessionId, body: ReadMarkIn, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'PUT', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/read`, body }, options);
  }

  /**
   * How far a session is remembered: a chat that came in is read in the background, and `remembering` tells of it over the socket. Of
   * one that several share nothing is.
   */
  getRemembering(sessionId: SessionId, options?: CallOptions): Promise<RememberingOut> {
    return this.http.json({ method: 'GET', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/remembering` }, options);
  }

  /** Lets a character of a group speak next. */
  askToSpeak(sessionId: SessionId, body: SpeakIn, options?: CallOptions): Promise<QueuedOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/replies`, body }, options);
  }

  /** The scene that is played in a session of the caller's with one character. */
  getScene(sessionId: SessionId, options?: CallOptions): Promise<SceneNow> {
    return this.http.json({ method: 'GET', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/scene` }, options);
  }

  /** Begins a scene that is unlocked: she says its opening, as a reply. */
  beginScene(sessionId: SessionId, body: BeginScene, options?: CallOptions): Promise<SceneNow> {
    return this.http.json({ method: 'POST', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/scene`, body }, options);
  }

  /** Leaves the scene that is played: the talk goes on as before. */
  leaveScene(sessionId: SessionId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/scene` }, options);
  }

  /** The caller's account. */
  getMe(options?: CallOptions): Promise<UserOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me' }, options);
  }

  /** Deletes the account with all that is the person's. */
  deleteMe(body: PasswordIn, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: '/api/v1/users/me', body }, options);
  }

  /** Changes name, address, time zone, or whether mature characters are met. */
  updateMe(body: UserPatch, options?: CallOptions): Promise<UserOut> {
    return this.http.json({ method: 'PATCH', path: '/api/v1/users/me', body }, options);
  }

  /** Gives oneself a picture: PNG, JPEG or WebP, as the field `file` of a form or as the body itself. */
  setPortrait(body: Blob, options?: CallOptions): Promise<OwnProfileOut> {
    return this.http.json({ method: 'PUT', path: '/api/v1/users/me/avatar', raw: body }, options);
  }

  /** Takes one's own picture away. */
  removePortrait(options?: CallOptions): Promise<OwnProfileOut> {
    return this.http.json({ method: 'DELETE', path: '/api/v1/users/me/avatar' }, options);
  }

  /** Whom the caller has blocked, the newest first. */
  pageBlocked(query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<ListedPersonPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/blocked', query }, options);
  }

  /** What the caller agreed to, in which version, and when no more. */
  pageConsents(query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<Consents> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/consents', query }, options);
  }

  /** Agrees to a text of the operator, in its current version. Once more changes nothing. */
  giveConsent(body: AgreementIn, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'POST', path: '/api/v1/users/me/consents', body }, options);
  }

  /**
   * Agrees to a text of the operator no more. Where that is required, nothing can be written then; reading, exporting and erasing what is
   * one's own stays possible.
   */
  withdrawConsent(kind: ConsentKind, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/users/me/consents/${encodeURIComponent(kind)}` }, options);
  }

  /** The devices that are signed in, the newest first. */
  listDevices(options?: CallOptions): Promise<DevicePage> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/devices' }, options);
  }

  /** Signs a device out. */
  endDevice(deviceId: DeviceId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/users/me/devices/${encodeURIComponent(deviceId)}` }, options);
  }

  /**
   * Writes all that is the caller's into one archive, piece by piece: characters, lorebooks, chats with all their branches, memories,
   * diaries, and what stands between people. An archive that ends early is not whole, and no program takes it for one.
   */
  exportAccount(options?: CallOptions): Promise<Blob> {
    return this.http.blob({ method: 'POST', path: '/api/v1/users/me/export' }, options);
  }

  /** Requests that wait for an answer, the newest first. */
  pageFriendRequests(query: { direction?: RequestDirection | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<ListedPersonPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/friend-requests', query }, options);
  }

  /**
   * Brings in an archive that this or another server wrote, as the field `file` of a form or as the body itself, at most 128 MiB. What is
   * here already stays as it is: the same archive twice makes nothing twice, and what was interrupted goes on. Characters come in
   * private, moments with whom they are for and when they were posted, and chats that several share as copies to read. Who was blocked or
   * muted is so here, by handle; who was a friend, or followed, is only named.
   */
  importAccount(body: Blob, options?: CallOptions): Promise<ImportedAccountOut> {
    return this.http.json({ method: 'POST', path: '/api/v1/users/me/import', raw: body }, options);
  }

  /** Whom the caller has muted, the newest first. */
  pageMuted(query: { cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<ListedPersonPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/muted', query }, options);
  }

  /** Sets another password; all other devices are signed out. */
  changePassword(body: ChangePasswordIn, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'POST', path: '/api/v1/users/me/password', body }, options);
  }

  /** One's own profile. */
  getOwnProfile(options?: CallOptions): Promise<OwnProfileOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/profile' }, options);
  }

  /** Changes one's own handle, words and privacy. The name is that of the account. */
  updateOwnProfile(body: ProfilePatch, options?: CallOptions): Promise<OwnProfileOut> {
    return this.http.json({ method: 'PATCH', path: '/api/v1/users/me/profile', body }, options);
  }

  /** What the calling device is to say to somebody who has talked for long, until it says that this was seen. It is gone after a pause. */
  getReminder(options?: CallOptions): Promise<OpenReminderOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/reminder' }, options);
  }

  /** Says that a reminder was seen on the calling device. */
  acknowledgeReminder(reminderId: ReminderId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'POST', path: `/api/v1/users/me/reminders/${encodeURIComponent(reminderId)}/acknowledge` }, options);
  }

  /** People whom one may know, each with the reason; those with most in common first. */
  listSuggestions(query: { limit?: number | null } = {}, options?: CallOptions): Promise<SuggestionPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/suggestions', query }, options);
  }

  /** What the caller took today, and how much they may take. */
  getUsage(options?: CallOptions): Promise<UsageTodayOut> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/usage' }, options);
  }

  /** Answers while the process lives. */
  getHealth(options?: CallOptions): Promise<HealthOut> {
    return this.http.json({ method: 'GET', path: '/healthz', open: true }, options);
  }

  /** Says what the server is ready for. */
  getReadiness(options?: CallOptions): Promise<ReadyOut> {
    return this.http.json({ method: 'GET', path: '/readyz', open: true }, options);
  }
}
