//! What is not let through: asked before words of people are taken, and before words of characters are shown.
//!
//! Where no policy is set, nothing is asked and nothing waits. Rules answer at once; a moderation model is asked for what the rules let
//! through. Words of a character are held back until a sentence of them is judged, so that what is refused was never seen.

use std::sync::Arc;
use std::time::Duration;

use domain::accounts::AgeClass;
use domain::ids::UserId;
use domain::moderation::{Among, Harm, Policy, Side};
use domain::privacy::protected;
use llm::Moderator;
use store::Stores;

use crate::app::AppParts;
use crate::clock::Clock;
use crate::{ServiceError, ServiceResult, measures};

/// How long a model may take for a piece of text, whatever it thinks itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// From this length on words of a character are judged without the end of a sentence, in bytes.
const LONG: usize = 400;

/// How much of what was said before is judged again with what follows, in bytes: a phrase may stand across two sentences.
const BEFORE: usize = 400;

/// What is not let through, and who says so.
#[derive(Clone, Default)]
pub struct ModerationConfig {
    /// The rules.
    pub policy: Policy,
    /// Who is asked beside them.
    pub model: Option<Arc<dyn Moderator>>,
}

impl std::fmt::Debug for ModerationConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModerationConfig").field("policy", &self.policy).field("model", &self.model.is_some()).finish()
    }
}

/// Moderation. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Moderation {
    stores: Stores,
    clock: Arc<dyn Clock>,
    config: Arc<ModerationConfig>,
}

/// Watches the words of a character.
pub(crate) struct Guard {
    config: Arc<ModerationConfig>,
    among: Among,
    /// The end of what was let through.
    before: String,
    held: String,
    /// Why nothing more passes.
    stopped: Option<Stopped>,
}

/// Why words are not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// Something is wrong with them.
    Refused(Harm),
    /// Nobody can say, and without that nothing passes here.
    Unjudged,
}

impl Moderation {
    pub(crate) fn new(parts: &AppParts) -> Self {
        Self {
            stores: parts.stores.clone(),
            clock: Arc::clone(&parts.clock),
            config: Arc::new(parts.moderation.clone()),
        }
    }

    fn watches(&self, side: Side) -> bool {
        self.config.model.is_some() || self.config.policy.has_rules(side)
    }

    /// Words of a person that these people read, the writer among them.
    ///
    /// # Errors
    /// `Refused` when they are not let through; `Unavailable` when nobody can say.
    pub(crate) async fn must_pass(&self, field: &'static str, text: &str, readers: &[UserId]) -> ServiceResult<()> {
        if !self.watches(Side::Person) {
            return Ok(());
        }
        let among = Among { side: Side::Person, minors: self.has_minors(readers).await? };
        self.config.must_pass(field, text, among).await
    }

    /// The same of what whoever comes by may read.
    ///
    /// # Errors
    /// As [`Self::must_pass`].
    pub(crate) async fn must_pass_in_public(&self, field: &'static str, text: &str) -> ServiceResult<()> {
        if !self.watches(Side::Person) {
            return Ok(());
        }
        self.config.must_pass(field, text, Among { side: Side::Person, minors: true }).await
    }

    /// Whether a character may say this where whoever comes by may read it.
    pub(crate) async fn may_say_in_public(&self, text: &str) -> bool {
        !self.watches(Side::Character)
            || self.config.judge(text, Among { side: Side::Character, minors: true }).await.is_ok()
    }

    /// Whether a character, or a model on her behalf, may say this to these people; for what is shown whole or not at all.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub(crate) async fn may_say(&self, text: &str, readers: &[UserId]) -> ServiceResult<bool> {
        if !self.watches(Side::Character) {
            return Ok(true);
        }
        let among = Among { side: Side::Character, minors: self.has_minors(readers).await? };
        Ok(self.config.judge(text, among).await.is_ok())
    }

    /// What watches the words of a character among these people; nothing where nothing would be held back.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub(crate) async fn guard(&self, readers: &[UserId]) -> ServiceResult<Option<Guard>> {
        if !self.watches(Side::Character) {
            return Ok(None);
        }
        let among = Among { side: Side::Character, minors: self.has_minors(readers).await? };
        let config = Arc::clone(&self.config);
        Ok(Some(Guard { config, among, before: String::new(), held: String::new(), stopped: None }))
    }

    /// Whether one of them is not known to be an adult, where that matters.
    async fn has_minors(&self, people: &[UserId]) -> ServiceResult<bool> {
        if !self.config.policy.tells_minors() {
            return Ok(false);
        }
        let today = self.clock.now().date();
        for person in people {
            let found = self.stores.accounts.find_user(*person).await?;
            if found.is_none_or(|user| protected(AgeClass::of(user.birth_date, today))) {
                return Ok(true);
            }
        }
        Ok(people.is_empty())
    }
}

impl ModerationConfig {
    async fn must_pass(&self, field: &'static str, text: &str, among: Among) -> ServiceResult<()> {
        match self.judge(text, among).await {
            Ok(()) => Ok(()),
            Err(Stopped::Refused(harm)) => Err(ServiceError::Refused { field, harm }),
            Err(Stopped::Unjudged) => Err(ServiceError::Unavailable("the moderation".to_owned())),
        }
    }

    async fn judge(&self, text: &str, among: Among) -> Result<(), Stopped> {
        let refused = match self.policy.judge(text, among) {
            Some(harm) => Some(harm),
            None => self.ask(text, among).await?,
        };
        match refused {
            Some(harm) => {
                measures::refused(among.side, harm);
                Err(Stopped::Refused(harm))
            }
            None => Ok(()),
        }
    }

    async fn ask(&self, text: &str, among: Among) -> Result<Option<Harm>, Stopped> {
        let Some(model) = self.model.as_ref().filter(|_| !text.trim().is_empty()) else { return Ok(None) };
        let why = match tokio::time::timeout(PATIENCE, model.judge(text)).await {
            Ok(Ok(found)) => return Ok(self.policy.weigh(&found, among)),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it took too long".to_owned(),
        };
        tracing::warn!(error = why, "the moderation could not be asked");
        if self.policy.is_strict() { Err(Stopped::Unjudged) } else { Ok(None) }
    }
}

impl Guard {
    /// What may be shown of words now, where somebody watches them.
    ///
    /// # Errors
    /// As [`Self::pass`].
    pub(crate) async fn let_through(guard: &mut Option<Self>, text: String) -> Result<String, Stopped> {
        match guard {
            Some(guard) => guard.pass(&text).await,
            None => Ok(text),
        }
    }

    /// What was held back to the end, where somebody watches.
    ///
    /// # Errors
    /// As [`Self::rest`].
    pub(crate) async fn let_rest(guard: &mut Option<Self>) -> Result<String, Stopped> {
        match guard {
            Some(guard) => guard.rest().await,
            None => Ok(String::new()),
        }
    }

    /// What of `text`, and of what was held back before it, may be shown now: sentence by sentence, so that what stands before one that is
    /// refused is still shown, whatever comes at once.
    ///
    /// # Errors
    /// When nothing more may be.
    pub(crate) async fn pass(&mut self, text: &str) -> Result<String, Stopped> {
        self.held.push_str(text);
        let mut shown = String::new();
        while let Some(end) = self.ready() {
            let rest = self.held.split_off(end);
            let ready = std::mem::replace(&mut self.held, rest);
            self.show(ready, &mut shown).await?;
        }
        Ok(shown)
    }

    /// What was held back to the end.
    ///
    /// # Errors
    /// When it may not be shown.
    pub(crate) async fn rest(&mut self) -> Result<String, Stopped> {
        let (ready, mut shown) = (std::mem::take(&mut self.held), String::new());
        self.show(ready, &mut shown).await?;
        match self.stopped {
            Some(stopped) => Err(stopped),
            None => Ok(shown),
        }
    }

    /// Up to where what is held back can be judged.
    fn ready(&self) -> Option<usize> {
        let end = self.held.find(ends_sentence).map(|at| {
            let rest = self.held.get(at..).unwrap_or_default();
            at + rest.find(|c| !ends_sentence(c)).unwrap_or(rest.len())
        });
        let long = || {
            let space = self.held.rfind(char::is_whitespace).filter(|at| *at > 0 && self.held.len() >= LONG);
            space.or_else(|| (self.held.len() >= 2 * LONG).then_some(self.held.len()))
        };
        end.or_else(long)
    }

    /// Shows a sentence; what was shown before one that is refused stands, and the next time it is told.
    async fn show(&mut self, ready: String, shown: &mut String) -> Result<(), Stopped> {
        let judged = match self.stopped {
            Some(stopped) => Err(stopped),
            None => self.judged(ready).await,
        };
        match judged {
            Ok(said) => shown.push_str(&said),
            Err(stopped) => {
                self.stopped = Some(stopped);
                if shown.is_empty() {
                    return Err(stopped);
                }
            }
        }
        Ok(())
    }

    async fn judged(&mut self, ready: String) -> Result<String, Stopped> {
        if ready.trim().is_empty() {
            return Ok(ready);
        }
        self.before.push_str(&ready);
        self.config.judge(&self.before, self.among).await?;
        let keep =
            (self.before.len().saturating_sub(BEFORE)..=self.before.len()).find(|at| self.before.is_char_boundary(*at));
        self.before.drain(..keep.unwrap_or_default());
        Ok(ready)
    }
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '\n' | '。' | '！' | '？')
}

#[cfg(test)]
mod tests {
    use domain::moderation::Rule;

    use super::*;

    fn guard(phrases: &[&str]) -> Guard {
        let phrases: Vec<String> = phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
        let rule = Rule::new(Harm::Banned, vec![Side::Character], false, &phrases).unwrap();
        let policy = Policy::new(vec![rule], Vec::new(), Vec::new(), false).unwrap();
        let config = Arc::new(ModerationConfig { policy, model: None });
        Guard {
            config,
            among: Among { side: Side::Character, minors: false },
            before: String::new(),
            held: String::new(),
            stopped: None,
        }
    }

    #[tokio::test]
    async fn sentences_are_shown_when_they_are_judged_and_nothing_is_lost() {
        let mut guard = guard(&["red herring"]);
        let mut shown = String::new();
        for piece in ["The sea", " is calm. It", " was", " blue", "。Und", " so"] {
            shown += &guard.pass(piece).await.unwrap();
        }
        assert_eq!(shown, "The sea is calm. It was blue。");
        shown += &guard.rest().await.unwrap();
        assert_eq!(shown, "The sea is calm. It was blue。Und so");
        let long = "word ".repeat(200);
        assert!(guard.pass(&long).await.unwrap().len() > 900, "nobody waits for the end of an endless sentence");
    }

    #[tokio::test]
    async fn what_is_refused_was_never_shown_also_across_sentences() {
        let mut refused = guard(&["red herring"]);
        assert_eq!(refused.pass("Calm. A red ").await, Ok("Calm.".to_owned()));
        assert_eq!(refused.pass("herring! More").await, Err(Stopped::Refused(Harm::Banned)));
        let mut at_once = guard(&["red herring"]);
        assert_eq!(at_once.pass("Calm. A red herring! It swims.").await, Ok("Calm.".to_owned()));
        assert_eq!(at_once.pass(" More.").await, Err(Stopped::Refused(Harm::Banned)));
        let mut last = guard(&["red herring"]);
        assert_eq!(last.pass("Calm. A red herring!").await, Ok("Calm.".to_owned()));
        assert_eq!(last.rest().await, Err(Stopped::Refused(Harm::Banned)));
        let mut across = guard(&["red herring"]);
        assert_eq!(across.pass("It is red. ").await, Ok("It is red.".to_owned()));
        assert_eq!(across.pass("Herring!").await, Err(Stopped::Refused(Harm::Banned)));
        let mut end = guard(&["red herring"]);
        assert_eq!(end.pass("A red herring").await, Ok(String::new()));
        assert_eq!(end.rest().await, Err(Stopped::Refused(Harm::Banned)));
    }
}
