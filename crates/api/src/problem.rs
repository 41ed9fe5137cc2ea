//! Problems (RFC 9457): every code, its status and title, and the one way from a service's error to an answer.

use std::borrow::Cow;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::ids::CharacterId;
use domain::validation::FieldError;
use serde::Serialize;
use service::{Conflict, ServiceError};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::middleware::request_id;
use crate::usage::QuotaReachedOut;
use crate::wire::WireCharacterId;

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// When to ask again what cannot be reached now.
const RETRY_UNAVAILABLE: Duration = Duration::from_secs(2);

macro_rules! problem_codes {
    ($( $(#[$meta:meta])* $name:ident = $code:literal, $status:ident, $title:literal; )+) => {
        /// The kinds of problems. Clients act on these, so they never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        pub enum ProblemCode {
            $( #[doc = $title] #[serde(rename = $code)] $name, )+
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$( Self::$name, )+];

            /// The code as it stands on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$name => $code, )+ }
            }

            /// The status that goes with it.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $( Self::$name => StatusCode::$status, )+ }
            }

            /// The kind in words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $( Self::$name => $title, )+ }
            }
        }
    };
}

problem_codes! {
    Malformed = "malformed", BAD_REQUEST, "The request cannot be read";
    InvalidCursor = "invalid_cursor", BAD_REQUEST, "The cursor is not valid";
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "Sign in first";
    InvalidCredentials = "invalid_credentials", UNAUTHORIZED, "The name or the password is wrong";
    Forbidden = "forbidden", FORBIDDEN, "This is not allowed";
    AccountDisabled = "account_disabled", FORBIDDEN, "The account is disabled";
    ConsentRequired = "consent_required", FORBIDDEN, "Agree to the current terms first";
    NotFound = "not_found", NOT_FOUND, "There is no such thing";
    NoTrace = "no_trace", NOT_FOUND, "It was not kept what this was made from";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "This cannot be done here";
    Conflict = "conflict", CONFLICT, "It contradicts what is there";
    UsernameTaken = "username_taken", CONFLICT, "The user name is taken";
    EmailTaken = "email_taken", CONFLICT, "The e-mail address is taken";
    TooManyApiKeys = "too_many_api_keys", CONFLICT, "No more API keys can be made: revoke one first";
    TooManyCharacters = "too_many_characters", CONFLICT, "No more characters can be made";
    TooManyQueued = "too_many_queued", CONFLICT, "Too many replies are waiting here";
    TooManySiblings = "too_many_siblings", CONFLICT, "Too many alternatives stand here";
    ReplyRunning = "reply_running", CONFLICT, "The reply is being written: stop it first";
    NotAReply = "not_a_reply", CONFLICT, "Only a reply can be continued";
    MessageDeleted = "message_deleted", CONFLICT, "The message was sent before and has been deleted";
    CharacterUnavailable = "character_unavailable", CONFLICT, "The character is no longer there";
    SceneLocked = "scene_locked", CONFLICT, "The scene is locked";
    ChoiceUnavailable = "choice_unavailable", CONFLICT, "This cannot be chosen now";
    NothingSaid = "nothing_said", CONFLICT, "Nothing was said here yet: say something first";
    TooManyRouteImages = "too_many_route_images", CONFLICT, "The route has as many images as it may";
    TooManyRouteEvents = "too_many_route_events", CONFLICT, "As much has happened on this route as is kept: begin it anew";
    TooManyNotes = "too_many_notes", CONFLICT, "No more notes can be written for this character";
    MemoryEnded = "memory_ended", CONFLICT, "Something else has taken its place";
    EpisodeIsWhatWasSaid = "episode_is_what_was_said", CONFLICT, "What was said cannot be put right here: edit the message";
    Outdated = "outdated", CONFLICT, "It was changed meanwhile: read it again";
    PayloadTooLarge = "payload_too_large", PAYLOAD_TOO_LARGE, "The body is too large";
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body has another type than is taken here";
    ValidationFailed = "validation_failed", UNPROCESSABLE_ENTITY, "Some fields are not valid";
    GroupFull = "group_full", CONFLICT, "The group is full";
    NotForEverybody = "not_for_everybody", CONFLICT, "Not everybody in the group may meet this character";
    TooManyGroups = "too_many_groups", CONFLICT, "Somebody is in as many groups as may be";
    TooManyLorebooks = "too_many_lorebooks", CONFLICT, "As many lorebooks are there as may be";
    LastAdmin = "last_admin", CONFLICT, "Nobody would be left who is an admin";
    JobRunning = "job_running", CONFLICT, "The job is being done";
    HandleTaken = "handle_taken", CONFLICT, "The handle is taken";
    TooManyFriends = "too_many_friends", CONFLICT, "One of you has as many friends as anybody may";
    TooManyRequests = "too_many_requests", CONFLICT, "Too many of your requests wait for an answer";
    TooManyFollows = "too_many_follows", CONFLICT, "No more can be followed";
    TooManyBlocks = "too_many_blocks", CONFLICT, "No more people can be blocked or muted";
    ContentRefused = "content_refused", UNPROCESSABLE_ENTITY, "These words are not let through here";
    FileRefused = "file_refused", UNPROCESSABLE_ENTITY, "The file cannot be taken";
    CardKnown = "card_known", CONFLICT, "A character was made from this file before";
    MomentDeleted = "moment_deleted", CONFLICT, "The moment was posted before and has been deleted";
    ImageUnavailable = "image_unavailable", CONFLICT, "An image is not yours, or stands in a moment already";
    TooManyComments = "too_many_comments", CONFLICT, "No more can be said about this moment";
    CharactersSilent = "characters_silent", CONFLICT, "Characters say no more here";
    CaseClaimed = "case_claimed", CONFLICT, "Somebody else looks at this case";
    CaseResolved = "case_resolved", CONFLICT, "The case was decided before";
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "Too often";
    QuotaReached = "quota_reached", TOO_MANY_REQUESTS, "As much was used today as may be";
    Internal = "internal", INTERNAL_SERVER_ERROR, "A fault of this server";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Something that is needed cannot be reached now";
}

// The derive does not see the names on the wire through the macro.
impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .into()
    }
}

impl ToSchema for ProblemCode {}

impl ProblemCode {
    /// The kind that a status alone tells of.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let general = if status.is_server_error() { Self::Internal } else { Self::Malformed };
        Self::ALL.iter().copied().find(|code| code.status() == status).unwrap_or(general)
    }
}

/// A field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field, as it stands in the request (`alternate_greetings.2`).
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// The body of every error answer but those of `POST /auth/token`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A name for the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// The kind, for programs.
    pub code: ProblemCode,
    /// What is wrong this time.
    pub detail: String,
    /// The fields that are wrong; only for `validation_failed` and `content_refused`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// The limit that is reached; only for `quota_reached`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<QuotaReachedOut>,
    /// The character that was made from the file; only for `card_known`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<WireCharacterId>)]
    pub character_id: Option<CharacterId>,
    /// The answer's `X-Request-Id`, for questions to the operator.
    #[schema(required)]
    pub request_id: Option<String>,
}

/// Why a request was not answered as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind.
    pub code: ProblemCode,
    /// What is wrong this time; the title when empty.
    pub detail: Cow<'static, str>,
    /// The fields that are wrong.
    pub errors: Vec<FieldProblem>,
    /// The limit that is reached.
    pub quota: Option<QuotaReachedOut>,
    /// The character that is there already; boxed, for most problems have none.
    pub character_id: Option<Box<CharacterId>>,
    /// When to ask again.
    pub retry_after: Option<Duration>,
    /// What a 401 answers to who shows a token that is no longer valid.
    pub invalid_token: bool,
}

impl Problem {
    /// A problem of this kind.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self {
            code,
            detail: Cow::Borrowed(""),
            errors: Vec::new(),
            quota: None,
            character_id: None,
            retry_after: None,
            invalid_token: false,
        }
    }

    /// The same with words for this time.
    #[must_use]
    pub fn because(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// A field that is wrong.
    #[must_use]
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, message)])
    }

    fn invalid(errors: Vec<FieldError>) -> Self {
        let errors =
            errors.into_iter().map(|error| FieldProblem { field: error.field, message: error.message }).collect();
        Self { errors, ..Self::new(ProblemCode::ValidationFailed) }
    }

    fn body(self) -> ProblemBody {
        let title = self.code.title();
        let detail = match (self.detail.is_empty(), self.errors.first()) {
            (false, _) => self.detail.into_owned(),
            (true, Some(first)) => format!("{}: {}", first.field, first.message),
            (true, None) => title.to_owned(),
        };
        ProblemBody {
            kind: format!("urn:talker:problem:{}", self.code.as_str()),
            title,
            status: self.code.status().as_u16(),
            code: self.code,
            detail,
            errors: self.errors,
            quota: self.quota,
            character_id: self.character_id.map(|id| *id),
            request_id: request_id(),
        }
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        let problem = Self::new(code(&error));
        match error {
            ServiceError::Invalid(errors) => Self::invalid(errors),
            ServiceError::Throttled { retry_after } => Self { retry_after: Some(retry_after), ..problem },
            ServiceError::QuotaReached { reached, retry_after } => {
                Self { retry_after: Some(retry_after), quota: Some(reached.into()), ..problem }
            }
            ServiceError::Unauthenticated => Self { invalid_token: true, ..problem },
            ServiceError::Unreadable(error) => problem.because(error.to_string()),
            ServiceError::Refused { field, harm } => {
                let said = FieldProblem { field: field.to_owned(), message: format!("is not let through: {harm}") };
                Self { errors: vec![said], ..problem }
            }
            ServiceError::KnownCard(first) => Self { character_id: Some(Box::new(first)), ..problem },
            // These two are written down here, at the edge, once; the client learns nothing of our inside.
            ServiceError::Unavailable(detail) => {
                tracing::warn!(error = %detail, "a request could not be answered");
                Self { retry_after: Some(RETRY_UNAVAILABLE), ..problem }
            }
            ServiceError::Internal(detail) => {
                tracing::error!(error = %detail, "a request failed");
                problem
            }
            _ => problem,
        }
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::invalid(vec![error])
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds(wait));
        }
        if self.code.status() == StatusCode::UNAUTHORIZED {
            let challenge = if self.invalid_token {
                r#"Bearer realm="talker", error="invalid_token""#
            } else {
                r#"Bearer realm="talker""#
            };
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        let status = self.code.status();
        // Kept beside its text, for those who write it in another form.
        let kept = axum::Extension(self.clone());
        let body = serde_json::to_vec(&self.body()).unwrap_or_default();
        (status, headers, kept, body).into_response()
    }
}

/// A wait in whole seconds, never too short.
pub(crate) fn seconds(wait: Duration) -> HeaderValue {
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    HeaderValue::from(whole.max(1))
}

/// The code of a service's error.
pub(crate) fn code_of(error: &ServiceError) -> &'static str {
    code(error).as_str()
}

/// What is wrong, in words.
pub(crate) fn message_of(error: &ServiceError) -> Cow<'static, str> {
    match error {
        ServiceError::Invalid(errors) => {
            errors.first().map_or(Cow::Borrowed(code(error).title()), |first| Cow::Owned(first.to_string()))
        }
        _ => Cow::Borrowed(code(error).title()),
    }
}

/// The fields that are wrong.
pub(crate) fn fields_of(error: &ServiceError) -> &[FieldError] {
    match error {
        ServiceError::Invalid(errors) => errors,
        _ => &[],
    }
}

/// The limit that is reached.
pub(crate) fn quota_of(error: &ServiceError) -> Option<QuotaReachedOut> {
    match error {
        ServiceError::QuotaReached { reached, .. } => Some((*reached).into()),
        _ => None,
    }
}

fn code(error: &ServiceError) -> ProblemCode {
    match error {
        ServiceError::Invalid(_) => ProblemCode::ValidationFailed,
        ServiceError::NotFound => ProblemCode::NotFound,
        ServiceError::CharacterUnavailable => ProblemCode::CharacterUnavailable,
        ServiceError::SceneLocked => ProblemCode::SceneLocked,
        ServiceError::ChoiceUnavailable => ProblemCode::ChoiceUnavailable,
        ServiceError::NothingSaid => ProblemCode::NothingSaid,
        ServiceError::Unreadable(_) => ProblemCode::FileRefused,
        ServiceError::KnownCard(_) => ProblemCode::CardKnown,
        ServiceError::Refused { .. } => ProblemCode::ContentRefused,
        ServiceError::Unauthenticated => ProblemCode::Unauthenticated,
        ServiceError::InvalidCredentials => ProblemCode::InvalidCredentials,
        ServiceError::Forbidden => ProblemCode::Forbidden,
        ServiceError::ConsentRequired => ProblemCode::ConsentRequired,
        ServiceError::InvalidCursor => ProblemCode::InvalidCursor,
        ServiceError::Throttled { .. } => ProblemCode::RateLimited,
        ServiceError::QuotaReached { .. } => ProblemCode::QuotaReached,
        ServiceError::Unavailable(_) => ProblemCode::Unavailable,
        ServiceError::Internal(_) => ProblemCode::Internal,
        ServiceError::Conflict(conflict) => match conflict {
            Conflict::UsernameTaken => ProblemCode::UsernameTaken,
            Conflict::EmailTaken => ProblemCode::EmailTaken,
            Conflict::TooManyApiKeys => ProblemCode::TooManyApiKeys,
            Conflict::TooManyCharacters => ProblemCode::TooManyCharacters,
            Conflict::TooManyQueued => ProblemCode::TooManyQueued,
            Conflict::TooManySiblings => ProblemCode::TooManySiblings,
            Conflict::ReplyRunning => ProblemCode::ReplyRunning,
            Conflict::NotAReply => ProblemCode::NotAReply,
            Conflict::MessageDeleted => ProblemCode::MessageDeleted,
            Conflict::TooManyNotes => ProblemCode::TooManyNotes,
            Conflict::MemoryEnded => ProblemCode::MemoryEnded,
            Conflict::EpisodeIsWhatWasSaid => ProblemCode::EpisodeIsWhatWasSaid,
            Conflict::GroupFull => ProblemCode::GroupFull,
            Conflict::NotForEverybody => ProblemCode::NotForEverybody,
            Conflict::TooManyGroups => ProblemCode::TooManyGroups,
            Conflict::TooManyLorebooks => ProblemCode::TooManyLorebooks,
            Conflict::LastAdmin => ProblemCode::LastAdmin,
            Conflict::AccountDisabled => ProblemCode::AccountDisabled,
            Conflict::JobRunning => ProblemCode::JobRunning,
            Conflict::HandleTaken => ProblemCode::HandleTaken,
            Conflict::TooManyFriends => ProblemCode::TooManyFriends,
            Conflict::TooManyRequests => ProblemCode::TooManyRequests,
            Conflict::TooManyFollows => ProblemCode::TooManyFollows,
            Conflict::TooManyBlocks => ProblemCode::TooManyBlocks,
            Conflict::MomentDeleted => ProblemCode::MomentDeleted,
            Conflict::ImageUnavailable => ProblemCode::ImageUnavailable,
            Conflict::TooManyComments => ProblemCode::TooManyComments,
            Conflict::CharactersSilent => ProblemCode::CharactersSilent,
            Conflict::CaseClaimed => ProblemCode::CaseClaimed,
            Conflict::CaseResolved => ProblemCode::CaseResolved,
            Conflict::TooManyRouteImages => ProblemCode::TooManyRouteImages,
            Conflict::TooManyRouteEvents => ProblemCode::TooManyRouteEvents,
            Conflict::Outdated => ProblemCode::Outdated,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_spelt_the_same_everywhere() {
        for code in ProblemCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
    }

    #[test]
    fn a_wait_is_never_rounded_down() {
        assert_eq!(seconds(Duration::from_millis(1)), "1");
        assert_eq!(seconds(Duration::from_millis(1001)), "2");
        assert_eq!(seconds(Duration::ZERO), "1");
    }

    #[test]
    fn the_inside_of_the_server_is_not_told() {
        let body = Problem::from(ServiceError::Internal("table users".into())).body();
        assert!(!serde_json::to_string(&body).unwrap().contains("users"));
        let response = Problem::from(ServiceError::Unauthenticated).into_response();
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], r#"Bearer realm="talker", error="invalid_token""#);
    }

    #[test]
    fn the_first_wrong_field_is_the_detail() {
        let body = Problem::field("title", "must not be empty").body();
        assert_eq!((body.status, body.detail.as_str(), body.errors.len()), (422, "title: must not be empty", 1));
    }
}
