//! Streams: the text of a reply while it is written, held once and read by any number of devices.
//!
//! A reader keeps its own place and takes all that was written since: so a slow one gets fewer, longer pieces, and costs
//! no memory but its place. One listener (a [`Notify`]) serves all the replies a device follows. Offsets are UTF-16 code
//! units.

use std::sync::{Arc, Weak};

use domain::chats::{utf16_len, utf16_to_byte};
use domain::ids::{MessageId, SessionId};
use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast};

/// The text of one reply, shared by its writer and its readers.
#[derive(Debug, Clone)]
pub struct ReplyText {
    text: Arc<Mutex<Text>>,
}

#[derive(Debug)]
pub(crate) struct Text {
    content: String,
    units: u64,
    ended: bool,
    // Whether another node writes it: then a reader may have more of it than is here.
    is_mirror: bool,
    listeners: Vec<Weak<Notify>>,
}

impl Text {
    /// The text of a reply that another node writes.
    pub(crate) fn mirror() -> Self {
        Self { content: String::new(), units: 0, ended: false, is_mirror: true, listeners: Vec::new() }
    }

    /// Its length in UTF-16 code units.
    pub(crate) fn units(&self) -> u64 {
        self.units
    }

    /// What is written so far.
    pub(crate) fn content(&self) -> &str {
        &self.content
    }

    /// Adds to it, and says whether that was all; tells those who listen what is new.
    pub(crate) fn append(&mut self, new: &str, ended: bool) {
        if new.is_empty() && (self.ended || !ended) {
            return;
        }
        self.content.push_str(new);
        self.units += utf16_len(new);
        self.ended |= ended;
        self.notify();
    }

    /// Wakes those who listen and forgets those who left.
    fn notify(&mut self) {
        self.listeners.retain(|listener| match listener.upgrade() {
            Some(listener) => {
                listener.notify_one();
                true
            }
            None => false,
        });
    }
}

impl ReplyText {
    pub(crate) fn of(text: Arc<Mutex<Text>>) -> Self {
        Self { text }
    }

    /// A reader from the beginning. `listener` is notified of whatever is written from now on, and of the end.
    #[must_use]
    pub fn reader(&self, listener: &Arc<Notify>) -> ReplyReader {
        self.text.lock().listeners.push(Arc::downgrade(listener));
        ReplyReader { text: Arc::clone(&self.text), position: 0, offset: 0, ahead: None }
    }
}

/// Writes a reply. When it is dropped the stream ends.
pub struct ReplyWriter {
    text: Arc<Mutex<Text>>,
    on_end: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl ReplyWriter {
    /// A stream that begins with `content`; `on_end` runs when the writer is dropped.
    pub fn new(content: &str, on_end: impl FnOnce() + Send + Sync + 'static) -> Self {
        let text = Text {
            content: content.to_owned(),
            units: utf16_len(content),
            ended: false,
            is_mirror: false,
            listeners: Vec::new(),
        };
        Self { text: Arc::new(Mutex::new(text)), on_end: Some(Box::new(on_end)) }
    }

    /// A stream over a text that is read already, and is the beginning of `content`.
    pub(crate) fn over(text: ReplyText, content: &str, on_end: impl FnOnce() + Send + Sync + 'static) -> Self {
        let text = text.text;
        {
            let mut text = text.lock();
            text.is_mirror = false;
            let new = content.strip_prefix(text.content()).unwrap_or_default().to_owned();
            text.append(&new, false);
        }
        Self { text, on_end: Some(Box::new(on_end)) }
    }

    /// Adds to the reply.
    pub fn push(&self, delta: &str) {
        self.text.lock().append(delta, false);
    }

    /// What is written from byte `position` on.
    #[must_use]
    pub fn since(&self, position: usize) -> String {
        self.text.lock().content.get(position..).unwrap_or_default().to_owned()
    }

    /// All that is written.
    #[must_use]
    pub fn content(&self) -> String {
        self.text.lock().content.clone()
    }

    /// The text, for readers.
    #[must_use]
    pub fn text(&self) -> ReplyText {
        ReplyText { text: Arc::clone(&self.text) }
    }
}

impl Drop for ReplyWriter {
    fn drop(&mut self) {
        {
            self.text.lock().append("", true);
        }
        if let Some(run) = self.on_end.take() {
            run();
        }
    }
}

/// Reads a reply from its own place.
#[derive(Debug)]
pub struct ReplyReader {
    text: Arc<Mutex<Text>>,
    position: usize,
    offset: u64,
    // A place that the text has not reached yet.
    ahead: Option<u64>,
}

impl ReplyReader {
    /// Goes to `offset`: at most to the end of what is written, or, where another node writes it, beyond what is known of
    /// it here.
    pub fn seek(&mut self, offset: u64) {
        let text = self.text.lock();
        self.ahead = (text.is_mirror && !text.ended && offset > text.units).then_some(offset);
        self.position = utf16_to_byte(&text.content, offset);
        self.offset = text.content.get(..self.position).map_or(0, utf16_len);
    }

    /// What was written since the last time, appended to `into`: its offset. `None` when nothing was.
    pub fn take(&mut self, into: &mut String) -> Option<u64> {
        let text = self.text.lock();
        if let Some(ahead) = self.ahead {
            if text.units < ahead && !text.ended {
                return None;
            }
            self.ahead = None;
            self.position = utf16_to_byte(&text.content, ahead);
            self.offset = text.content.get(..self.position).map_or(0, utf16_len);
        }
        let delta = text.content.get(self.position..).filter(|delta| !delta.is_empty())?;
        into.push_str(delta);
        let offset = self.offset;
        self.position = text.content.len();
        self.offset = text.units;
        Some(offset)
    }

    /// Where it stands.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether nothing more will be written.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.text.lock().ended
    }
}

/// Holds the replies that are being written.
pub trait Streams: Send + Sync {
    /// Begins a stream with what the reply begins with.
    fn open(&self, reply: MessageId, content: &str) -> ReplyWriter;
    /// A reader of a reply that is being written, from its beginning; `listener` is notified of every change. Where other
    /// nodes write, too, a reply that is not written here is mirrored; a process alone has no such replies.
    fn follow(&self, reply: MessageId, listener: &Arc<Notify>) -> Option<ReplyReader>;
    /// The replies that are mirrored here, for who reads the store in place of a bus that is away.
    fn mirrored(&self) -> Vec<MessageId>;
    /// What the store has of a mirrored reply, and whether that is all.
    fn fill(&self, reply: MessageId, content: &str, ended: bool);
    /// Tells whoever writes a reply of this session, on any node, to look at the store at once.
    fn nudge(&self, session: SessionId);
    /// The sessions somebody nudges.
    fn nudges(&self) -> broadcast::Receiver<SessionId>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_takes_all_since_its_place_and_may_seek() {
        let writer = ReplyWriter::new("She ", || ());
        let listener = Arc::new(Notify::new());
        let mut early = writer.text().reader(&listener);
        writer.push("🌸 ");
        let mut late = writer.text().reader(&listener);
        late.seek(5);
        writer.push("waits");
        let (mut a, mut b) = (String::new(), String::new());
        assert_eq!(early.take(&mut a), Some(0));
        assert_eq!(late.take(&mut b), Some(4), "the middle of a pair is moved to its start");
        assert_eq!((a.as_str(), b.as_str()), ("She 🌸 waits", "🌸 waits"));
        assert_eq!(early.take(&mut a), None);
        assert!(!early.ended());
        drop(writer);
        assert!(early.ended());
    }
}
