//! Consents: what the operator asks for, what the caller agreed to, and when no more.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::consents::{Consent, ConsentAct, ConsentKind};
use domain::pages::Page;
use domain::safety::Tongue;
use serde::{Deserialize, Serialize};
use service::consents::{Agreement, Consents};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::page::page_request;
use crate::problem::Problem;
use crate::wire::{WireConsentAct, WireConsentKind, WireTongue};

/// A text of the operator.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LegalDocument)]
pub struct DocumentOut {
    #[schema(value_type = WireConsentKind)]
    kind: ConsentKind,
    /// Named when it is agreed to.
    version: String,
    /// The SHA-256 of the text in all its languages, in hex digits; written down when somebody agrees.
    digest: String,
    /// The language in which it is told: the one that was asked for, or the first that there is.
    #[schema(value_type = WireTongue)]
    language: Tongue,
    text: String,
}

/// What people agree to here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Legal)]
pub struct LegalOut {
    /// Whether nobody signs up, writes or changes anything without having agreed to all of them.
    required: bool,
    /// Empty where the operator has none.
    documents: Vec<DocumentOut>,
}

/// In which language.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LegalQuery {
    /// English if absent.
    #[param(value_type = Option<WireTongue>)]
    language: Option<Tongue>,
}

/// A text that somebody agrees to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementIn {
    #[schema(value_type = WireConsentKind)]
    kind: ConsentKind,
    /// The version that was read.
    #[schema(max_length = 64)]
    version: String,
}

impl From<AgreementIn> for Agreement {
    fn from(body: AgreementIn) -> Self {
        Self { kind: body.kind, version: body.version }
    }
}

/// Something that the caller did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Consent)]
pub struct ConsentOut {
    #[schema(value_type = WireConsentKind)]
    kind: ConsentKind,
    #[schema(value_type = WireConsentAct)]
    act: ConsentAct,
    /// With which character, or for which device, by its id; null where it is for all.
    #[schema(required)]
    subject: Option<String>,
    /// Of a text, which version; else null.
    #[schema(required)]
    version: Option<String>,
    /// Of a text, its SHA-256; else null.
    #[schema(required)]
    digest: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

impl From<Consent> for ConsentOut {
    fn from(consent: Consent) -> Self {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let Consent { user: _, at, kind, act, subject, version, digest } = consent;
        Self { kind, act, subject: some(subject), version: some(version), digest: some(digest), at }
    }
}

/// What the caller agreed to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Consents)]
pub struct ConsentsOut {
    /// Whether nothing is written or changed without having agreed to all texts.
    required: bool,
    /// The texts that the caller has not agreed to as they are now.
    #[schema(value_type = Vec<WireConsentKind>)]
    pending: Vec<ConsentKind>,
    /// All that the caller did, the newest first.
    items: Vec<ConsentOut>,
    /// Leads to the rest; null at the end.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Which part of the records.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsentsQuery {
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

fn legal(consents: &Consents, language: Tongue) -> LegalOut {
    let documents = consents.documents().all().map(|(kind, document)| {
        let (language, text) = document.text(language);
        let (version, digest) = (document.version.clone(), document.digest.clone());
        DocumentOut { kind, version, digest, language, text: text.to_owned() }
    });
    LegalOut { required: consents.documents().required, documents: documents.collect() }
}

/// The texts of the operator that people agree to, as they are now.
#[utoipa::path(get, path = "/legal", tag = "consents", params(LegalQuery), responses((status = 200, body = LegalOut)))]
pub(crate) async fn get_legal(State(state): State<AppState>, ApiQuery(query): ApiQuery<LegalQuery>) -> Json<LegalOut> {
    Json(legal(&state.app.consents, query.language.unwrap_or(Tongue::English)))
}

/// What the caller agreed to, in which version, and when no more.
#[utoipa::path(
    get, path = "/users/me/consents", tag = "consents", params(ConsentsQuery), responses((status = 200, body = ConsentsOut)),
)]
pub(crate) async fn page_consents(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ConsentsQuery>,
) -> Result<Json<ConsentsOut>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let consents = &state.app.consents;
    let Page { items, next_cursor } = consents.page(caller.user_id, &page).await?;
    Ok(Json(ConsentsOut {
        required: consents.documents().required,
        pending: consents.pending(caller.user_id).await?,
        items: items.into_iter().map(ConsentOut::from).collect(),
        next_cursor,
    }))
}

/// Agrees to a text of the operator, in its current version. Once more changes nothing.
#[utoipa::path(
    post, path = "/users/me/consents", tag = "consents", request_body = AgreementIn, responses((status = 204)),
)]
pub(crate) async fn give_consent(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<AgreementIn>,
) -> Result<StatusCode, Problem> {
    state.app.consents.agree(caller.user_id, &body.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Agrees to a text of the operator no more. Where that is required, nothing can be written then; reading, exporting and erasing what is
/// one's own stays possible.
#[utoipa::path(
    delete, path = "/users/me/consents/{kind}", tag = "consents",
    params(("kind" = WireConsentKind, Path)), responses((status = 204)),
)]
pub(crate) async fn withdraw_consent(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(kind): ApiPath<ConsentKind>,
) -> Result<StatusCode, Problem> {
    state.app.consents.withdraw(caller.user_id, kind).await?;
    Ok(StatusCode::NO_CONTENT)
}
