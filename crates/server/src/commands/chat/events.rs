//! What happens in the chat that is shown, told in order: each event once, and of each reply every piece once.

use std::collections::{HashMap, VecDeque};

use domain::chats::{utf16_len, utf16_to_byte};
use serde_json::Value;

use super::json::At;
use super::screen::Screen;

/// The chat, as far as it was heard.
pub(super) struct Heard {
    /// Its id.
    pub(super) session: String,
    /// Who answers, where one character does.
    pub(super) name: String,
    /// Who is there, by their ids, where several are; `None` where one person talks with one character.
    pub(super) names: Option<HashMap<String, String>>,
    /// The id of whoever talks here.
    pub(super) me: String,
    /// What was sent from here last, by its name.
    pub(super) sent: Option<String>,
    /// The place of its newest event.
    pub(super) seq: u64,
    /// The reply that is awaited or written.
    pub(super) reply: Option<Reply>,
    /// Those that come after it, one after the other.
    pub(super) waiting: VecDeque<Reply>,
    /// What others said while a reply was shown.
    pub(super) held: Vec<(String, String)>,
    /// The last reply, to be made again.
    pub(super) last_reply: Option<String>,
}

/// A reply.
pub(super) struct Reply {
    /// Its message.
    pub(super) id: String,
    /// Who says it.
    name: String,
    /// How much of it was shown, in UTF-16 code units.
    pub(super) offset: u64,
    is_begun: bool,
}

/// What follows from a frame for whoever talks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heeded {
    /// Nothing.
    Nothing,
    /// This message was taken.
    Accepted(String),
    /// A reply is over; whether it was well.
    Ended {
        /// Whether it was.
        well: bool,
    },
    /// Something was missed: the server must be asked.
    Missed,
    /// What was asked cannot be done.
    Refused(String),
    /// The chat is gone.
    Gone,
}

impl Reply {
    fn awaited(id: &str, name: String) -> Self {
        Self { id: id.to_owned(), name, offset: 0, is_begun: false }
    }
}

impl Heard {
    /// Whether nothing is awaited.
    pub(super) fn is_quiet(&self) -> bool {
        self.reply.is_none()
    }

    /// Whether several are there.
    pub(super) fn is_shared(&self) -> bool {
        self.names.is_some()
    }

    /// Who says a message.
    pub(super) fn name_of(&self, message: &Value) -> String {
        let Some(names) = &self.names else {
            return if message.at("/role") == "character" { self.name.clone() } else { "You".to_owned() };
        };
        match message.at("/author/id").as_str() {
            Some(id) if id == self.me => "You".to_owned(),
            id => id.and_then(|id| names.get(id)).cloned().unwrap_or_else(|| "Somebody".to_owned()),
        }
    }

    /// A reply is to come: at once, or after those that come before it.
    fn awaits(&mut self, message: &Value) {
        let Some(id) = message.at("/id").as_str() else { return };
        let reply = Reply::awaited(id, self.name_of(message));
        match &self.reply {
            None => self.reply = Some(reply),
            Some(now) if now.id != id && self.waiting.iter().all(|waiting| waiting.id != id) => {
                self.waiting.push_back(reply);
            }
            Some(_) => {}
        }
    }

    /// What somebody else said, or this person elsewhere.
    fn hears(&mut self, message: &Value, screen: &Screen) {
        let (name, text) = (self.name_of(message), message.at("/content").as_str().unwrap_or_default().to_owned());
        match self.reply.as_ref().is_some_and(|reply| reply.is_begun) {
            true => self.held.push((name, text)),
            false => screen.message(&name, &text),
        }
    }

    /// A reply that was there already, unfinished.
    pub(super) fn meets(&mut self, message: &Value, screen: &Screen) {
        if let Some(id) = message.at("/id").as_str() {
            self.awaits(message);
            if self.reply.as_ref().is_none_or(|reply| reply.id != id) {
                return;
            }
            if message.at("/status") == "streaming" {
                self.shows(id, message, screen);
            }
        }
    }

    /// Shows what a frame tells.
    pub(super) fn heeds(&mut self, frame: &Value, screen: &Screen) -> Heeded {
        let kind = frame.at("/type").as_str().unwrap_or_default();
        if kind == "error" {
            let text = frame.at("/message").as_str().or_else(|| frame.at("/code").as_str()).unwrap_or("it was refused");
            return Heeded::Refused(text.to_owned());
        }
        if frame.at("/session_id").as_str() != Some(self.session.as_str()) {
            return Heeded::Nothing;
        }
        if kind == "reply.delta" {
            self.goes_on(frame, screen);
            return Heeded::Nothing;
        }
        let Some(seq) = frame.at("/seq").as_u64().filter(|_| kind != "session.resumed") else { return Heeded::Nothing };
        // A repeat of what was taken before answers whoever repeats it.
        if seq > self.seq + 1 && frame.at("/repeated") != true && kind != "session.updated" {
            return Heeded::Missed;
        }
        let is_new = seq > self.seq;
        if frame.at("/repeated") != true {
            self.seq = self.seq.max(seq);
        }
        match kind {
            "message.accepted" => self.accepts(frame, is_new, screen),
            "reply.queued" if is_new => {
                self.awaits(frame.at("/reply"));
                Heeded::Nothing
            }
            "reply.started" if is_new => {
                if let Some(id) = frame.at("/message/id").as_str() {
                    if self.reply.as_ref().is_none_or(|reply| reply.id != id) {
                        // What was to come before it comes later, or never.
                        self.waiting.retain(|waiting| waiting.id != id);
                        let begun = Reply::awaited(id, self.name_of(frame.at("/message")));
                        let before = self.reply.replace(begun).filter(|before| !before.is_begun);
                        before.into_iter().for_each(|before| self.waiting.push_front(before));
                    }
                    self.shows(id, frame.at("/message"), screen);
                }
                Heeded::Nothing
            }
            "reply.completed" => self.ends(frame.at("/message"), true, screen),
            "reply.failed" => {
                let code = frame.at("/code").as_str().unwrap_or_default();
                let ended = self.ends(frame.at("/message"), false, screen);
                if ended != Heeded::Nothing {
                    screen.trouble(&format!("The reply could not be finished ({code}). /regenerate makes another."));
                }
                ended
            }
            "session.deleted" => Heeded::Gone,
            _ => Heeded::Nothing,
        }
    }

    fn accepts(&mut self, frame: &Value, is_new: bool, screen: &Screen) -> Heeded {
        let Some(client_id) = frame.at("/client_message_id").as_str() else { return Heeded::Nothing };
        let reply = frame.at("/reply");
        if self.is_shared() && is_new && self.sent.as_deref() != Some(client_id) {
            self.hears(frame.at("/message"), screen);
        }
        if let Some(id) = reply.at("/id").as_str().filter(|_| is_new || frame.at("/repeated") == true) {
            let is_over = matches!(reply.at("/status").as_str(), Some("complete" | "stopped" | "failed"));
            if self.last_reply.as_deref() != Some(id) {
                self.awaits(reply);
            }
            if is_over {
                self.ends(reply, true, screen);
            }
        }
        Heeded::Accepted(client_id.to_owned())
    }

    fn goes_on(&mut self, frame: &Value, screen: &Screen) {
        let Some(reply) =
            self.reply.as_mut().filter(|reply| frame.at("/message_id").as_str() == Some(reply.id.as_str()))
        else {
            return;
        };
        let (Some(offset), Some(delta)) = (frame.at("/offset").as_u64(), frame.at("/delta").as_str()) else { return };
        // What was shown already is not shown again; what is beyond a gap comes with the end.
        if offset > reply.offset {
            return;
        }
        let new = delta.get(utf16_to_byte(delta, reply.offset - offset)..).unwrap_or_default();
        if new.is_empty() {
            return;
        }
        if !std::mem::replace(&mut reply.is_begun, true) {
            screen.begin(&reply.name, self.names.is_some());
        }
        reply.offset += utf16_len(new);
        screen.words(new);
    }

    /// Shows of a message's text what was not shown yet.
    fn shows(&mut self, id: &str, message: &Value, screen: &Screen) {
        let content = message.at("/content").as_str().unwrap_or_default();
        let offset = self.reply.as_ref().map_or(0, |reply| reply.offset);
        let rest = content.get(utf16_to_byte(content, offset)..).unwrap_or_default();
        let delta = serde_json::json!({"message_id": id, "offset": offset, "delta": rest});
        self.goes_on(&delta, screen);
    }

    fn ends(&mut self, message: &Value, well: bool, screen: &Screen) -> Heeded {
        let id = message.at("/id").as_str().unwrap_or_default();
        if self.reply.as_ref().is_none_or(|reply| reply.id != id) {
            self.waiting.retain(|waiting| waiting.id != id);
            return Heeded::Nothing;
        }
        self.shows(id, message, screen);
        if self.reply.take().is_some_and(|reply| reply.is_begun) {
            screen.end();
        }
        for (name, text) in std::mem::take(&mut self.held) {
            screen.message(&name, &text);
        }
        self.reply = self.waiting.pop_front();
        self.last_reply = Some(id.to_owned());
        Heeded::Ended { well }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn heard() -> Heard {
        Heard {
            session: "ses_1".into(),
            name: "Rin".into(),
            names: None,
            me: "usr_1".into(),
            sent: None,
            seq: 3,
            reply: None,
            waiting: VecDeque::new(),
            held: Vec::new(),
            last_reply: None,
        }
    }

    #[test]
    fn in_a_group_replies_come_one_after_the_other_each_by_its_name() {
        let names = [("usr_1", "aya"), ("usr_2", "ben"), ("chr_1", "Rin"), ("chr_2", "Kai")];
        let names = names.map(|(id, name)| (id.to_owned(), name.to_owned())).into_iter().collect();
        let (mut heard, screen) = (Heard { names: Some(names), sent: Some("a".into()), ..heard() }, Screen::new());
        let by = |id: &str, kind: &str, by: &str| json!({"id": id, "author": {"kind": kind, "id": by}, "content": ""});
        let accepted = json!({"client_message_id": "a", "message": by("msg_1", "person", "usr_1"), "reply": by("msg_2", "character", "chr_1")});
        heard.heeds(&frame("message.accepted", 4, &accepted), &screen);
        heard.heeds(&frame("reply.queued", 5, &json!({"reply": by("msg_3", "character", "chr_2")})), &screen);
        assert_eq!(heard.reply.as_ref().map(|reply| (reply.id.as_str(), reply.name.as_str())), Some(("msg_2", "Rin")));
        let end = |id: &str, seq| frame("reply.completed", seq, &json!({"message": {"id": id, "content": "x"}}));
        heard.heeds(&frame("reply.started", 6, &json!({"message": by("msg_2", "character", "chr_1")})), &screen);
        heard.heeds(&end("msg_2", 7), &screen);
        assert_eq!(heard.reply.as_ref().map(|reply| (reply.id.as_str(), reply.name.as_str())), Some(("msg_3", "Kai")));
        assert!(!heard.is_quiet(), "another follows");
        // What somebody else says has a name, and whoever is not known has none.
        assert_eq!(heard.name_of(&by("m", "person", "usr_2")), "ben");
        assert_eq!(heard.name_of(&by("m", "person", "usr_9")), "Somebody");
        heard.heeds(&end("msg_3", 8), &screen);
        assert!(heard.is_quiet());
    }

    fn frame(kind: &str, seq: u64, more: &Value) -> Value {
        let mut frame = json!({"type": kind, "session_id": "ses_1", "seq": seq});
        for (name, value) in more.as_object().unwrap() {
            frame[name] = value.clone();
        }
        frame
    }

    fn delta(offset: u64, text: &str) -> Value {
        json!({"type": "reply.delta", "session_id": "ses_1", "message_id": "msg_2", "offset": offset, "delta": text})
    }

    #[test]
    fn each_piece_of_a_reply_is_shown_once_whatever_comes_twice() {
        let (mut heard, screen) = (heard(), Screen::new());
        let accepted = frame(
            "message.accepted",
            4,
            &json!({"client_message_id": "a", "reply": {"id": "msg_2", "status": "queued"}}),
        );
        assert_eq!(heard.heeds(&accepted, &screen), Heeded::Accepted("a".into()));
        assert!(!heard.is_quiet());
        heard.heeds(&frame("reply.started", 5, &json!({"message": {"id": "msg_2", "content": ""}})), &screen);
        heard.heeds(&delta(0, "🌸 ab"), &screen);
        heard.heeds(&delta(3, "abc"), &screen);
        assert_eq!(heard.reply.as_ref().map(|reply| reply.offset), Some(6));
        heard.heeds(&delta(9, "beyond"), &screen);
        assert_eq!(heard.reply.as_ref().map(|reply| reply.offset), Some(6), "a gap is not shown over");
        let end = frame("reply.completed", 6, &json!({"message": {"id": "msg_2", "content": "🌸 abcdef"}}));
        assert_eq!(heard.heeds(&end, &screen), Heeded::Ended { well: true });
        assert_eq!((heard.is_quiet(), heard.seq, heard.last_reply.as_deref()), (true, 6, Some("msg_2")));
        assert_eq!(heard.heeds(&end, &screen), Heeded::Nothing);
    }

    #[test]
    fn a_gap_is_asked_for_and_another_chat_passed_over() {
        let (mut heard, screen) = (heard(), Screen::new());
        let end = frame("reply.completed", 6, &json!({"message": {"id": "msg_2", "content": "x"}}));
        assert_eq!(heard.heeds(&end, &screen), Heeded::Missed);
        assert_eq!(heard.seq, 3);
        let other = json!({"type": "session.deleted", "session_id": "ses_2", "seq": 9});
        assert_eq!(heard.heeds(&other, &screen), Heeded::Nothing);
        assert_eq!(heard.heeds(&json!({"type": "error", "code": "x"}), &screen), Heeded::Refused("x".into()));
    }
}
