//! Every route in one table; the OpenAPI document comes out of the same lines.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{any, get};
use axum::{Extension, Router};
use domain::limits;
use tower::Layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::normalize_path::NormalizePathLayer;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::address::TrustedProxies;
use crate::files::FILE_BYTES;
use crate::media::UPLOAD_BYTES;
use crate::problem::{Problem, ProblemCode};
use crate::{ApiConfig, AppState, Readiness};
use crate::{
    admin, api_keys, auth, blocks, bonds, cards, characters, consents, diaries, docs, events, follows, friends, groups,
    health, initiatives, lore_entries, lore_open, lorebooks, media, memories, messages, middleware, models, moments,
    notifications, openai, operator, profiles, pushes, recommendations, reports, responses, route_authoring,
    route_progress, routine, scenes, sessions, sittings, socket, takeout, traces, usage, users, web,
};

/// Open to all.
fn public() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(auth::register))
        .routes(routes!(auth::issue_token))
        .routes(routes!(media::get_media))
        .routes(routes!(consents::get_legal))
}

/// Each handler takes a `Caller`.
fn signed_in() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(auth::logout))
        .routes(routes!(auth::logout_all))
        .routes(routes!(users::get_me, users::update_me, users::delete_me))
        .routes(routes!(takeout::export_account))
        .routes(routes!(takeout::import_account).layer(DefaultBodyLimit::max(takeout::ARCHIVE_BYTES)))
        .routes(routes!(usage::get_usage))
        .routes(routes!(users::change_password))
        .routes(routes!(consents::page_consents, consents::give_consent))
        .routes(routes!(consents::withdraw_consent))
        .routes(routes!(sittings::get_reminder))
        .routes(routes!(sittings::acknowledge_reminder))
        .routes(routes!(users::list_devices))
        .routes(routes!(users::end_device))
        .routes(routes!(api_keys::list_api_keys, api_keys::create_api_key))
        .routes(routes!(api_keys::update_api_key, api_keys::revoke_api_key))
        .routes(routes!(characters::page_characters, characters::create_character))
        .routes(routes!(characters::get_character, characters::update_character, characters::delete_character))
        .routes(routes!(characters::set_avatar, characters::remove_avatar).layer(DefaultBodyLimit::max(UPLOAD_BYTES)))
        .routes(routes!(routine::get_presence))
        .routes(routes!(initiatives::get_initiative, initiatives::set_initiative))
        .routes(routes!(cards::preview_card).layer(DefaultBodyLimit::max(FILE_BYTES)))
        .routes(routes!(cards::import_card).layer(DefaultBodyLimit::max(FILE_BYTES)))
        .routes(routes!(cards::export_character))
        .routes(routes!(recommendations::list_trending))
        .routes(routes!(recommendations::list_similar))
        .routes(routes!(recommendations::set_reaction, recommendations::remove_reaction))
        .routes(routes!(recommendations::hide_character, recommendations::unhide_character))
        .routes(routes!(recommendations::page_recommendations))
        .routes(routes!(recommendations::tell_events))
        .routes(routes!(recommendations::get_tastes, recommendations::set_tastes))
        .routes(routes!(models::list_models))
        .routes(routes!(sessions::page_sessions, sessions::create_session))
        .routes(routes!(sessions::get_session, sessions::update_session, sessions::delete_session))
        .routes(routes!(sessions::import_sessions).layer(DefaultBodyLimit::max(FILE_BYTES)))
        .routes(routes!(sessions::export_session))
        .routes(routes!(sessions::get_remembering))
        .routes(routes!(sessions::set_leaf))
        .routes(routes!(events::page_events))
        .routes(routes!(messages::get_history, messages::send_message))
        .routes(routes!(messages::get_message, messages::edit_message, messages::delete_message))
        .routes(routes!(messages::list_revisions))
        .routes(routes!(messages::regenerate_reply))
        .routes(routes!(messages::stop_reply))
        .routes(routes!(groups::create_group))
        .routes(routes!(groups::open_direct_session))
        .routes(routes!(groups::list_invitations))
        .routes(routes!(groups::join_group))
        .routes(routes!(groups::update_group))
        .routes(routes!(groups::update_membership))
        .routes(routes!(groups::invite_member, groups::remove_member))
        .routes(routes!(groups::set_member_role))
        .routes(routes!(groups::add_group_character, groups::remove_group_character))
        .routes(routes!(groups::ask_to_speak))
        .routes(routes!(groups::mark_read))
        .routes(routes!(traces::get_trace))
        .routes(routes!(memories::page_memories, memories::add_memory, memories::forget_memories))
        .routes(routes!(memories::search_memories))
        .routes(routes!(memories::get_memory_state))
        .routes(routes!(memories::export_memories))
        .routes(routes!(memories::get_memory, memories::change_memory, memories::forget_memory))
        .routes(routes!(bonds::get_bond, bonds::update_bond, bonds::reset_bond))
        .routes(routes!(bonds::page_bond_events))
        .routes(routes!(diaries::page_diary))
        .routes(routes!(diaries::get_diary_settings, diaries::set_diary_settings))
        .routes(routes!(diaries::delete_diary_entry))
        .routes(routes!(route_authoring::get_route, route_authoring::set_route, route_authoring::remove_route))
        .routes(routes!(route_authoring::check_route))
        .routes(
            routes!(route_authoring::set_route_image, route_authoring::remove_route_image)
                .layer(DefaultBodyLimit::max(UPLOAD_BYTES)),
        )
        .routes(routes!(route_progress::get_progress, route_progress::reset_progress))
        .routes(routes!(scenes::get_scene, scenes::begin_scene, scenes::leave_scene))
        .routes(routes!(scenes::take_choice))
        .routes(routes!(lorebooks::page_lorebooks, lorebooks::create_lorebook))
        .routes(routes!(lorebooks::import_lorebook).layer(DefaultBodyLimit::max(lorebooks::FILE_BYTES)))
        .routes(routes!(lore_open::explain_lore))
        .routes(routes!(lorebooks::get_lorebook, lorebooks::update_lorebook, lorebooks::delete_lorebook))
        .routes(routes!(lorebooks::export_lorebook))
        .routes(routes!(lore_entries::add_lore_entry))
        .routes(routes!(lore_entries::replace_lore_entry, lore_entries::remove_lore_entry))
        .routes(routes!(lore_open::open_lorebook_with_character, lore_open::close_lorebook_with_character))
        .routes(routes!(lore_open::open_lorebook_in_session, lore_open::close_lorebook_in_session))
        .routes(routes!(lore_open::open_lorebook_with_me, lore_open::close_lorebook_with_me))
        .routes(routes!(notifications::page_notifications))
        .routes(routes!(notifications::count_unread))
        .routes(routes!(notifications::read_notifications))
        .routes(routes!(notifications::delete_notification))
        .routes(routes!(notifications::get_notification_settings, notifications::set_notification_settings))
        .routes(routes!(pushes::get_push_key))
        .routes(routes!(pushes::subscribe_push, pushes::unsubscribe_push))
        .routes(routes!(pushes::try_push))
}

/// People among each other. Each handler takes a `Caller`.
fn social() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(profiles::get_own_profile, profiles::update_own_profile))
        .routes(routes!(profiles::set_portrait, profiles::remove_portrait).layer(DefaultBodyLimit::max(UPLOAD_BYTES)))
        .routes(routes!(profiles::list_suggestions))
        .routes(routes!(profiles::search_people))
        .routes(routes!(profiles::get_profile))
        .routes(routes!(friends::ask_friend, friends::part_friend))
        .routes(routes!(friends::accept_friend))
        .routes(routes!(friends::page_friends))
        .routes(routes!(friends::page_friend_requests))
        .routes(routes!(follows::follow_person, follows::unfollow_person))
        .routes(routes!(follows::page_followers))
        .routes(routes!(follows::page_following))
        .routes(routes!(follows::page_followed_characters))
        .routes(routes!(follows::get_character_follow, follows::follow_character, follows::unfollow_character))
        .routes(routes!(blocks::block_person, blocks::unblock_person))
        .routes(routes!(blocks::mute_person, blocks::unmute_person))
        .routes(routes!(blocks::page_blocked))
        .routes(routes!(blocks::page_muted))
        .routes(routes!(reports::send_report))
        .routes(routes!(media::upload_media).layer(DefaultBodyLimit::max(UPLOAD_BYTES)))
        .routes(routes!(moments::page_feed))
        .routes(routes!(moments::post_moment))
        .routes(routes!(moments::get_moment, moments::update_moment, moments::delete_moment))
        .routes(routes!(moments::page_person_moments))
        .routes(routes!(moments::page_character_moments, moments::post_character_moment))
        .routes(routes!(moments::get_character_posting, moments::set_character_posting))
        .routes(routes!(responses::like_moment, responses::unlike_moment))
        .routes(routes!(responses::page_moment_likes))
        .routes(routes!(responses::page_comments, responses::post_comment))
        .routes(routes!(responses::delete_comment))
}

/// Each handler takes an `Operator`.
fn operated() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(operator::list_operator_models))
        .routes(routes!(operator::set_default_model))
}

/// Each handler takes an `Admin`, or a `Moderator`.
fn administered() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(admin::server::get_overview))
        .routes(routes!(admin::people::page_people))
        .routes(routes!(admin::people::get_person))
        .routes(routes!(admin::people::set_role))
        .routes(routes!(admin::people::disable_person, admin::people::enable_person))
        .routes(routes!(admin::people::set_quota))
        .routes(routes!(admin::queue::page_jobs))
        .routes(routes!(admin::queue::retry_job))
        .routes(routes!(admin::queue::discard_job))
        .routes(routes!(admin::server::list_admin_models))
        .routes(routes!(admin::server::choose_model))
        .routes(routes!(admin::audit::page_audit))
        .routes(routes!(admin::care::list_care_counts))
        .routes(routes!(admin::reports::page_cases))
        .routes(routes!(admin::reports::get_case))
        .routes(routes!(admin::reports::read_message))
        .routes(routes!(admin::reports::read_reported_moment))
        .routes(routes!(admin::reports::claim_case))
        .routes(routes!(admin::reports::resolve_case))
        .routes(routes!(admin::reports::restore_character))
}

/// Each handler takes a `KeyCaller`.
fn keyed() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(openai::list_character_models))
        .routes(routes!(openai::get_character_model))
        .routes(routes!(openai::create_chat_completion))
}

/// For whoever watches over the server, at the root.
fn probes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(health::get_health)).routes(routes!(health::get_readiness))
}

/// Only what a process is asked that serves nobody: whether it lives, and what it is ready for.
pub fn probes_alone(readiness: Readiness) -> Router {
    Router::new()
        .route("/healthz", get(health::get_health))
        .route("/readyz", get(health::get_readiness))
        .layer(Extension(readiness))
        .layer(from_fn_with_state(ApiConfig::default().request_timeout, middleware::limit_time))
}

/// All that stands in the document.
pub(crate) fn table() -> OpenApiRouter<AppState> {
    let (mut public, mut signed_in, mut operated, mut probes) = (public(), signed_in(), operated(), probes());
    let (mut administered, mut social, mut keyed) = (administered(), social(), keyed());
    docs::complete(public.get_openapi_mut(), docs::Access::Public);
    docs::complete(signed_in.get_openapi_mut(), docs::Access::SignedIn);
    docs::complete(social.get_openapi_mut(), docs::Access::SignedIn);
    docs::complete(administered.get_openapi_mut(), docs::Access::SignedIn);
    docs::complete(operated.get_openapi_mut(), docs::Access::Operator);
    docs::complete(keyed.get_openapi_mut(), docs::Access::Keyed);
    docs::complete(probes.get_openapi_mut(), docs::Access::Public);
    let all = public.merge(signed_in).merge(social).merge(administered).merge(operated);
    OpenApiRouter::with_openapi(docs::head()).merge(probes).nest("/api/v1", all).nest("/v1", keyed)
}

/// The whole server: the table, what stands in no OpenAPI document, and what happens around them.
pub fn router(state: AppState, config: ApiConfig) -> Router {
    let (table, _) = table().split_for_parts();
    let routes = table
        .route("/api/v1/chat/ws", get(socket::open_socket))
        .route("/api/v1/openapi.json", get(docs::get_openapi))
        .route("/docs", get(docs::get_docs))
        .route("/docs/{file}", get(docs::get_docs_file))
        .route("/v1", any(openai::serve_nothing))
        .route("/v1/{*path}", any(openai::serve_nothing))
        .fallback(web::serve_web)
        .method_not_allowed_fallback(async || Problem::new(ProblemCode::MethodNotAllowed).into_response());
    let routes = around(routes, config).with_state(state);
    // A slash at the end makes no difference, which must be settled before a route is chosen.
    Router::new().fallback_service(NormalizePathLayer::trim_trailing_slash().layer(routes))
}

/// What happens around every request; the last is the outermost.
fn around(routes: Router<AppState>, config: ApiConfig) -> Router<AppState> {
    let document = docs::Document(Arc::from(docs::openapi()));
    routes
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(Extension(document))
        .layer(Extension(config.readiness))
        .layer(Extension(TrustedProxies(config.trusted_proxies.into())))
        .layer(from_fn_with_state(config.request_timeout, middleware::limit_time))
        .layer(CatchPanicLayer::custom(middleware::answer_panic))
        .layer(CompressionLayer::new())
        .layer(middleware::cors(&config.origins))
        .layer(from_fn(openai::shape))
        .layer(from_fn(middleware::protect))
        .layer(from_fn(middleware::name_and_log))
}
