//! Notifications over REST: the inbox, and what a person wants to be told. The devices that are woken are in [`crate::pushes`].

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ClosedSet;
use domain::ids::NotificationId;
use domain::notifications::{
    Inbox, NotificationCategory, NotificationKind, NotificationSettings, Notifier, NotifierKind, QuietHours,
    SubjectKind, clock_time,
};
use serde::{Deserialize, Serialize};
use service::notifications::NotificationView;
use service::{Face, ReadMark};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::wire::{
    WireNotificationCategory, WireNotificationId, WireNotificationKind, WireNotifierKind, WireSubjectKind, media_url,
};

/// A notification. What happened is said by its kind; whoever shows it finds the words.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationOut {
    #[schema(value_type = WireNotificationId)]
    id: NotificationId,
    #[schema(value_type = WireNotificationKind)]
    kind: NotificationKind,
    #[schema(value_type = WireNotificationCategory)]
    category: NotificationCategory,
    /// About what.
    subject: SubjectOut,
    /// By whom, the latest first; of many only the latest three.
    actors: Vec<NotifierOut>,
    /// How often it happened.
    count: u64,
    /// Its place in the inbox: a greater one with every time it happens.
    seq: u64,
    /// Where it is shown, as a path of the client.
    path: String,
    /// When it happened first.
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// When it happened last.
    #[serde(with = "time::serde::rfc3339")]
    updated_at: OffsetDateTime,
    /// When it was read.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    read_at: Option<OffsetDateTime>,
}

/// What a notification is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationSubject)]
pub struct SubjectOut {
    #[schema(value_type = WireSubjectKind)]
    kind: SubjectKind,
    /// Its id; of an account, what happened to it: `new_sign_in` or `password_changed`.
    id: String,
}

/// By whom something happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationActor)]
pub struct NotifierOut {
    #[schema(value_type = WireNotifierKind)]
    kind: NotifierKind,
    id: String,
    /// The name; null when they are gone.
    #[schema(required)]
    name: Option<String>,
    #[schema(required)]
    avatar_url: Option<String>,
}

impl NotifierOut {
    fn of(by: &Notifier, face: Option<Face>) -> Self {
        let (name, avatar) = face.map_or((None, None), |face| (Some(face.name), face.avatar));
        Self { kind: by.kind(), id: by.id(), name, avatar_url: avatar.map(media_url) }
    }
}

impl From<NotificationView> for NotificationOut {
    fn from(view: NotificationView) -> Self {
        let notification = view.notification;
        Self {
            id: notification.id,
            kind: notification.kind,
            category: notification.kind.category(),
            subject: SubjectOut { kind: notification.subject.kind(), id: notification.subject.id() },
            actors: view.by.into_iter().map(|(by, face)| NotifierOut::of(&by, face)).collect(),
            count: notification.count,
            seq: notification.seq,
            path: notification.subject.path(),
            created_at: notification.created_at,
            updated_at: notification.updated_at,
            read_at: notification.read_at,
        }
    }
}

/// Which notifications are looked at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NotificationsQuery {
    /// Only those that are not read.
    unread: Option<bool>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type NotificationPage = PageOut<NotificationOut>;

/// The caller's notifications, the newest first.
#[utoipa::path(
    get, path = "/notifications", tag = "notifications", params(NotificationsQuery),
    responses((status = 200, body = NotificationPage)),
)]
pub(crate) async fn page_notifications(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<NotificationsQuery>,
) -> Result<Json<PageOut<NotificationOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let found = state.app.notifications.page(caller.user_id, query.unread.unwrap_or_default(), &page).await?;
    Ok(Json(PageOut::of(found, NotificationOut::from)))
}

/// How an inbox stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxOut {
    /// How many notifications are not read.
    unread: u64,
    /// The place of the last change.
    seq: u64,
    /// Up to which place all was said to be read.
    read_up_to: u64,
}

impl From<Inbox> for InboxOut {
    fn from(inbox: Inbox) -> Self {
        Self { unread: inbox.unread, seq: inbox.seq, read_up_to: inbox.read_up_to }
    }
}

/// How many notifications are not read.
#[utoipa::path(get, path = "/notifications/unread", tag = "notifications", responses((status = 200, body = InboxOut)))]
pub(crate) async fn count_unread(State(state): State<AppState>, caller: Caller) -> Result<Json<InboxOut>, Problem> {
    Ok(Json(state.app.notifications.inbox(caller.user_id).await?.into()))
}

/// What was read: all up to a place, or some.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadIn {
    /// All whose `seq` is at most this.
    #[schema(format = "uint64")]
    up_to: Option<u64>,
    /// These; 1 to 100. Those that are not there are passed over.
    #[schema(value_type = Option<Vec<WireNotificationId>>)]
    ids: Option<Vec<NotificationId>>,
}

/// Marks as read, on all devices.
#[utoipa::path(
    post, path = "/notifications/read", tag = "notifications", request_body = ReadIn,
    responses((status = 200, body = InboxOut)),
)]
pub(crate) async fn read_notifications(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(read): ApiJson<ReadIn>,
) -> Result<Json<InboxOut>, Problem> {
    let mark = match (read.up_to, read.ids) {
        (Some(seq), None) => ReadMark::UpTo(seq),
        (None, Some(ids)) => ReadMark::These(ids),
        _ => return Err(Problem::field("up_to", "give either this or ids")),
    };
    Ok(Json(state.app.notifications.mark_read(caller.user_id, &mark).await?.into()))
}

/// Takes a notification out of the inbox.
#[utoipa::path(
    delete, path = "/notifications/{notification_id}", tag = "notifications",
    params(("notification_id" = WireNotificationId, Path)), responses((status = 204)),
)]
pub(crate) async fn delete_notification(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<NotificationId>,
) -> Result<StatusCode, Problem> {
    state.app.notifications.delete(caller.user_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a person wants to be told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationSettings)]
pub struct NotificationSettingsOut {
    /// Every kind.
    kinds: Vec<KindOut>,
    /// When no device is woken; null is never. What happens meanwhile is pushed afterwards.
    #[schema(required)]
    quiet_hours: Option<QuietHoursOut>,
    /// Whether a device that is woken is not told by whom.
    hide_names: bool,
}

/// How a kind of notifications is told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationKindSettings)]
pub struct KindOut {
    #[schema(value_type = WireNotificationKind)]
    kind: NotificationKind,
    #[schema(value_type = WireNotificationCategory)]
    category: NotificationCategory,
    /// Whether it is told at all.
    in_app: bool,
    /// Whether devices are woken for it.
    push: bool,
    /// Whether it can be switched off at all.
    optional: bool,
}

/// A stretch of every day, by the clocks of the person's time zone; it may reach over midnight.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuietHours)]
pub struct QuietHoursOut {
    /// `HH:MM`
    from: String,
    /// `HH:MM`
    to: String,
}

impl From<NotificationSettings> for NotificationSettingsOut {
    fn from(settings: NotificationSettings) -> Self {
        let kind = |kind: &NotificationKind| KindOut {
            kind: *kind,
            category: kind.category(),
            in_app: settings.tells(*kind),
            push: settings.pushes(*kind),
            optional: kind.is_optional(),
        };
        let quiet = |quiet: QuietHours| QuietHoursOut { from: clock_time(quiet.from()), to: clock_time(quiet.to()) };
        Self {
            kinds: NotificationKind::ALL.iter().map(kind).collect(),
            quiet_hours: settings.quiet.map(quiet),
            hide_names: settings.hide_names,
        }
    }
}

/// What the caller wants to be told.
#[utoipa::path(
    get, path = "/notifications/settings", tag = "notifications",
    responses((status = 200, body = NotificationSettingsOut)),
)]
pub(crate) async fn get_notification_settings(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<NotificationSettingsOut>, Problem> {
    Ok(Json(state.app.notifications.settings(caller.user_id).await?.into()))
}

/// What a person wants to be told, all of it: what is not said is as at first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationSettingsIn {
    /// Kinds that differ from the usual, which is both on.
    #[serde(default)]
    kinds: Vec<KindIn>,
    /// When no device is woken.
    quiet_hours: Option<QuietHoursIn>,
    /// Whether a device that is woken is not told by whom.
    #[serde(default)]
    hide_names: bool,
}

/// How a kind of notifications is told.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NotificationKindSettingsIn)]
pub struct KindIn {
    #[schema(value_type = WireNotificationKind)]
    kind: NotificationKind,
    /// Whether it is told at all.
    #[serde(default = "on")]
    in_app: bool,
    /// Whether devices are woken for it.
    #[serde(default = "on")]
    push: bool,
}

fn on() -> bool {
    true
}

/// A stretch of every day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHoursIn {
    /// `HH:MM`
    from: String,
    /// `HH:MM`
    to: String,
}

impl NotificationSettingsIn {
    fn read(self) -> Result<NotificationSettings, Problem> {
        let mut settings = NotificationSettings { hide_names: self.hide_names, ..NotificationSettings::default() };
        for KindIn { kind, in_app, push } in self.kinds {
            if !in_app {
                settings.off.insert(kind);
            }
            if !push {
                settings.push_off.insert(kind);
            }
        }
        settings.quiet = self.quiet_hours.map(|quiet| QuietHours::read(&quiet.from, &quiet.to)).transpose()?;
        Ok(settings)
    }
}

/// Keeps what the caller wants to be told.
#[utoipa::path(
    put, path = "/notifications/settings", tag = "notifications", request_body = NotificationSettingsIn,
    responses((status = 200, body = NotificationSettingsOut)),
)]
pub(crate) async fn set_notification_settings(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(settings): ApiJson<NotificationSettingsIn>,
) -> Result<Json<NotificationSettingsOut>, Problem> {
    let settings = settings.read()?;
    state.app.notifications.save_settings(caller.user_id, &settings).await?;
    Ok(Json(settings.into()))
}
