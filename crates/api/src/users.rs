//! The caller's own account and devices.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::accounts::{AgeClass, UserPatch, UserRole};
use domain::ids::{DeviceId, UserId};
use serde::{Deserialize, Serialize};
use service::accounts::{DeviceView, UserView};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath};
use crate::page::PageOut;
use crate::problem::Problem;
use crate::wire::{WireAgeClass, WireDeviceId, WireUserId, WireUserRole, present};

/// An account, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserOut {
    #[schema(value_type = WireUserId)]
    id: UserId,
    /// The name they sign in with.
    username: String,
    /// The address they sign in with.
    email: String,
    /// What characters call them.
    display_name: String,
    /// What their age allows.
    #[schema(value_type = WireAgeClass)]
    age_class: AgeClass,
    /// What they may do.
    #[schema(value_type = WireUserRole)]
    role: UserRole,
    /// Their IANA time zone.
    #[schema(required)]
    timezone: Option<String>,
    /// Whether they meet characters who are rated mature.
    sees_mature: bool,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<UserView> for UserOut {
    fn from(view: UserView) -> Self {
        let UserView { user, age_class } = view;
        Self {
            id: user.id,
            username: user.username,
            email: user.email,
            display_name: user.display_name,
            age_class,
            role: user.role,
            timezone: user.timezone,
            sees_mature: user.sees_mature,
            created_at: user.created_at,
        }
    }
}

/// What a person changes about themselves; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = UserPatch)]
pub struct UserPatchIn {
    /// What characters shall call them.
    display_name: Option<String>,
    /// A new address.
    email: Option<String>,
    /// The IANA time zone; null forgets it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    timezone: Option<Option<String>>,
    /// Whether to meet characters who are rated mature; only adults may.
    sees_mature: Option<bool>,
}

/// A password, to prove that it is really them.
#[derive(Deserialize, ToSchema)]
pub struct PasswordIn {
    /// The current password.
    #[schema(format = Password)]
    password: String,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
pub struct ChangePasswordIn {
    /// The one until now.
    #[schema(format = Password)]
    current_password: String,
    /// The new one, 8 to 256 bytes.
    #[schema(format = Password)]
    new_password: String,
}

/// A device that is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceOut {
    #[schema(value_type = WireDeviceId)]
    id: DeviceId,
    /// What it calls itself.
    label: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// When it last got new tokens.
    #[serde(with = "time::serde::rfc3339")]
    last_seen_at: OffsetDateTime,
    /// Whether it is the one that asks.
    current: bool,
    /// Whether it has a socket open now.
    online: bool,
}

impl DeviceOut {
    fn of(view: DeviceView, current: DeviceId) -> Self {
        let DeviceView { device, online } = view;
        Self {
            online,
            current: device.id == current,
            id: device.id,
            label: device.label,
            created_at: device.created_at,
            last_seen_at: device.last_seen_at,
        }
    }
}

// The macro of routes takes a plain name only.
type DevicePage = PageOut<DeviceOut>;

/// The caller's account.
#[utoipa::path(get, path = "/users/me", tag = "users", responses((status = 200, body = UserOut)))]
pub(crate) async fn get_me(State(state): State<AppState>, caller: Caller) -> Result<Json<UserOut>, Problem> {
    Ok(Json(state.app.accounts.me(caller.user_id).await?.into()))
}

/// Changes name, address, time zone, or whether mature characters are met.
#[utoipa::path(patch, path = "/users/me", tag = "users", request_body = UserPatchIn, responses((status = 200, body = UserOut)))]
pub(crate) async fn update_me(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<UserPatchIn>,
) -> Result<Json<UserOut>, Problem> {
    let UserPatchIn { display_name, email, timezone, sees_mature } = body;
    let patch = UserPatch { display_name, email, timezone, sees_mature };
    Ok(Json(state.app.accounts.update(caller.user_id, patch).await?.into()))
}

/// Deletes the account with all that is the person's.
#[utoipa::path(delete, path = "/users/me", tag = "users", request_body = PasswordIn, responses((status = 204)))]
pub(crate) async fn delete_me(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<PasswordIn>,
) -> Result<StatusCode, Problem> {
    state.app.accounts.delete(&caller, body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets another password; all other devices are signed out.
#[utoipa::path(post, path = "/users/me/password", tag = "users", request_body = ChangePasswordIn, responses((status = 204)))]
pub(crate) async fn change_password(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<ChangePasswordIn>,
) -> Result<StatusCode, Problem> {
    state.app.accounts.change_password(&caller, body.current_password, body.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The devices that are signed in, the newest first.
#[utoipa::path(get, path = "/users/me/devices", tag = "users", responses((status = 200, body = DevicePage)))]
pub(crate) async fn list_devices(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<PageOut<DeviceOut>>, Problem> {
    let devices = state.app.accounts.devices(caller.user_id).await?;
    Ok(Json(PageOut::whole(devices.into_iter().map(|device| DeviceOut::of(device, caller.device_id)).collect())))
}

/// Signs a device out.
#[utoipa::path(
    delete, path = "/users/me/devices/{device_id}", tag = "users",
    params(("device_id" = WireDeviceId, Path)), responses((status = 204)),
)]
pub(crate) async fn end_device(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(device): ApiPath<DeviceId>,
) -> Result<StatusCode, Problem> {
    state.app.accounts.end_device(caller.user_id, device).await?;
    Ok(StatusCode::NO_CONTENT)
}
