//! Signing up, signing in, staying signed in, signing out.
//!
//! `POST /auth/token` is OAuth 2.0 as RFC 6749 writes it (sections 4.3 and 6), so that ready-made client libraries work:
//! a form in, and errors in the form of that text, not as problems.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use service::ServiceError;
use service::accounts::{Registration, SignIn, Tokens};
use time::Date;
use utoipa::ToSchema;

use crate::AppState;
use crate::address::ClientAddress;
use crate::caller::Caller;
use crate::consents::AgreementIn;
use crate::extract::ApiJson;
use crate::problem::{Problem, seconds};
use crate::users::UserOut;

/// The one scope there is.
pub(crate) const SCOPE: &str = "talker";

/// What a person gives to sign up.
#[derive(Deserialize, ToSchema)]
pub struct RegisterIn {
    /// The name to sign in with: 3 to 32 of `a-z 0-9 _ . -`.
    username: String,
    /// The address to sign in with.
    email: String,
    /// 8 to 256 bytes.
    #[schema(format = Password)]
    password: String,
    /// When they were born; decides what their age allows.
    #[serde(deserialize_with = "crate::wire::date")]
    birth_date: Date,
    /// What characters shall call them; the user name if absent.
    display_name: Option<String>,
    /// Their IANA time zone.
    timezone: Option<String>,
    /// The texts of `GET /legal` that they agree to; where that is required, all of them.
    #[serde(default)]
    #[schema(max_items = 8)]
    accepts: Vec<AgreementIn>,
}

/// Makes an account.
#[utoipa::path(post, path = "/auth/register", tag = "auth", request_body = RegisterIn, responses((status = 201, body = UserOut)))]
pub(crate) async fn register(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    ApiJson(body): ApiJson<RegisterIn>,
) -> Result<(StatusCode, Json<UserOut>), Problem> {
    let registration = Registration {
        username: body.username,
        email: body.email,
        password: body.password,
        birth_date: body.birth_date,
        display_name: body.display_name,
        timezone: body.timezone,
        accepts: body.accepts.into_iter().map(Into::into).collect(),
    };
    let view = state.app.accounts.register(registration, address).await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// The form of a token request.
#[derive(Default, ToSchema)]
#[schema(as = TokenForm)]
pub struct TokenIn {
    /// `password` or `refresh_token`.
    grant_type: Option<String>,
    /// User name or e-mail address; for `password`.
    username: Option<String>,
    /// For `password`.
    #[schema(format = Password)]
    password: Option<String>,
    /// For `refresh_token`.
    refresh_token: Option<String>,
    /// `talker`, or nothing.
    scope: Option<String>,
    /// What the device calls itself; the `User-Agent` if absent.
    device: Option<String>,
}

/// What a device gets to call with.
#[derive(Serialize, ToSchema)]
pub struct TokenOut {
    /// Shown with every call, as `Authorization: Bearer …`.
    access_token: String,
    /// `bearer`.
    token_type: &'static str,
    /// How many seconds the access token is good.
    expires_in: u64,
    /// Gets the next two, once.
    refresh_token: String,
    /// `talker`.
    scope: &'static str,
}

/// An error as RFC 6749 writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenError {
    /// `invalid_request`, `invalid_grant`, `unsupported_grant_type`, `invalid_scope`, `account_disabled`, `rate_limited`,
    /// `temporarily_unavailable` or `server_error`.
    error: &'static str,
    /// What is wrong, in words.
    error_description: &'static str,
}

/// Signs a device in, or gets it the next tokens.
#[utoipa::path(
    post, path = "/auth/token", tag = "auth",
    request_body(content = TokenIn, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = TokenOut), (status = "default", description = "An error as RFC 6749 writes it", body = TokenError)),
)]
pub(crate) async fn issue_token(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let answer = match read_form(&headers, body) {
        Ok(form) => grant(&state, form, address, &headers).await,
        Err(error) => Err(refuse(error)),
    };
    let uncached = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
    match answer {
        Ok(tokens) => (uncached, Json(tokens)).into_response(),
        Err(refusal) => (uncached, refusal).into_response(),
    }
}

async fn grant(
    state: &AppState,
    form: TokenIn,
    address: Option<std::net::IpAddr>,
    headers: &HeaderMap,
) -> Result<TokenOut, Response> {
    if form.scope.as_deref().is_some_and(|scope| scope.split_ascii_whitespace().any(|scope| scope != SCOPE)) {
        return Err(refuse(error("invalid_scope", "the only scope is talker")));
    }
    let tokens = match (form.grant_type.as_deref(), form.username, form.password, form.refresh_token) {
        (Some("password"), Some(login), Some(password), _) => {
            let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned);
            state
                .app
                .accounts
                .token_by_password(SignIn { login, password, label: form.device.or(agent), address })
                .await
        }
        (Some("password"), ..) => return Err(refuse(error("invalid_request", "username and password are needed"))),
        (Some("refresh_token"), _, _, Some(token)) => state.app.accounts.token_by_refresh(&token).await,
        (Some("refresh_token"), ..) => return Err(refuse(error("invalid_request", "refresh_token is needed"))),
        (Some(_), ..) => {
            return Err(refuse(error("unsupported_grant_type", "grant_type is password or refresh_token")));
        }
        (None, ..) => return Err(refuse(error("invalid_request", "grant_type is needed"))),
    };
    let Tokens { access_token, expires_in, refresh_token } = tokens.map_err(refuse_service)?;
    Ok(TokenOut { access_token, token_type: "bearer", expires_in, refresh_token, scope: SCOPE })
}

/// The form, in which nothing stands twice and what is empty counts as absent. What client libraries add to name
/// themselves (`client_id`, `client_secret`, Basic credentials) is not asked for and not looked at.
fn read_form(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<TokenIn, TokenError> {
    let essence = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next());
    if !essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
        return Err(error("invalid_request", "send application/x-www-form-urlencoded"));
    }
    let body = body.map_err(|_| error("invalid_request", "the body cannot be read"))?;
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_bytes(&body).map_err(|_| error("invalid_request", "the form cannot be read"))?;
    let mut form = TokenIn::default();
    let mut seen = std::collections::HashSet::new();
    for (name, value) in pairs {
        if !seen.insert(name.clone()) {
            return Err(error("invalid_request", "a parameter is given twice"));
        }
        let field = match name.as_str() {
            "grant_type" => &mut form.grant_type,
            "username" => &mut form.username,
            "password" => &mut form.password,
            "refresh_token" => &mut form.refresh_token,
            "scope" => &mut form.scope,
            "device" => &mut form.device,
            _ => continue,
        };
        *field = Some(value).filter(|value| !value.is_empty());
    }
    Ok(form)
}

fn error(error: &'static str, error_description: &'static str) -> TokenError {
    TokenError { error, error_description }
}

fn refuse(error: TokenError) -> Response {
    (StatusCode::BAD_REQUEST, Json(error)).into_response()
}

/// A service's error as RFC 6749 would have it.
fn refuse_service(failed: ServiceError) -> Response {
    if matches!(failed, ServiceError::InvalidCredentials) {
        return refuse(error("invalid_grant", "the name or the password is wrong, or the token is not valid any more"));
    }
    let problem = Problem::from(failed);
    let status = problem.code.status();
    let body = match status {
        StatusCode::FORBIDDEN => error("account_disabled", "the account is disabled"),
        StatusCode::TOO_MANY_REQUESTS => error("rate_limited", "too many attempts; wait a while"),
        StatusCode::SERVICE_UNAVAILABLE => error("temporarily_unavailable", "try again in a moment"),
        _ => error("server_error", "a fault of this server"),
    };
    let wait = problem.retry_after.map(|wait| [(header::RETRY_AFTER, seconds(wait))]);
    (status, wait.map(axum::response::AppendHeaders), Json(body)).into_response()
}

/// Signs this device out.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses((status = 204)))]
pub(crate) async fn logout(State(state): State<AppState>, caller: Caller) -> Result<StatusCode, Problem> {
    state.app.accounts.logout(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs all devices out, this one too.
#[utoipa::path(post, path = "/auth/logout-all", tag = "auth", responses((status = 204)))]
pub(crate) async fn logout_all(State(state): State<AppState>, caller: Caller) -> Result<StatusCode, Problem> {
    state.app.accounts.logout_all(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn form(body: &'static str) -> Result<TokenIn, TokenError> {
        let headers = HeaderMap::from_iter([(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded; charset=UTF-8"),
        )]);
        read_form(&headers, Ok(Bytes::from_static(body.as_bytes())))
    }

    #[test]
    fn a_form_is_read_as_the_rfc_says() {
        let read =
            form("grant_type=password&username=a%2Bb&password=x+y&scope=&client_id=app&client_secret=s").ok().unwrap();
        assert_eq!((read.username.as_deref(), read.password.as_deref(), read.scope), (Some("a+b"), Some("x y"), None));
        for twice in ["username=a&username=b", "client_id=a&client_id=b", "grant_type=password&grant_type="] {
            assert_eq!(form(twice).err().map(|error| error.error), Some("invalid_request"), "{twice}");
        }
        assert!(read_form(&HeaderMap::new(), Ok(Bytes::new())).is_err());
    }
}
