//! What a reply is told of the route: the scene that is played, what came to light, and the words with which a scene begins.

use std::sync::Arc;

use domain::characters::CharacterProfile;
use domain::chats::Session;
use domain::ids::{LorebookId, MessageId};
use domain::lore::book::{Book, Entry};
use domain::lore::matching::Compiled;
use domain::lore::shelves::LoreTarget;
use domain::macros::{Names, expand_greeting};
use domain::memories::Scope;
use domain::routes::{Lore, Route, RouteEventKind};
use store::lorebooks::Shelved;

use super::Routes;
use crate::ServiceResult;
use crate::lore::{Open, SETTINGS};

/// What stands before the setting of a scene, for the model.
const SCENE: &str = "The two are in a scene of their story now. Play it, and never speak of it as a scene: ";

/// What a reply is told of the route.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    /// The whole reply, where it is the opening of a scene.
    pub(crate) opening: Option<String>,
    /// Where the scene plays, in words for the model; empty where none is played.
    pub(crate) scene: String,
    /// What came to light.
    pub(crate) lore: Option<Open>,
}

/// Of whom and where a reply is wanted.
#[derive(Clone, Copy)]
pub(crate) struct Stage<'a> {
    /// The session.
    pub(crate) session: &'a Session,
    /// What it answers.
    pub(crate) parent: Option<MessageId>,
    /// The reply, where there is one already.
    pub(crate) reply: Option<MessageId>,
    /// She.
    pub(crate) profile: &'a CharacterProfile,
    /// What the person is called.
    pub(crate) person: &'a str,
    /// Their time zone.
    pub(crate) zone: Option<&'a str>,
    /// Whether romance is there for them.
    pub(crate) romance: bool,
}

impl Routes {
    /// What a reply is told of the route. A character without one costs one question.
    pub(crate) async fn staged(&self, scope: Scope, stage: Stage<'_>) -> ServiceResult<Staged> {
        let inner = &self.inner;
        let history = inner.stores.progress.route_history(scope).await?;
        let Some(route) = inner.route(scope.character, &history).await? else { return Ok(Staged::default()) };
        let route = if stage.romance { route } else { Arc::new(route.for_one(false)) };
        let rules = stage.profile.bond_rules().for_one(stage.romance);
        let bond = inner.stores.bonds.bond(scope).await?;
        let progress = inner.told(&route, &rules, stage.zone, &history, &bond);
        let began = |reply: MessageId| {
            let mut events = history.events.iter();
            let event = events.find(|event| event.kind == RouteEventKind::Began && event.message_id == reply)?;
            route.scene(&event.scene).map(|(_, scene)| scene)
        };
        let names = Names { char: &stage.profile.name, user: stage.person };
        let opening = stage.reply.and_then(began);
        let opening = opening.map(|scene| expand_greeting(&scene.opening, names, stage.session.id));
        let played = progress.played.get(&stage.session.id).filter(|played| {
            // What answers the last choice is still said in the scene.
            played.chose.as_ref().is_none_or(|(_, said)| stage.parent == Some(*said))
        });
        let scene = played.and_then(|played| route.scenes().nth(played.scene)).map(|(_, scene)| scene);
        let setting = scene.map(|scene| scene.setting.as_str()).filter(|setting| !setting.is_empty());
        let scene = setting.map_or_else(String::new, |setting| format!("{SCENE}{setting}"));
        let lore: Vec<&Lore> = progress.seen(&route).flat_map(|scene| &scene.unlocks.lore).collect();
        Ok(Staged { opening, scene, lore: opened(scope, &route, &lore) })
    }
}

/// What came to light, as a book that stands open with the character. Its entries are numbered as in the route, so that a chat
/// remembers of each what it did.
fn opened(scope: Scope, route: &Route, lore: &[&Lore]) -> Option<Open> {
    if lore.is_empty() {
        return None;
    }
    let numbers = route.scenes().flat_map(|(_, scene)| &scene.unlocks.lore).zip(0..);
    let known = numbers.filter(|(one, _)| lore.iter().any(|open| open.id == one.id));
    let entry = |(one, uid): (&Lore, u32)| Entry {
        name: one.title.clone(),
        content: format!("{}: {}", one.title, one.text),
        constant: one.keys.is_empty(),
        keys: one.keys.clone(),
        ..Entry::new(uid)
    };
    let book = Book { name: String::new(), entries: known.map(entry).collect(), ..Book::default() };
    let shelved = Shelved {
        id: LorebookId(scope.character.0),
        owner: scope.user,
        target: LoreTarget::Character(scope.character),
        revision: 0,
    };
    Some(Open { shelved, book: Arc::new(Compiled::new(book, SETTINGS.matching)) })
}
