//! Moments of an archive: what the person showed of their days, with its images, to whom it was shown, and when. What others liked and
//! said of it is theirs, and stays where it was.

use std::time::Duration;

use bus::Rate;
use domain::ids::{CommentId, MediaId, MomentId};
use domain::limits;
use domain::moments::{MomentVisibility, NewComment, NewMoment, comment_text, moment_images, moment_text};
use exchange::Fault;
use store::{Conflict, StoreError};

use super::images::Form;
use super::{Coming, Made};
use crate::takeout::derived::derived;
use crate::takeout::records::{closed, time};
use crate::takeout::shared_records::{CommentRecord, MomentRecord};
use crate::takeout::{Takeout, paths, unreadable};
use crate::{ServiceError, ServiceResult};

/// All bytes of the moments, without their images.
const BYTES: u64 = 64 * 1024 * 1024;

/// How many one person may bring: what others read is not flooded with archives.
const BROUGHT: Rate = Rate { burst: 5_000, per: Duration::from_secs(24 * 60 * 60) };

/// What the person said themselves about one of them, at most.
const COMMENTS: usize = 200;

impl Takeout {
    pub(super) async fn take_moments(&self, coming: &mut Coming) -> ServiceResult<()> {
        let path = format!("{}moments.jsonl", paths::SOCIAL);
        let Some(bytes) = coming.read(&path, BYTES).await? else { return Ok(()) };
        for (n, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let place = format!("{path} line {n}");
            let Ok(record) = serde_json::from_slice::<MomentRecord>(line) else {
                coming.leave(&place, "is no moment as it should be");
                continue;
            };
            let made = self.take_moment(coming, &place, record).await;
            if matches!(made, Err(ServiceError::Throttled { .. })) {
                coming.leave(
                    &place,
                    "is one too many for a day, as are those after it; bring the archive again tomorrow",
                );
                return Ok(());
            }
            coming.came.moments += u32::from(coming.settle(&place, made)?);
        }
        Ok(())
    }

    /// Makes a moment, unless it is here, or was and its author has deleted it.
    async fn take_moment(&self, coming: &mut Coming, place: &str, record: MomentRecord) -> ServiceResult<Made> {
        let (person, old, now) = (coming.person, record.id, self.clock.now());
        let today = now.date();
        let mine = async |id: MomentId| -> ServiceResult<bool> {
            let found = self.stores.moments.find_moment(person, id, today).await?;
            Ok(found.is_some_and(|found| found.mine))
        };
        if mine(old).await? {
            return Ok(Made::Known);
        }
        let id = derived(person, old.0, MomentId);
        if mine(id).await? {
            // A process may have died between a moment and what its author said of it.
            self.say(coming, place, id, record.comments).await?;
            return Ok(Made::Known);
        }
        // Where moments are listed, ids say what is newer: nobody stands at the top for years.
        let made_at = u64::try_from(id.0.as_u128() >> 80).unwrap_or(u64::MAX);
        if i128::from(made_at) > now.unix_timestamp_nanos() / 1_000_000 {
            let message = "is of a time that has not come";
            return Err(ServiceError::Unreadable(unreadable(Fault::Form, "", message)));
        }
        let text = moment_text(&record.text, !record.images.is_empty())?;
        let files = moment_files(record.images)?;
        self.moderation.must_pass_in_public("text", &text).await?;
        self.bus.rates.take(&format!("moments-brought:{person}"), BROUGHT).await?;
        let mut images = Vec::with_capacity(files.len());
        for file in files {
            images.extend(self.upload(coming, &file).await?);
        }
        let new = NewMoment {
            id,
            sender: person,
            // The same name wherever it comes from again: what was deleted since does not come back.
            client_id: format!("archive-{}", id.0.simple()),
            character: None,
            text: moment_text(&text, !images.is_empty())?,
            images: moment_images(images)?,
            visibility: closed(&record.visibility, MomentVisibility::Private),
            characters_may_comment: record.characters_may_comment,
            at: time(record.created_at, now),
        };
        // Characters say nothing about what is long past.
        match self.stores.moments.post_moment(&new, &[]).await {
            Ok(_) => {}
            Err(StoreError::Conflict(Conflict::MomentDeleted)) => return Ok(Made::Known),
            Err(error) => return Err(error.into()),
        }
        self.say(coming, place, id, record.comments).await?;
        Ok(Made::New)
    }

    /// What the person said about a moment of theirs; once more is no change.
    async fn say(
        &self,
        coming: &mut Coming,
        place: &str,
        moment: MomentId,
        comments: Vec<CommentRecord>,
    ) -> ServiceResult<()> {
        let (person, now) = (coming.person, self.clock.now());
        for record in comments.into_iter().take(COMMENTS) {
            let text = match comment_text(&record.text) {
                Ok(text) => text,
                Err(error) => {
                    coming.leave(place, format!("a comment {}", error.message));
                    continue;
                }
            };
            self.moderation.must_pass_in_public("text", &text).await?;
            let id = derived(person, record.id.0, CommentId);
            let at = time(record.created_at, now);
            let client_id = format!("archive-{}", id.0.simple());
            let new = NewComment { id, moment, text, reply_to: None, client_id, at };
            self.stores.responses.add_comment(person, &new, &[], now.date()).await?;
        }
        Ok(())
    }

    /// Keeps an image as it would be uploaded; none where it cannot be taken, or is not there.
    async fn upload(&self, coming: &mut Coming, path: &str) -> ServiceResult<Option<MediaId>> {
        let Some((media, size)) = self.image(coming, path, Form::Whole).await? else { return Ok(None) };
        self.stores.media.keep_upload(coming.person, &media, size).await?;
        Ok(Some(media.id))
    }
}

/// The files of its images, as many as a moment may have, each within the folder of images.
fn moment_files(files: Vec<String>) -> ServiceResult<Vec<String>> {
    let folder = format!("{}images/", paths::SOCIAL);
    let is_one = |file: &String| file.starts_with(&folder);
    if files.len() > limits::MOMENT_IMAGES || !files.iter().all(is_one) {
        return Err(ServiceError::Unreadable(unreadable(Fault::Form, "images", "are not as they should be")));
    }
    Ok(files)
}
