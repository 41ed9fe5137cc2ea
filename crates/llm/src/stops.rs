//! Stop strings: they end a reply and are never part of it, also when they come in pieces.

/// Watches the text of one reply.
pub(crate) struct StopStrings {
    stops: Vec<String>,
    /// Text that could be the beginning of a stop string.
    held: String,
}

impl StopStrings {
    pub(crate) fn new(stops: Vec<String>) -> Self {
        Self { stops: stops.into_iter().filter(|stop| !stop.is_empty()).collect(), held: String::new() }
    }

    /// Takes more text; gives what may be shown, and whether the reply ends with it.
    pub(crate) fn push(&mut self, text: &str) -> (String, bool) {
        self.held.push_str(text);
        let found = self.stops.iter().filter_map(|stop| self.held.find(stop.as_str())).min();
        if let Some(at) = found {
            self.held.truncate(at);
            return (std::mem::take(&mut self.held), true);
        }
        let rest = self.held.split_off(self.safe_length());
        (std::mem::replace(&mut self.held, rest), false)
    }

    /// What was held back, now that nothing follows.
    pub(crate) fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    /// How much of the held text cannot belong to a stop string any more.
    fn safe_length(&self) -> usize {
        let begins_stop = |at: &usize| {
            let tail = self.held.get(*at..).unwrap_or_default();
            self.stops.iter().any(|stop| stop.starts_with(tail))
        };
        self.held.char_indices().map(|(at, _)| at).find(begins_stop).unwrap_or(self.held.len())
    }
}

#[cfg(test)]
mod tests {
    use super::StopStrings;

    fn read(pieces: &[&str]) -> (Vec<String>, bool) {
        let mut stops = StopStrings::new(vec!["\nUser:".to_owned(), "END".to_owned(), String::new()]);
        let mut texts = Vec::new();
        for piece in pieces {
            let (text, stopped) = stops.push(piece);
            texts.push(text);
            if stopped {
                return (texts, true);
            }
        }
        texts.push(stops.finish());
        (texts, false)
    }

    #[test]
    fn a_stop_string_in_pieces_is_never_seen() {
        let (texts, stopped) = read(&["Hi.", "\n", "Us", "er", ": you"]);
        assert_eq!((texts.concat().as_str(), stopped), ("Hi.", true));
        let (texts, stopped) = read(&["Hi.", "\nUse", "ful É E", "N"]);
        assert_eq!((texts, stopped), (["Hi.", "", "\nUseful É ", "", "EN"].map(str::to_owned).to_vec(), false));
        let (texts, stopped) = read(&["one END two\nUser:"]);
        assert_eq!((texts.concat().as_str(), stopped), ("one ", true));
    }
}
