//! The replies that are written in this process, and mirrors of those that other nodes write.

use std::collections::HashMap;
use std::sync::Arc;

use domain::ids::{MessageId, SessionId};
use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast};

use crate::mirrors::Mirrors;
use crate::{ReplyReader, ReplyText, ReplyWriter, Streams};

/// Nudges that wait for a slow listener, which then looks at everything.
const NUDGES: usize = 256;

/// The texts of the replies that are written here.
#[derive(Default)]
pub(crate) struct Writers {
    replies: Arc<Mutex<HashMap<MessageId, ReplyText>>>,
}

impl Writers {
    /// Begins a text; `mirrors` may have it already.
    pub(crate) fn open(&self, reply: MessageId, content: &str, mirrors: Option<&Mirrors>) -> ReplyWriter {
        let replies = Arc::downgrade(&self.replies);
        let on_end = move || {
            if let Some(replies) = replies.upgrade() {
                replies.lock().remove(&reply);
            }
        };
        // Whoever follows it from now on must find it here or in the mirrors.
        let mut replies = self.replies.lock();
        let writer = match mirrors.and_then(|mirrors| mirrors.give_up(reply, content)) {
            Some(text) => ReplyWriter::over(text, content, on_end),
            None => ReplyWriter::new(content, on_end),
        };
        replies.insert(reply, writer.text());
        writer
    }

    /// A reader of a text, if it is written here, else of its mirror, if there are any.
    pub(crate) fn follow(
        &self,
        reply: MessageId,
        listener: &Arc<Notify>,
        mirrors: Option<&Mirrors>,
    ) -> Option<ReplyReader> {
        let replies = self.replies.lock();
        match replies.get(&reply) {
            Some(text) => Some(text.reader(listener)),
            None => mirrors.map(|mirrors| mirrors.follow(reply, listener)),
        }
    }

    /// A reader of a text, if it is written here.
    pub(crate) fn reader(&self, reply: MessageId, listener: &Arc<Notify>) -> Option<ReplyReader> {
        self.replies.lock().get(&reply).map(|text| text.reader(listener))
    }
}

/// The streams of one process.
pub(crate) struct LocalStreams {
    writers: Writers,
    /// Where other nodes write, too: filled from the store.
    mirrors: Option<Mirrors>,
    nudges: broadcast::Sender<SessionId>,
}

impl LocalStreams {
    /// Streams of a process that is `alone`, or beside others that it does not hear.
    pub(crate) fn new(alone: bool) -> Self {
        Self {
            writers: Writers::default(),
            mirrors: (!alone).then(Mirrors::default),
            nudges: broadcast::Sender::new(NUDGES),
        }
    }
}

impl Streams for LocalStreams {
    fn open(&self, reply: MessageId, content: &str) -> ReplyWriter {
        self.writers.open(reply, content, self.mirrors.as_ref())
    }

    fn follow(&self, reply: MessageId, listener: &Arc<Notify>) -> Option<ReplyReader> {
        self.writers.follow(reply, listener, self.mirrors.as_ref())
    }

    fn mirrored(&self) -> Vec<MessageId> {
        self.mirrors.as_ref().map(Mirrors::alive).unwrap_or_default()
    }

    fn fill(&self, reply: MessageId, content: &str, ended: bool) {
        if let Some(mirrors) = &self.mirrors {
            mirrors.fill(reply, content, ended);
        }
    }

    fn nudge(&self, session: SessionId) {
        // It fails only when nobody listens.
        let _ = self.nudges.send(session);
    }

    fn nudges(&self) -> broadcast::Receiver<SessionId> {
        self.nudges.subscribe()
    }
}
