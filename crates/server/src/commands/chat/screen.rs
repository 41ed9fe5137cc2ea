//! What is shown: on a terminal who says it, in colour; elsewhere the replies alone, as they are.

use std::io::{IsTerminal, Write};

use console::Style;

use crate::terminal::{complain, print, say};

/// The terminal, or what stands in its place.
pub(in crate::commands) struct Screen {
    is_terminal: bool,
    name: Style,
    quiet: Style,
}

impl Screen {
    pub(in crate::commands) fn new() -> Self {
        // Colours are left out where they are not wanted (NO_COLOR), and where nobody sees them.
        let style = Style::new().for_stdout();
        let is_terminal = std::io::stdout().is_terminal();
        Self { is_terminal, name: style.clone().bold().magenta(), quiet: style.dim() }
    }

    /// Whether somebody sees it.
    pub(in crate::commands) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// A whole message.
    pub(in crate::commands) fn message(&self, name: &str, text: &str) {
        let text = harmless(text);
        match self.is_terminal {
            true => say(format_args!("{} {text}\n", self.name.apply_to(format_args!("{}:", harmless(name))))),
            false => say(format_args!("{}: {text}", harmless(name))),
        }
    }

    /// A reply begins. Elsewhere than on a terminal its name stands before it where several may speak.
    pub(in crate::commands) fn begin(&self, name: &str, is_shared: bool) {
        if self.is_terminal {
            print(format_args!("{} ", self.name.apply_to(format_args!("{}:", harmless(name)))));
            flush();
        } else if is_shared {
            print(format_args!("{}: ", harmless(name)));
        }
    }

    /// It goes on.
    pub(in crate::commands) fn words(&self, text: &str) {
        print(harmless(text));
        flush();
    }

    /// It is over.
    pub(in crate::commands) fn end(&self) {
        print(if self.is_terminal { "\n\n" } else { "\n" });
        flush();
    }

    /// Something of this program, which is no part of the chat.
    pub(in crate::commands) fn note(&self, text: &str) {
        if self.is_terminal {
            say(self.quiet.apply_to(harmless(text)));
        }
    }

    /// The same, of which a program shall know, too.
    pub(in crate::commands) fn trouble(&self, text: &str) {
        complain(format_args!("talker: {}", harmless(text)));
    }

    /// That something can be typed.
    pub(in crate::commands) fn prompt(&self) {
        if self.is_terminal && std::io::stdin().is_terminal() {
            print(self.quiet.apply_to("> "));
            flush();
        }
    }
}

fn flush() {
    let _ = std::io::stdout().flush();
}

/// A text without what would command a terminal: whoever writes it may be anybody.
pub(in crate::commands) fn harmless(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_shown_commands_the_terminal() {
        assert_eq!(harmless("a\x1b[2Jb\r\n\tc\x07\u{9b}d🌸"), "a[2Jb\n\tcd🌸");
    }
}
