// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:dio/dio.dart';
import 'package:retrofit/retrofit.dart';

import 'models.dart';

part 'api_service.g.dart';

/// Operations that need no token, as method and path.
const openOperations = {
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/token',
  'GET /api/v1/media/{media_id}',
  'GET /healthz',
  'GET /readyz',
};

/// Every operation of the server. A failure is a [DioException]; `ApiError.of`
/// reads what the server says of it.
@RestApi()
abstract class ApiService {
  factory ApiService(Dio dio, {String? baseUrl}) = _ApiService;

  /// The audit log, the newest entries first.
  @GET('/api/v1/admin/audit')
  Future<AuditEntryPage> pageAudit({
    @Query('action') AuditAction? action,
    @Query('user') UserId? user,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Cases: of a state that waits the oldest first, else the newest first.
  @GET('/api/v1/admin/cases')
  Future<CasePage> pageCases({
    @Query('state') CaseState? state,
    @Query('kind') ReportedKind? kind,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// A case with its newest reports.
  @GET('/api/v1/admin/cases/{case_id}')
  Future<WholeCaseOut> getCase(@Path('case_id') CaseId caseId);

  /// Takes a case to look at it: for an hour no other moderator decides it.
  @POST('/api/v1/admin/cases/{case_id}/claim')
  Future<CaseOut> claimCase(@Path('case_id') CaseId caseId);

  /// Reads the message that a case is about, which is written into the audit
  /// log.
  @POST('/api/v1/admin/cases/{case_id}/message')
  Future<ReportedMessageOut> readMessage(@Path('case_id') CaseId caseId);

  /// Reads the moment or the comment that a case is about, which is written
  /// into the audit log.
  @POST('/api/v1/admin/cases/{case_id}/moment')
  Future<ReportedMomentOut> readReportedMoment(@Path('case_id') CaseId caseId);

  /// Decides a case and does what was decided. Moderators keep out members
  /// alone; admins decide also what another has claimed.
  @POST('/api/v1/admin/cases/{case_id}/resolve')
  Future<CaseOut> resolveCase(
    @Path('case_id') CaseId caseId,
    @Body() DecisionIn body,
  );

  /// Lets a character that a decision has hidden be found and met again.
  @DELETE('/api/v1/admin/characters/{character_id}/hidden')
  Future<void> restoreCharacter(@Path('character_id') CharacterId characterId);

  /// The jobs of the queue, the longest due first.
  @GET('/api/v1/admin/jobs')
  Future<JobPage> pageJobs({
    @Query('state') JobState? state,
    @Query('kind') JobKind? kind,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Takes a job off the queue. What the data says is behind comes back, as
  /// good as new.
  @DELETE('/api/v1/admin/jobs/{job_id}')
  Future<void> discardJob(@Path('job_id') JobId jobId);

  /// Lets a job run at once, as good as new.
  @POST('/api/v1/admin/jobs/{job_id}/retry')
  Future<JobOut> retryJob(@Path('job_id') JobId jobId);

  /// The models that an admin can let speak.
  @GET('/api/v1/admin/models')
  Future<ModelsOut> listAdminModels();

  /// Lets another model speak where nothing was chosen: at once, and after a
  /// restart.
  @PUT('/api/v1/admin/models/default')
  Future<ModelsOut> chooseModel(@Body() DefaultModelIn body);

  /// The installation in numbers, today.
  @GET('/api/v1/admin/overview')
  Future<OverviewOut> getOverview();

  /// People, the newest first. Moderators may ask as well.
  @GET('/api/v1/admin/people')
  Future<PersonPage> pagePeople({
    @Query('search') String? search,
    @Query('role') UserRole? role,
    @Query('disabled') bool? disabled,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// One person. Moderators may ask as well.
  @GET('/api/v1/admin/people/{user_id}')
  Future<PersonOut> getPerson(@Path('user_id') UserId userId);

  /// Keeps a person out: signs them out everywhere, and lets them sign in no
  /// more. Nothing of theirs is deleted.
  @PUT('/api/v1/admin/people/{user_id}/disabled')
  Future<PersonOut> disablePerson(
    @Path('user_id') UserId userId,
    @Body() DisableIn body,
  );

  /// Lets a person in again.
  @DELETE('/api/v1/admin/people/{user_id}/disabled')
  Future<PersonOut> enablePerson(@Path('user_id') UserId userId);

  /// Sets where the limits of a person differ from everybody's; what is absent
  /// does not differ.
  @PUT('/api/v1/admin/people/{user_id}/quota')
  Future<PersonOut> setQuota(
    @Path('user_id') UserId userId,
    @Body() QuotaOverride body,
  );

  /// Gives a person a role.
  @PUT('/api/v1/admin/people/{user_id}/role')
  Future<PersonOut> setRole(
    @Path('user_id') UserId userId,
    @Body() RoleIn body,
  );

  /// Signs this device out.
  @POST('/api/v1/auth/logout')
  Future<void> logout();

  /// Signs all devices out, this one too.
  @POST('/api/v1/auth/logout-all')
  Future<void> logoutAll();

  /// Makes an account.
  @POST('/api/v1/auth/register')
  Future<UserOut> register(@Body() RegisterIn body);

  /// Signs a device in, or gets it the next tokens.
  @POST('/api/v1/auth/token')
  @FormUrlEncoded()
  Future<TokenOut> issueToken(@Body() TokenForm body);

  /// Public characters and the caller's own, the newest first.
  @GET('/api/v1/characters')
  Future<CharacterPage> pageCharacters({
    @Query('search') String? search,
    @Query('tag') String? tag,
    @Query('mine') bool? mine,
    @Query('hidden') bool? hidden,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Makes a character.
  @POST('/api/v1/characters')
  Future<CharacterOut> createCharacter(@Body() CharacterIn body);

  /// Characters that many people like these days, the most liked first; a list
  /// of one page.
  @GET('/api/v1/characters/trending')
  Future<CharacterPage> listTrending({
    @Query('limit') int? limit,
  });

  /// A character that the caller may see.
  @GET('/api/v1/characters/{character_id}')
  Future<CharacterOut> getCharacter(
    @Path('character_id') CharacterId characterId,
  );

  /// Deletes one's own character; name and picture stay for those who have
  /// sessions with her.
  @DELETE('/api/v1/characters/{character_id}')
  Future<void> deleteCharacter(@Path('character_id') CharacterId characterId);

  /// Changes one's own character.
  @PATCH('/api/v1/characters/{character_id}')
  Future<CharacterOut> updateCharacter(
    @Path('character_id') CharacterId characterId,
    @Body() CharacterPatch body,
  );

  /// Gives one's own character a picture: PNG, JPEG or WebP, as the field
  /// `file` of a form or as the body itself.
  @PUT('/api/v1/characters/{character_id}/avatar')
  @MultiPart()
  Future<CharacterOut> setAvatar(
    @Path('character_id') CharacterId characterId,
    @Part(name: 'file') MultipartFile file,
  );

  /// Takes the picture of one's own character away.
  @DELETE('/api/v1/characters/{character_id}/avatar')
  Future<CharacterOut> removeAvatar(
    @Path('character_id') CharacterId characterId,
  );

  /// Whether the caller follows a character, and how many do.
  @GET('/api/v1/characters/{character_id}/follow')
  Future<CharacterFollow> getCharacterFollow(
    @Path('character_id') CharacterId characterId,
  );

  /// Follows a character.
  @PUT('/api/v1/characters/{character_id}/follow')
  Future<CharacterFollow> followCharacter(
    @Path('character_id') CharacterId characterId,
  );

  /// Follows a character no more.
  @DELETE('/api/v1/characters/{character_id}/follow')
  Future<CharacterFollow> unfollowCharacter(
    @Path('character_id') CharacterId characterId,
  );

  /// Hides a character from the caller's lists, searches and recommendations.
  @PUT('/api/v1/characters/{character_id}/hidden')
  Future<RegardOut> hideCharacter(
    @Path('character_id') CharacterId characterId,
  );

  /// Shows a character that the caller had hidden again.
  @DELETE('/api/v1/characters/{character_id}/hidden')
  Future<RegardOut> unhideCharacter(
    @Path('character_id') CharacterId characterId,
  );

  /// What a character remembers of the caller, the newest first.
  @GET('/api/v1/characters/{character_id}/memories')
  Future<MemoryPage> pageMemories(
    @Path('character_id') CharacterId characterId, {
    @Query('kind') MemoryKind? kind,
    @Query('pinned') bool? pinned,
    @Query('ended') bool? ended,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Writes a note into the book.
  @POST('/api/v1/characters/{character_id}/memories')
  Future<MemoryOut> addMemory(
    @Path('character_id') CharacterId characterId,
    @Body() NoteIn body,
  );

  /// Forgets everything up to now. The chats stay; nothing that was said in
  /// them until now is remembered again.
  @DELETE('/api/v1/characters/{character_id}/memories')
  Future<Forgotten> forgetMemories(
    @Path('character_id') CharacterId characterId,
  );

  /// The whole book, to keep.
  @GET('/api/v1/characters/{character_id}/memories/export')
  Future<MemoryExport> exportMemories(
    @Path('character_id') CharacterId characterId,
  );

  /// The memories that fit a question or some words best, found as they are
  /// before a reply; those that no longer count too.
  @GET('/api/v1/characters/{character_id}/memories/search')
  Future<FoundMemories> searchMemories(
    @Path('character_id') CharacterId characterId, {
    @Query('q') required String q,
    @Query('limit') int? limit,
  });

  /// How the book stands: how much is in it, and how it is made.
  @GET('/api/v1/characters/{character_id}/memories/state')
  Future<MemoryState> getMemoryState(
    @Path('character_id') CharacterId characterId,
  );

  /// One memory, with where it comes from.
  @GET('/api/v1/characters/{character_id}/memories/{memory_id}')
  Future<MemoryDetail> getMemory(
    @Path('character_id') CharacterId characterId,
    @Path('memory_id') MemoryId memoryId,
  );

  /// Forgets one memory, and what would bring it back: what it replaced, and
  /// the episodes of the same messages; with an episode,
  /// also the facts from its message.
  @DELETE('/api/v1/characters/{character_id}/memories/{memory_id}')
  Future<Forgotten> forgetMemory(
    @Path('character_id') CharacterId characterId,
    @Path('memory_id') MemoryId memoryId,
  );

  /// Pins, weighs, or puts right. With another text the answer is a new memory,
  /// which took the old one's place.
  @PATCH('/api/v1/characters/{character_id}/memories/{memory_id}')
  Future<MemoryOut> changeMemory(
    @Path('character_id') CharacterId characterId,
    @Path('memory_id') MemoryId memoryId,
    @Body() MemoryPatch body,
  );

  /// The moments of a character that the caller sees, the newest first.
  @GET('/api/v1/characters/{character_id}/moments')
  Future<MomentPage> pageCharacterMoments(
    @Path('character_id') CharacterId characterId, {
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Posts a moment of a character of one's own. `friends` are those of her
  /// maker.
  @POST('/api/v1/characters/{character_id}/moments')
  Future<MomentOut> postCharacterMoment(
    @Path('character_id') CharacterId characterId,
    @Body() MomentIn body,
  );

  /// Whether a character of one's own posts moments by herself. At first she
  /// does not.
  @GET('/api/v1/characters/{character_id}/moments/settings')
  Future<CharacterPosting> getCharacterPosting(
    @Path('character_id') CharacterId characterId,
  );

  /// Lets a character of one's own post moments by herself, or no more. What it
  /// takes is counted for the caller.
  @PUT('/api/v1/characters/{character_id}/moments/settings')
  Future<CharacterPosting> setCharacterPosting(
    @Path('character_id') CharacterId characterId,
    @Body() CharacterPosting body,
  );

  /// Says that the caller likes a character, or does not.
  @PUT('/api/v1/characters/{character_id}/reaction')
  Future<RegardOut> setReaction(
    @Path('character_id') CharacterId characterId,
    @Body() ReactionIn body,
  );

  /// Takes back what the caller said of a character.
  @DELETE('/api/v1/characters/{character_id}/reaction')
  Future<RegardOut> removeReaction(
    @Path('character_id') CharacterId characterId,
  );

  /// Characters that are like this one, the likest first; a list of one page.
  @GET('/api/v1/characters/{character_id}/similar')
  Future<CharacterPage> listSimilar(
    @Path('character_id') CharacterId characterId, {
    @Query('limit') int? limit,
  });

  /// The direct session with another person: the same one, whoever opens it,
  /// and however often.
  @POST('/api/v1/direct-sessions')
  Future<SessionOut> openDirectSession(@Body() DirectIn body);

  /// The caller's own moments, and those of friends and of the people and
  /// characters they follow, the newest first. A page may be
  /// short, or empty, though another follows. Whom the caller has muted is left
  /// out.
  @GET('/api/v1/feed')
  Future<MomentPage> pageFeed({
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Begins a group; the people are asked to come.
  @POST('/api/v1/groups')
  Future<SessionOut> createGroup(@Body() GroupIn body);

  /// The groups that the caller is asked to come to, the newest first.
  @GET('/api/v1/invitations')
  Future<InvitationPage> listInvitations();

  /// Takes an image for a moment. Until it stands in one, only the caller sees
  /// it; after two days without one it is forgotten.
  @POST('/api/v1/media')
  @MultiPart()
  Future<ImageOut> uploadMedia(@Part(name: 'file') MultipartFile file);

  /// An image. Pictures of people and characters need no token, so that a page
  /// can show them; their ids cannot be guessed. Images of
  /// moments need the ticket in their address, or a token, and are there for
  /// who sees the moment.
  @GET('/api/v1/media/{media_id}')
  @DioResponseType(ResponseType.bytes)
  Future<List<int>> getMedia(
    @Path('media_id') MediaId mediaId, {
    @Query('ticket') String? ticket,
  });

  /// What a reply was made from. `no_trace` where none was kept: a greeting, a
  /// message of the person, a reply that never began.
  @GET('/api/v1/messages/{message_id}/trace')
  Future<TraceOut> getTrace(@Path('message_id') MessageId messageId);

  /// The models that can be chosen.
  @GET('/api/v1/models')
  Future<ModelsOut> listModels();

  /// Posts a moment. Sent again with the same `client_moment_id`, the first one
  /// is answered.
  @POST('/api/v1/moments')
  Future<MomentOut> postMoment(@Body() MomentIn body);

  /// A moment.
  @GET('/api/v1/moments/{moment_id}')
  Future<MomentOut> getMoment(@Path('moment_id') MomentId momentId);

  /// Deletes a moment of one's own, with all that was liked and said of it.
  @DELETE('/api/v1/moments/{moment_id}')
  Future<void> deleteMoment(@Path('moment_id') MomentId momentId);

  /// Changes a moment of one's own.
  @PATCH('/api/v1/moments/{moment_id}')
  Future<MomentOut> updateMoment(
    @Path('moment_id') MomentId momentId,
    @Body() MomentPatchIn body,
  );

  /// The comments on a moment, the oldest first. A page may be short, or empty,
  /// though another follows.
  @GET('/api/v1/moments/{moment_id}/comments')
  Future<CommentPage> pageComments(
    @Path('moment_id') MomentId momentId, {
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Says something about a moment. Sent again with the same
  /// `client_comment_id`, the first one is answered.
  @POST('/api/v1/moments/{moment_id}/comments')
  Future<CommentOut> postComment(
    @Path('moment_id') MomentId momentId,
    @Body() CommentIn body,
  );

  /// Deletes a comment with what answers it: one's own, or one on a moment of
  /// one's own.
  @DELETE('/api/v1/moments/{moment_id}/comments/{comment_id}')
  Future<void> deleteComment(
    @Path('moment_id') MomentId momentId,
    @Path('comment_id') CommentId commentId,
  );

  /// Likes a moment. Repeats change nothing.
  @PUT('/api/v1/moments/{moment_id}/like')
  Future<MomentLikes> likeMoment(@Path('moment_id') MomentId momentId);

  /// Likes a moment no more. Repeats change nothing.
  @DELETE('/api/v1/moments/{moment_id}/like')
  Future<MomentLikes> unlikeMoment(@Path('moment_id') MomentId momentId);

  /// Who likes a moment, the newest first. A page may be short, or empty,
  /// though another follows.
  @GET('/api/v1/moments/{moment_id}/likes')
  Future<ListedPersonPage> pageMomentLikes(
    @Path('moment_id') MomentId momentId, {
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// The caller's notifications, the newest first.
  @GET('/api/v1/notifications')
  Future<NotificationPage> pageNotifications({
    @Query('unread') bool? unread,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// The key that a browser needs to subscribe.
  @GET('/api/v1/notifications/push/key')
  Future<PushKeyOut> getPushKey();

  /// Wakes the device that calls from now on. Another subscription of it is
  /// replaced; it ends when the device is signed out.
  @POST('/api/v1/notifications/push/subscriptions')
  Future<SubscriptionOut> subscribePush(@Body() SubscriptionIn body);

  /// Wakes the device that calls no more.
  @DELETE('/api/v1/notifications/push/subscriptions')
  Future<void> unsubscribePush();

  /// Wakes the device that calls, once, to see whether that works.
  @POST('/api/v1/notifications/push/test')
  Future<PushTrialOut> tryPush();

  /// Marks as read, on all devices.
  @POST('/api/v1/notifications/read')
  Future<InboxOut> readNotifications(@Body() ReadIn body);

  /// What the caller wants to be told.
  @GET('/api/v1/notifications/settings')
  Future<NotificationSettings> getNotificationSettings();

  /// Keeps what the caller wants to be told.
  @PUT('/api/v1/notifications/settings')
  Future<NotificationSettings> setNotificationSettings(
    @Body() NotificationSettingsIn body,
  );

  /// How many notifications are not read.
  @GET('/api/v1/notifications/unread')
  Future<InboxOut> countUnread();

  /// Takes a notification out of the inbox.
  @DELETE('/api/v1/notifications/{notification_id}')
  Future<void> deleteNotification(
    @Path('notification_id') NotificationId notificationId,
  );

  /// The models that the operator can let speak.
  @GET('/api/v1/operator/models')
  Future<ModelsOut> listOperatorModels(
    @Header('Authorization') String authorization,
  );

  /// Lets another model speak where nothing was chosen: at once, and after a
  /// restart.
  @PUT('/api/v1/operator/models/default')
  Future<ModelsOut> setDefaultModel(
    @Header('Authorization') String authorization,
    @Body() DefaultModelIn body,
  );

  /// People whose handle or name begins so, friends first. One page is all
  /// there is: who is looked for has a longer name.
  @GET('/api/v1/people')
  Future<PersonCardPage> searchPeople({
    @Query('search') required String search,
    @Query('limit') int? limit,
  });

  /// Somebody's profile, by id or handle.
  @GET('/api/v1/people/{person}')
  Future<ProfileOut> getProfile(@Path('person') String person);

  /// Blocks somebody: the two are invisible to each other at once, and
  /// friendship, requests and follows between them end.
  @PUT('/api/v1/people/{person}/block')
  Future<void> blockPerson(@Path('person') String person);

  /// Ends a block. What it ended does not come back.
  @DELETE('/api/v1/people/{person}/block')
  Future<void> unblockPerson(@Path('person') String person);

  /// Follows somebody.
  @PUT('/api/v1/people/{person}/follow')
  Future<RelationOut> followPerson(@Path('person') String person);

  /// Follows somebody no more.
  @DELETE('/api/v1/people/{person}/follow')
  Future<RelationOut> unfollowPerson(@Path('person') String person);

  /// Who follows somebody, the newest first. A page may be short, or empty,
  /// though another follows.
  @GET('/api/v1/people/{person}/followers')
  Future<ListedPersonPage> pageFollowers(
    @Path('person') String person, {
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Whom somebody follows, the newest first. A page may be short, or empty,
  /// though another follows.
  @GET('/api/v1/people/{person}/following')
  Future<ListedPersonPage> pageFollowing(
    @Path('person') String person, {
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// The characters that somebody follows and the caller finds, the newest
  /// first. A page may be short, or empty, though another
  /// follows.
  @GET('/api/v1/people/{person}/following/characters')
  Future<CharacterPage> pageFollowedCharacters(
    @Path('person') String person, {
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Asks for somebody's friendship. When they have asked as well, the two are
  /// friends at once. Repeats change nothing.
  @PUT('/api/v1/people/{person}/friend')
  Future<RelationOut> askFriend(@Path('person') String person);

  /// Ends what there is: the friendship, one's own request (it is taken back),
  /// or theirs (it is declined, which they do not learn).
  @DELETE('/api/v1/people/{person}/friend')
  Future<RelationOut> partFriend(@Path('person') String person);

  /// Says yes to a request, and asks for nothing when it was taken back
  /// meanwhile.
  @POST('/api/v1/people/{person}/friend/accept')
  Future<RelationOut> acceptFriend(@Path('person') String person);

  /// The friends of somebody, also one's own, the newest first. A page may be
  /// short, or empty, though another follows.
  @GET('/api/v1/people/{person}/friends')
  Future<ListedPersonPage> pageFriends(
    @Path('person') String person, {
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// The moments of somebody that the caller sees, also one's own, the newest
  /// first.
  @GET('/api/v1/people/{person}/moments')
  Future<MomentPage> pagePersonMoments(
    @Path('person') String person, {
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Mutes somebody: nothing of theirs is told or suggested any more, and they
  /// do not notice.
  @PUT('/api/v1/people/{person}/mute')
  Future<void> mutePerson(@Path('person') String person);

  /// Ends a mute.
  @DELETE('/api/v1/people/{person}/mute')
  Future<void> unmutePerson(@Path('person') String person);

  /// Characters that the caller may like, and why. The pages of one cursor
  /// follow each other, whatever is done meanwhile.
  @GET('/api/v1/recommendations')
  Future<RecommendationPage> pageRecommendations({
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Keeps what the caller did with characters, each event once.
  @POST('/api/v1/recommendations/events')
  Future<EventsOut> tellEvents(@Body() EventsIn body);

  /// The tags that the caller named as theirs.
  @GET('/api/v1/recommendations/tastes')
  Future<Tastes> getTastes();

  /// Names the tags that are the caller's.
  @PUT('/api/v1/recommendations/tastes')
  Future<Tastes> setTastes(@Body() Tastes body);

  /// Reports a message, a character, a person, a moment or a comment to those
  /// who moderate.
  @POST('/api/v1/reports')
  Future<ReportOut> sendReport(@Body() ReportIn body);

  /// The caller's sessions, pinned first, then the last talked in.
  @GET('/api/v1/sessions')
  Future<SessionPage> pageSessions({
    @Query('archived') bool? archived,
    @Query('character_id') CharacterId? characterId,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Begins a session; the character's greetings are there as siblings.
  @POST('/api/v1/sessions')
  Future<SessionOut> createSession(@Body() SessionIn body);

  /// A session.
  @GET('/api/v1/sessions/{session_id}')
  Future<SessionOut> getSession(@Path('session_id') SessionId sessionId);

  /// Deletes a session with all that was said in it.
  @DELETE('/api/v1/sessions/{session_id}')
  Future<void> deleteSession(@Path('session_id') SessionId sessionId);

  /// Changes title, place, model or sampling.
  @PATCH('/api/v1/sessions/{session_id}')
  Future<SessionOut> updateSession(
    @Path('session_id') SessionId sessionId,
    @Body() SessionPatch body,
  );

  /// Brings a character to a group, or has her speak more readily, or less.
  @PUT('/api/v1/sessions/{session_id}/characters/{character_id}')
  Future<SessionOut> addGroupCharacter(
    @Path('session_id') SessionId sessionId,
    @Path('character_id') CharacterId characterId, {
    @Body() GroupCharacterIn? body,
  });

  /// Sends a character away; what she said stays.
  @DELETE('/api/v1/sessions/{session_id}/characters/{character_id}')
  Future<void> removeGroupCharacter(
    @Path('session_id') SessionId sessionId,
    @Path('character_id') CharacterId characterId,
  );

  /// What happened in a session after a place, in order; for clients without a
  /// socket.
  @GET('/api/v1/sessions/{session_id}/events')
  Future<SessionEventPage> pageEvents(
    @Path('session_id') SessionId sessionId, {
    @Query('after_seq') int? afterSeq,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Changes the rules of a group.
  @PATCH('/api/v1/sessions/{session_id}/group')
  Future<SessionOut> updateGroup(
    @Path('session_id') SessionId sessionId,
    @Body() GroupPatch body,
  );

  /// Comes to a group that one was asked to come to. To decline, the caller is
  /// removed from its members.
  @POST('/api/v1/sessions/{session_id}/join')
  Future<SessionOut> joinGroup(@Path('session_id') SessionId sessionId);

  /// Brings a message into view: a swipe, or another branch.
  @PUT('/api/v1/sessions/{session_id}/leaf')
  Future<SessionOut> setLeaf(
    @Path('session_id') SessionId sessionId,
    @Body() LeafIn body,
  );

  /// Asks a person to come to a group.
  @PUT('/api/v1/sessions/{session_id}/members/{user_id}')
  Future<SessionOut> inviteMember(
    @Path('session_id') SessionId sessionId,
    @Path('user_id') UserId userId,
  );

  /// Leaves, declines, takes an invitation back, or sends a person away.
  @DELETE('/api/v1/sessions/{session_id}/members/{user_id}')
  Future<void> removeMember(
    @Path('session_id') SessionId sessionId,
    @Path('user_id') UserId userId,
  );

  /// Makes a person a moderator, a member, or the owner.
  @PUT('/api/v1/sessions/{session_id}/members/{user_id}/role')
  Future<SessionOut> setMemberRole(
    @Path('session_id') SessionId sessionId,
    @Path('user_id') UserId userId,
    @Body() MemberRoleIn body,
  );

  /// Changes how a shared session stands with the caller.
  @PATCH('/api/v1/sessions/{session_id}/membership')
  Future<SessionOut> updateMembership(
    @Path('session_id') SessionId sessionId,
    @Body() MembershipPatch body,
  );

  /// What was said on the way to the leaf.
  @GET('/api/v1/sessions/{session_id}/messages')
  Future<HistoryOut> getHistory(
    @Path('session_id') SessionId sessionId, {
    @Query('before') MessageId? before,
    @Query('after') MessageId? after,
    @Query('limit') int? limit,
  });

  /// Says something; the character answers on her own time. Sent again with the
  /// same id it is not said again.
  @POST('/api/v1/sessions/{session_id}/messages')
  Future<AcceptedOut> sendMessage(
    @Path('session_id') SessionId sessionId,
    @Body() MessageIn body,
  );

  /// One message.
  @GET('/api/v1/sessions/{session_id}/messages/{message_id}')
  Future<MessageOut> getMessage(
    @Path('session_id') SessionId sessionId,
    @Path('message_id') MessageId messageId,
  );

  /// Deletes a message and all below it; in a session that several share, its
  /// words only.
  @DELETE('/api/v1/sessions/{session_id}/messages/{message_id}')
  Future<void> deleteMessage(
    @Path('session_id') SessionId sessionId,
    @Path('message_id') MessageId messageId,
  );

  /// Changes a text; the one before is kept as a revision.
  @PATCH('/api/v1/sessions/{session_id}/messages/{message_id}')
  Future<MessageOut> editMessage(
    @Path('session_id') SessionId sessionId,
    @Path('message_id') MessageId messageId,
    @Body() MessagePatch body,
  );

  /// Has a reply made again, or one made to the person's own message.
  @POST('/api/v1/sessions/{session_id}/messages/{message_id}/regenerate')
  Future<QueuedOut> regenerateReply(
    @Path('session_id') SessionId sessionId,
    @Path('message_id') MessageId messageId, {
    @Body() RegenerateIn? body,
  });

  /// The texts a message had before, oldest first.
  @GET('/api/v1/sessions/{session_id}/messages/{message_id}/revisions')
  Future<RevisionPage> listRevisions(
    @Path('session_id') SessionId sessionId,
    @Path('message_id') MessageId messageId,
  );

  /// Stops a queued or running reply; what is written stays.
  @POST('/api/v1/sessions/{session_id}/messages/{message_id}/stop')
  Future<void> stopReply(
    @Path('session_id') SessionId sessionId,
    @Path('message_id') MessageId messageId,
  );

  /// Says how far the caller has read; it never goes back.
  @PUT('/api/v1/sessions/{session_id}/read')
  Future<void> markRead(
    @Path('session_id') SessionId sessionId,
    @Body() ReadMarkIn body,
  );

  /// Lets a character of a group speak next.
  @POST('/api/v1/sessions/{session_id}/replies')
  Future<QueuedOut> askToSpeak(
    @Path('session_id') SessionId sessionId,
    @Body() SpeakIn body,
  );

  /// The caller's account.
  @GET('/api/v1/users/me')
  Future<UserOut> getMe();

  /// Deletes the account with all that is the person's.
  @DELETE('/api/v1/users/me')
  Future<void> deleteMe(@Body() PasswordIn body);

  /// Changes name, address, time zone, or whether mature characters are met.
  @PATCH('/api/v1/users/me')
  Future<UserOut> updateMe(@Body() UserPatch body);

  /// Gives oneself a picture: PNG, JPEG or WebP, as the field `file` of a form
  /// or as the body itself.
  @PUT('/api/v1/users/me/avatar')
  @MultiPart()
  Future<OwnProfileOut> setPortrait(@Part(name: 'file') MultipartFile file);

  /// Takes one's own picture away.
  @DELETE('/api/v1/users/me/avatar')
  Future<OwnProfileOut> removePortrait();

  /// Whom the caller has blocked, the newest first.
  @GET('/api/v1/users/me/blocked')
  Future<ListedPersonPage> pageBlocked({
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// The devices that are signed in, the newest first.
  @GET('/api/v1/users/me/devices')
  Future<DevicePage> listDevices();

  /// Signs a device out.
  @DELETE('/api/v1/users/me/devices/{device_id}')
  Future<void> endDevice(@Path('device_id') DeviceId deviceId);

  /// Requests that wait for an answer, the newest first.
  @GET('/api/v1/users/me/friend-requests')
  Future<ListedPersonPage> pageFriendRequests({
    @Query('direction') RequestDirection? direction,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Whom the caller has muted, the newest first.
  @GET('/api/v1/users/me/muted')
  Future<ListedPersonPage> pageMuted({
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Sets another password; all other devices are signed out.
  @POST('/api/v1/users/me/password')
  Future<void> changePassword(@Body() ChangePasswordIn body);

  /// One's own profile.
  @GET('/api/v1/users/me/profile')
  Future<OwnProfileOut> getOwnProfile();

  /// Changes one's own handle, words and privacy. The name is that of the
  /// account.
  @PATCH('/api/v1/users/me/profile')
  Future<OwnProfileOut> updateOwnProfile(@Body() ProfilePatch body);

  /// People whom one may know, each with the reason; those with most in common
  /// first.
  @GET('/api/v1/users/me/suggestions')
  Future<SuggestionPage> listSuggestions({
    @Query('limit') int? limit,
  });

  /// What the caller took today, and how much they may take.
  @GET('/api/v1/users/me/usage')
  Future<UsageTodayOut> getUsage();

  /// Answers while the process lives.
  @GET('/healthz')
  Future<HealthOut> getHealth();

  /// Says what the server is ready for.
  @GET('/readyz')
  Future<ReadyOut> getReadiness();
}
