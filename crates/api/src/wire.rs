//! How the nouns of the domain stand in the OpenAPI document, which the domain knows nothing of: closed sets as named
//! enums, identifiers as named patterns. Also the difference between a field that is absent and one that is null.

use std::borrow::Cow;
use std::marker::PhantomData;

use domain::ids::EntityId;
use domain::{
    ClosedSet, accounts, api_keys, audit, bonds, cards, characters, chats, consents, diaries, friends, groups, ids,
    imports, initiatives, jobs, lore, memories, models, moments, notifications, privacy, prompt, recommendations,
    reports, routes, routine, safety, sittings, speaking, traces, usage,
};
use serde::{Deserialize, Deserializer, Serializer};
use time::Date;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The schema of a closed set.
pub struct SetSchema<T>(PhantomData<T>);

impl<T: ClosedSet> PartialSchema for SetSchema<T> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(T::ALL.iter().map(ClosedSet::as_str))).into()
    }
}

impl<T: ClosedSet> ToSchema for SetSchema<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

/// The schema of an identifier.
pub struct IdSchema<T>(PhantomData<T>);

impl<T: EntityId> PartialSchema for IdSchema<T> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(format!("^{}_[0-9a-f]{{32}}$", T::PREFIX))).into()
    }
}

impl<T: EntityId> ToSchema for IdSchema<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

// The derive of schemas takes a plain name only.
macro_rules! wire_names {
    ($( $name:ident = $schema:ty; )+) => { $(
        #[doc = concat!("The schema named `", stringify!($schema), "`.")]
        pub type $name = $schema;
    )+ };
}

wire_names! {
    WireUserId = IdSchema<ids::UserId>;
    WireDeviceId = IdSchema<ids::DeviceId>;
    WireApiKeyId = IdSchema<ids::ApiKeyId>;
    WireApiKeyScope = SetSchema<api_keys::ApiKeyScope>;
    WireCharacterId = IdSchema<ids::CharacterId>;
    WireSessionId = IdSchema<ids::SessionId>;
    WireMessageId = IdSchema<ids::MessageId>;
    WireMediaId = IdSchema<ids::MediaId>;
    WireMemoryId = IdSchema<ids::MemoryId>;
    WireReminderId = IdSchema<ids::ReminderId>;
    WireCounted = SetSchema<sittings::Counted>;
    WireJobId = IdSchema<ids::JobId>;
    WireAuditId = IdSchema<ids::AuditId>;
    WireReportId = IdSchema<ids::ReportId>;
    WireCaseId = IdSchema<ids::CaseId>;
    WireMomentId = IdSchema<ids::MomentId>;
    WireCommentId = IdSchema<ids::CommentId>;
    WireMomentVisibility = SetSchema<moments::MomentVisibility>;
    WireAudience = SetSchema<privacy::Audience>;
    WireAskAudience = SetSchema<privacy::AskAudience>;
    WireRequestDirection = SetSchema<friends::RequestDirection>;
    WireReportedKind = SetSchema<reports::ReportedKind>;
    WireFormerTie = SetSchema<friends::FormerTie>;
    WireReportReason = SetSchema<reports::ReportReason>;
    WireCaseState = SetSchema<reports::CaseState>;
    WireCaseAction = SetSchema<reports::CaseAction>;
    WireNotificationId = IdSchema<ids::NotificationId>;
    WireSubscriptionId = IdSchema<ids::SubscriptionId>;
    WireUserRole = SetSchema<accounts::UserRole>;
    WireJobKind = SetSchema<jobs::JobKind>;
    WireJobState = SetSchema<jobs::JobState>;
    WireAuditAction = SetSchema<audit::AuditAction>;
    WireActorKind = SetSchema<audit::ActorKind>;
    WireTargetKind = SetSchema<audit::TargetKind>;
    WireLimitRule = SetSchema<usage::LimitRule>;
    WireQuotaKind = SetSchema<usage::QuotaKind>;
    WireAgeClass = SetSchema<accounts::AgeClass>;
    WireVisibility = SetSchema<characters::Visibility>;
    WireActivity = SetSchema<routine::Activity>;
    WireDay = SetSchema<routine::Day>;
    WireInitiativeReason = SetSchema<initiatives::InitiativeReason>;
    WireContentRating = SetSchema<characters::ContentRating>;
    WireCardVersion = SetSchema<cards::CardVersion>;
    WireCardContainer = SetSchema<cards::CardContainer>;
    WireCardFormat = SetSchema<cards::CardFormat>;
    WireCardNotice = SetSchema<cards::CardNotice>;
    WireChatSource = SetSchema<imports::ChatSource>;
    WireChatFormat = SetSchema<imports::ChatFormat>;
    WireRole = SetSchema<chats::Role>;
    WireSessionKind = SetSchema<groups::SessionKind>;
    WireMemberRole = SetSchema<groups::MemberRole>;
    WireMemberState = SetSchema<groups::MemberState>;
    WireReplyMode = SetSchema<groups::ReplyMode>;
    WireNewcomersSee = SetSchema<groups::NewcomersSee>;
    WireSpeakingReason = SetSchema<speaking::SpeakingReason>;
    WireMessageStatus = SetSchema<chats::MessageStatus>;
    WireFailureCode = SetSchema<chats::FailureCode>;
    WireRegenerateMode = SetSchema<chats::RegenerateMode>;
    WireModelProvider = SetSchema<models::ModelProvider>;
    WireFinishReason = SetSchema<models::FinishReason>;
    WireBondEventId = IdSchema<ids::BondEventId>;
    WireBondCause = SetSchema<bonds::BondCause>;
    WireBondReason = SetSchema<bonds::BondReason>;
    WireBondMood = SetSchema<bonds::BondMood>;
    WireBondJudge = SetSchema<bonds::BondJudge>;
    WireConsentKind = SetSchema<consents::ConsentKind>;
    WireConsentAct = SetSchema<consents::ConsentAct>;
    WireTongue = SetSchema<safety::Tongue>;
    WireDiaryEntryId = IdSchema<ids::DiaryEntryId>;
    WireDiaryKeeping = SetSchema<diaries::DiaryKeeping>;
    WireEndingKind = SetSchema<routes::EndingKind>;
    WireFindingKind = SetSchema<routes::FindingKind>;
    WireRouteFaultCode = SetSchema<routes::RouteFaultCode>;
    WireMemoryKind = SetSchema<memories::MemoryKind>;
    WireFactSubject = SetSchema<memories::FactSubject>;
    WireSummaryScale = SetSchema<memories::SummaryScale>;
    WireEndReason = SetSchema<memories::EndReason>;
    WireLearning = SetSchema<memories::Learning>;
    WirePromptPart = SetSchema<prompt::PromptPart>;
    WireRecallKind = SetSchema<traces::RecallKind>;
    WireRecallReason = SetSchema<traces::RecallReason>;
    WireMemoryOutcome = SetSchema<traces::MemoryOutcome>;
    WireNotificationKind = SetSchema<notifications::NotificationKind>;
    WireNotificationCategory = SetSchema<notifications::NotificationCategory>;
    WireSubjectKind = SetSchema<notifications::SubjectKind>;
    WireNotifierKind = SetSchema<notifications::NotifierKind>;
    WirePushOutcome = SetSchema<notifications::PushOutcome>;
    WireRecommendationEventType = SetSchema<recommendations::RecommendationEventType>;
    WireSurface = SetSchema<recommendations::Surface>;
    WireReaction = SetSchema<recommendations::Reaction>;
    WireReasonKind = SetSchema<recommendations::ReasonKind>;
    WireLorebookId = IdSchema<ids::LorebookId>;
    WireLoreMode = SetSchema<lore::LoreMode>;
    WireSelectiveLogic = SetSchema<lore::book::SelectiveLogic>;
    WireLorePosition = SetSchema<lore::book::LorePosition>;
    WireLoreTrigger = SetSchema<lore::book::LoreTrigger>;
    WireScanSource = SetSchema<lore::book::ScanSource>;
    WireLoreReason = SetSchema<lore::LoreReason>;
    WireLoreFormat = SetSchema<lore::reading::LoreFormat>;
    WirePromptRole = SetSchema<prompt::PromptRole>;
    WireRefusalReason = SetSchema<recommendations::RefusalReason>;
}

/// Reads a field of a patch that may be absent (leave as is), null (reset) or a value. Use with `#[serde(default)]`.
///
/// # Errors
/// When the value has another form.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

time::serde::format_description!(iso_date, Date, "[year]-[month]-[day]");

/// Reads a day.
///
/// # Errors
/// When it is no day, or written in another way.
pub fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    iso_date::deserialize(deserializer).map_err(|_| serde::de::Error::custom("expected a date such as 2001-12-31"))
}

/// Writes a day.
///
/// # Errors
/// When it cannot be written.
pub fn write_date<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    iso_date::serialize(date, serializer)
}

/// Where an image is for whoever has this ticket.
#[must_use]
pub fn ticket_url(id: ids::MediaId, ticket: &str) -> String {
    format!("{}?ticket={ticket}", media_url(id))
}

/// Where an image is.
#[must_use]
pub fn media_url(id: ids::MediaId) -> String {
    format!("/api/v1/media/{id}")
}
