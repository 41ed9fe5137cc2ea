//! That somebody has talked for long: what their devices say, and that it was seen.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::ReminderId;
use serde::Serialize;
use service::sittings::ReminderView;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::ApiPath;
use crate::problem::Problem;
use crate::wire::WireReminderId;

/// What a device says to somebody who has talked for long: that it is a machine, and that a break does good.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reminder)]
pub struct ReminderOut {
    #[schema(value_type = WireReminderId)]
    id: ReminderId,
    /// For how many minutes they had talked.
    minutes: u32,
    /// In the words of the operator.
    words: ReminderWordsOut,
    /// When it was time for it.
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

/// The words of a reminder, by language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReminderWords)]
pub struct ReminderWordsOut {
    en: String,
    zh: String,
    ja: String,
}

impl From<ReminderView> for ReminderOut {
    fn from(view: ReminderView) -> Self {
        let [en, zh, ja] = view.words;
        let words = ReminderWordsOut { en, zh, ja };
        Self { id: view.reminder.id, minutes: view.reminder.minutes, words, at: view.reminder.at }
    }
}

/// The reminder to show, if there is one.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenReminderOut {
    /// Null: there is none, or this device has said that it was seen.
    #[schema(required)]
    reminder: Option<ReminderOut>,
}

/// What the calling device is to say to somebody who has talked for long, until it says that this was seen. It is gone after a pause.
#[utoipa::path(get, path = "/users/me/reminder", tag = "users", responses((status = 200, body = OpenReminderOut)))]
pub(crate) async fn get_reminder(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<OpenReminderOut>, Problem> {
    let open = state.app.sittings.open(&caller.0).await?;
    Ok(Json(OpenReminderOut { reminder: open.map(ReminderOut::from) }))
}

/// Says that a reminder was seen on the calling device.
#[utoipa::path(
    post, path = "/users/me/reminders/{reminder_id}/acknowledge", tag = "users",
    params(("reminder_id" = WireReminderId, Path)), responses((status = 204)),
)]
pub(crate) async fn acknowledge_reminder(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<ReminderId>,
) -> Result<StatusCode, Problem> {
    state.app.sittings.acknowledge(&caller.0, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
