// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:dio/dio.dart';
import 'package:retrofit/retrofit.dart';

import 'models.dart';

part 'api_service.g.dart';

/// Operations that need no token, as method and path.
const openOperations = {
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/token',
  'GET /api/v1/legal',
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

  /// How often care was taken in a year, by month. It names nobody.
  @GET('/api/v1/admin/care')
  Future<CareCountsOut> listCareCounts({
    @Query('year') int? year,
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

  /// The caller's API keys, the newest first.
  @GET('/api/v1/api-keys')
  Future<ApiKeyPage> listApiKeys();

  /// Makes an API key.
  @POST('/api/v1/api-keys')
  Future<MadeApiKeyOut> createApiKey(@Body() ApiKeyIn body);

  /// Revokes an API key: it opens nothing from now on.
  @DELETE('/api/v1/api-keys/{api_key_id}')
  Future<void> revokeApiKey(@Path('api_key_id') ApiKeyId apiKeyId);

  /// Changes name, scopes, characters or end of an API key.
  @PATCH('/api/v1/api-keys/{api_key_id}')
  Future<ApiKeyOut> updateApiKey(
    @Path('api_key_id') ApiKeyId apiKeyId,
    @Body() ApiKeyPatch body,
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

  /// Makes a new, private character from a card, with its picture; none is ever
  /// overwritten. The same file twice is a conflict,
  /// `card_known`, which names the first character; ask for it `again` to have
  /// another one.
  @POST('/api/v1/characters/import')
  @MultiPart()
  Future<ImportedCharacterOut> importCard(
    @Part(name: 'file') MultipartFile file, {
    @Query('again') bool? again,
  });

  /// Says what importing a card would make, and makes nothing: a card of
  /// version 1, 2 or 3 as JSON, PNG or CHARX, or a character of
  /// Agnai, as the field `file` of a form or as the body itself. Nothing that a
  /// card names elsewhere is fetched.
  @POST('/api/v1/characters/import/preview')
  @MultiPart()
  Future<CardPreviewOut> previewCard(@Part(name: 'file') MultipartFile file);

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

  /// How the caller stands with a character, told from what counts now.
  @GET('/api/v1/characters/{character_id}/bond')
  Future<Bond> getBond(@Path('character_id') CharacterId characterId);

  /// Begins the bond anew: all that moved it is forgotten. The chats stay, and
  /// nothing in them is judged again.
  @DELETE('/api/v1/characters/{character_id}/bond')
  Future<void> resetBond(@Path('character_id') CharacterId characterId);

  /// Switches the bond on or off. What was said before it was switched on is
  /// never judged.
  @PATCH('/api/v1/characters/{character_id}/bond')
  Future<Bond> updateBond(
    @Path('character_id') CharacterId characterId,
    @Body() BondPatch body,
  );

  /// What moved the bond, the newest first. What was edited, erased or left for
  /// another branch is not there.
  @GET('/api/v1/characters/{character_id}/bond/events')
  Future<BondEventPage> pageBondEvents(
    @Path('character_id') CharacterId characterId, {
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// What a character wrote of days with the caller, the newest first. What was
  /// written of words that were edited, erased, forgotten or left
  /// for another branch is not there.
  @GET('/api/v1/characters/{character_id}/diary')
  Future<DiaryEntryPage> pageDiary(
    @Path('character_id') CharacterId characterId, {
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// How a diary is kept.
  @GET('/api/v1/characters/{character_id}/diary/settings')
  Future<DiarySettings> getDiarySettings(
    @Path('character_id') CharacterId characterId,
  );

  /// Lets a character keep a diary of days with the caller, or no more. What is
  /// written stays, until it is taken away.
  @PUT('/api/v1/characters/{character_id}/diary/settings')
  Future<DiarySettings> setDiarySettings(
    @Path('character_id') CharacterId characterId,
    @Body() DiarySettingsIn body,
  );

  /// Takes an entry away. Its day gets no other.
  @DELETE('/api/v1/characters/{character_id}/diary/{entry_id}')
  Future<void> deleteDiaryEntry(
    @Path('character_id') CharacterId characterId,
    @Path('entry_id') DiaryEntryId entryId,
  );

  /// One's own character as a card: what she is now, laid over the card she
  /// came from, with all that it had and nobody here knows. The
  /// images of her story go along as far as the form has room for them;
  /// `json_v2` has none.
  @GET('/api/v1/characters/{character_id}/export')
  @DioResponseType(ResponseType.bytes)
  Future<List<int>> exportCharacter(
    @Path('character_id') CharacterId characterId, {
    @Query('format') CardFormat? format,
  });

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

  /// Whether a character writes first to the caller.
  @GET('/api/v1/characters/{character_id}/initiative')
  Future<InitiativeOut> getInitiative(
    @Path('character_id') CharacterId characterId,
  );

  /// Lets a character write first to the caller, or no more. She writes by day,
  /// within these limits, never in quiet hours, and not again
  /// until she was answered. For adults alone.
  @PUT('/api/v1/characters/{character_id}/initiative')
  Future<InitiativeOut> setInitiative(
    @Path('character_id') CharacterId characterId,
    @Body() InitiativeIn body,
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

  /// What a character does now.
  @GET('/api/v1/characters/{character_id}/presence')
  Future<Presence> getPresence(@Path('character_id') CharacterId characterId);

  /// How far the caller has come with a character, told from what counts now.
  /// Nobody else sees it.
  @GET('/api/v1/characters/{character_id}/progress')
  Future<RouteProgress> getProgress(
    @Path('character_id') CharacterId characterId,
  );

  /// Begins the route anew: what happened to the caller on it is forgotten. The
  /// chats stay.
  @DELETE('/api/v1/characters/{character_id}/progress')
  Future<void> resetProgress(@Path('character_id') CharacterId characterId);

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

  /// The route of one's own character.
  @GET('/api/v1/characters/{character_id}/route')
  Future<AuthoredRoute> getRoute(@Path('character_id') CharacterId characterId);

  /// Gives one's own character a route in place of the one she has. What
  /// happened to people on it stays, as far as the new one knows it.
  @PUT('/api/v1/characters/{character_id}/route')
  Future<AuthoredRoute> setRoute(
    @Path('character_id') CharacterId characterId,
    @Body() Route body,
  );

  /// Takes the route of one's own character away.
  @DELETE('/api/v1/characters/{character_id}/route')
  Future<void> removeRoute(@Path('character_id') CharacterId characterId);

  /// Looks whether a route would be kept, and whether all of it can be reached.
  /// Nothing is kept.
  @POST('/api/v1/characters/{character_id}/route/check')
  Future<RouteCheck> checkRoute(
    @Path('character_id') CharacterId characterId,
    @Body() Route body,
  );

  /// Gives a picture of one's own character's route its image: PNG, JPEG or
  /// WebP, as the field `file` of a form or as the body itself.
  @PUT('/api/v1/characters/{character_id}/route/images/{key}')
  @MultiPart()
  Future<ShownPicture> setRouteImage(
    @Path('character_id') CharacterId characterId,
    @Path('key') String key,
    @Part(name: 'file') MultipartFile file,
  );

  /// Takes the image of a picture away.
  @DELETE('/api/v1/characters/{character_id}/route/images/{key}')
  Future<void> removeRouteImage(
    @Path('character_id') CharacterId characterId,
    @Path('key') String key,
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

  /// The texts of the operator that people agree to, as they are now.
  @GET('/api/v1/legal')
  Future<Legal> getLegal({
    @Query('language') Tongue? language,
  });

  /// The caller's lorebooks, the newest first.
  @GET('/api/v1/lorebooks')
  Future<LorebookBriefPage> pageLorebooks({
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Makes a lorebook without entries.
  @POST('/api/v1/lorebooks')
  Future<LorebookOut> createLorebook(@Body() LorebookIn body);

  /// Why each entry of the caller's lorebooks fires before the next reply of a
  /// session, or after a text, and why the others do not.
  @POST('/api/v1/lorebooks/explain')
  Future<LoreExplainedOut> explainLore(@Body() ExplainIn body);

  /// Makes a lorebook of a file: the book of a card or a whole card, a V3
  /// lorebook, a world of `SillyTavern`, a list of `RisuAI`. Up to
  /// 6 MiB.
  @POST('/api/v1/lorebooks/import')
  Future<LorebookOut> importLorebook(
    @Body() Map<String, dynamic> body, {
    @Query('name') String? name,
  });

  /// A lorebook of the caller's, with its entries.
  @GET('/api/v1/lorebooks/{lorebook_id}')
  Future<LorebookOut> getLorebook(@Path('lorebook_id') LorebookId lorebookId);

  /// Erases a lorebook.
  @DELETE('/api/v1/lorebooks/{lorebook_id}')
  Future<void> deleteLorebook(@Path('lorebook_id') LorebookId lorebookId);

  /// Changes a lorebook itself.
  @PATCH('/api/v1/lorebooks/{lorebook_id}')
  Future<LorebookOut> updateLorebook(
    @Path('lorebook_id') LorebookId lorebookId,
    @Body() LorebookPatchIn body,
  );

  /// Has a lorebook stand open with a character of the caller's, whoever talks
  /// with her.
  @PUT('/api/v1/lorebooks/{lorebook_id}/characters/{character_id}')
  Future<LorebookOut> openLorebookWithCharacter(
    @Path('lorebook_id') LorebookId lorebookId,
    @Path('character_id') CharacterId characterId,
  );

  /// Has it stand open there no more.
  @DELETE('/api/v1/lorebooks/{lorebook_id}/characters/{character_id}')
  Future<LorebookOut> closeLorebookWithCharacter(
    @Path('lorebook_id') LorebookId lorebookId,
    @Path('character_id') CharacterId characterId,
  );

  /// Adds an entry to a book of one's own.
  @POST('/api/v1/lorebooks/{lorebook_id}/entries')
  Future<LoreEntry> addLoreEntry(
    @Path('lorebook_id') LorebookId lorebookId,
    @Body() LoreEntry body,
  );

  /// Puts another entry in the place of one; what is absent is as usual. What
  /// other programs keep in it stays.
  @PUT('/api/v1/lorebooks/{lorebook_id}/entries/{uid}')
  Future<LoreEntry> replaceLoreEntry(
    @Path('lorebook_id') LorebookId lorebookId,
    @Path('uid') int uid,
    @Body() LoreEntry body,
  );

  /// Takes an entry out of a book.
  @DELETE('/api/v1/lorebooks/{lorebook_id}/entries/{uid}')
  Future<void> removeLoreEntry(
    @Path('lorebook_id') LorebookId lorebookId,
    @Path('uid') int uid,
  );

  /// A lorebook as a file for other programs; what it had of theirs is in it.
  @GET('/api/v1/lorebooks/{lorebook_id}/export')
  Future<Map<String, dynamic>> exportLorebook(
    @Path('lorebook_id') LorebookId lorebookId, {
    @Query('format') LoreFormat? format,
  });

  /// Has a lorebook stand open wherever the caller is alone with a character.
  @PUT('/api/v1/lorebooks/{lorebook_id}/me')
  Future<LorebookOut> openLorebookWithMe(
    @Path('lorebook_id') LorebookId lorebookId,
  );

  /// Has it stand open there no more.
  @DELETE('/api/v1/lorebooks/{lorebook_id}/me')
  Future<LorebookOut> closeLorebookWithMe(
    @Path('lorebook_id') LorebookId lorebookId,
  );

  /// Has a lorebook stand open in a session; among several, those who look
  /// after the group may.
  @PUT('/api/v1/lorebooks/{lorebook_id}/sessions/{session_id}')
  Future<LorebookOut> openLorebookInSession(
    @Path('lorebook_id') LorebookId lorebookId,
    @Path('session_id') SessionId sessionId,
  );

  /// Has it stand open there no more.
  @DELETE('/api/v1/lorebooks/{lorebook_id}/sessions/{session_id}')
  Future<LorebookOut> closeLorebookInSession(
    @Path('lorebook_id') LorebookId lorebookId,
    @Path('session_id') SessionId sessionId,
  );

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

  /// Makes sessions with a character from the chats in a file: of SillyTavern,
  /// Chub, Agnai, RisuAI, Character.AI's tools, Oobabooga,
  /// Kobold or Open WebUI, as the field `file` of a form or as the body itself.
  /// Swipes are siblings; what was hidden stays hidden.
  @POST('/api/v1/sessions/import')
  @MultiPart()
  Future<ImportedSessionsOut> importSessions(
    @Part(name: 'file') MultipartFile file, {
    @Query('character_id') required CharacterId characterId,
  });

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

  /// Takes a choice of the scene that is played: the caller says it, and she
  /// answers, or the next scene begins.
  @POST('/api/v1/sessions/{session_id}/choices')
  Future<AcceptedOut> takeChoice(
    @Path('session_id') SessionId sessionId,
    @Body() TakeChoice body,
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

  /// A session as a file of another program: the way in view, as far as the
  /// caller sees it. That of SillyTavern has one JSON object a
  /// line, with the swipes; those of Agnai, RisuAI and tools of Character.AI
  /// are one JSON object without them.
  @GET('/api/v1/sessions/{session_id}/export')
  @DioResponseType(ResponseType.bytes)
  Future<List<int>> exportSession(
    @Path('session_id') SessionId sessionId, {
    @Query('format') ChatFormat? format,
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

  /// How far a session is remembered: a chat that came in is read in the
  /// background, and `remembering` tells of it over the socket. Of
  /// one that several share nothing is.
  @GET('/api/v1/sessions/{session_id}/remembering')
  Future<RememberingOut> getRemembering(
    @Path('session_id') SessionId sessionId,
  );

  /// Lets a character of a group speak next.
  @POST('/api/v1/sessions/{session_id}/replies')
  Future<QueuedOut> askToSpeak(
    @Path('session_id') SessionId sessionId,
    @Body() SpeakIn body,
  );

  /// The scene that is played in a session of the caller's with one character.
  @GET('/api/v1/sessions/{session_id}/scene')
  Future<SceneNow> getScene(@Path('session_id') SessionId sessionId);

  /// Begins a scene that is unlocked: she says its opening, as a reply.
  @POST('/api/v1/sessions/{session_id}/scene')
  Future<SceneNow> beginScene(
    @Path('session_id') SessionId sessionId,
    @Body() BeginScene body,
  );

  /// Leaves the scene that is played: the talk goes on as before.
  @DELETE('/api/v1/sessions/{session_id}/scene')
  Future<void> leaveScene(@Path('session_id') SessionId sessionId);

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

  /// What the caller agreed to, in which version, and when no more.
  @GET('/api/v1/users/me/consents')
  Future<Consents> pageConsents({
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Agrees to a text of the operator, in its current version. Once more
  /// changes nothing.
  @POST('/api/v1/users/me/consents')
  Future<void> giveConsent(@Body() AgreementIn body);

  /// Agrees to a text of the operator no more. Where that is required, nothing
  /// can be written then; reading, exporting and erasing what is
  /// one's own stays possible.
  @DELETE('/api/v1/users/me/consents/{kind}')
  Future<void> withdrawConsent(@Path('kind') ConsentKind kind);

  /// The devices that are signed in, the newest first.
  @GET('/api/v1/users/me/devices')
  Future<DevicePage> listDevices();

  /// Signs a device out.
  @DELETE('/api/v1/users/me/devices/{device_id}')
  Future<void> endDevice(@Path('device_id') DeviceId deviceId);

  /// Writes all that is the caller's into one archive, piece by piece:
  /// characters, lorebooks, chats with all their branches, memories,
  /// diaries, and what stands between people. An archive that ends early is not
  /// whole, and no program takes it for one.
  @POST('/api/v1/users/me/export')
  @DioResponseType(ResponseType.bytes)
  Future<List<int>> exportAccount();

  /// Requests that wait for an answer, the newest first.
  @GET('/api/v1/users/me/friend-requests')
  Future<ListedPersonPage> pageFriendRequests({
    @Query('direction') RequestDirection? direction,
    @Query('cursor') String? cursor,
    @Query('limit') int? limit,
  });

  /// Brings in an archive that this or another server wrote, as the field
  /// `file` of a form or as the body itself, at most 128 MiB. What is
  /// here already stays as it is: the same archive twice makes nothing twice,
  /// and what was interrupted goes on. Characters come in
  /// private, moments with whom they are for and when they were posted, and
  /// chats that several share as copies to read. Who was blocked or
  /// muted is so here, by handle; who was a friend, or followed, is only named.
  @POST('/api/v1/users/me/import')
  @MultiPart()
  Future<ImportedAccountOut> importAccount(
    @Part(name: 'file') MultipartFile file,
  );

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

  /// What the calling device is to say to somebody who has talked for long,
  /// until it says that this was seen. It is gone after a pause.
  @GET('/api/v1/users/me/reminder')
  Future<OpenReminderOut> getReminder();

  /// Says that a reminder was seen on the calling device.
  @POST('/api/v1/users/me/reminders/{reminder_id}/acknowledge')
  Future<void> acknowledgeReminder(@Path('reminder_id') ReminderId reminderId);

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
