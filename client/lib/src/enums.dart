// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

/// `sleeping`, `working`, `free`.
@JsonEnum(valueField: 'wire')
enum Activity {
  sleeping('sleeping'),
  working('working'),
  free('free'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const Activity(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static Activity of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

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

/// `chat`, `recall`, `sessions`.
@JsonEnum(valueField: 'wire')
enum ApiKeyScope {
  chat('chat'),
  recall('recall'),
  sessions('sessions'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ApiKeyScope(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ApiKeyScope of(String wire) =>
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
/// `reported_moment_read`, `moment_removed`, `comment_removed`,
/// `message_removed`.
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
  messageRemoved('message_removed'),

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

/// `message`, `choice`.
@JsonEnum(valueField: 'wire')
enum BondCause {
  message('message'),
  choice('choice'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const BondCause(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static BondCause of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `model`, `words`.
@JsonEnum(valueField: 'wire')
enum BondJudge {
  model('model'),
  words('words'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const BondJudge(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static BondJudge of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `reserved`, `calm`, `warm`, `bright`.
@JsonEnum(valueField: 'wire')
enum BondMood {
  reserved('reserved'),
  calm('calm'),
  warm('warm'),
  bright('bright'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const BondMood(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static BondMood of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `kindness`, `thanks`, `sharing`, `play`, `affection`, `apology`, `rudeness`,
/// `other`.
@JsonEnum(valueField: 'wire')
enum BondReason {
  kindness('kindness'),
  thanks('thanks'),
  sharing('sharing'),
  play('play'),
  affection('affection'),
  apology('apology'),
  rudeness('rudeness'),
  other('other'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const BondReason(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static BondReason of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `json`, `png`, `charx`, `jpeg_charx`.
@JsonEnum(valueField: 'wire')
enum CardContainer {
  json('json'),
  png('png'),
  charx('charx'),
  jpegCharx('jpeg_charx'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const CardContainer(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static CardContainer of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `json_v2`, `json_v3`, `png`, `charx`.
@JsonEnum(valueField: 'wire')
enum CardFormat {
  jsonV2('json_v2'),
  jsonV3('json_v3'),
  png('png'),
  charx('charx'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const CardFormat(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static CardFormat of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `name_missing`, `type_mended`, `version_newer`, `version_missing`,
/// `text_cut`, `list_cut`, `text_cleaned`, `remote_asset`, `asset_missing`,
/// `assets_not_kept`, `module_not_read`, `portrait_not_taken`,
/// `pictures_missing`, `text_mended`, `book_not_kept`.
@JsonEnum(valueField: 'wire')
enum CardNotice {
  nameMissing('name_missing'),
  typeMended('type_mended'),
  versionNewer('version_newer'),
  versionMissing('version_missing'),
  textCut('text_cut'),
  listCut('list_cut'),
  textCleaned('text_cleaned'),
  remoteAsset('remote_asset'),
  assetMissing('asset_missing'),
  assetsNotKept('assets_not_kept'),
  moduleNotRead('module_not_read'),
  portraitNotTaken('portrait_not_taken'),
  picturesMissing('pictures_missing'),
  textMended('text_mended'),
  bookNotKept('book_not_kept'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const CardNotice(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static CardNotice of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `v1`, `v2`, `v3`, `agnai`.
@JsonEnum(valueField: 'wire')
enum CardVersion {
  v1('v1'),
  v2('v2'),
  v3('v3'),
  agnai('agnai'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const CardVersion(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static CardVersion of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `dismiss`, `hide_character`, `disable_person`, `remove_moment`,
/// `remove_comment`, `remove_message`.
@JsonEnum(valueField: 'wire')
enum CaseAction {
  dismiss('dismiss'),
  hideCharacter('hide_character'),
  disablePerson('disable_person'),
  removeMoment('remove_moment'),
  removeComment('remove_comment'),
  removeMessage('remove_message'),

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

/// `silly_tavern`, `agnai`, `risu`, `character_ai`.
@JsonEnum(valueField: 'wire')
enum ChatFormat {
  sillyTavern('silly_tavern'),
  agnai('agnai'),
  risu('risu'),
  characterAi('character_ai'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ChatFormat(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ChatFormat of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `silly_tavern`, `chub`, `agnai`, `risu`, `cai_tools`, `ooba`, `kobold`,
/// `open_webui`, `talker`.
@JsonEnum(valueField: 'wire')
enum ChatSource {
  sillyTavern('silly_tavern'),
  chub('chub'),
  agnai('agnai'),
  risu('risu'),
  caiTools('cai_tools'),
  ooba('ooba'),
  kobold('kobold'),
  openWebui('open_webui'),
  talker('talker'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ChatSource(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ChatSource of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `given`, `withdrawn`.
@JsonEnum(valueField: 'wire')
enum ConsentAct {
  given('given'),
  withdrawn('withdrawn'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ConsentAct(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ConsentAct of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `terms`, `privacy`, `bond`, `diary`, `writes_first`, `push`, `mature`.
@JsonEnum(valueField: 'wire')
enum ConsentKind {
  terms('terms'),
  privacy('privacy'),
  bond('bond'),
  diary('diary'),
  writesFirst('writes_first'),
  push('push'),
  mature('mature'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ConsentKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ConsentKind of(String wire) =>
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

/// `self_harm`, `eating_disorder`, `reminder`, `withheld`.
@JsonEnum(valueField: 'wire')
enum Counted {
  selfHarm('self_harm'),
  eatingDisorder('eating_disorder'),
  reminder('reminder'),
  withheld('withheld'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const Counted(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static Counted of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, `saturday`,
/// `sunday`.
@JsonEnum(valueField: 'wire')
enum Day {
  monday('monday'),
  tuesday('tuesday'),
  wednesday('wednesday'),
  thursday('thursday'),
  friday('friday'),
  saturday('saturday'),
  sunday('sunday'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const Day(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static Day of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `on`, `off`, `bond_off`, `server_off`, `tiny_model`.
@JsonEnum(valueField: 'wire')
enum DiaryKeeping {
  on('on'),
  off('off'),
  bondOff('bond_off'),
  serverOff('server_off'),
  tinyModel('tiny_model'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const DiaryKeeping(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static DiaryKeeping of(String wire) =>
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

/// `happy`, `bittersweet`, `sad`, `open`.
@JsonEnum(valueField: 'wire')
enum EndingKind {
  happy('happy'),
  bittersweet('bittersweet'),
  sad('sad'),
  open('open'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const EndingKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static EndingKind of(String wire) =>
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

/// `contradiction`, `unreachable_scene`, `unreachable_ending`,
/// `unreachable_choice`, `dead_end`, `loop`, `no_ending`, `image_missing`.
@JsonEnum(valueField: 'wire')
enum FindingKind {
  contradiction('contradiction'),
  unreachableScene('unreachable_scene'),
  unreachableEnding('unreachable_ending'),
  unreachableChoice('unreachable_choice'),
  deadEnd('dead_end'),
  loop('loop'),
  noEnding('no_ending'),
  imageMissing('image_missing'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const FindingKind(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static FindingKind of(String wire) =>
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

/// `friend`, `followed`.
@JsonEnum(valueField: 'wire')
enum FormerTie {
  friend('friend'),
  followed('followed'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const FormerTie(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static FormerTie of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `anniversary`, `promise`, `thought`.
@JsonEnum(valueField: 'wire')
enum InitiativeReason {
  anniversary('anniversary'),
  promise('promise'),
  thought('thought'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const InitiativeReason(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static InitiativeReason of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `remember`, `learn`, `retell`, `judge`, `keep_diary`, `embed`, `push`,
/// `recommend`, `comment_moment`, `answer_comment`, `post_moment`,
/// `write_first`.
@JsonEnum(valueField: 'wire')
enum JobKind {
  remember('remember'),
  learn('learn'),
  retell('retell'),
  judge('judge'),
  keepDiary('keep_diary'),
  embed('embed'),
  push('push'),
  recommend('recommend'),
  commentMoment('comment_moment'),
  answerComment('answer_comment'),
  postMoment('post_moment'),
  writeFirst('write_first'),

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

/// `character_book`, `lorebook_v3`, `world`.
@JsonEnum(valueField: 'wire')
enum LoreFormat {
  characterBook('character_book'),
  lorebookV3('lorebook_v3'),
  world('world'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const LoreFormat(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static LoreFormat of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `st`, `risu`, `v3`.
@JsonEnum(valueField: 'wire')
enum LoreMode {
  st('st'),
  risu('risu'),
  v3('v3'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const LoreMode(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static LoreMode of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `before_char`, `after_char`, `note_top`, `note_bottom`, `at_depth`,
/// `examples_top`, `examples_bottom`, `outlet`.
@JsonEnum(valueField: 'wire')
enum LorePosition {
  beforeChar('before_char'),
  afterChar('after_char'),
  noteTop('note_top'),
  noteBottom('note_bottom'),
  atDepth('at_depth'),
  examplesTop('examples_top'),
  examplesBottom('examples_bottom'),
  outlet('outlet'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const LorePosition(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static LorePosition of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `constant`, `key`, `near`, `activated`, `sticky`, `kept`, `disabled`,
/// `other_character`, `other_trigger`, `delayed`, `cooling_down`, `spent`,
/// `waits_for_recursion`, `deactivated`, `other_message`, `other_greeting`,
/// `no_key`, `far`, `no_vectors`, `bad_pattern`, `too_costly`, `secondary`,
/// `additional_keys`, `excluded_key`, `lost_group`, `rolled_out`, `no_room`.
@JsonEnum(valueField: 'wire')
enum LoreReason {
  constant('constant'),
  key('key'),
  near('near'),
  activated('activated'),
  sticky('sticky'),
  kept('kept'),
  disabled('disabled'),
  otherCharacter('other_character'),
  otherTrigger('other_trigger'),
  delayed('delayed'),
  coolingDown('cooling_down'),
  spent('spent'),
  waitsForRecursion('waits_for_recursion'),
  deactivated('deactivated'),
  otherMessage('other_message'),
  otherGreeting('other_greeting'),
  noKey('no_key'),
  far('far'),
  noVectors('no_vectors'),
  badPattern('bad_pattern'),
  tooCostly('too_costly'),
  secondary('secondary'),
  additionalKeys('additional_keys'),
  excludedKey('excluded_key'),
  lostGroup('lost_group'),
  rolledOut('rolled_out'),
  noRoom('no_room'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const LoreReason(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static LoreReason of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `normal`, `continue`, `swipe`, `regenerate`, `impersonate`, `quiet`.
@JsonEnum(valueField: 'wire')
enum LoreTrigger {
  normal('normal'),
  continueValue('continue'),
  swipe('swipe'),
  regenerate('regenerate'),
  impersonate('impersonate'),
  quiet('quiet'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const LoreTrigger(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static LoreTrigger of(String wire) =>
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
/// `character_wrote`, `diary_written`, `direct_message`, `group_invitation`,
/// `moment_liked`, `moment_commented`, `report_resolved`, `system`.
@JsonEnum(valueField: 'wire')
enum NotificationKind {
  friendRequest('friend_request'),
  friendAccepted('friend_accepted'),
  newFollower('new_follower'),
  replyReady('reply_ready'),
  characterWrote('character_wrote'),
  diaryWritten('diary_written'),
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
/// `forbidden`, `account_disabled`, `consent_required`, `not_found`,
/// `no_trace`, `method_not_allowed`, `conflict`, `username_taken`,
/// `email_taken`, `too_many_api_keys`, `too_many_characters`,
/// `too_many_queued`, `too_many_siblings`, `reply_running`, `not_a_reply`,
/// `message_deleted`, `character_unavailable`, `scene_locked`,
/// `choice_unavailable`, `nothing_said`, `too_many_route_images`,
/// `too_many_route_events`, `too_many_notes`, `memory_ended`,
/// `episode_is_what_was_said`, `outdated`, `payload_too_large`,
/// `unsupported_media_type`, `validation_failed`, `group_full`,
/// `not_for_everybody`, `too_many_groups`, `too_many_lorebooks`, `last_admin`,
/// `job_running`, `handle_taken`, `too_many_friends`, `too_many_requests`,
/// `too_many_follows`, `too_many_blocks`, `content_refused`, `file_refused`,
/// `card_known`, `moment_deleted`, `image_unavailable`, `too_many_comments`,
/// `characters_silent`, `case_claimed`, `case_resolved`, `rate_limited`,
/// `quota_reached`, `internal`, `unavailable`.
@JsonEnum(valueField: 'wire')
enum ProblemCode {
  malformed('malformed'),
  invalidCursor('invalid_cursor'),
  unauthenticated('unauthenticated'),
  invalidCredentials('invalid_credentials'),
  forbidden('forbidden'),
  accountDisabled('account_disabled'),
  consentRequired('consent_required'),
  notFound('not_found'),
  noTrace('no_trace'),
  methodNotAllowed('method_not_allowed'),
  conflict('conflict'),
  usernameTaken('username_taken'),
  emailTaken('email_taken'),
  tooManyApiKeys('too_many_api_keys'),
  tooManyCharacters('too_many_characters'),
  tooManyQueued('too_many_queued'),
  tooManySiblings('too_many_siblings'),
  replyRunning('reply_running'),
  notAReply('not_a_reply'),
  messageDeleted('message_deleted'),
  characterUnavailable('character_unavailable'),
  sceneLocked('scene_locked'),
  choiceUnavailable('choice_unavailable'),
  nothingSaid('nothing_said'),
  tooManyRouteImages('too_many_route_images'),
  tooManyRouteEvents('too_many_route_events'),
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
  tooManyLorebooks('too_many_lorebooks'),
  lastAdmin('last_admin'),
  jobRunning('job_running'),
  handleTaken('handle_taken'),
  tooManyFriends('too_many_friends'),
  tooManyRequests('too_many_requests'),
  tooManyFollows('too_many_follows'),
  tooManyBlocks('too_many_blocks'),
  contentRefused('content_refused'),
  fileRefused('file_refused'),
  cardKnown('card_known'),
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

/// `instructions`, `persona`, `scenario`, `examples`, `lore`, `memories`,
/// `bond`, `scene`, `history`.
@JsonEnum(valueField: 'wire')
enum PromptPart {
  instructions('instructions'),
  persona('persona'),
  scenario('scenario'),
  examples('examples'),
  lore('lore'),
  memories('memories'),
  bond('bond'),
  scene('scene'),
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

/// `system`, `user`, `assistant`.
@JsonEnum(valueField: 'wire')
enum PromptRole {
  system('system'),
  user('user'),
  assistant('assistant'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const PromptRole(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static PromptRole of(String wire) =>
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

/// `impression`, `click`, `chat_started`, `message_sent`, `like`, `unlike`,
/// `dislike`, `share`, `hide`, `follow`, `unfollow`.
@JsonEnum(valueField: 'wire')
enum RecommendationEventType {
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

  const RecommendationEventType(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static RecommendationEventType of(String wire) =>
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

/// `empty`, `too_long`, `not_one_line`, `control_characters`, `too_many`,
/// `too_large`, `no_scene`, `not_a_key`, `twice`, `out_of_range`,
/// `move_out_of_range`, `no_letter`, `choices_at_end`, `condition_too_large`,
/// `condition_too_deep`, `unknown_scene`, `unknown_choice`, `unknown_ending`,
/// `unknown_stage`, `unknown_dimension`, `malformed`.
@JsonEnum(valueField: 'wire')
enum RouteFaultCode {
  empty('empty'),
  tooLong('too_long'),
  notOneLine('not_one_line'),
  controlCharacters('control_characters'),
  tooMany('too_many'),
  tooLarge('too_large'),
  noScene('no_scene'),
  notAKey('not_a_key'),
  twice('twice'),
  outOfRange('out_of_range'),
  moveOutOfRange('move_out_of_range'),
  noLetter('no_letter'),
  choicesAtEnd('choices_at_end'),
  conditionTooLarge('condition_too_large'),
  conditionTooDeep('condition_too_deep'),
  unknownScene('unknown_scene'),
  unknownChoice('unknown_choice'),
  unknownEnding('unknown_ending'),
  unknownStage('unknown_stage'),
  unknownDimension('unknown_dimension'),
  malformed('malformed'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const RouteFaultCode(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static RouteFaultCode of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `persona_description`, `character_description`, `character_personality`,
/// `character_depth_prompt`, `scenario`, `creator_notes`.
@JsonEnum(valueField: 'wire')
enum ScanSource {
  personaDescription('persona_description'),
  characterDescription('character_description'),
  characterPersonality('character_personality'),
  characterDepthPrompt('character_depth_prompt'),
  scenario('scenario'),
  creatorNotes('creator_notes'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const ScanSource(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ScanSource of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => unrecognized);

  /// The word that stands for it on the wire.
  String toJson() => wire;
}

/// `and_any`, `not_all`, `not_any`, `and_all`.
@JsonEnum(valueField: 'wire')
enum SelectiveLogic {
  andAny('and_any'),
  notAll('not_all'),
  notAny('not_any'),
  andAll('and_all'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const SelectiveLogic(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static SelectiveLogic of(String wire) =>
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

/// `person`, `character`, `diary`, `session`, `moment`, `group`, `report`,
/// `account`.
@JsonEnum(valueField: 'wire')
enum SubjectKind {
  person('person'),
  character('character'),
  diary('diary'),
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
/// `comment`, `message`.
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
  message('message'),

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

/// `en`, `zh`, `ja`.
@JsonEnum(valueField: 'wire')
enum Tongue {
  en('en'),
  zh('zh'),
  ja('ja'),

  /// What a later server knows and this client does not.
  unrecognized('');

  const Tongue(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static Tongue of(String wire) =>
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
