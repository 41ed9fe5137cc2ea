//! What a character of a group has heard there: the messages in view, as far back as they may be told to all who hear her now.
//!
//! What she knows of one of them alone is not for the others, so it stays out of a group; and what is said in the group is nobody's
//! alone, so nothing is made of it that somebody would have to forget. It is read from the chat log into an index of this process,
//! and is kept nowhere else: what is edited or deleted there is edited or deleted here.

use std::collections::HashMap;

use domain::chats::{Author, HistoryAnchor, Message, Role};
use domain::events::{EventBody, SessionEvent};
use domain::ids::{CharacterId, MemoryId, MessageId, SessionId, UserId};
use domain::memories::{EpisodePlace, Memory, MemoryKind, Scope, stretches, weight_of};
use store::memories::{Indexed, ScopeChanges, ScopeVersion};
use store::transcripts::Said;
use store::{StoreResult, Stores};
use time::OffsetDateTime;
use uuid::Uuid;

use super::indexes::ScopeIndex;

/// How many messages are read at a time.
const READ: u32 = 500;

/// How far back a character remembers, in messages.
const FAR: u32 = 20_000;

/// How many events are read at a time to see what became of what was heard.
const EVENTS: u32 = 256;

/// After how many of them it is simpler to listen anew.
const EVENTS_AT_MOST: u64 = 1_024;

/// A character in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Hearer {
    /// The group.
    pub(crate) session: SessionId,
    /// Under whom it is kept.
    pub(crate) owner: UserId,
    /// Who heard.
    pub(crate) character: CharacterId,
}

/// Who is together in a group, for the character who is to answer.
#[derive(Debug, Clone, Copy)]
pub struct Gathering<'a> {
    /// Who answers.
    pub speaker: CharacterId,
    /// She may look back on what was said since.
    pub since: OffsetDateTime,
    /// The names of all who ever spoke.
    pub names: &'a HashMap<Author, String>,
}

/// What was said, edited or taken back since `since`; `None` when nothing was. Its epoch is the place of the event from which
/// on all was heard anew, its revision the place up to which nothing was taken back.
pub(super) async fn changes(
    stores: &Stores,
    hearer: Hearer,
    index: &ScopeIndex,
    since: ScopeVersion,
) -> StoreResult<Option<ScopeChanges>> {
    let Some(place) = stores.places.places(&[hearer.session]).await?.pop() else { return Ok(None) };
    let is_first = since == ScopeVersion::default();
    let anew = is_first || has_turned(stores, hearer, index, since.revision, place.seq).await?;
    let from = match index.next_depth() {
        next if next > 0 && !anew => next,
        _ => far_back(stores, hearer).await?,
    };
    let said = stores.transcripts.said_from(hearer.owner, hearer.session, from, READ).await?;
    // A reply that is being written is heard when it is finished.
    let settled: Vec<&Said> = said.iter().take_while(|said| said.is_final).collect();
    let more = settled.len() == READ as usize;
    let changed: Vec<Indexed> = settled.iter().flat_map(|said| heard(hearer, said)).collect();
    if !anew && !more && changed.is_empty() && since.revision == place.seq {
        return Ok(None);
    }
    let epoch = if anew { place.seq } else { since.epoch };
    Ok(Some(ScopeChanges { version: ScopeVersion { epoch, revision: place.seq }, changed, more }))
}

/// The depth from which on a character remembers.
async fn far_back(stores: &Stores, hearer: Hearer) -> StoreResult<u32> {
    let newest = stores.history.history(hearer.owner, hearer.session, HistoryAnchor::Newest, 1).await?;
    Ok(newest.messages.last().map_or(0, |last| last.depth.saturating_sub(FAR)))
}

/// Whether something that was heard stands no more, or stands otherwise.
async fn has_turned(stores: &Stores, hearer: Hearer, index: &ScopeIndex, since: u64, until: u64) -> StoreResult<bool> {
    if until.saturating_sub(since) > EVENTS_AT_MOST {
        return Ok(true);
    }
    let mut after = since;
    while after < until {
        let events = stores.sessions.events_after(hearer.owner, hearer.session, after, EVENTS).await?;
        if events.iter().any(|event| turns(index, event)) {
            return Ok(true);
        }
        let Some(last) = events.last() else { return Ok(false) };
        after = last.seq;
    }
    Ok(false)
}

fn turns(index: &ScopeIndex, event: &SessionEvent) -> bool {
    let is_known = |message: &Message| index.read(|index| index.get(MemoryId(message.id.0)).is_some());
    // What is said where something else was heard.
    let is_beside = |message: &Message| message.depth < index.next_depth() && !is_known(message);
    match &event.body {
        EventBody::MessageAccepted { message, .. } => is_beside(message),
        EventBody::ReplyQueued { reply }
        | EventBody::ReplyStarted { reply }
        | EventBody::ReplyCompleted { reply }
        | EventBody::ReplyFailed { reply } => is_beside(reply),
        EventBody::MessageEdited { message } => message.depth < index.next_depth(),
        EventBody::MessageDeleted { .. } | EventBody::SessionUpdated { .. } | EventBody::SessionDeleted => true,
    }
}

/// A message as she heard it: in one piece, or in several when it is long.
fn heard(hearer: Hearer, said: &Said) -> Vec<Indexed> {
    let piece = |(part, text)| Indexed { memory: episode(hearer, said, part, text), vector: None };
    (0..).zip(stretches(&said.content)).map(piece).collect()
}

/// A message whole, as it stands now.
pub(crate) fn recollected(hearer: Hearer, message: Message) -> Memory {
    let Message { id, depth, role, author, content, created_at, status, .. } = message;
    let said = Said { id, depth, role, author, content, is_final: status.is_final(), created_at };
    episode(hearer, &said, 0, &said.content)
}

fn episode(hearer: Hearer, said: &Said, part: u32, text: &str) -> Memory {
    let is_own = said.author == Some(Author::Character(hearer.character));
    Memory {
        id: MemoryId(piece_id(said.id, part)),
        scope: Scope { user: hearer.owner, character: hearer.character },
        kind: MemoryKind::Episode,
        subject: None,
        scale: None,
        speaker: Some(if is_own { Role::Character } else { Role::User }),
        author: said.author,
        place: Some(EpisodePlace { depth: said.depth, part }),
        text: text.to_owned(),
        importance: weight_of(text),
        pinned: false,
        happened_at: said.created_at,
        ended: None,
        session_id: Some(hearer.session),
        sources: vec![said.id],
        model: None,
        created_at: said.created_at,
    }
}

/// The first piece has the id of its message.
fn piece_id(message: MessageId, part: u32) -> Uuid {
    Uuid::from_u128(message.0.as_u128() ^ u128::from(part))
}
