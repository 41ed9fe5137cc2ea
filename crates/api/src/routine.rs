//! The week of a character, and what she does now.

use axum::Json;
use axum::extract::State;
use domain::ids::CharacterId;
use domain::routine::{Activity, Day, Hours, Routine};
use domain::validation::FieldError;
use serde::{Deserialize, Serialize};
use service::routine::Presence;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::ApiPath;
use crate::problem::Problem;
use crate::wire::{WireActivity, WireCharacterId, WireDay};

/// The week of a character, by the clocks where she lives. What no hours cover is her own.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Routine)]
pub struct RoutineBody {
    /// The IANA time zone in which she lives, such as `Asia/Tokyo`.
    timezone: String,
    /// Her hours, none of which overlap.
    #[schema(max_items = 32)]
    hours: Vec<HoursBody>,
}

/// A stretch of one or more days; one that ends before it begins reaches over midnight.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoutineHours)]
pub struct HoursBody {
    /// The days on which it begins.
    #[schema(value_type = Vec<WireDay>, min_items = 1)]
    days: Vec<Day>,
    /// `HH:MM`
    from: String,
    /// `HH:MM`; `24:00` is the end of the day
    to: String,
    #[schema(value_type = WireActivity)]
    activity: Activity,
    /// In a few words: at the bakery.
    #[serde(default)]
    #[schema(max_length = 80)]
    note: String,
}

impl RoutineBody {
    /// The routine it says.
    pub(crate) fn read(self) -> Result<Routine, FieldError> {
        let read = |(index, hours): (usize, HoursBody)| {
            let HoursBody { days, from, to, activity, note } = hours;
            let within =
                |error: FieldError| FieldError::new(format!("routine.hours.{index}.{}", error.field), error.message);
            Hours::read(days, &from, &to, activity, note).map_err(within)
        };
        let hours = self.hours.into_iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Routine { timezone: self.timezone, hours })
    }
}

impl From<Routine> for RoutineBody {
    fn from(routine: Routine) -> Self {
        let body = |hours: Hours| HoursBody {
            from: hours.from_text(),
            to: hours.to_text(),
            days: hours.days,
            activity: hours.activity,
            note: hours.note,
        };
        Self { timezone: routine.timezone, hours: routine.hours.into_iter().map(body).collect() }
    }
}

/// What a character does now. All is null where her week is not known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Presence)]
pub struct PresenceOut {
    #[schema(value_type = Option<WireActivity>, required)]
    activity: Option<Activity>,
    /// In the words of her maker; may be empty.
    #[schema(required)]
    note: Option<String>,
    /// Until when; null also when it is so all week.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    until: Option<OffsetDateTime>,
    /// What time it is where she lives, with the offset of her clocks.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    local_time: Option<OffsetDateTime>,
}

impl From<Option<Presence>> for PresenceOut {
    fn from(presence: Option<Presence>) -> Self {
        let Some(Presence { activity, note, local, until }) = presence else {
            return Self { activity: None, note: None, until: None, local_time: None };
        };
        Self { activity: Some(activity), note: Some(note), until, local_time: Some(local) }
    }
}

/// What a character does now.
#[utoipa::path(
    get, path = "/characters/{character_id}/presence", tag = "characters",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = PresenceOut)),
)]
pub(crate) async fn get_presence(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
) -> Result<Json<PresenceOut>, Problem> {
    Ok(Json(state.app.characters.presence(caller.user_id, id).await?.into()))
}
