//! Why an entry of a lorebook fires: the scan of the next reply, for whoever owns the book, over what they see of the session.

use std::sync::Arc;

use domain::characters::{CharacterProfile, ContentRating, DepthPrompt, Visibility};
use domain::chats::{HistoryAnchor, Message, Role};
use domain::ids::{MessageId, SessionId, UserId};
use domain::lore::book::LoreTrigger;
use domain::lore::matching::Compiled;
use domain::lore::shelves::{LoreTarget, Lorebook};
use domain::lore::{LoreState, Verdict};
use domain::macros::Seeds;
use domain::prompt::{Beside, PromptInput, Spoken};
use domain::sampling::Sampling;
use store::lorebooks::Shelved;
use store::transcripts::Said;
use uuid::Uuid;

use super::Inner;
use super::access::Access;
use super::lore::{ExplainedLore, Searched, open, scan, seed_of, state};
use super::past::spoken_by;
use super::prompts::{Wanted, company};
use crate::ServiceResult;
use crate::lore::{Lore, Open, SETTINGS};

/// How many of the newest messages are searched.
const READ: u32 = 400;

/// The tokens of a prompt where no model is asked.
const TOKENS: u32 = 8_192;

/// A book that somebody wants to be searched.
fn opened(book: &Lorebook) -> Open {
    let shelved =
        Shelved { id: book.id, owner: book.owner, target: LoreTarget::Person(book.owner), revision: book.revision };
    Open { shelved, book: Arc::new(Compiled::new(book.book.clone(), SETTINGS.matching)) }
}

impl Inner {
    /// The scan of the reply that is wanted, after `text`, with `beside` these books too.
    pub(super) async fn explain_in(
        &self,
        user: UserId,
        access: &Access,
        wanted: Wanted<'_>,
        text: &str,
        beside: Vec<Lorebook>,
    ) -> ServiceResult<ExplainedLore> {
        let session = wanted.session;
        let company = company(self, wanted).await?;
        let profile = company.character.profile.clone();
        let mut books = open(self, wanted, &company).await?;
        for book in &beside {
            if books.iter().all(|known| known.shelved.id != book.id) {
                books.push(opened(book));
            }
        }
        let read = self.stores.history.history(session.owner, session.id, HistoryAnchor::Newest, READ).await?;
        // What was said before somebody came, their books do not tell them.
        let seen =
            read.messages.into_iter().filter(|message| access.sees(message) && !message.content.trim().is_empty());
        let mut history: Vec<Spoken> = seen.map(|message| spoken_by(said(message), wanted, &company)).collect();
        let state = state(self, wanted, &history, &books).await?;
        if !text.trim().is_empty() {
            history.push(after(&history, text));
        }
        let model = self.catalog.choose([session.model.as_deref(), profile.model.as_deref()]);
        let info = model.info();
        let (session_id, triggers) = (session.id, super::lore::triggers(wanted));
        let near = self.lore.near(&books, &history).await;
        let (person, others) = (company.person.clone(), company.others.clone());
        let seeds = Seeds { turn: session.leaf_id.map_or(0, seed_of), chat: session.id.0.as_u64_pair().1 };
        let searching = move || {
            let input = PromptInput {
                profile: &profile,
                user_name: &person,
                company: &others,
                history: &history,
                memories: &[],
                now: "",
                continued: None,
                context_tokens: info.context_tokens,
                reply_tokens: 0,
                tiny: info.tiny,
                beside: Beside { seeds, model: &info.name, ..Beside::default() },
            };
            let searched =
                Searched { books: &books, state: &state, session: session_id, triggers, near: near.as_ref() };
            let found = scan(&input, &searched, &|text| model.count_tokens(text));
            (found.verdicts, info.context_tokens / 4)
        };
        let (verdicts, budget) = tokio::task::spawn_blocking(searching)
            .await
            .map_err(|_| crate::ServiceError::Internal("lore could not be searched".into()))?;
        let books = self.own_books(user, &verdicts).await?;
        Ok(told(books, verdicts, budget))
    }
}

/// The verdicts on one's own books alone.
fn told(books: Vec<Lorebook>, verdicts: Vec<Verdict>, budget: u32) -> ExplainedLore {
    let own = |verdict: &Verdict| books.iter().any(|book| book.id == verdict.book);
    let verdicts = verdicts.into_iter().filter(own).collect();
    ExplainedLore { verdicts, books, budget }
}

fn said(message: Message) -> Said {
    let Message { id, depth, role, author, content, created_at, .. } = message;
    Said { id, depth, role, author, content, is_final: true, created_at }
}

/// A text, as somebody says it after all else.
fn after(history: &[Spoken], text: &str) -> Spoken {
    let depth = history.last().map_or(0, |said| said.depth + 1);
    Spoken { id: MessageId(Uuid::nil()), depth, role: Role::User, speaker: None, content: text.to_owned() }
}

/// The scan of a text alone.
pub(super) async fn of_text(lore: &Lore, books: Vec<Lorebook>, text: String) -> ServiceResult<ExplainedLore> {
    let history = [after(&[], &text)];
    let open: Vec<Open> = books.iter().map(opened).collect();
    let near = lore.near(&open, &history).await;
    let searching = move || {
        let profile = nobody();
        let input = PromptInput {
            profile: &profile,
            user_name: "",
            company: &[],
            history: &history,
            memories: &[],
            now: "",
            continued: None,
            context_tokens: TOKENS,
            reply_tokens: 0,
            tiny: false,
            beside: Beside::default(),
        };
        let searched = Searched {
            books: &open,
            state: &LoreState::default(),
            session: SessionId(Uuid::nil()),
            triggers: &[LoreTrigger::Normal],
            near: near.as_ref(),
        };
        let estimate = |text: &str| u32::try_from(text.len().div_ceil(4)).unwrap_or(u32::MAX);
        let found = scan(&input, &searched, &estimate);
        told(books, found.verdicts, TOKENS / 4)
    };
    tokio::task::spawn_blocking(searching)
        .await
        .map_err(|_| crate::ServiceError::Internal("lore could not be searched".into()))
}

/// A character of whom nothing is known.
fn nobody() -> CharacterProfile {
    CharacterProfile {
        name: String::new(),
        tagline: String::new(),
        persona: String::new(),
        scenario: String::new(),
        greeting: String::new(),
        alternate_greetings: Vec::new(),
        group_greetings: Vec::new(),
        examples: String::new(),
        system_prompt: String::new(),
        post_history_instructions: String::new(),
        depth_prompt: DepthPrompt::default(),
        creator_notes: String::new(),
        tags: Vec::new(),
        visibility: Visibility::Private,
        rating: ContentRating::General,
        model: None,
        sampling: Sampling::default(),
        bond: None,
        routine: None,
        translations: Vec::new(),
    }
}
