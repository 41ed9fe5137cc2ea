//! What a person sees of a bond, and how they switch it off or begin anew.

use std::collections::BTreeMap;

use domain::bonds::{Bond, BondEvent, BondJudge, BondReason, BondRules, BondSettings, tell};
use domain::ids::{CharacterId, UserId};
use domain::memories::Scope;
use domain::pages::{Page, PageRequest};
use store::bonds::BondHistory;
use uuid::Uuid;

use super::{Bonds, romance_for};
use crate::{ServiceError, ServiceResult};

/// How a person stands with a character, as they see it.
#[derive(Debug, Clone, PartialEq)]
pub struct BondView {
    /// The character.
    pub character: CharacterId,
    /// What can grow, as far as it is there for the person.
    pub rules: BondRules,
    /// Whether the character declares none of her own.
    pub usual: bool,
    /// How the person wants it.
    pub settings: BondSettings,
    /// How it stands.
    pub bond: Bond,
    /// Who judges.
    pub judge: BondJudge,
}

/// Something that moved a bond, as the person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BondEventView {
    /// It.
    pub event: BondEvent,
    /// By how much each dimension moved, after all limits.
    pub moved: BTreeMap<String, i32>,
    /// The key of the stage after it, where it is another than before.
    pub turned_to: Option<String>,
}

/// A bond with what it was told from.
struct Read {
    rules: BondRules,
    usual: bool,
    romance: bool,
    history: BondHistory,
    judge: BondJudge,
}

impl Bonds {
    /// How the person stands with a character whom they may see.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn view(&self, user: UserId, character: CharacterId) -> ServiceResult<BondView> {
        let Read { rules, usual, history, judge, .. } = self.read(user, character).await?;
        let (bond, _) = tell(&rules, &history.events, self.inner.clock.now());
        Ok(BondView { character, rules, usual, settings: history.settings, bond, judge })
    }

    /// What moved it, the newest first.
    ///
    /// # Errors
    /// `NotFound`, `InvalidCursor`.
    pub async fn events(
        &self,
        user: UserId,
        character: CharacterId,
        page: &PageRequest,
    ) -> ServiceResult<Page<BondEventView>> {
        let before = page.cursor.as_deref().map(place_of).transpose()?;
        let Read { rules, romance, history, .. } = self.read(user, character).await?;
        let (_, effects) = tell(&rules, &history.events, self.inner.clock.now());
        let mut stage = 0;
        let mut views: Vec<BondEventView> = Vec::with_capacity(history.events.len());
        for (event, effect) in history.events.into_iter().zip(effects) {
            let turned_to = (effect.stage != stage).then(|| rules.stages.get(effect.stage)).flatten();
            stage = effect.stage;
            let turned_to = turned_to.map(|stage| stage.key.clone());
            views.push(BondEventView { event: shown(event, romance), moved: effect.moved, turned_to });
        }
        let of = |view: &BondEventView| (view.event.at.unix_timestamp_nanos(), view.event.id.0);
        let limit = page.limit as usize;
        let rest = views.into_iter().rev().filter(|view| before.is_none_or(|before| of(view) < before));
        let mut items: Vec<BondEventView> = rest.take(limit + 1).collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| {
            let (at, id) = of(last);
            format!("{at}.{}", id.simple())
        });
        Ok(Page { items, next_cursor: next })
    }

    /// Switches it on or off. What was said before it was switched on is never judged.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn switch(&self, user: UserId, character: CharacterId, on: bool) -> ServiceResult<BondView> {
        self.inner.characters.get(user, character).await?;
        self.inner.stores.bonds.switch_bond(Scope { user, character }, on, self.inner.clock.now()).await?;
        self.view(user, character).await
    }

    /// Begins anew: all that moved it is forgotten. What was said stays said.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn begin_anew(&self, user: UserId, character: CharacterId) -> ServiceResult<()> {
        self.inner.characters.get(user, character).await?;
        Ok(self.inner.stores.bonds.begin_anew(Scope { user, character }, self.inner.clock.now()).await?)
    }

    async fn read(&self, user: UserId, character: CharacterId) -> ServiceResult<Read> {
        let inner = &self.inner;
        let scope = Scope { user, character };
        let (found, person, history) = tokio::join!(
            inner.characters.get(user, character),
            inner.stores.accounts.find_user(user),
            inner.stores.bonds.bond(scope)
        );
        let (found, person) = (found?, person?.ok_or(ServiceError::NotFound)?);
        let romance = romance_for(&person, inner.clock.now());
        let model = inner.catalog.choose([None, found.profile.model.as_deref()]);
        let judge = if model.info().tiny { BondJudge::Words } else { inner.config.judge };
        let rules = found.profile.bond_rules().for_one(romance);
        Ok(Read { rules, usual: found.profile.bond.is_none(), romance, history: history?, judge })
    }
}

/// An event for somebody's eyes: where romance is not there, nothing tells of it.
fn shown(mut event: BondEvent, romance: bool) -> BondEvent {
    if event.judgement.reason.is_romantic() && !romance {
        event.judgement.reason = BondReason::Kindness;
        event.judgement.why = String::new();
    }
    event
}

fn place_of(cursor: &str) -> ServiceResult<(i128, Uuid)> {
    let (at, id) = cursor.split_once('.').ok_or(ServiceError::InvalidCursor)?;
    let (at, id) = (at.parse(), Uuid::try_parse(id));
    at.ok().zip(id.ok()).ok_or(ServiceError::InvalidCursor)
}
