//! What a reply is made from: the character, the way to it, what is remembered, and a model, brought together for
//! `domain::prompt`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::characters::Character;
use domain::chats::{Author, FailureCode, Role, Session};
use domain::ids::{CharacterId, MessageId, UserId};
use domain::models::{ModelInfo, ModelProvider};
use domain::prompt::{MemoryLine, PromptInput, Spoken, TEMPLATE_TOKENS, assemble};
use domain::sampling::Sampling;
use domain::speaking::Voice;
use domain::traces::ReplyTrace;
use futures_util::StreamExt;
use llm::{ChatModel, ChatRequest};
use recall::Names;
use store::transcripts::Said;
use store::turns::Claim;
use tokio::time::Instant;

use super::{Inner, trace};
use crate::ServiceError;
use crate::memories::Asking;

/// How many messages are read first.
const FIRST_READ: u32 = 64;

/// How many messages are read at most, whatever fits the model.
const MOST_READ: u32 = 2_048;

/// How long a store that is away is waited for.
const READ_WITHIN: Duration = Duration::from_secs(20);

/// Names of others that the model is told to stop at.
const STOPS: usize = 4;

/// What somebody is called who is gone.
const GONE: &str = "Somebody";

/// The longest reply in tokens where nothing else is set.
const REPLY_TOKENS: u32 = 512;

/// The same for a tiny model, which loses the thread in longer ones.
const REPLY_TOKENS_TINY: u32 = 160;

/// A model and what it is asked.
pub(super) struct Asked {
    /// Who writes.
    pub(super) model: Arc<dyn ChatModel>,
    /// What it is told.
    pub(super) request: ChatRequest,
    /// What that was made from.
    pub(super) trace: ReplyTrace,
    /// Among several: whose words are let through.
    pub(super) voice: Option<Voice>,
}

/// A reply that is wanted.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Where.
    pub(super) session: &'a Session,
    /// What it answers; `None` when it is to be the first message.
    pub(super) parent: Option<MessageId>,
    /// What it begins with.
    pub(super) begun: &'a str,
    /// Who speaks, where several could.
    pub(super) speaker: Option<CharacterId>,
}

impl<'a> Wanted<'a> {
    /// The reply of a claim.
    pub(super) fn of(claim: &'a Claim) -> Self {
        let speaker = match claim.reply.author {
            Some(Author::Character(character)) => Some(character),
            _ => None,
        };
        Self { session: &claim.session, parent: claim.reply.parent_id, begun: &claim.reply.content, speaker }
    }
}

/// Who is in a scene, as the character who speaks sees it.
struct Company {
    character: Character,
    /// The person who is spoken to; in a group the last who said something.
    person: String,
    zone: Option<String>,
    /// The others, in a group.
    others: Vec<String>,
    /// The name of everybody in a group, also of those who are gone.
    names: HashMap<Author, String>,
}

/// The two of a session, or the group around whoever speaks.
async fn company(inner: &Inner, wanted: Wanted<'_>) -> Result<Company, Unasked> {
    let session = wanted.session;
    if let Some(scope) = session.scope() {
        let (character, user) = tokio::join!(
            inner.characters.get(scope.user, scope.character),
            inner.stores.accounts.find_user(session.owner)
        );
        let (person, zone) = user?.map(|user| (user.display_name, user.timezone)).unwrap_or_default();
        return Ok(Company { character: character?, person, zone, others: Vec::new(), names: HashMap::new() });
    }
    let group = inner.group(session.id).await?.ok_or(ServiceError::NotFound)?;
    let speaker = wanted.speaker.ok_or(ServiceError::NotFound)?;
    // Seen with the eyes of whoever brought her, unless she is not for them any more.
    let is_out = |user: &UserId| group.member(*user).is_some_and(|member| !group.is_for(member));
    let brought = group.character(speaker).ok_or(ServiceError::NotFound)?.added_by.filter(|by| !is_out(by));
    let by = brought.or_else(|| group.attending().next().map(|member| member.user_id)).unwrap_or(session.owner);
    let character = inner.characters.get(by, speaker).await?;
    let cast = group.characters.iter().map(|present| &present.character);
    let people = group.present().map(|member| member.name.clone());
    let others = people.chain(cast.clone().filter(|other| other.id != speaker).map(|other| other.name.clone()));
    let others = others.filter(|name| !name.is_empty()).collect();
    let known = group.people.iter().map(|member| (Author::Person(member.user_id), member.name.clone()));
    let names = known.chain(cast.map(|brief| (Author::Character(brief.id), brief.name.clone()))).collect();
    // Where each of them lives is not for the others.
    Ok(Company { character, person: String::new(), zone: None, others, names })
}

/// Why there is no request.
enum Unasked {
    /// What it is made from could not be read.
    Unread(ServiceError),
    /// It would not fit the model.
    TooLong,
}

impl<E: Into<ServiceError>> From<E> for Unasked {
    fn from(error: E) -> Self {
        Self::Unread(error.into())
    }
}

/// The request for a reply. A store that is away for a moment is waited for: the person has been told that an answer comes.
pub(super) async fn ask(inner: &Inner, wanted: Wanted<'_>) -> Result<Asked, FailureCode> {
    let give_up = Instant::now() + READ_WITHIN;
    let mut wait = Duration::from_millis(50);
    loop {
        match make(inner, wanted).await {
            Ok(asked) => return Ok(asked),
            Err(Unasked::TooLong) => return Err(FailureCode::ContextTooLong),
            Err(Unasked::Unread(ServiceError::Unavailable(_))) if Instant::now() + wait < give_up => {
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(1));
            }
            Err(Unasked::Unread(error)) => {
                tracing::error!(error = %error, "a prompt could not be made");
                return Err(FailureCode::Internal);
            }
        }
    }
}

async fn make(inner: &Inner, wanted: Wanted<'_>) -> Result<Asked, Unasked> {
    let began = Instant::now();
    let session = wanted.session;
    let company = company(inner, wanted).await?;
    let profile = &company.character.profile;
    let user_name = company.person.clone();
    let model = inner.catalog.choose([session.model.as_deref(), profile.model.as_deref()]);
    let info = model.info();
    let sampling = sampling(&session.sampling, &profile.sampling, &info, &company);
    let reply_tokens = sampling.max_tokens.unwrap_or(REPLY_TOKENS).min(info.context_tokens / 2);
    let budget = info.context_tokens.saturating_sub(reply_tokens);
    let names = Names { person: user_name, character: profile.name.clone() };
    let asking = Asking { session, parent: wanted.parent, names: &names, zone: company.zone.as_deref() };
    let (history, recalled) =
        tokio::join!(history(inner, wanted, &company, model.as_ref(), budget), inner.memories.recall(asking));
    let history = history?;
    let spoken_to = history.iter().rev().find(|said| said.role == Role::User).and_then(|said| said.speaker.as_deref());
    let continued = Some(wanted.begun).filter(|text| !text.is_empty());
    let lines: Vec<MemoryLine> = recalled.memories.iter().map(|memory| memory.line.clone()).collect();
    let input = PromptInput {
        profile,
        user_name: spoken_to.unwrap_or(&names.person),
        company: &company.others,
        history: &history,
        memories: &lines,
        now: &recalled.now,
        continued,
        context_tokens: info.context_tokens,
        reply_tokens,
        tiny: info.tiny,
    };
    let prompt = assemble(input, &|text| model.count_tokens(text)).map_err(|_| Unasked::TooLong)?;
    let trace = trace::of(&prompt, &recalled, budget, began.elapsed());
    let request = ChatRequest {
        // The low half of a UUIDv7 is random: as good as a hash.
        cache_key: session.id.0.as_u64_pair().1,
        messages: prompt.messages,
        continue_last: continued.is_some(),
        sampling: Sampling { max_tokens: Some(reply_tokens), ..sampling },
        format: None,
    };
    let voice =
        (!company.others.is_empty()).then(|| Voice::new(&profile.name, company.others.iter().map(String::as_str)));
    Ok(Asked { model, request, trace, voice })
}

/// The session's settings over the character's, and what keeps the model from speaking for anybody else.
fn sampling(session: &Sampling, character: &Sampling, info: &ModelInfo, company: &Company) -> Sampling {
    let mut sampling = session.clone().over(character);
    if info.tiny {
        sampling.max_tokens = Some(sampling.max_tokens.unwrap_or(REPLY_TOKENS_TINY));
    }
    // A provider takes few of them; what it lets through is cut by the voice.
    let others = std::iter::once(&company.person).chain(&company.others).filter(|name| !name.is_empty());
    sampling.stop.extend(others.take(STOPS).map(|name| format!("\n{name}:")));
    sampling
}

/// The way to the reply, oldest first: as much as can fill the budget. Read backwards, each stretch as long as those read
/// say that it must be.
async fn history(
    inner: &Inner,
    wanted: Wanted<'_>,
    company: &Company,
    model: &dyn ChatModel,
    budget: u32,
) -> Result<Vec<Spoken>, ServiceError> {
    let session = wanted.session;
    let mut stretches: Vec<Vec<Spoken>> = Vec::new();
    let (mut read, mut tokens, mut limit) = (0, 0, FIRST_READ);
    let mut next = wanted.parent;
    while let Some(message) = next.filter(|_| tokens < budget && read < MOST_READ) {
        // All but the first stretch begin with a message that is there already: only its child names it.
        let known = u32::from(!stretches.is_empty());
        let mut said = inner.stores.transcripts.said_before(session.owner, session.id, message, limit + known).await?;
        said.truncate(said.len().saturating_sub(known as usize));
        next = said.first().filter(|first| first.depth > 0).map(|first| first.id);
        read += u32::try_from(said.len()).unwrap_or(MOST_READ);
        let stretch: Vec<Spoken> =
            said.into_iter().filter(|said| said.is_final).map(|said| spoken(said, wanted, company)).collect();
        tokens += stretch.iter().map(|message| model.count_tokens(&message.content) + TEMPLATE_TOKENS).sum::<u32>();
        stretches.push(stretch);
        // As many more as messages of this length fill the rest.
        let missing = u64::from(budget.saturating_sub(tokens)) * u64::from(read) / u64::from(tokens.max(1));
        limit = u32::try_from(missing + 1).unwrap_or(MOST_READ).max(FIRST_READ / 4).min(MOST_READ.saturating_sub(read));
    }
    Ok(stretches.into_iter().rev().flatten().collect())
}

fn spoken(said: Said, wanted: Wanted<'_>, company: &Company) -> Spoken {
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

/// Lets a model in this process read a session's prompt before anybody asks: the person still reads the greeting, and the
/// first answer then begins at once. Costs a provider's model nothing: it is not asked.
pub(super) async fn warm(inner: &Inner, session: &Session) {
    let Ok(asked) = ask(inner, Wanted { session, parent: session.leaf_id, begun: "", speaker: None }).await else {
        return;
    };
    if asked.model.info().provider != ModelProvider::Local {
        return;
    }
    let sampling = Sampling { max_tokens: Some(1), ..asked.request.sampling };
    // One token, which nobody hears; what was read stays in the model's cache.
    if let Ok(mut stream) = asked.model.chat(ChatRequest { sampling, ..asked.request }).await {
        while let Some(Ok(_)) = stream.next().await {}
    }
}
