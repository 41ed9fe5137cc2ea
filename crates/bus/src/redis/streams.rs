//! Streams are pulled: a node that follows a reply asks for it, again every few seconds, and the node that writes it tells
//! that one what is new. Nothing is kept in between, and what nobody follows elsewhere goes nowhere.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ids::{MessageId, NodeId, SessionId};
use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast};

use super::calls::Call;
use super::link::Link;
use crate::local::Writers;
use crate::mirrors::Mirrors;
use crate::{ReplyReader, ReplyWriter, Streams};

/// How long a node is told of a reply without asking again.
const LEASE: Duration = Duration::from_secs(15);

/// How long words are gathered before they are told.
const GATHER: Duration = Duration::from_millis(25);

/// The longest piece in bytes.
const PIECE: usize = 32 * 1024;

/// How many are told at most.
const FEEDS: usize = 16_384;

/// Nudges that wait for a slow listener, which then looks at everything.
const NUDGES: usize = 256;

/// A reply that is told to a node.
struct Feed {
    reader: ReplyReader,
    until: Instant,
}

pub(super) struct RedisStreams {
    link: Arc<Link>,
    writers: Writers,
    mirrors: Mirrors,
    feeds: Mutex<HashMap<(MessageId, NodeId), Feed>>,
    /// Told when something that is fed was written.
    written: Arc<Notify>,
    nudges: broadcast::Sender<SessionId>,
}

impl RedisStreams {
    pub(super) fn new(link: Arc<Link>) -> Self {
        Self {
            link,
            writers: Writers::default(),
            mirrors: Mirrors::default(),
            feeds: Mutex::default(),
            written: Arc::default(),
            nudges: broadcast::Sender::new(NUDGES),
        }
    }

    /// Takes a call of another node.
    pub(super) fn hear(&self, call: Call) {
        match call {
            Call::Want { node, reply, have } if node != self.link.node => self.feed(node, reply, have),
            Call::Piece { reply, offset, text, ended } => self.mirrors.add(reply, offset, &text, ended),
            Call::Nudge { node, session } if node != self.link.node => drop(self.nudges.send(session)),
            _ => {}
        }
    }

    /// Tells `node` of a reply from now on, if it is written here.
    fn feed(&self, node: NodeId, reply: MessageId, have: u64) {
        let mut feeds = self.feeds.lock();
        let until = Instant::now() + LEASE;
        if let Some(feed) = feeds.get_mut(&(reply, node)) {
            feed.until = until;
            // What was lost on the way is told again.
            feed.reader.seek(have);
        } else if feeds.len() < FEEDS
            && let Some(mut reader) = self.writers.reader(reply, &self.written)
        {
            reader.seek(have);
            feeds.insert((reply, node), Feed { reader, until });
        }
        drop(feeds);
        self.written.notify_one();
    }

    /// Tells the nodes that asked what was written, until it is dropped.
    pub(super) async fn tell(self: Arc<Self>) {
        let mut text = String::new();
        loop {
            self.written.notified().await;
            self.tell_all(&mut text);
            // The first word goes at once, those that follow it together.
            tokio::time::sleep(GATHER).await;
        }
    }

    fn tell_all(&self, text: &mut String) {
        let now = Instant::now();
        self.feeds.lock().retain(|(reply, node), feed| {
            text.clear();
            // Asked before the last reading, so that nothing written before the end is missed.
            let ended = feed.reader.ended();
            let offset = feed.reader.take(text);
            if ended || offset.is_some() {
                let offset = offset.unwrap_or_else(|| feed.reader.offset());
                for call in pieces(*reply, offset, text, ended) {
                    self.link.call(*node, &call);
                }
            }
            !ended && feed.until > now
        });
        if text.capacity() > PIECE {
            *text = String::new();
        }
    }

    /// Asks for the replies that are followed here, until it is dropped.
    pub(super) async fn ask(self: Arc<Self>) {
        loop {
            let (due, next) = self.mirrors.due(Instant::now());
            for (reply, have) in due {
                self.link.call_all(&Call::Want { node: self.link.node, reply, have });
            }
            let wait = async {
                match next {
                    Some(next) => tokio::time::sleep_until(next.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wait => {}
                () = self.mirrors.asking.notified() => {}
            }
        }
    }
}

/// A text in pieces that are not too long; one that says the end when there is no text.
fn pieces(reply: MessageId, offset: u64, text: &str, ended: bool) -> Vec<Call> {
    let (mut calls, mut offset, mut rest) = (Vec::new(), offset, text);
    loop {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        rest = after;
        let length = domain::chats::utf16_len(piece);
        calls.push(Call::Piece { reply, offset, text: piece.to_owned(), ended: ended && rest.is_empty() });
        offset += length;
        if rest.is_empty() {
            return calls;
        }
    }
}

impl Streams for RedisStreams {
    fn open(&self, reply: MessageId, content: &str) -> ReplyWriter {
        self.writers.open(reply, content, Some(&self.mirrors))
    }

    fn follow(&self, reply: MessageId, listener: &Arc<Notify>) -> Option<ReplyReader> {
        self.writers.follow(reply, listener, Some(&self.mirrors))
    }

    fn mirrored(&self) -> Vec<MessageId> {
        self.mirrors.alive()
    }

    fn fill(&self, reply: MessageId, content: &str, ended: bool) {
        self.mirrors.fill(reply, content, ended);
    }

    fn nudge(&self, session: SessionId) {
        // It fails only when nobody listens.
        let _ = self.nudges.send(session);
        self.link.call_all(&Call::Nudge { node: self.link.node, session });
    }

    fn nudges(&self) -> broadcast::Receiver<SessionId> {
        self.nudges.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_long_text_goes_in_pieces_and_the_end_with_the_last() {
        let reply = MessageId(Uuid::from_u128(1));
        let text = "🌸".repeat(PIECE / 2);
        let calls = pieces(reply, 5, &text, true);
        assert_eq!(calls.len(), 2);
        let mut whole = String::new();
        for (n, call) in calls.iter().enumerate() {
            let Call::Piece { offset, text, ended, .. } = call else { panic!("another call") };
            assert_eq!((*offset, *ended), (5 + domain::chats::utf16_len(&whole), n == 1));
            whole.push_str(text);
        }
        assert_eq!(whole, text);
        assert_eq!(pieces(reply, 7, "", true), [Call::Piece { reply, offset: 7, text: String::new(), ended: true }]);
    }
}
