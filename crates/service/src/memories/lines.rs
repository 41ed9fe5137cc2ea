//! Memories in words for the model: who, what, and how long ago.

use domain::memories::{Memory, MemoryKind, SummaryScale};
use recall::{Names, times};
use time::OffsetDateTime;
use time::macros::format_description;

/// What time it is for the person, as a sentence.
pub(super) fn now(now: OffsetDateTime, names: &Names) -> String {
    let form = format_description!("[weekday], [day padding:none] [month repr:long] [year], [hour]:[minute]");
    let Ok(at) = now.format(form) else { return String::new() };
    match names.person.as_str() {
        "" => format!("It is {at}."),
        person => format!("It is {at} where {person} is."),
    }
}

/// One memory as one line. `speaker` said it, where it was said; `now` is in the person's own offset.
pub(super) fn line(memory: &Memory, speaker: &str, now: OffsetDateTime) -> String {
    let text = &memory.text;
    let when = format!("{} ({})", times::ago(memory.happened_at, now), date(memory.happened_at, now));
    match (memory.kind, memory.scale) {
        (MemoryKind::Episode, _) => {
            let speaker = if speaker.is_empty() { "the other" } else { speaker };
            format!("{when}, {speaker} said: “{text}”")
        }
        (MemoryKind::Fact, _) => match memory.ended {
            Some(ended) => format!("{text} (so it was from {when} until {})", date(ended.at, now)),
            None => format!("{text} (known since {})", date(memory.happened_at, now)),
        },
        (MemoryKind::Summary, Some(SummaryScale::Session)) => format!("Their talk of {when}: {text}"),
        (MemoryKind::Summary, _) => format!("Their story so far: {text}"),
        (MemoryKind::Note, _) => text.clone(),
    }
}

fn date(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let form = format_description!("[day padding:none] [month repr:long] [year]");
    at.to_offset(now.offset()).format(form).unwrap_or_default()
}
