//! What the commands say to whoever runs them: answers on stdout, troubles on stderr. Logs go elsewhere.

use std::fmt::Display;

/// A line of an answer.
#[expect(clippy::print_stdout, reason = "this is how commands answer")]
pub(crate) fn say(line: impl Display) {
    println!("{line}");
}

/// Text of an answer, as it is.
#[expect(clippy::print_stdout, reason = "this is how commands answer")]
pub(crate) fn print(text: impl Display) {
    print!("{text}");
}

/// A trouble.
#[expect(clippy::print_stderr, reason = "this is how commands complain")]
pub(crate) fn complain(line: impl Display) {
    eprintln!("{line}");
}
