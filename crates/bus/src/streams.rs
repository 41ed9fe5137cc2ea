//! Streams: the text of a reply while it is written, held once and read by any number of devices.
//!
//! A reader keeps its own place and takes all that was written since: so a slow one gets fewer, longer pieces, and costs
//! no memory but its place. Offsets are UTF-16 code units.

use std::sync::Arc;

use domain::chats::{utf16_len, utf16_to_byte};
use domain::ids::MessageId;
use parking_lot::Mutex;
use tokio::sync::watch;

/// The text of one reply, shared by its writer and its readers.
#[derive(Debug)]
struct Shared {
    text: Mutex<Text>,
    // Counts the writings; readers wait on it.
    version: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Text {
    content: String,
    units: u64,
    ended: bool,
}

/// Writes a reply. When it is dropped the stream ends.
#[derive(Debug)]
pub struct ReplyWriter {
    shared: Arc<Shared>,
    on_end: Option<OnEnd>,
}

struct OnEnd(Box<dyn FnOnce() + Send + Sync>);

impl std::fmt::Debug for OnEnd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnEnd")
    }
}

impl ReplyWriter {
    /// A stream that begins with `content`; `on_end` runs when the writer is dropped.
    pub fn new(content: &str, on_end: impl FnOnce() + Send + Sync + 'static) -> Self {
        let text = Text { content: content.to_owned(), units: utf16_len(content), ended: false };
        let shared = Arc::new(Shared { text: Mutex::new(text), version: watch::Sender::new(0) });
        Self { shared, on_end: Some(OnEnd(Box::new(on_end))) }
    }

    /// Adds to the reply; returns its length in bytes.
    pub fn push(&self, delta: &str) -> usize {
        let length = {
            let mut text = self.shared.text.lock();
            text.content.push_str(delta);
            text.units += utf16_len(delta);
            text.content.len()
        };
        self.shared.version.send_modify(|version| *version = version.wrapping_add(1));
        length
    }

    /// What is written from byte `position` on.
    #[must_use]
    pub fn since(&self, position: usize) -> String {
        self.shared.text.lock().content.get(position..).unwrap_or_default().to_owned()
    }

    /// All that is written.
    #[must_use]
    pub fn content(&self) -> String {
        self.shared.text.lock().content.clone()
    }

    /// A reader from the beginning.
    #[must_use]
    pub fn reader(&self) -> ReplyReader {
        ReplyReader { position: 0, offset: 0, version: self.shared.version.subscribe(), shared: Arc::clone(&self.shared) }
    }
}

impl Drop for ReplyWriter {
    fn drop(&mut self) {
        self.shared.text.lock().ended = true;
        self.shared.version.send_modify(|version| *version = version.wrapping_add(1));
        if let Some(OnEnd(run)) = self.on_end.take() {
            run();
        }
    }
}

/// Reads a reply from its own place.
#[derive(Debug, Clone)]
pub struct ReplyReader {
    shared: Arc<Shared>,
    version: watch::Receiver<u64>,
    position: usize,
    offset: u64,
}

impl ReplyReader {
    /// Goes to `offset`, at most to the end of what is written.
    pub fn seek(&mut self, offset: u64) {
        let text = self.shared.text.lock();
        self.position = utf16_to_byte(&text.content, offset);
        self.offset = text.content.get(..self.position).map_or(0, utf16_len);
    }

    /// Where it reads, in UTF-16 code units.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// What was written since the last time: its offset and text, appended to `into`. `None` when nothing was.
    pub fn take(&mut self, into: &mut String) -> Option<u64> {
        let text = self.shared.text.lock();
        let delta = text.content.get(self.position..).filter(|delta| !delta.is_empty())?;
        into.push_str(delta);
        let offset = self.offset;
        self.position = text.content.len();
        self.offset = text.units;
        Some(offset)
    }

    /// Whether nothing more will be written.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.shared.text.lock().ended
    }

    /// Waits until something was written, or the stream ended, since the last wait. Safe to cancel.
    pub async fn changed(&mut self) {
        // The sender lives in `shared`, so this cannot fail.
        let _ = self.version.changed().await;
    }
}

/// Holds the replies that are being written.
pub trait Streams: Send + Sync {
    /// Begins a stream with what the reply begins with.
    fn open(&self, reply: MessageId, content: &str) -> ReplyWriter;
    /// A reader of a reply that is being written, from its beginning.
    fn follow(&self, reply: MessageId) -> Option<ReplyReader>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_takes_all_since_its_place_and_may_seek() {
        let writer = ReplyWriter::new("She ", || ());
        let mut early = writer.reader();
        writer.push("🌸 ");
        let mut late = writer.reader();
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
