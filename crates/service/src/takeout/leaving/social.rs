//! What stands between people, and what the person showed of their days: theirs to keep, and as far as it is only theirs, to bring along.

use domain::ClosedSet;
use domain::accounts::User;
use domain::blocks::Shunning;
use domain::chats::Author;
use domain::ids::{MomentId, SessionId, UserId};
use domain::profiles::ListedPerson;
use serde_json::json;
use store::follows::FollowSide;

use super::Pack;
use super::contents::{LINES, ending, line};
use crate::takeout::records::micros;
use crate::takeout::shared_records::{
    CommentRecord, MomentRecord, PersonRecord, PrivacyRecord, ProfileRecord, SharedMessageRecord, SharedRecord,
};
use crate::takeout::{Takeout, paths};
use crate::{ServiceError, ServiceResult};

impl Takeout {
    /// A chat that several share, as far as the person may see it, line by line.
    pub(super) async fn shared(&self, pack: &Pack, user: UserId, id: SessionId) -> ServiceResult<()> {
        let (view, said) = match self.chats.said_among(user, id).await {
            Ok(found) => found,
            // They left meanwhile.
            Err(ServiceError::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        let Some(shared) = &view.group else { return Ok(()) };
        let people = shared.group.present().filter(|member| member.user_id != user).map(|member| member.name.clone());
        let cast = shared.group.characters.iter().map(|present| present.character.name.clone());
        let record = SharedRecord {
            id,
            title: view.session.title.clone(),
            with: people.chain(cast).collect(),
            created_at: micros(view.session.created_at),
            last_message_at: micros(view.session.last_message_at),
        };
        let folder = format!("{}{id}/", paths::SHARED);
        pack.json(format!("{folder}session.json"), &record).await?;
        let (mut file, mut lines) = (0, Vec::new());
        // What was taken back, and what is not for the person, has no words.
        for (message, name) in said.into_iter().filter(|(message, _)| !message.content.is_empty()) {
            let record = SharedMessageRecord {
                id: message.id,
                mine: message.author == Some(Author::Person(user)),
                name,
                content: message.content,
                created_at: micros(message.created_at),
            };
            line(&mut lines, &record)?;
            if lines.len() >= LINES {
                file += 1;
                pack.file(format!("{folder}messages-{file:04}.jsonl"), std::mem::take(&mut lines)).await?;
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        pack.file(format!("{folder}messages-{:04}.jsonl", file + 1), lines).await
    }

    /// Profile, people, and moments.
    pub(super) async fn social(&self, pack: &Pack, user: &User) -> ServiceResult<()> {
        let (me, today) = (user.id, self.clock.now().date());
        let profile = self.stores.profiles.open_profile(me, today).await?.person.profile;
        let own = ProfileRecord {
            handle: profile.handle,
            display_name: profile.display_name,
            bio: profile.bio,
            privacy: PrivacyRecord::of(profile.choice),
        };
        pack.json(format!("{}profile.json", paths::SOCIAL), &own).await?;
        if let Some(avatar) = profile.avatar
            && let Some(image) = self.stores.media.find_media(avatar).await?
        {
            pack.file(format!("{}portrait.{}", paths::SOCIAL, ending(&image)), image.bytes).await?;
        }
        let mut people: Vec<(&str, Vec<PersonRecord>)> = Vec::new();
        let mut friends = Vec::new();
        each_page!(|page| self.stores.friends.page_friends(me, me, page, today), |found| {
            friends.extend(found.iter().map(listed));
        });
        people.push(("friends", friends));
        for (name, side) in [("followers", FollowSide::Followers), ("following", FollowSide::Following)] {
            let mut all = Vec::new();
            each_page!(|page| self.stores.follows.page_follows(me, me, side, page, today), |found| {
                all.extend(found.iter().map(listed));
            });
            people.push((name, all));
        }
        for (name, how) in [("blocked", Shunning::Block), ("muted", Shunning::Mute)] {
            let mut all = Vec::new();
            each_page!(|page| self.stores.blocks.page_shunned(me, how, page, today), |found| {
                all.extend(found.iter().map(listed));
            });
            people.push((name, all));
        }
        for (name, all) in people {
            pack.json(format!("{}{name}.json", paths::SOCIAL), &all).await?;
        }
        let mut characters = Vec::new();
        each_page!(|page| self.stores.follows.page_followed_characters(me, me, page), |found| {
            characters.extend(found.iter().map(|one| json!({"id": one.id, "name": one.profile.name})));
        });
        pack.json(format!("{}followed_characters.json", paths::SOCIAL), &characters).await?;
        self.moments(pack, me).await
    }

    /// What the person showed of their days, with its images.
    async fn moments(&self, pack: &Pack, me: UserId) -> ServiceResult<()> {
        let today = self.clock.now().date();
        let mut moments = Vec::new();
        let by = Author::Person(me);
        each_page!(|page| self.stores.moments.page_moments(me, by, page, today), |found| {
            for moment in found.into_iter().map(|seen| seen.moment) {
                let mut images = Vec::new();
                for image in &moment.images {
                    if let Some(kept) = self.stores.media.find_upload(me, image.id, today).await? {
                        let name = format!("{}images/{}.{}", paths::SOCIAL, image.id, ending(&kept));
                        pack.file(name.clone(), kept.bytes).await?;
                        images.push(name);
                    }
                }
                let comments = if moment.comments > 0 { self.own_comments(me, moment.id).await? } else { Vec::new() };
                let record = MomentRecord {
                    id: moment.id,
                    text: moment.text,
                    visibility: moment.visibility.as_str().to_owned(),
                    characters_may_comment: moment.characters_may_comment,
                    created_at: micros(moment.created_at),
                    likes: moment.likes,
                    images,
                    comments,
                };
                line(&mut moments, &record)?;
            }
        });
        pack.file(format!("{}moments.jsonl", paths::SOCIAL), moments).await
    }

    /// What the person said about a moment of theirs; the words of others are theirs.
    async fn own_comments(&self, me: UserId, moment: MomentId) -> ServiceResult<Vec<CommentRecord>> {
        let today = self.clock.now().date();
        let mut own = Vec::new();
        each_page!(|page| self.stores.responses.page_comments(me, moment, page, today), |found| {
            let mine = found.into_iter().map(|seen| seen.comment).filter(|said| said.author == Author::Person(me));
            own.extend(mine.map(|said| CommentRecord {
                id: said.id,
                text: said.text,
                created_at: micros(said.created_at),
            }));
        });
        Ok(own)
    }
}

fn listed(person: &ListedPerson) -> PersonRecord {
    let profile = &person.person.profile;
    let (id, handle, name) = (profile.user, profile.handle.clone(), profile.display_name.clone());
    PersonRecord { id, handle, name, since: micros(person.since) }
}
