//! Mirrors: the texts of replies that another node writes, as far as they have come over. One for all readers of this
//! node, gone with the last of them.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use domain::chats::utf16_to_byte;
use domain::ids::MessageId;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::ReplyReader;
use crate::streams::{ReplyText, Text};

/// When a text is asked for again, as long as nothing came: its writer may have begun a moment later.
const SOON: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(300), Duration::from_secs(1)];

/// When it is asked for again, so that the writer goes on telling.
const LATER: Duration = Duration::from_secs(5);

/// The texts that are mirrored here.
#[derive(Default)]
pub(crate) struct Mirrors {
    texts: Mutex<HashMap<MessageId, Mirror>>,
    /// Told when there is something to ask for.
    pub(crate) asking: Notify,
}

struct Mirror {
    text: Weak<Mutex<Text>>,
    asked: usize,
    ask_at: Instant,
}

impl Mirrors {
    /// A reader of the mirror of a reply.
    pub(crate) fn follow(&self, reply: MessageId, listener: &Arc<Notify>) -> ReplyReader {
        let mut texts = self.texts.lock();
        let known = texts.get(&reply).and_then(|mirror| mirror.text.upgrade());
        let text = known.unwrap_or_else(|| {
            let text = Arc::new(Mutex::new(Text::mirror()));
            texts.insert(reply, Mirror { text: Arc::downgrade(&text), asked: 0, ask_at: Instant::now() });
            self.asking.notify_one();
            text
        });
        ReplyText::of(text).reader(listener)
    }

    /// Gives the mirror of a reply that begins with `content` to be written here: it was followed a moment too early.
    pub(crate) fn give_up(&self, reply: MessageId, content: &str) -> Option<ReplyText> {
        let text = self.texts.lock().remove(&reply)?.text.upgrade()?;
        let fits = content.starts_with(text.lock().content());
        fits.then(|| ReplyText::of(text))
    }

    /// Those that somebody reads. The others are forgotten.
    pub(crate) fn alive(&self) -> Vec<MessageId> {
        let mut texts = self.texts.lock();
        texts.retain(|_, mirror| mirror.text.strong_count() > 0);
        texts.keys().copied().collect()
    }

    /// Those to ask for now, each with how much of it is here, and when to look again.
    pub(crate) fn due(&self, now: Instant) -> (Vec<(MessageId, u64)>, Option<Instant>) {
        let mut texts = self.texts.lock();
        texts.retain(|_, mirror| mirror.text.strong_count() > 0);
        let mut due = Vec::new();
        for (reply, mirror) in texts.iter_mut() {
            if mirror.ask_at <= now
                && let Some(text) = mirror.text.upgrade()
            {
                due.push((*reply, text.lock().units()));
                mirror.ask_at = now + SOON.get(mirror.asked).copied().unwrap_or(LATER);
                mirror.asked += 1;
            }
        }
        (due, texts.values().map(|mirror| mirror.ask_at).min())
    }

    /// Adds a piece of the text that begins at `offset`: what is here already is dropped, and after a gap the writer is
    /// asked again.
    pub(crate) fn add(&self, reply: MessageId, offset: u64, piece: &str, ended: bool) {
        let now = Instant::now();
        let text = {
            let mut texts = self.texts.lock();
            let Some(mirror) = texts.get_mut(&reply) else { return };
            let Some(text) = mirror.text.upgrade() else { return };
            if offset > text.lock().units() {
                let again = SOON.first().copied().unwrap_or_default();
                mirror.ask_at = mirror.ask_at.min(now + again);
                self.asking.notify_one();
                return;
            }
            mirror.asked = SOON.len();
            mirror.ask_at = mirror.ask_at.max(now + LATER / 2);
            text
        };
        let mut text = text.lock();
        let known = text.units().saturating_sub(offset);
        let new = piece.get(utf16_to_byte(piece, known)..).unwrap_or_default();
        text.append(new, ended);
    }

    /// Makes the mirror of a reply as long as `content`, of which it must be the beginning.
    pub(crate) fn fill(&self, reply: MessageId, content: &str, ended: bool) {
        let text = self.texts.lock().get(&reply).and_then(|mirror| mirror.text.upgrade());
        if let Some(text) = text {
            let mut text = text.lock();
            let new = content.strip_prefix(text.content()).unwrap_or_default().to_owned();
            text.append(&new, ended);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const REPLY: MessageId = MessageId(Uuid::from_u128(1));

    fn taken(reader: &mut ReplyReader) -> (Option<u64>, String) {
        let mut text = String::new();
        (reader.take(&mut text), text)
    }

    #[tokio::test]
    async fn pieces_are_joined_repeats_dropped_and_gaps_asked_for() {
        let (mirrors, listener) = (Mirrors::default(), Arc::new(Notify::new()));
        let mut reader = mirrors.follow(REPLY, &listener);
        assert_eq!(mirrors.due(Instant::now()).0, [(REPLY, 0)]);
        mirrors.add(REPLY, 0, "She 🌸", false);
        mirrors.add(REPLY, 4, "🌸 waits", false);
        mirrors.add(REPLY, 2, "e", false);
        assert_eq!(taken(&mut reader), (Some(0), "She 🌸 waits".into()));
        assert_eq!(mirrors.due(Instant::now()).0, []);
        mirrors.add(REPLY, 20, "lost", false);
        assert_eq!(taken(&mut reader), (None, String::new()));
        assert_eq!(mirrors.due(Instant::now() + SOON[0]).0, [(REPLY, 12)]);
        mirrors.add(REPLY, 12, ".", true);
        assert!(reader.ended());
        assert_eq!(taken(&mut reader), (Some(12), ".".into()));
    }

    #[tokio::test]
    async fn a_reader_that_has_more_than_the_mirror_waits_for_it() {
        let (mirrors, listener) = (Mirrors::default(), Arc::new(Notify::new()));
        let mut reader = mirrors.follow(REPLY, &listener);
        reader.seek(5);
        mirrors.fill(REPLY, "She", false);
        assert_eq!(taken(&mut reader), (None, String::new()));
        mirrors.fill(REPLY, "She waits", false);
        assert_eq!(taken(&mut reader), (Some(5), "aits".into()));
        mirrors.fill(REPLY, "Another text", false);
        assert_eq!(taken(&mut reader), (None, String::new()));
    }

    #[tokio::test]
    async fn a_mirror_goes_with_its_last_reader() {
        let (mirrors, listener) = (Mirrors::default(), Arc::new(Notify::new()));
        let (one, two) = (mirrors.follow(REPLY, &listener), mirrors.follow(REPLY, &listener));
        drop(one);
        assert_eq!(mirrors.alive(), [REPLY]);
        drop(two);
        assert_eq!(mirrors.alive(), []);
    }
}
