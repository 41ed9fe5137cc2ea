//! From a day that is over to an entry, in steps of which each stands for itself.

use std::time::Duration;

use domain::accounts::User;
use domain::characters::Character;
use domain::chats::{Role, Session, SessionFilter};
use domain::diaries::{DiaryEntry, DiaryPage, DiarySource, DiaryState, Looked, PAST, day_of, entry_words};
use domain::ids::{DiaryEntryId, SessionId};
use domain::notifications::{News, NotificationKind, Notifier, Subject};
use domain::pages::PageRequest;
use domain::safety::danger;
use store::bonds::BondHistory;
use store::diaries::{StandingPage, Writing};
use store::transcripts::Said;
use store::{Conflict, StoreError, StoreResult};
use time::OffsetDateTime;

use super::prompts::{self, Evening};
use super::{Diaries, Inner, zone_of};
use crate::asking::{self, Meter, NoAnswer};
use crate::bonds::romance_for;
use crate::jobs::{JobFault, Run};
use crate::{ServiceError, zones};

/// How many of the latest sessions of the two are looked at, and how many messages of each.
const SESSIONS: u32 = 4;
const READ: u32 = 160;

/// How many of her last entries she is shown, so that she does not repeat herself.
const BEFORE: u32 = 2;

/// How often is looked back anew on what was changed meanwhile.
const ATTEMPTS: u32 = 4;

/// How long a page waits for whoever has spent what they may take in a day.
const SPENT: Duration = Duration::from_secs(60 * 60);

/// What came of looking back.
enum Looking {
    /// There is an entry.
    Written,
    /// The day gets none.
    Blank,
    /// Not now.
    Later(Duration),
    /// What was read is another by now.
    Outdated,
}

/// What was said on a day.
#[derive(Default)]
struct Day {
    /// What is shown, and what it would be written from.
    said: Vec<(SessionId, Said)>,
    versions: Vec<(SessionId, u64)>,
    /// The model of the session in which most recently something was said.
    model: Option<String>,
    in_danger: bool,
    /// When something was said after it.
    later: Option<OffsetDateTime>,
}

impl Day {
    /// How many things the person said were answered.
    fn turns(&self) -> usize {
        let pairs = self.said.iter().zip(self.said.iter().skip(1));
        pairs.filter(|(one, next)| one.1.role == Role::User && next.1.role == Role::Character).count()
    }
}

impl Diaries {
    /// Looks back on a day, or goes on with what was written of it.
    pub(crate) async fn keep(&self, id: DiaryEntryId) -> Result<Run, JobFault> {
        let inner = &self.inner;
        for _ in 0..ATTEMPTS {
            let now = inner.clock.now();
            let Some(standing) = inner.stores.diary_pages.find_page(id).await? else { return Ok(Run::Done) };
            match standing.page.state {
                DiaryState::Open if standing.page.due_at <= now => {}
                DiaryState::Written => {
                    inner.tell(&standing.page).await?;
                    return Ok(Run::Done);
                }
                DiaryState::Open | DiaryState::Blank => return Ok(Run::Done),
            }
            match inner.look_back(&standing, now).await? {
                Looking::Written => inner.tell(&standing.page).await?,
                Looking::Blank => inner.stores.diary_pages.leave_blank(id).await?,
                Looking::Later(pause) => return Ok(Run::Again(pause)),
                Looking::Outdated => continue,
            }
            return Ok(Run::Done);
        }
        Err(JobFault::Passing("what was written of changes all the time".to_owned()))
    }
}

impl Inner {
    async fn look_back(&self, standing: &StandingPage, now: OffsetDateTime) -> Result<Looking, JobFault> {
        let page = standing.page;
        let scope = page.scope;
        let (user, character, bond) = tokio::join!(
            self.stores.accounts.find_user(scope.user),
            self.stores.characters.find_character(scope.user, scope.character),
            self.stores.bonds.bond(scope)
        );
        let (Some(user), Some(character), bond) = (user?, character?, bond?) else { return Ok(Looking::Blank) };
        let is_there = user.disabled.is_none() && !character.deleted;
        if !(self.learns && standing.settings.on && bond.settings.on && is_there) || now - page.due_at > PAST {
            return Ok(Looking::Blank);
        }
        let zone = zone_of(&character, &user);
        let since = standing.settings.since.max(bond.settings.since);
        let day = self.read_day(&page, zone, since).await?;
        if let Some(later) = day.later {
            self.open(scope, later).await?;
        }
        let looked = Looked {
            turns: day.turns(),
            moved: moved(&bond, &page, zone),
            in_danger: day.in_danger,
            of_week: standing.of_week,
        };
        if !looked.is_worth_it() {
            return Ok(Looking::Blank);
        }
        let Some(entry) = self.words_of(&page, &user, &character, &day).await? else { return Ok(Looking::Blank) };
        let entry = match entry {
            Ok(entry) => entry,
            Err(pause) => return Ok(Looking::Later(pause)),
        };
        match self.stores.diary_pages.write_entry(&Writing { entry, versions: day.versions }).await {
            Ok(true) => Ok(Looking::Written),
            // It is wanted no more, or another was faster: then this changes nothing.
            Ok(false) | Err(StoreError::NotFound) => Ok(Looking::Blank),
            Err(StoreError::Conflict(Conflict::Outdated)) => Ok(Looking::Outdated),
            Err(error) => Err(error.into()),
        }
    }

    /// Her words of a day, looked through; `None` when there are none that may stand, a pause when they are not to be had now.
    async fn words_of(
        &self,
        page: &DiaryPage,
        user: &User,
        character: &Character,
        day: &Day,
    ) -> Result<Option<Result<DiaryEntry, Duration>>, JobFault> {
        let model = self.catalog.choose([day.model.as_deref(), character.profile.model.as_deref()]);
        if model.info().tiny {
            return Ok(None);
        }
        if !self.usages.may_learn(user.id).await? {
            return Ok(Some(Err(SPENT)));
        }
        let now = self.clock.now();
        let romance = romance_for(user, now);
        let before = PageRequest { cursor: None, limit: BEFORE };
        let before = self.stores.diaries.page_entries(page.scope, &before).await?.items;
        let lines: Vec<(bool, &str)> =
            day.said.iter().map(|(_, said)| (said.role == Role::User, said.content.as_str())).collect();
        let from = lines.len() - prompts::shown(&lines);
        let evening = Evening {
            profile: &character.profile,
            person: &user.display_name,
            day: page.day,
            said: lines.get(from..).unwrap_or_default(),
            before: &before,
            romance,
        };
        let request = prompts::of_day(&evening, page.id.0.as_u128());
        let meter = Meter { usages: &self.usages, user: user.id };
        let words = match asking::answer(model.as_ref(), request, meter).await {
            Ok(words) => words,
            Err(NoAnswer::Refused) => return Ok(None),
            Err(NoAnswer::Fault(fault)) => return Err(fault),
        };
        let Ok(text) = entry_words(&words, &character.profile.name, romance) else { return Ok(None) };
        if !self.moderation.may_say(&text, &[user.id]).await? {
            return Ok(None);
        }
        let sources = day.said.iter().skip(from);
        Ok(Some(Ok(DiaryEntry {
            id: page.id,
            scope: page.scope,
            day: page.day,
            text,
            written_at: now,
            model: Some(model.info().name),
            sources: sources.map(|(session, said)| DiarySource { session: *session, message: said.id }).collect(),
        })))
    }

    /// What the two said on a day of hers, as far as it stands and may be remembered.
    async fn read_day(&self, page: &DiaryPage, zone: Option<&str>, since: Option<OffsetDateTime>) -> StoreResult<Day> {
        let filter = SessionFilter { archived: false, character_id: Some(page.scope.character) };
        let latest = PageRequest { cursor: None, limit: SESSIONS };
        let found = self.stores.sessions.page_sessions(page.scope.user, filter, &latest).await?;
        let mut sessions: Vec<Session> = found.items.into_iter().map(|listing| listing.session).collect();
        sessions.retain(|session| !session.id.is_shared());
        sessions.sort_by_key(|session| session.last_message_at);
        let mut day = Day::default();
        for session in sessions {
            let last = day_of(zones::local(session.last_message_at, zone));
            if last > page.day {
                day.later = day.later.max(Some(session.last_message_at));
            }
            if last >= page.day {
                self.read_session(page, zone, since, &session, &mut day).await?;
            }
        }
        Ok(day)
    }

    async fn read_session(
        &self,
        page: &DiaryPage,
        zone: Option<&str>,
        since: Option<OffsetDateTime>,
        session: &Session,
        day: &mut Day,
    ) -> StoreResult<()> {
        let Some(leaf) = session.leaf_id else { return Ok(()) };
        // Before the messages: what changes between the two makes the entry outdated.
        let remembered = self.stores.remembering.remembered(session.id).await?;
        let said = self.stores.transcripts.said_before(page.scope.user, session.id, leaf, READ).await?;
        let of_day = said.into_iter().filter(|said| day_of(zones::local(said.created_at, zone)) == page.day);
        let since = since.max(remembered.forgotten_until);
        let mut is_any = false;
        for said in of_day {
            day.in_danger |= said.role == Role::User && danger(&said.content).is_some();
            let is_greeting = said.depth == 0 && said.role == Role::Character;
            let is_whole = said.is_final && !said.content.trim().is_empty();
            let may_be = since.is_none_or(|since| said.created_at > since) && !remembered.omitted.contains(&said.id);
            if is_whole && may_be && !is_greeting {
                day.said.push((session.id, said));
                is_any = true;
            }
        }
        if is_any {
            day.versions.push((session.id, remembered.watermark.version));
            day.model.clone_from(&session.model);
        }
        Ok(())
    }

    /// Tells the person that there is an entry: once, by its name.
    async fn tell(&self, page: &DiaryPage) -> Result<(), JobFault> {
        let news = News {
            user: page.scope.user,
            kind: NotificationKind::DiaryWritten,
            subject: Subject::Diary(page.scope.character),
            by: Some(Notifier::Character(page.scope.character)),
            source: format!("diary:{}", page.id),
        };
        self.notifications.tell(&news).await.map_err(|error: ServiceError| JobFault::Passing(error.to_string()))
    }
}

/// How many things said on that day moved the bond.
fn moved(bond: &BondHistory, page: &DiaryPage, zone: Option<&str>) -> usize {
    let of_day = bond.events.iter().filter(|event| day_of(zones::local(event.at, zone)) == page.day);
    of_day.filter(|event| !event.judgement.moves.is_empty()).count()
}
