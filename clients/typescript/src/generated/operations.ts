// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import type { CallOptions, Http } from '../http.js';
import type {
  AcceptedOut,
  AuditAction,
  AuditEntryPage,
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
  CommentId,
  CommentIn,
  CommentOut,
  CommentPage,
  DecisionIn,
  DefaultModelIn,
  DeviceId,
  DevicePage,
  DirectIn,
  DisableIn,
  EventsIn,
  EventsOut,
  Forgotten,
  FoundMemories,
  GroupCharacterIn,
  GroupIn,
  GroupPatch,
  HealthOut,
  HistoryOut,
  ImageOut,
  InboxOut,
  InvitationPage,
  JobId,
  JobKind,
  JobOut,
  JobPage,
  JobState,
  LeafIn,
  ListedPersonPage,
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
  OverviewOut,
  OwnProfileOut,
  PasswordIn,
  PersonCardPage,
  PersonOut,
  PersonPage,
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
  ReportIn,
  ReportOut,
  ReportedKind,
  ReportedMessageOut,
  ReportedMomentOut,
  RequestDirection,
  RevisionPage,
  RoleIn,
  SessionEventPage,
  SessionId,
  SessionIn,
  SessionOut,
  SessionPage,
  SessionPatch,
  SpeakIn,
  SubscriptionIn,
  SubscriptionOut,
  SuggestionPage,
  Tastes,
  TokenForm,
  TokenOut,
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

  /** Says that the caller likes a character, or does not. */
  setReaction(characterId: CharacterId, body: ReactionIn, options?: CallOptions): Promise<RegardOut> {
    return this.http.json({ method: 'PUT', path: `/api/v1/characters/${encodeURIComponent(characterId)}/reaction`, body }, options);
  }

  /** Takes back what the caller said of a character. */
  removeReaction(characterId: CharacterId, options?: CallOptions): Promise<RegardOut> {
    return this.http.json({ method: 'DELETE', path: `/api/v1/characters/${encodeURIComponent(characterId)}/reaction` }, options);
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

  /** What happened in a session after a place, in order; for clients without a socket. */
  pageEvents(sessionId: SessionId, query: { after_seq?: number | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<SessionEventPage> {
    return this.http.json({ method: 'GET', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/events`, query }, options);
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

  /** Lets a character of a group speak next. */
  askToSpeak(sessionId: SessionId, body: SpeakIn, options?: CallOptions): Promise<QueuedOut> {
    return this.http.json({ method: 'POST', path: `/api/v1/sessions/${encodeURIComponent(sessionId)}/replies`, body }, options);
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

  /** The devices that are signed in, the newest first. */
  listDevices(options?: CallOptions): Promise<DevicePage> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/devices' }, options);
  }

  /** Signs a device out. */
  endDevice(deviceId: DeviceId, options?: CallOptions): Promise<void> {
    return this.http.nothing({ method: 'DELETE', path: `/api/v1/users/me/devices/${encodeURIComponent(deviceId)}` }, options);
  }

  /** Requests that wait for an answer, the newest first. */
  pageFriendRequests(query: { direction?: RequestDirection | null; cursor?: string | null; limit?: number | null } = {}, options?: CallOptions): Promise<ListedPersonPage> {
    return this.http.json({ method: 'GET', path: '/api/v1/users/me/friend-requests', query }, options);
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
