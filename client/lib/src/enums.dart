// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

/// `user`, `cli`, `operator_key`, `stranger`.
@JsonEnum(valueField: 'wire')
enum ActorKind {
  user('user'),
  cli('cli'),
  operatorKey('operator_key'),
  stranger('stranger'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ActorKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ActorKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `unknown`, `child`, `teen`, `adult`.
@JsonEnum(valueField: 'wire')
enum AgeClass {
  unknown('unknown'),
  child('child'),
  teen('teen'),
  adult('adult'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const AgeClass(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static AgeClass of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `everyone`, `friends_of_friends`, `nobody`.
@JsonEnum(valueField: 'wire')
enum AskAudience {
  everyone('everyone'),
  friendsOfFriends('friends_of_friends'),
  nobody('nobody'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const AskAudience(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static AskAudience of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `everyone`, `friends`, `nobody`.
@JsonEnum(valueField: 'wire')
enum Audience {
  everyone('everyone'),
  friends('friends'),
  nobody('nobody'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const Audience(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static Audience of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `role_changed`, `account_disabled`, `account_enabled`, `quota_changed`,
/// `job_retried`, `job_discarded`, `model_chosen`, `operator_key_used`,
/// `sign_in_throttled`, `case_claimed`, `case_resolved`,
/// `reported_message_read`, `character_hidden`, `character_restored`,
/// `reported_moment_read`, `moment_removed`, `comment_removed`.
@JsonEnum(valueField: 'wire')
enum AuditAction {
  roleChanged('role_changed'),
  accountDisabled('account_disabled'),
  accountEnabled('account_enabled'),
  quotaChanged('quota_changed'),
  jobRetried('job_retried'),
  jobDiscarded('job_discarded'),
  modelChosen('model_chosen'),
  operatorKeyUsed('operator_key_used'),
  signInThrottled('sign_in_throttled'),
  caseClaimed('case_claimed'),
  caseResolved('case_resolved'),
  reportedMessageRead('reported_message_read'),
  characterHidden('character_hidden'),
  characterRestored('character_restored'),
  reportedMomentRead('reported_moment_read'),
  momentRemoved('moment_removed'),
  commentRemoved('comment_removed'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const AuditAction(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static AuditAction of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `dismiss`, `hide_character`, `disable_person`, `remove_moment`,
/// `remove_comment`.
@JsonEnum(valueField: 'wire')
enum CaseAction {
  dismiss('dismiss'),
  hideCharacter('hide_character'),
  disablePerson('disable_person'),
  removeMoment('remove_moment'),
  removeComment('remove_comment'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const CaseAction(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static CaseAction of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `open`, `claimed`, `resolved`.
@JsonEnum(valueField: 'wire')
enum CaseState {
  open('open'),
  claimed('claimed'),
  resolved('resolved'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const CaseState(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static CaseState of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `general`, `mature`.
@JsonEnum(valueField: 'wire')
enum ContentRating {
  general('general'),
  mature('mature'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ContentRating(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ContentRating of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `superseded`, `corrected`.
@JsonEnum(valueField: 'wire')
enum EndReason {
  superseded('superseded'),
  corrected('corrected'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const EndReason(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static EndReason of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `impression`, `click`, `chat_started`, `message_sent`, `like`, `unlike`,
/// `dislike`, `share`, `hide`, `follow`, `unfollow`.
@JsonEnum(valueField: 'wire')
enum EventKind {
  impression('impression'),
  click('click'),
  chatStarted('chat_started'),
  messageSent('message_sent'),
  like('like'),
  unlike('unlike'),
  dislike('dislike'),
  share('share'),
  hide('hide'),
  follow('follow'),
  unfollow('unfollow'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const EventKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static EventKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `person`, `relationship`, `character`.
@JsonEnum(valueField: 'wire')
enum FactSubject {
  person('person'),
  relationship('relationship'),
  character('character'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const FactSubject(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static FactSubject of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `interrupted`, `model_unavailable`, `model_timeout`, `model_busy`,
/// `model_credentials`, `model_unknown`, `model_quota`, `content_refused`,
/// `context_too_long`, `internal`.
@JsonEnum(valueField: 'wire')
enum FailureCode {
  interrupted('interrupted'),
  modelUnavailable('model_unavailable'),
  modelTimeout('model_timeout'),
  modelBusy('model_busy'),
  modelCredentials('model_credentials'),
  modelUnknown('model_unknown'),
  modelQuota('model_quota'),
  contentRefused('content_refused'),
  contextTooLong('context_too_long'),
  internal('internal'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const FailureCode(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static FailureCode of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `stop`, `length`, `content_filter`.
@JsonEnum(valueField: 'wire')
enum FinishReason {
  stop('stop'),
  length('length'),
  contentFilter('content_filter'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const FinishReason(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static FinishReason of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `remember`, `learn`, `retell`, `embed`, `push`, `recommend`,
/// `comment_moment`, `answer_comment`, `post_moment`.
@JsonEnum(valueField: 'wire')
enum JobKind {
  remember('remember'),
  learn('learn'),
  retell('retell'),
  embed('embed'),
  push('push'),
  recommend('recommend'),
  commentMoment('comment_moment'),
  answerComment('answer_comment'),
  postMoment('post_moment'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const JobKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static JobKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `waiting`, `running`, `parked`.
@JsonEnum(valueField: 'wire')
enum JobState {
  waiting('waiting'),
  running('running'),
  parked('parked'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const JobState(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static JobState of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `on`, `tiny_model`, `off`.
@JsonEnum(valueField: 'wire')
enum Learning {
  on('on'),
  tinyModel('tiny_model'),
  off('off'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const Learning(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static Learning of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `default`, `unlimited`, `at_most`.
@JsonEnum(valueField: 'wire')
enum LimitRule {
  defaultValue('default'),
  unlimited('unlimited'),
  atMost('at_most'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const LimitRule(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static LimitRule of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `owner`, `moderator`, `member`.
@JsonEnum(valueField: 'wire')
enum MemberRole {
  owner('owner'),
  moderator('moderator'),
  member('member'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const MemberRole(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static MemberRole of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `invited`, `joined`, `left`.
@JsonEnum(valueField: 'wire')
enum MemberState {
  invited('invited'),
  joined('joined'),
  left('left'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const MemberState(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static MemberState of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `episode`, `fact`, `summary`, `note`.
@JsonEnum(valueField: 'wire')
enum MemoryKind {
  episode('episode'),
  fact('fact'),
  summary('summary'),
  note('note'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const MemoryKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static MemoryKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `used`, `in_history`, `no_room`.
@JsonEnum(valueField: 'wire')
enum MemoryOutcome {
  used('used'),
  inHistory('in_history'),
  noRoom('no_room'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const MemoryOutcome(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static MemoryOutcome of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `queued`, `streaming`, `complete`, `stopped`, `failed`.
@JsonEnum(valueField: 'wire')
enum MessageStatus {
  queued('queued'),
  streaming('streaming'),
  complete('complete'),
  stopped('stopped'),
  failed('failed'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const MessageStatus(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static MessageStatus of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `local`, `ollama`, `openai`, `scripted`.
@JsonEnum(valueField: 'wire')
enum ModelProvider {
  local('local'),
  ollama('ollama'),
  openai('openai'),
  scripted('scripted'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ModelProvider(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ModelProvider of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `public`, `followers`, `friends`, `private`.
@JsonEnum(valueField: 'wire')
enum MomentVisibility {
  public('public'),
  followers('followers'),
  friends('friends'),
  private('private'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const MomentVisibility(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static MomentVisibility of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `joining`, `all`.
@JsonEnum(valueField: 'wire')
enum NewcomersSee {
  joining('joining'),
  all('all'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const NewcomersSee(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static NewcomersSee of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `characters`, `people`, `messages`, `moments`, `account`.
@JsonEnum(valueField: 'wire')
enum NotificationCategory {
  characters('characters'),
  people('people'),
  messages('messages'),
  moments('moments'),
  account('account'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const NotificationCategory(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static NotificationCategory of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `friend_request`, `friend_accepted`, `new_follower`, `reply_ready`,
/// `character_wrote`, `direct_message`, `group_invitation`, `moment_liked`,
/// `moment_commented`, `report_resolved`, `system`.
@JsonEnum(valueField: 'wire')
enum NotificationKind {
  friendRequest('friend_request'),
  friendAccepted('friend_accepted'),
  newFollower('new_follower'),
  replyReady('reply_ready'),
  characterWrote('character_wrote'),
  directMessage('direct_message'),
  groupInvitation('group_invitation'),
  momentLiked('moment_liked'),
  momentCommented('moment_commented'),
  reportResolved('report_resolved'),
  system('system'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const NotificationKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static NotificationKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `person`, `character`.
@JsonEnum(valueField: 'wire')
enum NotifierKind {
  person('person'),
  character('character'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const NotifierKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static NotifierKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `malformed`, `invalid_cursor`, `unauthenticated`, `invalid_credentials`,
/// `forbidden`, `account_disabled`, `not_found`, `no_trace`,
/// `method_not_allowed`, `conflict`, `username_taken`, `email_taken`,
/// `too_many_characters`, `too_many_queued`, `too_many_siblings`,
/// `reply_running`, `not_a_reply`, `message_deleted`, `character_unavailable`,
/// `too_many_notes`, `memory_ended`, `episode_is_what_was_said`, `outdated`,
/// `payload_too_large`, `unsupported_media_type`, `validation_failed`,
/// `group_full`, `not_for_everybody`, `too_many_groups`, `last_admin`,
/// `job_running`, `handle_taken`, `too_many_friends`, `too_many_requests`,
/// `too_many_follows`, `too_many_blocks`, `moment_deleted`,
/// `image_unavailable`, `too_many_comments`, `characters_silent`,
/// `case_claimed`, `case_resolved`, `rate_limited`, `quota_reached`,
/// `internal`, `unavailable`.
@JsonEnum(valueField: 'wire')
enum ProblemCode {
  malformed('malformed'),
  invalidCursor('invalid_cursor'),
  unauthenticated('unauthenticated'),
  invalidCredentials('invalid_credentials'),
  forbidden('forbidden'),
  accountDisabled('account_disabled'),
  notFound('not_found'),
  noTrace('no_trace'),
  methodNotAllowed('method_not_allowed'),
  conflict('conflict'),
  usernameTaken('username_taken'),
  emailTaken('email_taken'),
  tooManyCharacters('too_many_characters'),
  tooManyQueued('too_many_queued'),
  tooManySiblings('too_many_siblings'),
  replyRunning('reply_running'),
  notAReply('not_a_reply'),
  messageDeleted('message_deleted'),
  characterUnavailable('character_unavailable'),
  tooManyNotes('too_many_notes'),
  memoryEnded('memory_ended'),
  episodeIsWhatWasSaid('episode_is_what_was_said'),
  outdated('outdated'),
  payloadTooLarge('payload_too_large'),
  unsupportedMediaType('unsupported_media_type'),
  validationFailed('validation_failed'),
  groupFull('group_full'),
  notForEverybody('not_for_everybody'),
  tooManyGroups('too_many_groups'),
  lastAdmin('last_admin'),
  jobRunning('job_running'),
  handleTaken('handle_taken'),
  tooManyFriends('too_many_friends'),
  tooManyRequests('too_many_requests'),
  tooManyFollows('too_many_follows'),
  tooManyBlocks('too_many_blocks'),
  momentDeleted('moment_deleted'),
  imageUnavailable('image_unavailable'),
  tooManyComments('too_many_comments'),
  charactersSilent('characters_silent'),
  caseClaimed('case_claimed'),
  caseResolved('case_resolved'),
  rateLimited('rate_limited'),
  quotaReached('quota_reached'),
  internal('internal'),
  unavailable('unavailable'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ProblemCode(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ProblemCode of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `instructions`, `persona`, `scenario`, `examples`, `memories`, `history`.
@JsonEnum(valueField: 'wire')
enum PromptPart {
  instructions('instructions'),
  persona('persona'),
  scenario('scenario'),
  examples('examples'),
  memories('memories'),
  history('history'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const PromptPart(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static PromptPart of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `taken`, `gone`, `refused`, `unreachable`.
@JsonEnum(valueField: 'wire')
enum PushOutcome {
  taken('taken'),
  gone('gone'),
  refused('refused'),
  unreachable('unreachable'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const PushOutcome(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static PushOutcome of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `replies`, `tokens`, `cost`, `cost_all`.
@JsonEnum(valueField: 'wire')
enum QuotaKind {
  replies('replies'),
  tokens('tokens'),
  cost('cost'),
  costAll('cost_all'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const QuotaKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static QuotaKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `like`, `dislike`.
@JsonEnum(valueField: 'wire')
enum Reaction {
  like('like'),
  dislike('dislike'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const Reaction(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static Reaction of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `because_you_like`, `similar_to`, `matches_your_tags`, `matches_your_taste`,
/// `popular_now`, `new`, `trying_out`.
@JsonEnum(valueField: 'wire')
enum ReasonKind {
  becauseYouLike('because_you_like'),
  similarTo('similar_to'),
  matchesYourTags('matches_your_tags'),
  matchesYourTaste('matches_your_taste'),
  popularNow('popular_now'),
  newValue('new'),
  tryingOut('trying_out'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ReasonKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ReasonKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `nothing`, `hybrid`, `words`, `late`.
@JsonEnum(valueField: 'wire')
enum RecallKind {
  nothing('nothing'),
  hybrid('hybrid'),
  words('words'),
  late('late'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const RecallKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static RecallKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `meaning`, `words`, `neighbours`, `speaker`, `time`, `recency`,
/// `importance`, `pinned`.
@JsonEnum(valueField: 'wire')
enum RecallReason {
  meaning('meaning'),
  words('words'),
  neighbours('neighbours'),
  speaker('speaker'),
  time('time'),
  recency('recency'),
  importance('importance'),
  pinned('pinned'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const RecallReason(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static RecallReason of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `not_found`, `told_by_server`.
@JsonEnum(valueField: 'wire')
enum RefusalReason {
  notFound('not_found'),
  toldByServer('told_by_server'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const RefusalReason(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static RefusalReason of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `new`, `continue`.
@JsonEnum(valueField: 'wire')
enum RegenerateMode {
  newValue('new'),
  continueValue('continue'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const RegenerateMode(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static RegenerateMode of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `addressed`, `natural`, `all`, `manual`.
@JsonEnum(valueField: 'wire')
enum ReplyMode {
  addressed('addressed'),
  natural('natural'),
  all('all'),
  manual('manual'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ReplyMode(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ReplyMode of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `spam`, `harassment`, `hate`, `sexual`, `minors`, `violence`, `self_harm`,
/// `impersonation`, `copyright`, `other`.
@JsonEnum(valueField: 'wire')
enum ReportReason {
  spam('spam'),
  harassment('harassment'),
  hate('hate'),
  sexual('sexual'),
  minors('minors'),
  violence('violence'),
  selfHarm('self_harm'),
  impersonation('impersonation'),
  copyright('copyright'),
  other('other'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ReportReason(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ReportReason of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `message`, `character`, `person`, `moment`, `moment_comment`.
@JsonEnum(valueField: 'wire')
enum ReportedKind {
  message('message'),
  character('character'),
  person('person'),
  moment('moment'),
  momentComment('moment_comment'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ReportedKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ReportedKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `incoming`, `outgoing`.
@JsonEnum(valueField: 'wire')
enum RequestDirection {
  incoming('incoming'),
  outgoing('outgoing'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const RequestDirection(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static RequestDirection of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `user`, `character`.
@JsonEnum(valueField: 'wire')
enum Role {
  user('user'),
  character('character'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const Role(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static Role of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `solo`, `direct`, `group`.
@JsonEnum(valueField: 'wire')
enum SessionKind {
  solo('solo'),
  direct('direct'),
  group('group'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const SessionKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static SessionKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `addressed`, `turn`, `all`, `asked`.
@JsonEnum(valueField: 'wire')
enum SpeakingReason {
  addressed('addressed'),
  turn('turn'),
  all('all'),
  asked('asked'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const SpeakingReason(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static SpeakingReason of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `person`, `character`, `session`, `moment`, `group`, `report`, `account`.
@JsonEnum(valueField: 'wire')
enum SubjectKind {
  person('person'),
  character('character'),
  session('session'),
  moment('moment'),
  group('group'),
  report('report'),
  account('account'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const SubjectKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static SubjectKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `session`, `story`.
@JsonEnum(valueField: 'wire')
enum SummaryScale {
  session('session'),
  story('story'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const SummaryScale(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static SummaryScale of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `for_you`, `trending`, `new`, `search`, `similar`, `profile`.
@JsonEnum(valueField: 'wire')
enum Surface {
  forYou('for_you'),
  trending('trending'),
  newValue('new'),
  search('search'),
  similar('similar'),
  profile('profile'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const Surface(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static Surface of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `user`, `job`, `model`, `address`, `server`, `case`, `character`, `moment`,
/// `comment`.
@JsonEnum(valueField: 'wire')
enum TargetKind {
  user('user'),
  job('job'),
  model('model'),
  address('address'),
  server('server'),
  caseValue('case'),
  character('character'),
  moment('moment'),
  comment('comment'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const TargetKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static TargetKind of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `member`, `moderator`, `admin`.
@JsonEnum(valueField: 'wire')
enum UserRole {
  member('member'),
  moderator('moderator'),
  admin('admin'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const UserRole(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static UserRole of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `private`, `unlisted`, `public`.
@JsonEnum(valueField: 'wire')
enum Visibility {
  private('private'),
  unlisted('unlisted'),
  public('public'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const Visibility(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static Visibility of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}
