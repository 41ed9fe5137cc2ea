//! Sessions that several share: groups and their members, direct sessions, invitations, and how far each has read.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::events::EventBody;
use domain::groups::{Group, GroupCharacter, Member, MemberRole, MemberState, NewcomersSee, ReplyMode};
use domain::ids::{CharacterId, SessionId, UserId};
use serde::{Deserialize, Serialize};
use service::ServiceError;
use service::chats::{GroupIn as NewGroup, GroupPatch, GroupView, MemberPatch};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath};
use crate::messages::QueuedOut;
use crate::page::PageOut;
use crate::problem::Problem;
use crate::sessions::{CharacterBriefOut, SessionOut};
use crate::wire::{
    WireCharacterId, WireMemberRole, WireMemberState, WireNewcomersSee, WireReplyMode, WireSessionId, WireUserId,
    media_url,
};

/// Who shares a session, and its rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Group)]
pub struct GroupOut {
    /// Which characters answer.
    #[schema(value_type = WireReplyMode)]
    reply_mode: ReplyMode,
    /// How many characters answer one message where nobody is addressed.
    speakers: u8,
    /// What whoever joins may read.
    #[schema(value_type = WireNewcomersSee)]
    newcomers_see: NewcomersSee,
    /// All people, in the order in which they came; those who left are named by what they said.
    people: Vec<MemberOut>,
    characters: Vec<GroupCharacterOut>,
    /// What the caller is.
    #[schema(value_type = WireMemberRole)]
    role: MemberRole,
    /// Whether the caller wants no notifications.
    muted: bool,
    /// How much was said that the caller has not read; a few hundred are not told from more.
    unread: u64,
}

/// A person in a shared session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberOut {
    #[schema(value_type = WireUserId)]
    id: UserId,
    username: String,
    /// The name shown to others.
    name: String,
    #[schema(required)]
    avatar_url: Option<String>,
    #[schema(value_type = WireMemberRole)]
    role: MemberRole,
    #[schema(value_type = WireMemberState)]
    state: MemberState,
    #[schema(value_type = Option<WireUserId>, required)]
    invited_by: Option<UserId>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    joined_at: Option<OffsetDateTime>,
    /// Up to which place they have read.
    read_seq: u64,
}

/// A character in a group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GroupCharacter)]
pub struct GroupCharacterOut {
    #[serde(flatten)]
    character: CharacterBriefOut,
    /// How readily she speaks, 0 to 100.
    talkativeness: u8,
    /// Who brought her.
    #[schema(value_type = Option<WireUserId>, required)]
    added_by: Option<UserId>,
}

impl From<Member> for MemberOut {
    fn from(member: Member) -> Self {
        let Member { user_id, handle, name, avatar, role, state, invited_by, joined_at, read_seq, .. } = member;
        Self {
            id: user_id,
            username: handle,
            name,
            avatar_url: avatar.map(media_url),
            role,
            state,
            invited_by,
            joined_at,
            read_seq,
        }
    }
}

impl From<GroupCharacter> for GroupCharacterOut {
    fn from(present: GroupCharacter) -> Self {
        let GroupCharacter { character, added_by, talkativeness, added_at: _ } = present;
        Self { character: character.into(), talkativeness, added_by }
    }
}

impl From<GroupView> for GroupOut {
    fn from(view: GroupView) -> Self {
        let GroupView { group, me, unread } = view;
        Self {
            reply_mode: group.reply_mode,
            speakers: group.speakers,
            newcomers_see: group.newcomers_see,
            people: group.people.into_iter().map(MemberOut::from).collect(),
            characters: group.characters.into_iter().map(GroupCharacterOut::from).collect(),
            role: me.role,
            muted: me.muted,
            unread,
        }
    }
}

/// A group that one is asked to come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationOut {
    #[schema(value_type = WireSessionId)]
    session_id: SessionId,
    /// Who asks.
    #[schema(required)]
    invited_by: Option<MemberOut>,
    #[serde(with = "time::serde::rfc3339")]
    invited_at: OffsetDateTime,
    /// Who is there.
    people: Vec<MemberOut>,
    characters: Vec<GroupCharacterOut>,
}

impl InvitationOut {
    fn of(user: UserId, group: &Group) -> Option<Self> {
        let me = group.member(user)?;
        let invited_by = me.invited_by.and_then(|by| group.joined(by)).cloned();
        Some(Self {
            session_id: group.session_id,
            invited_by: invited_by.map(MemberOut::from),
            invited_at: me.invited_at,
            people: group.present().cloned().map(MemberOut::from).collect(),
            characters: group.characters.iter().cloned().map(GroupCharacterOut::from).collect(),
        })
    }
}

/// A group to begin.
#[derive(Deserialize, ToSchema)]
pub struct GroupIn {
    title: Option<String>,
    /// Who is asked to come.
    #[serde(default)]
    #[schema(value_type = Vec<WireUserId>, max_items = 15)]
    people: Vec<UserId>,
    /// Which characters are there.
    #[serde(default)]
    #[schema(value_type = Vec<WireCharacterId>, max_items = 8)]
    characters: Vec<CharacterId>,
    /// `natural` if absent.
    #[schema(value_type = Option<WireReplyMode>)]
    reply_mode: Option<ReplyMode>,
    /// Two if absent.
    #[schema(minimum = 1, maximum = 8)]
    speakers: Option<u8>,
    /// `joining` if absent.
    #[schema(value_type = Option<WireNewcomersSee>)]
    newcomers_see: Option<NewcomersSee>,
}

/// What changes about the rules of a group; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = GroupPatch)]
pub struct GroupPatchIn {
    #[schema(value_type = Option<WireReplyMode>)]
    reply_mode: Option<ReplyMode>,
    #[schema(minimum = 1, maximum = 8)]
    speakers: Option<u8>,
    #[schema(value_type = Option<WireNewcomersSee>)]
    newcomers_see: Option<NewcomersSee>,
}

/// How a shared session stands with the caller; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = MembershipPatch)]
pub struct MembershipPatchIn {
    pinned: Option<bool>,
    archived: Option<bool>,
    /// No notifications.
    muted: Option<bool>,
}

/// The other of a direct session.
#[derive(Deserialize, ToSchema)]
pub struct DirectIn {
    #[schema(value_type = WireUserId)]
    user_id: UserId,
}

/// What a person is to be.
#[derive(Deserialize, ToSchema)]
pub struct MemberRoleIn {
    /// `owner` hands the group over.
    #[schema(value_type = WireMemberRole)]
    role: MemberRole,
}

/// How a character is to take part.
#[derive(Default, Deserialize, ToSchema)]
pub struct GroupCharacterIn {
    /// How readily she speaks; 50 if absent.
    #[schema(maximum = 100)]
    talkativeness: Option<u8>,
}

/// Who is to speak next.
#[derive(Deserialize, ToSchema)]
pub struct SpeakIn {
    #[schema(value_type = WireCharacterId)]
    character_id: CharacterId,
}

/// How far the caller has read.
#[derive(Deserialize, ToSchema)]
pub struct ReadMarkIn {
    /// The place of the last event that was read.
    #[schema(format = "uint64")]
    seq: u64,
}

// The macro of routes takes a plain name only.
type InvitationPage = PageOut<InvitationOut>;

/// Begins a group; the people are asked to come.
#[utoipa::path(post, path = "/groups", tag = "groups", request_body = GroupIn, responses((status = 201, body = SessionOut)))]
pub(crate) async fn create_group(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<GroupIn>,
) -> Result<(StatusCode, Json<SessionOut>), Problem> {
    let GroupIn { title, people, characters, reply_mode, speakers, newcomers_see } = body;
    let title = title.unwrap_or_default();
    let new = NewGroup { title, people, characters, reply_mode, speakers, newcomers_see };
    let view = state.app.chats.create_group(caller.user_id, new).await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// The direct session with another person: the same one, whoever opens it, and however often.
#[utoipa::path(post, path = "/direct-sessions", tag = "groups", request_body = DirectIn, responses((status = 200, body = SessionOut)))]
pub(crate) async fn open_direct_session(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<DirectIn>,
) -> Result<Json<SessionOut>, Problem> {
    Ok(Json(state.app.chats.open_direct(caller.user_id, body.user_id).await?.into()))
}

/// The groups that the caller is asked to come to, the newest first.
#[utoipa::path(get, path = "/invitations", tag = "groups", responses((status = 200, body = InvitationPage)))]
pub(crate) async fn list_invitations(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<PageOut<InvitationOut>>, Problem> {
    let groups = state.app.chats.invitations(caller.user_id).await?;
    let invitations = groups.iter().filter_map(|group| InvitationOut::of(caller.user_id, group));
    Ok(Json(PageOut::whole(invitations.collect())))
}

/// Comes to a group that one was asked to come to. To decline, the caller is removed from its members.
#[utoipa::path(
    post, path = "/sessions/{session_id}/join", tag = "groups",
    params(("session_id" = WireSessionId, Path)), responses((status = 200, body = SessionOut)),
)]
pub(crate) async fn join_group(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
) -> Result<Json<SessionOut>, Problem> {
    Ok(Json(state.app.chats.join(caller.user_id, id).await?.into()))
}

/// Changes the rules of a group.
#[utoipa::path(
    patch, path = "/sessions/{session_id}/group", tag = "groups",
    params(("session_id" = WireSessionId, Path)), request_body = GroupPatchIn, responses((status = 200, body = SessionOut)),
)]
pub(crate) async fn update_group(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
    ApiJson(body): ApiJson<GroupPatchIn>,
) -> Result<Json<SessionOut>, Problem> {
    let GroupPatchIn { reply_mode, speakers, newcomers_see } = body;
    let patch = GroupPatch { reply_mode, speakers, newcomers_see };
    Ok(Json(state.app.chats.update_group(caller.user_id, id, patch).await?.into()))
}

/// Changes how a shared session stands with the caller.
#[utoipa::path(
    patch, path = "/sessions/{session_id}/membership", tag = "groups",
    params(("session_id" = WireSessionId, Path)), request_body = MembershipPatchIn,
    responses((status = 200, body = SessionOut)),
)]
pub(crate) async fn update_membership(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
    ApiJson(body): ApiJson<MembershipPatchIn>,
) -> Result<Json<SessionOut>, Problem> {
    let MembershipPatchIn { pinned, archived, muted } = body;
    let patch = MemberPatch { pinned, archived, muted };
    Ok(Json(state.app.chats.update_own(caller.user_id, id, patch).await?.into()))
}

/// Asks a person to come to a group.
#[utoipa::path(
    put, path = "/sessions/{session_id}/members/{user_id}", tag = "groups",
    params(("session_id" = WireSessionId, Path), ("user_id" = WireUserId, Path)), responses((status = 200, body = SessionOut)),
)]
pub(crate) async fn invite_member(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, user)): ApiPath<(SessionId, UserId)>,
) -> Result<Json<SessionOut>, Problem> {
    Ok(Json(state.app.chats.invite(caller.user_id, id, user).await?.into()))
}

/// Leaves, declines, takes an invitation back, or sends a person away.
#[utoipa::path(
    delete, path = "/sessions/{session_id}/members/{user_id}", tag = "groups",
    params(("session_id" = WireSessionId, Path), ("user_id" = WireUserId, Path)), responses((status = 204)),
)]
pub(crate) async fn remove_member(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, user)): ApiPath<(SessionId, UserId)>,
) -> Result<StatusCode, Problem> {
    state.app.chats.remove_member(caller.user_id, id, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a person a moderator, a member, or the owner.
#[utoipa::path(
    put, path = "/sessions/{session_id}/members/{user_id}/role", tag = "groups",
    params(("session_id" = WireSessionId, Path), ("user_id" = WireUserId, Path)), request_body = MemberRoleIn,
    responses((status = 200, body = SessionOut)),
)]
pub(crate) async fn set_member_role(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, user)): ApiPath<(SessionId, UserId)>,
    ApiJson(body): ApiJson<MemberRoleIn>,
) -> Result<Json<SessionOut>, Problem> {
    Ok(Json(state.app.chats.set_member_role(caller.user_id, id, user, body.role).await?.into()))
}

/// Brings a character to a group, or has her speak more readily, or less.
#[utoipa::path(
    put, path = "/sessions/{session_id}/characters/{character_id}", tag = "groups",
    params(("session_id" = WireSessionId, Path), ("character_id" = WireCharacterId, Path)),
    request_body = Option<GroupCharacterIn>, responses((status = 200, body = SessionOut)),
)]
pub(crate) async fn add_group_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, character)): ApiPath<(SessionId, CharacterId)>,
    body: Option<ApiJson<Option<GroupCharacterIn>>>,
) -> Result<Json<SessionOut>, Problem> {
    let readiness = body.and_then(|ApiJson(body)| body?.talkativeness);
    Ok(Json(state.app.chats.add_character(caller.user_id, id, character, readiness).await?.into()))
}

/// Sends a character away; what she said stays.
#[utoipa::path(
    delete, path = "/sessions/{session_id}/characters/{character_id}", tag = "groups",
    params(("session_id" = WireSessionId, Path), ("character_id" = WireCharacterId, Path)), responses((status = 204)),
)]
pub(crate) async fn remove_group_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, character)): ApiPath<(SessionId, CharacterId)>,
) -> Result<StatusCode, Problem> {
    state.app.chats.remove_character(caller.user_id, id, character).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a character of a group speak next.
#[utoipa::path(
    post, path = "/sessions/{session_id}/replies", tag = "groups",
    params(("session_id" = WireSessionId, Path)), request_body = SpeakIn, responses((status = 202, body = QueuedOut)),
)]
pub(crate) async fn ask_to_speak(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
    ApiJson(body): ApiJson<SpeakIn>,
) -> Result<(StatusCode, Json<QueuedOut>), Problem> {
    let event = state.app.chats.ask_to_speak(caller.user_id, id, body.character_id).await?;
    match &event.body {
        EventBody::ReplyQueued { reply } => Ok((StatusCode::ACCEPTED, Json(QueuedOut::of(reply, event.seq)))),
        _ => Err(ServiceError::Internal("a queued reply told another event".into()).into()),
    }
}

/// Says how far the caller has read; it never goes back.
#[utoipa::path(
    put, path = "/sessions/{session_id}/read", tag = "groups",
    params(("session_id" = WireSessionId, Path)), request_body = ReadMarkIn, responses((status = 204)),
)]
pub(crate) async fn mark_read(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<SessionId>,
    ApiJson(body): ApiJson<ReadMarkIn>,
) -> Result<StatusCode, Problem> {
    state.app.chats.read(caller.user_id, id, body.seq).await?;
    Ok(StatusCode::NO_CONTENT)
}
