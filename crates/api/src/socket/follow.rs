//! The replies a socket follows, each from its own place.

use std::sync::Arc;

use domain::ids::{MessageId, SessionId};
use service::ReplyReader;
use service::chats::Chats;
use tokio::sync::Notify;

/// A reply that is being written.
struct Followed {
    session: SessionId,
    message: MessageId,
    reader: ReplyReader,
    // Set before the last reading, so that nothing written before the end is missed.
    ended: bool,
}

/// What was written of one reply since the last look.
pub(super) struct Written<'a> {
    /// Where.
    pub(super) session: SessionId,
    /// Which.
    pub(super) message: MessageId,
    /// Where the text begins, in UTF-16 code units.
    pub(super) offset: u64,
    /// The text.
    pub(super) delta: &'a str,
}

/// All replies that one socket follows.
#[derive(Default)]
pub(super) struct Following {
    listener: Arc<Notify>,
    replies: Vec<Followed>,
    // Used again and again: no allocation for each delta.
    text: String,
}

impl Following {
    /// Follows a reply from `offset` on, if it is being written here.
    pub(super) fn begin(&mut self, chats: &Chats, session: SessionId, message: MessageId, offset: u64) {
        self.end(message);
        if let Some(mut reader) = chats.follow(message, &self.listener) {
            reader.seek(offset);
            self.replies.push(Followed { session, message, reader, ended: false });
            // What stands beyond the offset already is news as well.
            self.listener.notify_one();
        }
    }

    /// Follows a reply no more.
    pub(super) fn end(&mut self, message: MessageId) {
        self.replies.retain(|followed| followed.message != message);
    }

    /// Follows nothing of a session any more.
    pub(super) fn end_session(&mut self, session: SessionId) {
        self.replies.retain(|followed| followed.session != session);
    }

    /// Resolves when something was written. Safe to cancel.
    pub(super) fn listener(&self) -> Arc<Notify> {
        Arc::clone(&self.listener)
    }

    /// Gives what was written since the last time, of one reply or of all, to `tell`.
    pub(super) fn read(&mut self, only: Option<MessageId>, mut tell: impl FnMut(Written<'_>)) {
        for followed in &mut self.replies {
            if only.is_some_and(|only| only != followed.message) {
                continue;
            }
            self.text.clear();
            followed.ended = followed.reader.ended();
            if let Some(offset) = followed.reader.take(&mut self.text) {
                tell(Written { session: followed.session, message: followed.message, offset, delta: &self.text });
            }
        }
        if self.text.capacity() > 16 * 1024 {
            self.text = String::new();
        }
        self.replies.retain(|followed| !followed.ended);
    }
}
