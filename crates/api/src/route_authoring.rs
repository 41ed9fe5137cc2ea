//! What a character's maker does with her route: keeps it, has it looked through, and gives its pictures their images.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::bonds::BondRules;
use domain::ids::CharacterId;
use domain::routes::{Finding, FindingKind, Route, RouteFault, RouteFaultCode, Step};
use domain::validation::FieldError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use service::routes::{CheckedRoute, RouteView};
use utoipa::ToSchema;

use crate::AppState;
use crate::bond_rules::RulesBody;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath};
use crate::media::{ImageBody, ImageBytes, ImageForm};
use crate::problem::Problem;
use crate::route_document::RouteBody;
use crate::route_progress::PictureOut;
use crate::wire::{WireCharacterId, WireFindingKind, WireRouteFaultCode};

/// A route as its maker sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuthoredRoute)]
pub struct AuthoredRouteOut {
    route: RouteBody,
    /// The images that it has; the titles stand in the route.
    images: Vec<PictureOut>,
}

impl From<RouteView> for AuthoredRouteOut {
    fn from(view: RouteView) -> Self {
        let RouteView { route, images } = view;
        Self { route: route.into(), images: images.into_iter().map(PictureOut::from).collect() }
    }
}

/// What was found out about a route.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouteCheck)]
pub struct RouteCheckOut {
    /// Whether nothing is wrong.
    pub fine: bool,
    /// What is out of its bounds: it would not be kept, and was not searched.
    pub faults: Vec<RouteFaultOut>,
    /// What the search found.
    pub findings: Vec<RouteFindingOut>,
    /// How many scenes there are.
    pub scenes: u64,
    /// How many of them can be reached.
    pub reachable: u64,
    /// The endings that can be reached, each with a way there.
    pub endings: Vec<EndingWayOut>,
    /// Whether everything was searched; otherwise what was not found may still be there.
    pub complete: bool,
}

/// Something that is out of its bounds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouteFault)]
pub struct RouteFaultOut {
    /// What, for clients to say in words of their own.
    #[schema(value_type = WireRouteFaultCode)]
    pub code: RouteFaultCode,
    /// Where, such as `chapters[1].scenes[0].title`.
    pub path: String,
    /// The least that it may be, where that is what is wrong.
    #[schema(required)]
    pub least: Option<i64>,
    /// The most that it may be, where that is what is wrong.
    #[schema(required)]
    pub most: Option<i64>,
    /// The same in English.
    pub message: String,
}

impl From<RouteFault> for RouteFaultOut {
    fn from(fault: RouteFault) -> Self {
        let RouteFault { code, path, least, most, message } = fault;
        Self { code, path, least, most, message }
    }
}

/// Something that is wrong with a route whose every part is in its bounds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouteFinding)]
pub struct RouteFindingOut {
    /// What.
    #[schema(value_type = WireFindingKind)]
    pub kind: FindingKind,
    /// Where, such as `chapters[1].scenes[0]`.
    pub path: String,
    /// The id of the scene, the choice or the ending, or the key of the picture.
    pub about: String,
}

/// A way to an ending.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouteEndingWay)]
pub struct EndingWayOut {
    /// The id of the ending.
    pub ending: String,
    /// What is to be done, in its order.
    pub steps: Vec<RouteStepOut>,
}

/// One step of a way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = RouteStep)]
#[expect(missing_docs, reason = "each field is what the step is about")]
pub enum RouteStepOut {
    /// The bond comes to stand so, by the keys of its dimensions.
    Bond { values: BTreeMap<String, i32> },
    /// So many days have passed since the two met.
    Days { days: u32 },
    /// It is this day of the year.
    Date { date: String },
    /// The person says a phrase.
    Say { phrase: String },
    /// A scene is begun.
    Begin { scene: String },
    /// A choice is taken.
    Choose { scene: String, choice: String },
}

fn step(step: Step, dimensions: &[String]) -> RouteStepOut {
    match step {
        Step::Bond(values) => RouteStepOut::Bond { values: dimensions.iter().cloned().zip(values).collect() },
        Step::Days(days) => RouteStepOut::Days { days },
        Step::Date(date) => RouteStepOut::Date { date: date.to_string() },
        Step::Say(phrase) => RouteStepOut::Say { phrase },
        Step::Begin(scene) => RouteStepOut::Begin { scene },
        Step::Choose { scene, choice } => RouteStepOut::Choose { scene, choice },
    }
}

impl From<CheckedRoute> for RouteCheckOut {
    fn from(checked: CheckedRoute) -> Self {
        let CheckedRoute { faults, report, dimensions } = checked;
        let faults: Vec<RouteFaultOut> = faults.into_iter().map(Into::into).collect();
        let Some(report) = report else {
            let (findings, endings) = (Vec::new(), Vec::new());
            return Self { fine: false, faults, findings, scenes: 0, reachable: 0, endings, complete: false };
        };
        let finding = |Finding { kind, path, about }| RouteFindingOut { kind, path, about };
        let way = |(ending, place): (String, usize)| EndingWayOut {
            ending,
            steps: report.ways.get(&place).into_iter().flatten().cloned().map(|one| step(one, &dimensions)).collect(),
        };
        Self {
            fine: faults.is_empty() && report.findings.is_empty() && report.complete,
            faults,
            scenes: report.scenes as u64,
            reachable: report.ways.len() as u64,
            endings: report.endings.iter().cloned().map(way).collect(),
            complete: report.complete,
            findings: report.findings.into_iter().map(finding).collect(),
        }
    }
}

/// Looks through a route in a file, by the rules of bonds in another, or by the usual ones. What cannot be read is a fault, too.
#[must_use]
pub fn check_route_file(route: &[u8], bond: Option<&[u8]>) -> RouteCheckOut {
    let rules = match bond.map(|bond| read_json::<RulesBody>(bond).map(BondRules::from)) {
        None => Ok(BondRules::usual().clone()),
        Some(rules) => rules.and_then(|rules| rules.checked()),
    };
    let route = read_json::<RouteBody>(route).and_then(Route::try_from);
    match (route, rules) {
        (Ok(route), Ok(rules)) => service::routes::check(route, &rules).into(),
        (route, rules) => {
            let faults = route.err().into_iter().chain(rules.err());
            let faults = faults.map(RouteFault::from).map(RouteFaultOut::from).collect();
            RouteCheckOut { faults, ..CheckedRoute::default().into() }
        }
    }
}

fn read_json<T: DeserializeOwned>(file: &[u8]) -> Result<T, FieldError> {
    let mut json = serde_json::Deserializer::from_slice(file);
    let read = serde_path_to_error::deserialize(&mut json);
    let value = read.map_err(|error| FieldError::new(error.path().to_string(), error.inner().to_string()))?;
    json.end().map_err(|error| FieldError::new("", error.to_string()))?;
    Ok(value)
}

/// The route of one's own character.
#[utoipa::path(
    get, path = "/characters/{character_id}/route", tag = "routes",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = AuthoredRouteOut)),
)]
pub(crate) async fn get_route(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
) -> Result<Json<AuthoredRouteOut>, Problem> {
    Ok(Json(state.app.routes.get_route(caller.user_id, character).await?.into()))
}

/// Gives one's own character a route in place of the one she has. What happened to people on it stays, as far as the new one knows it.
#[utoipa::path(
    put, path = "/characters/{character_id}/route", tag = "routes",
    params(("character_id" = WireCharacterId, Path)), request_body = RouteBody, responses((status = 200, body = AuthoredRouteOut)),
)]
pub(crate) async fn set_route(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
    ApiJson(body): ApiJson<RouteBody>,
) -> Result<Json<AuthoredRouteOut>, Problem> {
    let route: Route = body.try_into()?;
    Ok(Json(state.app.routes.set_route(caller.user_id, character, route).await?.into()))
}

/// Takes the route of one's own character away.
#[utoipa::path(
    delete, path = "/characters/{character_id}/route", tag = "routes",
    params(("character_id" = WireCharacterId, Path)), responses((status = 204)),
)]
pub(crate) async fn remove_route(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
) -> Result<StatusCode, Problem> {
    state.app.routes.remove_route(caller.user_id, character).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Looks whether a route would be kept, and whether all of it can be reached. Nothing is kept.
#[utoipa::path(
    post, path = "/characters/{character_id}/route/check", tag = "routes",
    params(("character_id" = WireCharacterId, Path)), request_body = RouteBody, responses((status = 200, body = RouteCheckOut)),
)]
pub(crate) async fn check_route(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
    ApiJson(body): ApiJson<RouteBody>,
) -> Result<Json<RouteCheckOut>, Problem> {
    let route: Route = body.try_into()?;
    Ok(Json(state.app.routes.check_route(caller.user_id, character, route).await?.into()))
}

/// Gives a picture of one's own character's route its image: PNG, JPEG or WebP, as the field `file` of a form or as the body itself.
#[utoipa::path(
    put, path = "/characters/{character_id}/route/images/{key}", tag = "routes",
    params(("character_id" = WireCharacterId, Path), ("key" = String, Path, description = "The key of the picture")),
    request_body(content((ImageForm = "multipart/form-data"), (ImageBytes = "image/png"), (ImageBytes = "image/jpeg"), (ImageBytes = "image/webp"))),
    responses((status = 200, body = PictureOut)),
)]
pub(crate) async fn set_route_image(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((character, key)): ApiPath<(CharacterId, String)>,
    ImageBody(bytes): ImageBody,
) -> Result<Json<PictureOut>, Problem> {
    Ok(Json(state.app.routes.set_route_image(caller.user_id, character, &key, bytes).await?.into()))
}

/// Takes the image of a picture away.
#[utoipa::path(
    delete, path = "/characters/{character_id}/route/images/{key}", tag = "routes",
    params(("character_id" = WireCharacterId, Path), ("key" = String, Path, description = "The key of the picture")),
    responses((status = 204)),
)]
pub(crate) async fn remove_route_image(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((character, key)): ApiPath<(CharacterId, String)>,
) -> Result<StatusCode, Problem> {
    state.app.routes.remove_route_image(caller.user_id, character, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}
