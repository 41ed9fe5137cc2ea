// REST, in the words of the wire. Every failure is an `ApiError` with a stable code.

import { COMMENTS_PAGE } from './moments';
import { Auth, AuthRefused, exclusive, type TokenAnswer } from './auth';
import type {
  AuditAction,
  AuditEntryOut,
  CaseAction,
  CaseOut,
  CaseState,
  CharacterFollowOut,
  CharacterIn,
  CharacterOut,
  CommentOut,
  DeviceOut,
  EventIn,
  FieldError,
  FoundMemoryOut,
  GroupIn,
  GroupPatch,
  HistoryPage,
  InboxOut,
  InvitationOut,
  JobOut,
  JobState,
  LimitOut,
  ListedPersonOut,
  MemoryDetailOut,
  MemoryIn,
  MemoryKind,
  MemoryOut,
  MemoryPatch,
  MemberRole,
  MemoryStateOut,
  MessageOut,
  ModelsOut,
  MomentIn,
  MomentLikeOut,
  MomentImageOut,
  MomentOut,
  MomentPatch,
  NotificationOut,
  NotificationSettings,
  OverviewOut,
  OwnProfileOut,
  Page,
  PersonCardOut,
  PersonOut,
  Problem,
  ProfileOut,
  ProfilePatch,
  PushOutcome,
  QuotaReached,
  RelationOut,
  ReportedKind,
  ReportedMessageOut,
  ReportedMomentOut,
  ReportReason,
  Reaction,
  RecommendationOut,
  RegardOut,
  Sampling,
  SessionEvent,
  SessionOut,
  SuggestionOut,
  TraceOut,
  UsageToday,
  UserOut,
  UserRole,
  WholeCaseOut,
} from './wire';

export const BASE = '/api/v1';

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: FieldError[];
  readonly quota: QuotaReached | null;
  constructor(problem: Problem) {
    super(problem.detail || problem.title || problem.code);
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.quota = problem.quota ?? null;
  }
  field(name: string): string | undefined {
    return this.errors.find((e) => e.field === name)?.message;
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  let body: Partial<Problem> = {};
  try {
    body = (await response.json()) as Partial<Problem>;
  } catch {
    // Not ours: a proxy's page.
  }
  return new ApiError({ ...body, status: response.status, code: body.code ?? (response.status >= 500 ? 'unavailable' : 'malformed') });
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(BASE + path, init);
  } catch {
    throw new ApiError({ status: 0, code: 'offline' });
  }
}

async function tokenCall(form: Record<string, string>): Promise<TokenAnswer> {
  const response = await reach('/auth/token', { method: 'POST', body: new URLSearchParams(form) });
  if (response.ok) return (await response.json()) as TokenAnswer;
  let code = response.status >= 500 ? 'unavailable' : 'malformed';
  let detail: string | undefined;
  try {
    const body = (await response.json()) as { error?: string; error_description?: string };
    detail = body.error_description;
    if (response.status < 500) code = body.error === 'invalid_grant' ? 'invalid_credentials' : (body.error ?? code);
  } catch {
    // Not ours.
  }
  if (response.status === 429) code = 'rate_limited';
  throw new ApiError({ status: response.status, code, detail });
}

export const auth = new Auth({
  storage: localStorage,
  now: () => Date.now(),
  exclusive,
  refresh: async (refresh_token) => {
    try {
      return await tokenCall({ grant_type: 'refresh_token', refresh_token });
    } catch (e) {
      if (e instanceof ApiError && (e.code === 'invalid_credentials' || e.status === 401)) throw new AuthRefused();
      throw e;
    }
  },
});

/** What this device is called in the person's list: the browser and the system, not the whole user agent. */
export function deviceName(agent = navigator.userAgent): string {
  const find = (names: [RegExp, string][]) => names.find(([r]) => r.test(agent))?.[1];
  const browser = find([[/Edg/, 'Edge'], [/OPR|Opera/, 'Opera'], [/Firefox|FxiOS/, 'Firefox'], [/SamsungBrowser/, 'Samsung Internet'], [/Chrome|CriOS/, 'Chrome'], [/Safari/, 'Safari']]);
  const system = find([[/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS/, 'Mac'], [/CrOS/, 'ChromeOS'], [/Linux/, 'Linux']]);
  return [browser ?? 'Browser', system].filter(Boolean).join(' · ');
}

interface Call {
  method?: string;
  body?: unknown;
  raw?: Blob;
  open?: boolean;
  signal?: AbortSignal;
  /** It goes on when the page goes. */
  keepalive?: boolean;
}

async function answered(path: string, { method = 'GET', body, raw, open, signal, keepalive }: Call = {}): Promise<Response> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (raw) headers['content-type'] = raw.type;
  const send = async (token: string | null) => {
    if (token) headers['authorization'] = `Bearer ${token}`;
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = JSON.stringify(body);
    else if (raw) init.body = raw;
    if (signal) init.signal = signal;
    if (keepalive) init.keepalive = true;
    return reach(path, init);
  };
  let token = open ? null : await auth.token();
  if (!open && token === null) throw new ApiError({ status: 401, code: 'unauthenticated' });
  let response = await send(token);
  if (response.status === 401 && !open) {
    // Once more with a fresh token, unless the 401 is about something else (a wrong password).
    const problem = await problemOf(response.clone());
    if (problem.code === 'unauthenticated') {
      token = await auth.token(token ?? undefined);
      if (token === null) throw problem;
      response = await send(token);
    }
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function call<T>(path: string, what: Call = {}): Promise<T> {
  const response = await answered(path, what);
  return (response.status === 204 || response.headers.get('content-length') === '0' ? undefined : await response.json()) as T;
}

function query(params: Record<string, string | number | boolean | null | undefined>): string {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(params)) if (v !== undefined && v !== null && v !== '') q.set(k, String(v));
  const s = q.toString();
  return s ? `?${s}` : '';
}

export const api = {
  register: (body: { username: string; email: string; password: string; birth_date: string; display_name?: string; timezone?: string }) =>
    call<UserOut>('/auth/register', { method: 'POST', body, open: true }),
  signIn: async (username: string, password: string) => {
    auth.keep(await tokenCall({ grant_type: 'password', username, password, device: deviceName() }));
  },
  signOut: () => call<void>('/auth/logout', { method: 'POST' }),
  signOutEverywhere: () => call<void>('/auth/logout-all', { method: 'POST' }),

  me: () => call<UserOut>('/users/me'),
  patchMe: (body: { display_name?: string; email?: string; timezone?: string | null; sees_mature?: boolean }) => call<UserOut>('/users/me', { method: 'PATCH', body }),
  deleteMe: (password: string) => call<void>('/users/me', { method: 'DELETE', body: { password } }),
  changePassword: (current_password: string, new_password: string) =>
    call<void>('/users/me/password', { method: 'POST', body: { current_password, new_password } }),
  usage: () => call<UsageToday>('/users/me/usage'),
  devices: () => call<Page<DeviceOut>>('/users/me/devices'),
  endDevice: (id: string) => call<void>(`/users/me/devices/${id}`, { method: 'DELETE' }),

  characters: (p: { search?: string; tag?: string; mine?: boolean; hidden?: boolean; cursor?: string | null; limit?: number }, signal?: AbortSignal) =>
    call<Page<CharacterOut>>('/characters' + query({ ...p, mine: p.mine || undefined, hidden: p.hidden || undefined }), { signal }),
  character: (id: string) => call<CharacterOut>(`/characters/${id}`),
  createCharacter: (body: CharacterIn) => call<CharacterOut>('/characters', { method: 'POST', body }),
  patchCharacter: (id: string, body: CharacterIn) => call<CharacterOut>(`/characters/${id}`, { method: 'PATCH', body }),
  deleteCharacter: (id: string) => call<void>(`/characters/${id}`, { method: 'DELETE' }),
  putAvatar: (id: string, file: Blob) => call<CharacterOut>(`/characters/${id}/avatar`, { method: 'PUT', raw: file }),
  deleteAvatar: (id: string) => call<CharacterOut>(`/characters/${id}/avatar`, { method: 'DELETE' }),

  recommendations: (p: { cursor?: string | null; limit?: number }) => call<Page<RecommendationOut>>('/recommendations' + query(p)),
  trending: (limit: number) => call<Page<CharacterOut>>('/characters/trending' + query({ limit })),
  similar: (id: string, limit: number) => call<Page<CharacterOut>>(`/characters/${id}/similar` + query({ limit })),
  react: (id: string, reaction: Reaction | null) =>
    reaction === null
      ? call<RegardOut>(`/characters/${id}/reaction`, { method: 'DELETE' })
      : call<RegardOut>(`/characters/${id}/reaction`, { method: 'PUT', body: { reaction } }),
  hide: (id: string, hidden: boolean) => call<RegardOut>(`/characters/${id}/hidden`, { method: hidden ? 'PUT' : 'DELETE' }),
  tastes: () => call<{ tags: string[] }>('/recommendations/tastes'),
  setTastes: (tags: string[]) => call<{ tags: string[] }>('/recommendations/tastes', { method: 'PUT', body: { tags } }),
  tellEvents: (events: EventIn[], last: boolean) => call<unknown>('/recommendations/events', { method: 'POST', body: { events }, keepalive: last }),

  models: () => call<ModelsOut>('/models'),

  createSession: (character_id: string) => call<SessionOut>('/sessions', { method: 'POST', body: { character_id } }),
  sessions: (p: { archived?: boolean; character_id?: string; cursor?: string | null; limit?: number }) =>
    call<Page<SessionOut>>('/sessions' + query({ ...p, archived: p.archived || undefined })),
  session: (id: string) => call<SessionOut>(`/sessions/${id}`),
  patchSession: (id: string, body: { title?: string; pinned?: boolean; archived?: boolean; model?: string | null; sampling?: Sampling }) =>
    call<SessionOut>(`/sessions/${id}`, { method: 'PATCH', body }),
  deleteSession: (id: string) => call<void>(`/sessions/${id}`, { method: 'DELETE' }),

  messages: (id: string, p: { before?: string; after?: string; limit?: number } = {}) => call<HistoryPage>(`/sessions/${id}/messages` + query(p)),
  message: (id: string, msg: string) => call<MessageOut>(`/sessions/${id}/messages/${msg}`),
  editMessage: (id: string, msg: string, content: string) =>
    call<MessageOut>(`/sessions/${id}/messages/${msg}`, { method: 'PATCH', body: { content } }),
  deleteMessage: (id: string, msg: string) => call<void>(`/sessions/${id}/messages/${msg}`, { method: 'DELETE' }),
  regenerate: (id: string, msg: string, mode: 'new' | 'continue') =>
    call<{ reply: MessageOut; seq: number }>(`/sessions/${id}/messages/${msg}/regenerate`, { method: 'POST', body: { mode } }),
  stop: (id: string, msg: string) => call<unknown>(`/sessions/${id}/messages/${msg}/stop`, { method: 'POST' }),
  /** What is said here is read, as far as it goes. */
  read: (id: string) => call<void>(`/sessions/${id}/read`, { method: 'PUT', body: { seq: Number.MAX_SAFE_INTEGER } }),
  setLeaf: (id: string, message_id: string) => call<SessionOut>(`/sessions/${id}/leaf`, { method: 'PUT', body: { message_id } }),

  memories: (id: string, p: { kind?: MemoryKind; pinned?: boolean; ended?: boolean; cursor?: string | null; limit?: number } = {}) =>
    call<Page<MemoryOut>>(`/characters/${id}/memories` + query({ ...p, ended: p.ended || undefined })),
  searchMemories: (id: string, q: string, limit: number, signal?: AbortSignal) =>
    call<{ items: FoundMemoryOut[]; recall: 'hybrid' | 'words' }>(`/characters/${id}/memories/search` + query({ q, limit }), { signal }),
  memoryState: (id: string) => call<MemoryStateOut>(`/characters/${id}/memories/state`),
  addMemory: (id: string, body: MemoryIn) => call<MemoryOut>(`/characters/${id}/memories`, { method: 'POST', body }),
  memory: (id: string, mem: string) => call<MemoryDetailOut>(`/characters/${id}/memories/${mem}`),
  patchMemory: (id: string, mem: string, body: MemoryPatch) => call<MemoryOut>(`/characters/${id}/memories/${mem}`, { method: 'PATCH', body }),
  forgetMemory: (id: string, mem: string) => call<{ forgotten: number }>(`/characters/${id}/memories/${mem}`, { method: 'DELETE' }),
  forgetMemories: (id: string) => call<{ forgotten: number }>(`/characters/${id}/memories`, { method: 'DELETE' }),
  exportMemories: async (id: string) => (await answered(`/characters/${id}/memories/export`)).blob(),
  notifications: (p: { unread?: boolean; cursor?: string | null; limit?: number }) =>
    call<Page<NotificationOut>>('/notifications' + query({ ...p, unread: p.unread || undefined })),
  readNotifications: (up_to: number) => call<InboxOut>('/notifications/read', { method: 'POST', body: { up_to } }),
  deleteNotification: (id: string) => call<void>(`/notifications/${id}`, { method: 'DELETE' }),
  notificationSettings: () => call<NotificationSettings>('/notifications/settings'),
  saveNotificationSettings: (body: NotificationSettings) =>
    call<NotificationSettings>('/notifications/settings', {
      method: 'PUT',
      body: { ...body, kinds: body.kinds.map(({ kind, in_app, push }) => ({ kind, in_app, push })) },
    }),
  pushKey: () => call<{ key: string | null }>('/notifications/push/key'),
  subscribePush: (body: PushSubscriptionJSON) =>
    call<{ id: string }>('/notifications/push/subscriptions', { method: 'POST', body: { endpoint: body.endpoint, keys: body.keys } }),
  unsubscribePush: () => call<void>('/notifications/push/subscriptions', { method: 'DELETE' }),
  tryPush: () => call<{ outcome: PushOutcome }>('/notifications/push/test', { method: 'POST' }),

  trace: (message_id: string) => call<TraceOut>(`/messages/${message_id}/trace`),
};

const group = (id: string) => `/sessions/${id}`;

/** Sessions that several share. Whoever else is there is named by id. */
export const groups = {
  create: (body: GroupIn) => call<SessionOut>('/groups', { method: 'POST', body }),
  /** The direct session with another person: always the same one. */
  direct: (user_id: string) => call<SessionOut>('/direct-sessions', { method: 'POST', body: { user_id } }),
  invitations: () => call<Page<InvitationOut>>('/invitations'),
  join: (id: string) => call<SessionOut>(`${group(id)}/join`, { method: 'POST' }),
  patch: (id: string, body: GroupPatch) => call<SessionOut>(`${group(id)}/group`, { method: 'PATCH', body }),
  /** How it stands with the caller alone. */
  own: (id: string, body: { pinned?: boolean; archived?: boolean; muted?: boolean }) => call<SessionOut>(`${group(id)}/membership`, { method: 'PATCH', body }),
  invite: (id: string, user: string) => call<SessionOut>(`${group(id)}/members/${user}`, { method: 'PUT' }),
  /** Leaves, declines, takes an invitation back, or sends somebody away. */
  remove: (id: string, user: string) => call<void>(`${group(id)}/members/${user}`, { method: 'DELETE' }),
  setRole: (id: string, user: string, role: MemberRole) => call<SessionOut>(`${group(id)}/members/${user}/role`, { method: 'PUT', body: { role } }),
  /** Brings a character, or has her speak more readily, or less. */
  bring: (id: string, character: string, talkativeness?: number) =>
    call<SessionOut>(`${group(id)}/characters/${character}`, { method: 'PUT', body: talkativeness === undefined ? {} : { talkativeness } }),
  sendAway: (id: string, character: string) => call<void>(`${group(id)}/characters/${character}`, { method: 'DELETE' }),
  speak: (id: string, character_id: string) => call<unknown>(`${group(id)}/replies`, { method: 'POST', body: { character_id } }),
  events: (id: string, after_seq: number) => call<Page<SessionEvent>>(`${group(id)}/events` + query({ after_seq, limit: 100 })),
};

/** A person in a list that is read page by page. */
export interface Listed extends PersonCardOut {
  since: string;
}

/** The next page with something on it: those before may hold only what is not shown. */
async function filled<T>(path: string, cursor: string | null, limit: number): Promise<Page<T>> {
  let next = cursor;
  for (;;) {
    const page = await call<Page<T>>(path + (path.includes('?') ? '&' : '?') + query({ cursor: next, limit }).slice(1));
    if (page.items.length > 0 || page.next_cursor === null) return page;
    next = page.next_cursor;
  }
}

async function listed(path: string, cursor: string | null): Promise<Page<Listed>> {
  const page = await filled<ListedPersonOut>(path, cursor, 30);
  return { items: page.items.map((x) => ({ ...x.person, since: x.since })), next_cursor: page.next_cursor };
}

const at = (who: string) => `/people/${encodeURIComponent(who)}`;

/** People among each other. Whoever is named is so by handle or id. */
export const people = {
  own: () => call<OwnProfileOut>('/users/me/profile'),
  patchOwn: (body: ProfilePatch) => call<OwnProfileOut>('/users/me/profile', { method: 'PATCH', body }),
  putAvatar: (file: Blob) => call<OwnProfileOut>('/users/me/avatar', { method: 'PUT', raw: file }),
  deleteAvatar: () => call<OwnProfileOut>('/users/me/avatar', { method: 'DELETE' }),
  search: (search: string, signal?: AbortSignal) => call<Page<PersonCardOut>>('/people' + query({ search }), { signal }),
  suggestions: () => call<Page<SuggestionOut>>('/users/me/suggestions'),
  profile: (who: string) => call<ProfileOut>(at(who)),
  ask: (who: string) => call<RelationOut>(`${at(who)}/friend`, { method: 'PUT' }),
  part: (who: string) => call<RelationOut>(`${at(who)}/friend`, { method: 'DELETE' }),
  accept: (who: string) => call<RelationOut>(`${at(who)}/friend/accept`, { method: 'POST' }),
  follow: (who: string, on: boolean) => call<RelationOut>(`${at(who)}/follow`, { method: on ? 'PUT' : 'DELETE' }),
  block: (who: string, on: boolean) => call<void>(`${at(who)}/block`, { method: on ? 'PUT' : 'DELETE' }),
  mute: (who: string, on: boolean) => call<void>(`${at(who)}/mute`, { method: on ? 'PUT' : 'DELETE' }),
  friends: (who: string, cursor: string | null) => listed(`${at(who)}/friends`, cursor),
  followers: (who: string, cursor: string | null) => listed(`${at(who)}/followers`, cursor),
  following: (who: string, cursor: string | null) => listed(`${at(who)}/following`, cursor),
  requests: (direction: 'incoming' | 'outgoing', cursor: string | null) => listed(`/users/me/friend-requests?direction=${direction}`, cursor),
  blocked: (cursor: string | null) => listed('/users/me/blocked', cursor),
  muted: (cursor: string | null) => listed('/users/me/muted', cursor),
  characterFollow: (id: string) => call<CharacterFollowOut>(`/characters/${id}/follow`),
  followCharacter: (id: string, on: boolean) => call<CharacterFollowOut>(`/characters/${id}/follow`, { method: on ? 'PUT' : 'DELETE' }),
  report: (kind: ReportedKind, id: string, reason: ReportReason, note: string) =>
    call<{ id: string; repeated: boolean }>('/reports', { method: 'POST', body: { target: { kind, id }, reason, note } }),
};

const moment = (id: string) => `/moments/${id}`;

/** What people and characters share. */
export const moments = {
  feed: (cursor: string | null) => filled<MomentOut>('/feed', cursor, 20),
  of: (who: string, cursor: string | null) => filled<MomentOut>(`${at(who)}/moments`, cursor, 20),
  ofCharacter: (id: string, cursor: string | null) => filled<MomentOut>(`/characters/${id}/moments`, cursor, 20),
  /** Whether a character of the person's shares moments by herself. */
  posts: (character: string) => call<{ posts: boolean }>(`/characters/${character}/moments/settings`),
  letPost: (character: string, posts: boolean) => call<{ posts: boolean }>(`/characters/${character}/moments/settings`, { method: 'PUT', body: { posts } }),
  get: (id: string) => call<MomentOut>(moment(id)),
  /** By the person, or by a character of theirs. */
  share: (body: MomentIn, character: string | null = null) => call<MomentOut>(character === null ? '/moments' : `/characters/${character}/moments`, { method: 'POST', body }),
  upload: (file: Blob, signal?: AbortSignal) => call<MomentImageOut>('/media', { method: 'POST', raw: file, signal }),
  patch: (id: string, body: MomentPatch) => call<MomentOut>(moment(id), { method: 'PATCH', body }),
  remove: (id: string) => call<void>(moment(id), { method: 'DELETE' }),
  like: (id: string, on: boolean) => call<MomentLikeOut>(`${moment(id)}/like`, { method: on ? 'PUT' : 'DELETE' }),
  likes: (id: string, cursor: string | null) => listed(`${moment(id)}/likes`, cursor),
  comments: (id: string, cursor: string | null) => filled<CommentOut>(`${moment(id)}/comments`, cursor, COMMENTS_PAGE),
  comment: (id: string, body: { client_comment_id: string; text: string; reply_to: string | null }) => call<CommentOut>(`${moment(id)}/comments`, { method: 'POST', body }),
  removeComment: (id: string, comment: string) => call<void>(`${moment(id)}/comments/${comment}`, { method: 'DELETE' }),
};

/** For moderators. */
export const moderation = {
  cases: (p: { state?: CaseState | undefined; kind?: ReportedKind | undefined; cursor?: string | null }) => call<Page<CaseOut>>('/admin/cases' + query(p)),
  case: (id: string) => call<WholeCaseOut>(`/admin/cases/${id}`),
  message: (id: string) => call<ReportedMessageOut>(`/admin/cases/${id}/message`, { method: 'POST' }),
  /** The moment or the comment that a case is about. */
  moment: (id: string) => call<ReportedMomentOut>(`/admin/cases/${id}/moment`, { method: 'POST' }),
  claim: (id: string) => call<CaseOut>(`/admin/cases/${id}/claim`, { method: 'POST' }),
  resolve: (id: string, action: CaseAction) => call<CaseOut>(`/admin/cases/${id}/resolve`, { method: 'POST', body: { action } }),
  restore: (character: string) => call<void>(`/admin/characters/${character}/hidden`, { method: 'DELETE' }),
};

const person = (id: string) => `/admin/people/${id}`;

/** For admins. */
export const admin = {
  overview: () => call<OverviewOut>('/admin/overview'),
  people: (p: { search?: string; role?: UserRole | undefined; disabled?: boolean | undefined; cursor?: string | null }) => call<Page<PersonOut>>('/admin/people' + query(p)),
  person: (id: string) => call<PersonOut>(person(id)),
  setRole: (id: string, role: UserRole) => call<PersonOut>(`${person(id)}/role`, { method: 'PUT', body: { role } }),
  disable: (id: string, reason: string) => call<PersonOut>(`${person(id)}/disabled`, { method: 'PUT', body: { reason } }),
  enable: (id: string) => call<PersonOut>(`${person(id)}/disabled`, { method: 'DELETE' }),
  setQuota: (id: string, own: Partial<Record<'replies' | 'tokens' | 'cost', LimitOut>>) => call<PersonOut>(`${person(id)}/quota`, { method: 'PUT', body: own }),
  jobs: (p: { state?: JobState | undefined; cursor?: string | null }) => call<Page<JobOut>>('/admin/jobs' + query(p)),
  retryJob: (id: string) => call<JobOut>(`/admin/jobs/${id}/retry`, { method: 'POST' }),
  discardJob: (id: string) => call<void>(`/admin/jobs/${id}`, { method: 'DELETE' }),
  models: () => call<ModelsOut>('/admin/models'),
  useModel: (name: string) => call<ModelsOut>('/admin/models/default', { method: 'PUT', body: { name } }),
  audit: (p: { action?: AuditAction | undefined; cursor?: string | null }) => call<Page<AuditEntryOut>>('/admin/audit' + query(p)),
};

async function operated(key: string, path: string, init: RequestInit = {}): Promise<ModelsOut> {
  const response = await reach(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } });
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as ModelsOut;
}

/** For whoever runs the server: their key stands in place of a person's token. */
export const operator = {
  models: (key: string) => operated(key, '/operator/models'),
  useModel: (key: string, name: string) =>
    operated(key, '/operator/models/default', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name }) }),
};
