//! What the commands say to whoever runs them: answers on stdout, troubles on stderr. Logs go elsewhere.
//!
//! Nobody listening any more (`talker openapi | head`) is no trouble.

use std::fmt::Display;
use std::io::Write;

/// A line of an answer.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Text of an answer, as it is.
pub(crate) fn print(text: impl Display) {
    let _ = write!(std::io::stdout().lock(), "{text}");
}

/// A trouble.
pub(crate) fn complain(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
