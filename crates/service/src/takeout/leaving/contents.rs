//! What goes into an archive: all that is the person's own, page by page. Of what several share, what they may see of it.

use domain::ClosedSet;
use domain::accounts::User;
use domain::cards::CardFormat;
use domain::characters::{Character, CharacterFilter};
use domain::chats::{Session, SessionFilter};
use domain::ids::{CharacterId, UserId};
use domain::imports::{ChatFormat, MessageOrigin};
use domain::lore::reading::{self, LoreFormat};
use domain::lore::shelves::LoreTarget;
use domain::media::Media;
use domain::memories::{MemoryFilter, MemoryKind, Scope};
use serde_json::json;
use store::sessions::SessionListing;

use super::Pack;
use crate::takeout::records::{
    BookRecord, CardRecord, CharacterRecord, DiaryRecord, MemoryRecord, MessageRecord, PICTURES, SessionRecord, micros,
};
use crate::takeout::{Takeout, paths};
use crate::{ServiceError, ServiceResult};

/// Messages that are read at a time.
const MESSAGES: usize = 100;

/// Bytes of messages in one file.
pub(super) const LINES: usize = 8 * 1024 * 1024;

/// Memories in one file.
const MEMORIES: usize = 5_000;

impl Takeout {
    pub(super) async fn gather(&self, pack: &Pack, user: &User) -> ServiceResult<()> {
        pack.file("README.txt", README.as_bytes().to_vec()).await?;
        self.account(pack, user).await?;
        let filter = CharacterFilter { mine: true, ..CharacterFilter::default() };
        let mut talked_with: Vec<CharacterId> = Vec::new();
        each_page!(|page| self.stores.characters.page_characters(user.id, &filter, page), |characters| {
            for character in characters {
                self.character(pack, user.id, &character).await?;
                talked_with.push(character.id);
            }
        });
        each_page!(|page| self.stores.lorebooks.page_lorebooks(user.id, page), |books| {
            for book in books {
                self.book(pack, user.id, book.id).await?;
            }
        });
        for archived in [false, true] {
            let filter = SessionFilter { archived, ..SessionFilter::default() };
            each_page!(|page| self.stores.sessions.page_sessions(user.id, filter, page), |sessions| {
                for listing in sessions {
                    talked_with.extend(listing.session.character_id);
                    self.session(pack, user, &listing).await?;
                }
            });
        }
        talked_with.sort_unstable();
        talked_with.dedup();
        for character in talked_with {
            self.memories_with(pack, Scope { user: user.id, character }).await?;
            self.diary_with(pack, Scope { user: user.id, character }).await?;
        }
        self.social(pack, user).await
    }

    async fn account(&self, pack: &Pack, user: &User) -> ServiceResult<()> {
        let account = json!({
            "id": user.id,
            "username": user.username,
            "email": user.email,
            "display_name": user.display_name,
            "birth_date": user.birth_date.map(|date| date.to_string()),
            "timezone": user.timezone,
            "sees_mature": user.sees_mature,
            "created_at": micros(user.created_at),
        });
        pack.json(paths::ACCOUNT, &account).await?;
        let mut consents = Vec::new();
        each_page!(|page| self.stores.consents.page_consents(user.id, page), |found| {
            consents.extend(found.iter().map(|consent| {
                json!({"kind": consent.kind, "act": consent.act, "subject": consent.subject, "version": consent.version,
                    "digest": consent.digest, "at": micros(consent.at)})
            }));
        });
        pack.json(paths::CONSENTS, &consents).await
    }

    async fn character(&self, pack: &Pack, owner: UserId, character: &Character) -> ServiceResult<()> {
        let folder = format!("{}{}/", paths::CHARACTERS, character.id);
        let mut record = CharacterRecord::of(character);
        record.route = self.stores.routes.find_route(character.id).await?.map(|kept| kept.route);
        for (key, id) in self.stores.routes.route_images(character.id).await? {
            let Some(image) = self.stores.routes.find_route_image(owner, id).await? else { continue };
            let name = format!("{PICTURES}{key}.{}", ending(&image));
            pack.file(format!("{folder}{name}"), image.bytes).await?;
            record.pictures.insert(key, name);
        }
        if let Some(card) = self.stores.cards.find_card(owner, character.id).await? {
            let files = self.stores.cards.card_files(owner, character.id).await?;
            let paths = files.iter().map(|file| file.path.clone()).collect();
            for (n, file) in files.into_iter().enumerate() {
                pack.file(format!("{folder}files/{n}"), file.bytes).await?;
            }
            let (version, book) = (card.version.as_str().to_owned(), card.book);
            record.card = Some(CardRecord { version, raw: card.raw, digest: card.digest, book, files: paths });
        }
        if let Some(avatar) = character.avatar
            && let Some(image) = self.stores.media.find_media(avatar).await?
        {
            let name = format!("avatar.{}", ending(&image));
            pack.file(format!("{folder}{name}"), image.bytes).await?;
            record.avatar = Some(name);
        }
        pack.json(format!("{folder}character.json"), &record).await?;
        // For other programs.
        match self.cards.export_bare(owner, character.id, CardFormat::Png).await {
            Ok(card) => pack.file(format!("{folder}{}", card.file_name), card.bytes).await,
            // Deleted meanwhile.
            Err(ServiceError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn book(&self, pack: &Pack, owner: UserId, id: domain::ids::LorebookId) -> ServiceResult<()> {
        let Some(lorebook) = self.stores.lorebooks.find_lorebook(owner, id).await? else { return Ok(()) };
        let mut record = BookRecord {
            id,
            created_at: micros(lorebook.created_at),
            book: lorebook.book,
            characters: Vec::new(),
            sessions: Vec::new(),
            with_me: false,
        };
        for target in self.stores.lore_shelves.lorebook_targets(owner, id).await? {
            match target {
                LoreTarget::Character(character) => record.characters.push(character),
                LoreTarget::Session(session) => record.sessions.push(session),
                LoreTarget::Person(_) => record.with_me = true,
            }
        }
        pack.json(format!("{}{id}.json", paths::LOREBOOKS), &record).await?;
        // For other programs.
        let world = reading::write(&record.book, LoreFormat::World);
        pack.json(format!("{}for_silly_tavern/{id}.json", paths::LOREBOOKS), &world).await
    }

    async fn session(&self, pack: &Pack, user: &User, listing: &SessionListing) -> ServiceResult<()> {
        let session = &listing.session;
        let as_text = match self.chats.export_session(user.id, session.id, ChatFormat::SillyTavern).await {
            Ok(text) => text,
            // Deleted meanwhile, or no more for them.
            Err(ServiceError::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        let Some(scope) = session.scope() else {
            pack.file(format!("{}{}.jsonl", paths::SHARED, session.id), as_text.into_bytes()).await?;
            return self.shared(pack, user.id, session.id).await;
        };
        let folder = format!("{}{}/", paths::CHATS, session.id);
        pack.file(format!("{folder}for_silly_tavern.jsonl"), as_text.into_bytes()).await?;
        let name = listing.character.as_ref().map(|character| character.name.as_str()).unwrap_or_default();
        let mut record = SessionRecord::of(session, scope.character, name);
        let origin = self.stores.origins.find_origin(user.id, session.id).await?;
        let mut said = std::collections::HashMap::new();
        if let Some(origin) = origin {
            record.source = Some(origin.source.as_str().to_owned());
            record.header = origin.header;
            said = origin.messages.into_iter().map(|message| (message.id, message)).collect();
        }
        pack.json(format!("{folder}session.json"), &record).await?;
        self.tree(pack, session, &folder, said).await
    }

    /// All branches of a chat, line by line.
    async fn tree(
        &self,
        pack: &Pack,
        session: &Session,
        folder: &str,
        mut said: std::collections::HashMap<domain::ids::MessageId, MessageOrigin>,
    ) -> ServiceResult<()> {
        let (mut file, mut written) = (0, LINES);
        let ids = self.stores.history.tree(session.owner, session.id).await?;
        for block in ids.chunks(MESSAGES) {
            let mut lines = Vec::new();
            for message in self.stores.history.messages_of(session.owner, session.id, block).await? {
                let origin = said.remove(&message.id);
                let mut record = MessageRecord::of(message);
                (record.row, record.swipe) = origin.map(|origin| (origin.row, origin.swipe)).unwrap_or_default();
                line(&mut lines, &record)?;
            }
            if written >= LINES {
                file += 1;
                written = 0;
                pack.begin(format!("{folder}messages-{file:04}.jsonl")).await?;
            }
            written += lines.len();
            pack.bytes(lines).await?;
        }
        Ok(())
    }

    async fn memories_with(&self, pack: &Pack, scope: Scope) -> ServiceResult<()> {
        let (mut file, mut written) = (0, MEMORIES);
        for kind in [MemoryKind::Note, MemoryKind::Fact, MemoryKind::Summary] {
            let filter = MemoryFilter { kind: Some(kind), ended: true, ..MemoryFilter::default() };
            each_page!(|page| self.stores.memories.page_memories(scope, filter, page), |memories| {
                if written >= MEMORIES && !memories.is_empty() {
                    file += 1;
                    written = 0;
                    pack.begin(format!("{}{}-{file:04}.jsonl", paths::MEMORIES, scope.character)).await?;
                }
                written += memories.len();
                let mut lines = Vec::new();
                for memory in memories {
                    line(&mut lines, &MemoryRecord::of(memory))?;
                }
                pack.bytes(lines).await?;
            });
        }
        Ok(())
    }

    /// What a character wrote down of days with the person.
    async fn diary_with(&self, pack: &Pack, scope: Scope) -> ServiceResult<()> {
        let mut lines = Vec::new();
        each_page!(|page| self.stores.diaries.page_entries(scope, page), |entries| {
            for entry in entries {
                line(&mut lines, &DiaryRecord::of(entry))?;
            }
        });
        match lines.is_empty() {
            true => Ok(()),
            false => pack.file(format!("{}{}.jsonl", paths::DIARIES, scope.character), lines).await,
        }
    }
}

/// What the file of an image is called behind the dot.
pub(super) fn ending(image: &Media) -> &'static str {
    image.media_type.as_str().rsplit('/').next().unwrap_or("bin")
}

pub(super) fn line<T: serde::Serialize>(lines: &mut Vec<u8>, value: &T) -> ServiceResult<()> {
    serde_json::to_writer(&mut *lines, value).map_err(|error| ServiceError::Internal(error.to_string()))?;
    lines.push(b'\n');
    Ok(())
}

const README: &str = "\
This is all that is yours on a Talker server.

account.json        your account; consents.json: what you agreed to, and when no more
characters/ID/      the characters you made: character.json, the pictures of the stories they carry, and a picture with a card inside,
                    which SillyTavern and RisuAI read
lorebooks/          your lorebooks; for_silly_tavern/ has them as world files
chats/ID/           your chats with all their branches, line by line; for_silly_tavern.jsonl is what was in view
shared_chats/       what you may see of chats that several share; ID.jsonl is what other programs read
memories/           what characters learned of you, told short, and what you wrote into their books
diaries/            what characters wrote down of days with you
social/             your profile, your people, and what you showed of your days

talker import brings it into an account on another server, and makes nothing twice: chats that several share as copies to read,
moments with what you said of them, and blocks. Of friends and of those you follow it only says who has their handle there.
Times are microseconds since 1970, UTC.
";
