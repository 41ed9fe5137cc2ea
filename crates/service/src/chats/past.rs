//! What was said before a reply: as much of it as can fill the model, and when.

use domain::chats::{Author, Role};
use domain::prompt::{Spoken, TEMPLATE_TOKENS};
use domain::safety::{Danger, danger};
use llm::ChatModel;
use store::transcripts::Said;
use time::{Duration, OffsetDateTime};

use super::Inner;
use super::prompts::{Company, Unasked, Wanted};

/// How many messages are read first.
const FIRST_READ: u32 = 64;

/// How many messages are read at most, whatever fits the model.
const MOST_READ: u32 = 2_048;

/// What somebody is called who is gone.
const GONE: &str = "Somebody";

/// What was said before a reply, oldest first.
#[derive(Default)]
pub(super) struct Past {
    /// The words.
    pub(super) spoken: Vec<Spoken>,
    /// When the last thing was said, and the one before it, where that is known.
    last: [Option<OffsetDateTime>; 2],
}

impl Past {
    /// For how long nothing had been said before what is answered; where nothing is, until `now`.
    pub(super) fn gap(&self, now: OffsetDateTime, answers: bool) -> Option<Duration> {
        let [last, before] = self.last;
        let gap = if answers { last? - before? } else { now - last? };
        (!gap.is_negative()).then_some(gap)
    }
}

/// The way to the reply, oldest first: as much as can fill the budget. Read backwards, each stretch as long as those read
/// say that it must be.
pub(super) async fn past(
    inner: &Inner,
    wanted: Wanted<'_>,
    company: &Company,
    model: &dyn ChatModel,
    budget: u32,
) -> Result<Past, Unasked> {
    if let Some(given) = wanted.given {
        if let Some((danger, text)) = given.said.last().and_then(|answered| heard_danger(inner, answered)) {
            return Err(Unasked::Care { danger, text });
        }
        let spoken = given.said.iter().map(|said| spoken_by(said.clone(), wanted, company)).collect();
        return Ok(Past { spoken, ..Past::default() });
    }
    let session = wanted.session;
    let mut stretches: Vec<Vec<Spoken>> = Vec::new();
    let (mut read, mut tokens, mut limit, mut last) = (0, 0, FIRST_READ, [None; 2]);
    let mut next = wanted.parent;
    while let Some(message) = next.filter(|_| tokens < budget && read < MOST_READ) {
        // All but the first stretch begin with a message that is there already: only its child names it.
        let known = u32::from(!stretches.is_empty());
        let mut said = inner.stores.transcripts.said_before(session.owner, session.id, message, limit + known).await?;
        said.truncate(said.len().saturating_sub(known as usize));
        if stretches.is_empty() {
            let mut newest = said.iter().rev().map(|said| said.created_at);
            last = [newest.next(), newest.next()];
        }
        if stretches.is_empty()
            && let Some((danger, text)) = said.last().and_then(|answered| heard_danger(inner, answered))
        {
            return Err(Unasked::Care { danger, text });
        }
        next = said.first().filter(|first| first.depth > 0).map(|first| first.id);
        read += u32::try_from(said.len()).unwrap_or(MOST_READ);
        let stretch: Vec<Spoken> =
            said.into_iter().filter(|said| said.is_final).map(|said| spoken_by(said, wanted, company)).collect();
        tokens += stretch.iter().map(|message| model.count_tokens(&message.content) + TEMPLATE_TOKENS).sum::<u32>();
        stretches.push(stretch);
        // As many more as messages of this length fill the rest.
        let missing = u64::from(budget.saturating_sub(tokens)) * u64::from(read) / u64::from(tokens.max(1));
        limit = u32::try_from(missing + 1).unwrap_or(MOST_READ).max(FIRST_READ / 4).min(MOST_READ.saturating_sub(read));
    }
    Ok(Past { spoken: stretches.into_iter().rev().flatten().collect(), last })
}

/// What a person says they may be in danger of, in the message that is answered, and what is said then.
fn heard_danger(inner: &Inner, answered: &Said) -> Option<(Danger, String)> {
    let by_character = answered.role == Role::Character || matches!(answered.author, Some(Author::Character(_)));
    let danger = danger(&answered.content).filter(|_| !by_character)?;
    Some((danger, inner.care.answer(danger, &answered.content)))
}

/// What was said, as the character who speaks sees it.
pub(super) fn spoken_by(said: Said, wanted: Wanted<'_>, company: &Company) -> Spoken {
    let is_own = said.author.is_some_and(|author| Some(author) == wanted.speaker.map(Author::Character));
    let speaker = said.author.filter(|_| !is_own).map(|author| {
        // Whoever is gone without a trace still said it.
        company.names.get(&author).cloned().unwrap_or_else(|| GONE.to_owned())
    });
    let role = match (said.author, is_own) {
        (Some(_), false) => Role::User,
        _ => said.role,
    };
    Spoken { id: said.id, depth: said.depth, role, speaker, content: said.content }
}
