//! Entries of a lorebook on the wire.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::ids::LorebookId;
use domain::lore::book::{CharacterFilter, Entry, LorePosition, LoreTrigger, ScanSource, SelectiveLogic};
use domain::prompt::PromptRole;
use serde::{Deserialize, Serialize};
use service::lore::EntryChange;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath};
use crate::problem::Problem;
use crate::wire::{
    WireLorePosition, WireLoreTrigger, WireLorebookId, WirePromptRole, WireScanSource, WireSelectiveLogic,
};

/// For which characters an entry is.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = LoreFilter)]
pub struct FilterBody {
    /// Whether it is for all but these.
    is_exclude: bool,
    names: Vec<String>,
    tags: Vec<String>,
}

/// An entry of a lorebook: what it says, and when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = LoreEntry)]
pub struct EntryBody {
    /// Its number in the book, chosen by the server; what is sent here is left aside.
    uid: u32,
    /// Up to 200 characters, for people.
    #[schema(max_length = 200)]
    name: String,
    /// Up to 4,000 characters, for people.
    #[schema(max_length = 4000)]
    comment: String,
    /// One of these is to be found; `/so/` is a regular expression. Up to 200, of up to 500 characters.
    keys: Vec<String>,
    /// Further ones, which count as `logic` says when `selective`.
    secondary_keys: Vec<String>,
    selective: bool,
    #[schema(value_type = WireSelectiveLogic)]
    logic: SelectiveLogic,
    /// What is told to the model, up to 32,000 characters. Macros are expanded; decorators of V3 stand in its first lines.
    #[schema(max_length = 32000)]
    content: String,
    enabled: bool,
    /// Whether it fires without a key.
    constant: bool,
    /// Whether it fires, too, when what it says is near in meaning to what was said last; where the server has an embedder.
    vectorized: bool,
    /// For which replies it may fire; empty is for all. `swipe` and `regenerate` are the same here, and nothing is `impersonate`.
    #[schema(value_type = Vec<WireLoreTrigger>)]
    triggers: Vec<LoreTrigger>,
    /// Whether V3 takes its keys for regular expressions.
    use_regex: bool,
    /// The higher, the nearer to the end of the prompt, and the sooner within the budget.
    insertion_order: i32,
    /// Which goes first when the budget is over: the lowest.
    #[schema(required)]
    priority: Option<i32>,
    #[schema(required)]
    case_sensitive: Option<bool>,
    #[schema(required)]
    match_whole_words: Option<bool>,
    /// How many messages are searched for it, up to 2,000; the book's if null.
    #[schema(required)]
    scan_depth: Option<u32>,
    /// What else is searched for it.
    #[schema(value_type = Vec<WireScanSource>)]
    sources: Vec<ScanSource>,
    #[schema(value_type = WireLorePosition)]
    position: LorePosition,
    /// How many messages from the end, at `at_depth`.
    depth: u32,
    /// Who says it there.
    #[schema(value_type = WirePromptRole)]
    role: PromptRole,
    /// The name of its outlet.
    outlet: String,
    /// Of a hundred times, how often it fires when it could.
    #[schema(maximum = 100)]
    probability: u8,
    use_probability: bool,
    /// Whether other entries cannot wake it.
    exclude_recursion: bool,
    /// Whether it wakes no other.
    prevent_recursion: bool,
    /// From which round of recursion on it may fire; 0 is from the beginning.
    delay_until_recursion: u32,
    /// Of the entries of a group one fires.
    group: String,
    group_override: bool,
    group_weight: u32,
    #[schema(required)]
    use_group_scoring: Option<bool>,
    /// For how many messages it stays once it has fired.
    sticky: u32,
    /// For how many messages it rests then.
    cooldown: u32,
    /// From how many messages in a chat on it may fire.
    delay: u32,
    ignore_budget: bool,
    filter: FilterBody,
}

impl Default for EntryBody {
    fn default() -> Self {
        Entry::new(0).into()
    }
}

impl From<Entry> for EntryBody {
    fn from(entry: Entry) -> Self {
        let CharacterFilter { is_exclude, names, tags } = entry.filter;
        Self {
            uid: entry.uid,
            name: entry.name,
            comment: entry.comment,
            keys: entry.keys,
            secondary_keys: entry.secondary_keys,
            selective: entry.selective,
            logic: entry.logic,
            content: entry.content,
            enabled: entry.enabled,
            constant: entry.constant,
            vectorized: entry.vectorized,
            triggers: entry.triggers,
            use_regex: entry.use_regex,
            insertion_order: entry.insertion_order,
            priority: entry.priority,
            case_sensitive: entry.case_sensitive,
            match_whole_words: entry.match_whole_words,
            scan_depth: entry.scan_depth,
            sources: entry.sources,
            position: entry.position,
            depth: entry.depth,
            role: entry.role,
            outlet: entry.outlet,
            probability: entry.probability,
            use_probability: entry.use_probability,
            exclude_recursion: entry.exclude_recursion,
            prevent_recursion: entry.prevent_recursion,
            delay_until_recursion: entry.delay_until_recursion,
            group: entry.group,
            group_override: entry.group_override,
            group_weight: entry.group_weight,
            use_group_scoring: entry.use_group_scoring,
            sticky: entry.sticky,
            cooldown: entry.cooldown,
            delay: entry.delay,
            ignore_budget: entry.ignore_budget,
            filter: FilterBody { is_exclude, names, tags },
        }
    }
}

impl EntryBody {
    /// The entry with this number.
    pub(crate) fn entry(self, uid: u32) -> Entry {
        let FilterBody { is_exclude, names, tags } = self.filter;
        Entry {
            name: self.name,
            comment: self.comment,
            keys: self.keys,
            secondary_keys: self.secondary_keys,
            selective: self.selective,
            logic: self.logic,
            content: self.content,
            enabled: self.enabled,
            constant: self.constant,
            vectorized: self.vectorized,
            triggers: self.triggers,
            use_regex: self.use_regex,
            insertion_order: self.insertion_order,
            priority: self.priority,
            case_sensitive: self.case_sensitive,
            match_whole_words: self.match_whole_words,
            scan_depth: self.scan_depth,
            sources: self.sources,
            position: self.position,
            depth: self.depth,
            role: self.role,
            outlet: self.outlet,
            probability: self.probability,
            use_probability: self.use_probability,
            exclude_recursion: self.exclude_recursion,
            prevent_recursion: self.prevent_recursion,
            delay_until_recursion: self.delay_until_recursion,
            group: self.group,
            group_override: self.group_override,
            group_weight: self.group_weight,
            use_group_scoring: self.use_group_scoring,
            sticky: self.sticky,
            cooldown: self.cooldown,
            delay: self.delay,
            ignore_budget: self.ignore_budget,
            filter: CharacterFilter { is_exclude, names, tags },
            ..Entry::new(uid)
        }
    }
}

/// Adds an entry to a book of one's own.
#[utoipa::path(
    post, path = "/lorebooks/{lorebook_id}/entries", tag = "lorebooks", request_body = EntryBody,
    params(("lorebook_id" = WireLorebookId, Path)), responses((status = 201, body = EntryBody)),
)]
pub(crate) async fn add_lore_entry(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<LorebookId>,
    ApiJson(body): ApiJson<EntryBody>,
) -> Result<(StatusCode, Json<EntryBody>), Problem> {
    let change = EntryChange::Add(Box::new(body.entry(0)));
    let entry = state.app.lore.change_entry(caller.user_id, id, &change).await?;
    Ok((StatusCode::CREATED, Json(kept(entry)?)))
}

/// Puts another entry in the place of one; what is absent is as usual. What other programs keep in it stays.
#[utoipa::path(
    put, path = "/lorebooks/{lorebook_id}/entries/{uid}", tag = "lorebooks", request_body = EntryBody,
    params(("lorebook_id" = WireLorebookId, Path), ("uid" = u32, Path)), responses((status = 200, body = EntryBody)),
)]
pub(crate) async fn replace_lore_entry(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, uid)): ApiPath<(LorebookId, u32)>,
    ApiJson(body): ApiJson<EntryBody>,
) -> Result<Json<EntryBody>, Problem> {
    let change = EntryChange::Replace(Box::new(body.entry(uid)));
    Ok(Json(kept(state.app.lore.change_entry(caller.user_id, id, &change).await?)?))
}

/// Takes an entry out of a book.
#[utoipa::path(
    delete, path = "/lorebooks/{lorebook_id}/entries/{uid}", tag = "lorebooks",
    params(("lorebook_id" = WireLorebookId, Path), ("uid" = u32, Path)), responses((status = 204)),
)]
pub(crate) async fn remove_lore_entry(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, uid)): ApiPath<(LorebookId, u32)>,
) -> Result<StatusCode, Problem> {
    state.app.lore.change_entry(caller.user_id, id, &EntryChange::Remove(uid)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn kept(entry: Option<Entry>) -> Result<EntryBody, Problem> {
    entry.map(EntryBody::from).ok_or_else(|| Problem::new(crate::problem::ProblemCode::NotFound))
}
