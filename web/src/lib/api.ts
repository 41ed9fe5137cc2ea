// The operations of the server, by the names this app has for them. Every failure is an `ApiError` with a stable code.

import { asForm } from './form';
import { COMMENTS_PAGE } from './moments';
import { tongue } from './translations';
import { TalkerClient, webStorage, type EventIn, type Limit, type Reaction } from '@talker/client';
import type {
  ApiKeyIn,
  ApiKeyPatch,
  AuditAction,
  CardFormat,
  CaseAction,
  CaseState,
  CharacterIn,
  CharacterPatch,
  ChatFormat,
  CommentIn,
  ConsentKind,
  ExplainIn,
  GroupIn,
  GroupPatch,
  InitiativeIn,
  JobState,
  ListedPersonPage,
  LorebookIn,
  LorebookPatchIn,
  LoreEntry,
  LoreFormat,
  MemoryKind,
  MemberRole,
  MembershipPatch,
  MemoryPatch,
  MomentIn,
  MomentPatch,
  NoteIn,
  NotificationSettings,
  Page,
  PersonCardOut,
  ProfilePatch,
  RegisterIn,
  ReportedKind,
  ReportReason,
  Route,
  SessionPatch,
  UserPatch,
  UserRole,
} from './wire';

export { ApiError } from '@talker/client';

export const client = new TalkerClient({ baseUrl: '', storage: webStorage(localStorage) });
export const auth = client.auth;
const ops = client.api;

/** What this device is called in the person's list: the browser and the system, not the whole user agent. */
export function deviceName(agent = navigator.userAgent): string {
  const find = (names: [RegExp, string][]) => names.find(([r]) => r.test(agent))?.[1];
  const browser = find([[/Edg/, 'Edge'], [/OPR|Opera/, 'Opera'], [/Firefox|FxiOS/, 'Firefox'], [/SamsungBrowser/, 'Samsung Internet'], [/Chrome|CriOS/, 'Chrome'], [/Safari/, 'Safari']]);
  const system = find([[/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS/, 'Mac'], [/CrOS/, 'ChromeOS'], [/Linux/, 'Linux']]);
  return [browser ?? 'Browser', system].filter(Boolean).join(' · ');
}

/** Where one goes on reading a list. */
interface Paged {
  cursor?: string | null;
  limit?: number;
}

export const api = {
  register: (body: RegisterIn) => ops.register(body),
  signIn: (username: string, password: string) => client.signIn(username, password, deviceName()),
  signOut: () => ops.logout(),
  signOutEverywhere: () => ops.logoutAll(),

  me: () => ops.getMe(),
  patchMe: (body: UserPatch) => ops.updateMe(body),
  deleteMe: (password: string) => ops.deleteMe({ password }),
  changePassword: (current_password: string, new_password: string) => ops.changePassword({ current_password, new_password }),
  usage: () => ops.getUsage(),
  understood: (reminder: string) => ops.acknowledgeReminder(reminder),
  devices: () => ops.listDevices(),
  presence: (character: string) => ops.getPresence(character),
  initiative: (character: string) => ops.getInitiative(character),
  setInitiative: (character: string, body: InitiativeIn) => ops.setInitiative(character, body),
  endDevice: (id: string) => ops.endDevice(id),

  characters: ({ mine, hidden, ...p }: { search?: string; tag?: string; mine?: boolean; hidden?: boolean } & Paged, signal?: AbortSignal) =>
    ops.pageCharacters({ ...p, mine: mine || null, hidden: hidden || null }, { signal }),
  character: (id: string) => ops.getCharacter(id),
  createCharacter: (body: CharacterIn) => ops.createCharacter(body),
  patchCharacter: (id: string, body: CharacterPatch) => ops.updateCharacter(id, body),
  deleteCharacter: (id: string) => ops.deleteCharacter(id),
  putAvatar: (id: string, file: Blob) => ops.setAvatar(id, file),
  deleteAvatar: (id: string) => ops.removeAvatar(id),

  recommendations: (p: Paged) => ops.pageRecommendations(p),
  trending: (limit: number) => ops.listTrending({ limit }),
  similar: (id: string, limit: number) => ops.listSimilar(id, { limit }),
  react: (id: string, reaction: Reaction | null) => (reaction === null ? ops.removeReaction(id) : ops.setReaction(id, { reaction })),
  hide: (id: string, hidden: boolean) => (hidden ? ops.hideCharacter(id) : ops.unhideCharacter(id)),
  tastes: () => ops.getTastes(),
  setTastes: (tags: string[]) => ops.setTastes({ tags }),
  tellEvents: (events: EventIn[], last: boolean) => ops.tellEvents({ events }, { keepalive: last }),

  models: () => ops.listModels(),

  createSession: (character_id: string) => ops.createSession({ character_id, language: tongue() }),
  sessions: ({ archived, ...p }: { archived?: boolean; character_id?: string } & Paged) => ops.pageSessions({ ...p, archived: archived || null }),
  remembering: (id: string) => ops.getRemembering(id),
  session: (id: string) => ops.getSession(id),
  patchSession: (id: string, body: SessionPatch) => ops.updateSession(id, body),
  deleteSession: (id: string) => ops.deleteSession(id),

  messages: (id: string, p: { before?: string; after?: string; limit?: number } = {}) => ops.getHistory(id, p),
  message: (id: string, msg: string) => ops.getMessage(id, msg),
  editMessage: (id: string, msg: string, content: string) => ops.editMessage(id, msg, { content }),
  deleteMessage: (id: string, msg: string) => ops.deleteMessage(id, msg),
  regenerate: (id: string, msg: string, mode: 'new' | 'continue') => ops.regenerateReply(id, msg, { mode }),
  stop: (id: string, msg: string) => ops.stopReply(id, msg),
  /** What is said here is read, as far as it goes. */
  read: (id: string) => ops.markRead(id, { seq: Number.MAX_SAFE_INTEGER }),
  revisions: (id: string, msg: string) => ops.listRevisions(id, msg),
  setLeaf: (id: string, message_id: string) => ops.setLeaf(id, { message_id }),

  memories: (id: string, { ended, ...p }: { kind?: MemoryKind; pinned?: boolean; ended?: boolean } & Paged = {}) =>
    ops.pageMemories(id, { ...p, ended: ended || null }),
  searchMemories: (id: string, q: string, limit: number, signal?: AbortSignal) => ops.searchMemories(id, { q, limit }, { signal }),
  memoryState: (id: string) => ops.getMemoryState(id),
  addMemory: (id: string, body: NoteIn) => ops.addMemory(id, body),
  memory: (id: string, mem: string) => ops.getMemory(id, mem),
  patchMemory: (id: string, mem: string, body: MemoryPatch) => ops.changeMemory(id, mem, body),
  forgetMemory: (id: string, mem: string) => ops.forgetMemory(id, mem),
  forgetMemories: (id: string) => ops.forgetMemories(id),
  exportMemories: async (id: string) => new Blob([JSON.stringify(await ops.exportMemories(id), null, 2)], { type: 'application/json' }),

  bond: (id: string) => ops.getBond(id),
  bondEvents: (id: string, p: Paged = {}) => ops.pageBondEvents(id, p),
  switchBond: (id: string, on: boolean) => ops.updateBond(id, { on }),
  resetBond: (id: string) => ops.resetBond(id),

  legal: () => ops.getLegal({ language: tongue() }),
  consents: (p: Paged = {}) => ops.pageConsents(p),
  giveConsent: (kind: ConsentKind, version: string) => ops.giveConsent({ kind, version }),
  withdrawConsent: (kind: ConsentKind) => ops.withdrawConsent(kind),

  diary: (id: string, p: Paged = {}) => ops.pageDiary(id, p),
  deleteDiaryEntry: (id: string, entry: string) => ops.deleteDiaryEntry(id, entry),
  diarySettings: (id: string) => ops.getDiarySettings(id),
  keepDiary: (id: string, on: boolean) => ops.setDiarySettings(id, { on }),

  route: (id: string) => ops.getRoute(id),
  setRoute: (id: string, body: Route) => ops.setRoute(id, body),
  removeRoute: (id: string) => ops.removeRoute(id),
  checkRoute: (id: string, body: Route) => ops.checkRoute(id, body),
  putRouteImage: (id: string, key: string, file: Blob) => ops.setRouteImage(id, key, file),
  deleteRouteImage: (id: string, key: string) => ops.removeRouteImage(id, key),
  progress: (id: string) => ops.getProgress(id),
  resetProgress: (id: string) => ops.resetProgress(id),
  scene: async (session: string) => (await ops.getScene(session)).scene,
  beginScene: async (session: string, client_message_id: string, scene: string) => (await ops.beginScene(session, { client_message_id, scene })).scene,
  leaveScene: (session: string) => ops.leaveScene(session),
  choose: (session: string, client_message_id: string, choice: string) => ops.takeChoice(session, { client_message_id, choice }),

  notifications: ({ unread, ...p }: { unread?: boolean } & Paged) => ops.pageNotifications({ ...p, unread: unread || null }),
  readNotifications: (up_to: number) => ops.readNotifications({ up_to }),
  deleteNotification: (id: string) => ops.deleteNotification(id),
  notificationSettings: () => ops.getNotificationSettings(),
  saveNotificationSettings: (body: NotificationSettings) =>
    ops.setNotificationSettings({ ...body, kinds: body.kinds.map(({ kind, in_app, push }) => ({ kind, in_app, push })) }),
  pushKey: () => ops.getPushKey(),
  subscribePush: ({ endpoint = '', keys }: PushSubscriptionJSON) =>
    ops.subscribePush({ endpoint, keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' } }),
  unsubscribePush: () => ops.unsubscribePush(),
  tryPush: () => ops.tryPush(),

  trace: (message_id: string) => ops.getTrace(message_id),
};

/** What lets programs talk with characters, as if they spoke with OpenAI. */
export const keys = {
  list: () => ops.listApiKeys(),
  make: (body: ApiKeyIn) => ops.createApiKey(body),
  change: (id: string, body: ApiKeyPatch) => ops.updateApiKey(id, body),
  revoke: (id: string) => ops.revokeApiKey(id),
};

/** Files of other programs, in and out. */
export const exchange = {
  preview: (file: File, signal?: AbortSignal) => ops.previewCard(asForm(file), { signal }),
  importCard: (file: File, again: boolean) => ops.importCard(asForm(file), { again: again || null }),
  importChats: (file: File, character_id: string) => ops.importSessions(asForm(file), { character_id }),
  card: (character: string, format: CardFormat) => ops.exportCharacter(character, { format }),
  chat: (session: string, format: ChatFormat) => ops.exportSession(session, { format }),
};

/** What worlds hold. */
export const lore = {
  page: (cursor: string | null) => ops.pageLorebooks({ cursor, limit: 30 }),
  get: (id: string) => ops.getLorebook(id),
  create: (body: LorebookIn) => ops.createLorebook(body),
  patch: (id: string, body: LorebookPatchIn) => ops.updateLorebook(id, body),
  remove: (id: string) => ops.deleteLorebook(id),
  import: (file: Record<string, unknown>, name: string) => ops.importLorebook(file, { name }),
  export: async (id: string, format: LoreFormat) => new Blob([JSON.stringify(await ops.exportLorebook(id, { format }), null, 2)], { type: 'application/json' }),
  explain: (body: ExplainIn, signal?: AbortSignal) => ops.explainLore(body, { signal }),
  addEntry: (id: string, entry: LoreEntry) => ops.addLoreEntry(id, entry),
  putEntry: (id: string, uid: number, entry: LoreEntry) => ops.replaceLoreEntry(id, uid, entry),
  removeEntry: (id: string, uid: number) => ops.removeLoreEntry(id, uid),
  withMe: (id: string, on: boolean) => (on ? ops.openLorebookWithMe(id) : ops.closeLorebookWithMe(id)),
  withCharacter: (id: string, character: string, on: boolean) => (on ? ops.openLorebookWithCharacter(id, character) : ops.closeLorebookWithCharacter(id, character)),
  inSession: (id: string, session: string, on: boolean) => (on ? ops.openLorebookInSession(id, session) : ops.closeLorebookInSession(id, session)),
};

/** Sessions that several share. Whoever else is there is named by id. */
export const groups = {
  create: (body: GroupIn) => ops.createGroup(body),
  direct: (user_id: string) => ops.openDirectSession({ user_id }),
  invitations: () => ops.listInvitations(),
  join: (id: string) => ops.joinGroup(id),
  patch: (id: string, body: GroupPatch) => ops.updateGroup(id, body),
  own: (id: string, body: MembershipPatch) => ops.updateMembership(id, body),
  invite: (id: string, user: string) => ops.inviteMember(id, user),
  remove: (id: string, user: string) => ops.removeMember(id, user),
  setRole: (id: string, user: string, role: MemberRole) => ops.setMemberRole(id, user, { role }),
  bring: (id: string, character: string, talkativeness?: number) => ops.addGroupCharacter(id, character, talkativeness === undefined ? {} : { talkativeness }),
  sendAway: (id: string, character: string) => ops.removeGroupCharacter(id, character),
  speak: (id: string, character_id: string) => ops.askToSpeak(id, { character_id }),
  events: (id: string, after_seq: number) => ops.pageEvents(id, { after_seq, limit: 100 }),
};

/** A person in a list that is read page by page. */
export interface Listed extends PersonCardOut {
  since: string;
}

/** The next page with something on it: those before may hold only what is not shown. */
async function filled<T>(read: (query: Paged) => Promise<Page<T>>, cursor: string | null, limit: number): Promise<Page<T>> {
  let next = cursor;
  for (;;) {
    const page = await read({ cursor: next, limit });
    if (page.items.length > 0 || page.next_cursor === null) return page;
    next = page.next_cursor;
  }
}

async function listed(read: (query: Paged) => Promise<ListedPersonPage>, cursor: string | null): Promise<Page<Listed>> {
  const page = await filled(read, cursor, 30);
  return { items: page.items.map((x) => ({ ...x.person, since: x.since })), next_cursor: page.next_cursor };
}

/** People among each other. Whoever is named is so by handle or id. */
export const people = {
  own: () => ops.getOwnProfile(),
  patchOwn: (body: ProfilePatch) => ops.updateOwnProfile(body),
  putAvatar: (file: Blob) => ops.setPortrait(file),
  deleteAvatar: () => ops.removePortrait(),
  search: (search: string, signal?: AbortSignal) => ops.searchPeople({ search }, { signal }),
  suggestions: () => ops.listSuggestions(),
  profile: (who: string) => ops.getProfile(who),
  ask: (who: string) => ops.askFriend(who),
  part: (who: string) => ops.partFriend(who),
  accept: (who: string) => ops.acceptFriend(who),
  follow: (who: string, on: boolean) => (on ? ops.followPerson(who) : ops.unfollowPerson(who)),
  block: (who: string, on: boolean) => (on ? ops.blockPerson(who) : ops.unblockPerson(who)),
  mute: (who: string, on: boolean) => (on ? ops.mutePerson(who) : ops.unmutePerson(who)),
  friends: (who: string, cursor: string | null) => listed((query) => ops.pageFriends(who, query), cursor),
  followers: (who: string, cursor: string | null) => listed((query) => ops.pageFollowers(who, query), cursor),
  following: (who: string, cursor: string | null) => listed((query) => ops.pageFollowing(who, query), cursor),
  requests: (direction: 'incoming' | 'outgoing', cursor: string | null) => listed((query) => ops.pageFriendRequests({ ...query, direction }), cursor),
  blocked: (cursor: string | null) => listed((query) => ops.pageBlocked(query), cursor),
  muted: (cursor: string | null) => listed((query) => ops.pageMuted(query), cursor),
  characterFollow: (id: string) => ops.getCharacterFollow(id),
  followCharacter: (id: string, on: boolean) => (on ? ops.followCharacter(id) : ops.unfollowCharacter(id)),
  followedCharacters: (who: string, cursor: string | null) => filled((q) => ops.pageFollowedCharacters(who, q), cursor, 36),
  report: (kind: ReportedKind, id: string, reason: ReportReason, note: string) => ops.sendReport({ target: { kind, id }, reason, note }),
};

/** What people and characters share. */
export const moments = {
  feed: (cursor: string | null) => filled((q) => ops.pageFeed(q), cursor, 20),
  of: (who: string, cursor: string | null) => filled((q) => ops.pagePersonMoments(who, q), cursor, 20),
  ofCharacter: (id: string, cursor: string | null) => filled((q) => ops.pageCharacterMoments(id, q), cursor, 20),
  posts: (character: string) => ops.getCharacterPosting(character),
  letPost: (character: string, posts: boolean) => ops.setCharacterPosting(character, { posts }),
  get: (id: string) => ops.getMoment(id),
  share: (body: MomentIn, character: string | null = null) => (character === null ? ops.postMoment(body) : ops.postCharacterMoment(character, body)),
  upload: (file: Blob, signal?: AbortSignal) => ops.uploadMedia(file, { signal }),
  patch: (id: string, body: MomentPatch) => ops.updateMoment(id, body),
  remove: (id: string) => ops.deleteMoment(id),
  like: (id: string, on: boolean) => (on ? ops.likeMoment(id) : ops.unlikeMoment(id)),
  likes: (id: string, cursor: string | null) => listed((q) => ops.pageMomentLikes(id, q), cursor),
  comments: (id: string, cursor: string | null) => filled((q) => ops.pageComments(id, q), cursor, COMMENTS_PAGE),
  comment: (id: string, body: CommentIn) => ops.postComment(id, body),
  removeComment: (id: string, comment: string) => ops.deleteComment(id, comment),
};
/** For moderators. */
export const moderation = {
  cases: (p: { state?: CaseState | undefined; kind?: ReportedKind | undefined; cursor?: string | null }) => ops.pageCases(p),
  case: (id: string) => ops.getCase(id),
  message: (id: string) => ops.readMessage(id),
  /** The moment or the comment that a case is about. */
  moment: (id: string) => ops.readReportedMoment(id),
  claim: (id: string) => ops.claimCase(id),
  resolve: (id: string, action: CaseAction) => ops.resolveCase(id, { action }),
  restore: (character: string) => ops.restoreCharacter(character),
};

/** For admins. */
export const admin = {
  overview: () => ops.getOverview(),
  people: (p: { search?: string; role?: UserRole | undefined; disabled?: boolean | undefined; cursor?: string | null }) => ops.pagePeople(p),
  person: (id: string) => ops.getPerson(id),
  setRole: (id: string, role: UserRole) => ops.setRole(id, { role }),
  disable: (id: string, reason: string) => ops.disablePerson(id, { reason }),
  enable: (id: string) => ops.enablePerson(id),
  setQuota: (id: string, own: Partial<Record<'replies' | 'tokens' | 'cost', Limit>>) => ops.setQuota(id, own),
  jobs: (p: { state?: JobState | undefined; cursor?: string | null }) => ops.pageJobs(p),
  retryJob: (id: string) => ops.retryJob(id),
  discardJob: (id: string) => ops.discardJob(id),
  models: () => ops.listAdminModels(),
  useModel: (name: string) => ops.chooseModel({ name }),
  audit: (p: { action?: AuditAction | undefined; cursor?: string | null }) => ops.pageAudit(p),
};

/** For whoever runs the server: their key stands in place of a person's token. */
export const operator = {
  models: (key: string) => ops.listOperatorModels({ token: key }),
  useModel: (key: string, name: string) => ops.setDefaultModel({ name }, { token: key }),
};
