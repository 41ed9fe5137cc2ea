//! Some models think aloud between `<think>` and `</think>` before they answer. That is not said to anybody.

const TAGS: [(&str, &str); 2] = [("<think>", "</think>"), ("<thinking>", "</thinking>")];

/// Takes the thinking out of one reply, however it is cut into pieces.
#[derive(Default)]
pub(super) struct ThinkFilter {
    place: Place,
    held: String,
}

#[derive(Default)]
enum Place {
    /// Nothing but blanks has come, or what may become an opening tag.
    #[default]
    Start,
    /// Before this closing tag.
    Thinking(&'static str),
    /// After it, before the first word.
    Gap,
    Reply,
}

impl ThinkFilter {
    /// Takes more of the text; gives what of it belongs to the reply.
    pub(super) fn push(&mut self, text: &str) -> String {
        self.held.push_str(text);
        if matches!(self.place, Place::Start) {
            let said = self.held.trim_start();
            if let Some((open, close)) = TAGS.iter().find(|(open, _)| said.starts_with(open)) {
                self.held = said.get(open.len()..).unwrap_or_default().to_owned();
                self.place = Place::Thinking(close);
            } else if !TAGS.iter().any(|(open, _)| open.starts_with(said)) {
                self.place = Place::Reply;
            }
        }
        if let Place::Thinking(close) = self.place {
            match self.held.split_once(close) {
                Some((_, reply)) => {
                    self.held = reply.to_owned();
                    self.place = Place::Gap;
                }
                None => self.forget(close),
            }
        }
        if matches!(self.place, Place::Gap) {
            self.held = self.held.trim_start().to_owned();
            if !self.held.is_empty() {
                self.place = Place::Reply;
            }
        }
        if matches!(self.place, Place::Reply) { std::mem::take(&mut self.held) } else { String::new() }
    }

    /// What was held back, now that nothing follows.
    pub(super) fn finish(&mut self) -> String {
        let held = std::mem::take(&mut self.held);
        if matches!(self.place, Place::Start | Place::Reply) { held } else { String::new() }
    }

    /// Keeps only what may be the beginning of the closing tag.
    fn forget(&mut self, close: &str) {
        let begins = |at: &usize| self.held.get(*at..).is_some_and(|tail| close.starts_with(tail));
        let from = self.held.char_indices().map(|(at, _)| at).find(begins).unwrap_or(self.held.len());
        self.held = self.held.split_off(from);
    }
}

#[cfg(test)]
mod tests {
    use super::ThinkFilter;

    fn filtered(pieces: &[&str]) -> String {
        let mut filter = ThinkFilter::default();
        let mut text: String = pieces.iter().map(|piece| filter.push(piece)).collect();
        text += &filter.finish();
        text
    }

    #[test]
    fn thinking_is_left_out_however_it_is_cut() {
        let whole = "\n<think>She asks < me </th\u{e9}>.</think>\n\nHello <think>!";
        for size in 1..whole.chars().count() {
            let characters: Vec<char> = whole.chars().collect();
            let pieces: Vec<String> = characters.chunks(size).map(|piece| piece.iter().collect()).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            assert_eq!(filtered(&pieces), "Hello <think>!", "in pieces of {size}");
        }
    }

    #[test]
    fn other_text_passes() {
        assert_eq!(filtered(&["<", "3 you"]), "<3 you");
        assert_eq!(filtered(&["  ", "<thi"]), "  <thi");
        assert_eq!(filtered(&["<thinking>a</thinking>b"]), "b");
        assert_eq!(filtered(&["<think>never", " ending"]), "");
        assert_eq!(filtered(&[]), "");
    }
}
