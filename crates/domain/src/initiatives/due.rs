//! Of which days to come a text speaks, as far as simple words say it, in English, Chinese and Japanese. What is not understood is
//! passed over: nobody is asked about a day that they did not name.

use time::{Date, Duration, Weekday};

/// How much of a text is read, in characters.
const TEXT: usize = 2_000;

/// How many days one text names, at most.
const DAYS: usize = 4;

/// How far ahead a day may be.
const AHEAD: u16 = 30;

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Runs of characters, longer ones before shorter ones that they hold, and so many days ahead.
const DENSE: [(&str, u16); 8] = [
    ("大后天", 3),
    ("大後天", 3),
    ("しあさって", 3),
    ("明後日", 2),
    ("あさって", 2),
    ("后天", 2),
    ("後天", 2),
    ("明天", 1),
];

/// Those that mean something else within longer ones: looked for after the longer ones are taken out.
const TOMORROW: [&str; 3] = ["明日", "あした", "あす"];

const CHINESE: [(char, Weekday); 8] = [
    ('一', Weekday::Monday),
    ('二', Weekday::Tuesday),
    ('三', Weekday::Wednesday),
    ('四', Weekday::Thursday),
    ('五', Weekday::Friday),
    ('六', Weekday::Saturday),
    ('日', Weekday::Sunday),
    ('天', Weekday::Sunday),
];

const JAPANESE: [(&str, Weekday); 7] = [
    ("月曜", Weekday::Monday),
    ("火曜", Weekday::Tuesday),
    ("水曜", Weekday::Wednesday),
    ("木曜", Weekday::Thursday),
    ("金曜", Weekday::Friday),
    ("土曜", Weekday::Saturday),
    ("日曜", Weekday::Sunday),
];

/// The days after `said_on` of which a text speaks, each once, the first first.
#[must_use]
pub fn due_days(text: &str, said_on: Date) -> Vec<Date> {
    let text: String = text.chars().take(TEXT).flat_map(char::to_lowercase).collect();
    let mut ahead = english(&text, said_on);
    ahead.extend(dense(&text, said_on));
    ahead.sort_unstable();
    ahead.dedup();
    let known = ahead.into_iter().filter(|days| (1..=AHEAD).contains(days)).take(DAYS);
    known.filter_map(|days| said_on.checked_add(Duration::days(days.into()))).collect()
}

/// How many days from a day to the next such weekday.
fn until(day: Weekday, from: Date) -> u16 {
    let days = (day.number_from_monday() + 7 - from.weekday().number_from_monday()) % 7;
    if days == 0 { 7 } else { days.into() }
}

fn english(text: &str, said_on: Date) -> Vec<u16> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut ahead = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let at = |offset: usize| words.get(index + offset).copied().unwrap_or_default();
        let before =
            |count: usize| index.checked_sub(count).and_then(|index| words.get(index)).copied().unwrap_or_default();
        if *word == "tomorrow" {
            ahead.push(if before(1) == "after" && before(2) == "day" { 2 } else { 1 });
        }
        if *word == "in" && matches!(at(2), "day" | "days") {
            ahead.extend(count(at(1)));
        }
        if *word == "in" && matches!(at(2), "week" | "weeks") {
            ahead.extend(count(at(1)).map(|weeks| weeks * 7));
        }
        if let Some((_, day)) = WEEKDAYS.iter().find(|(name, _)| name == word) {
            match before(1) {
                "on" | "this" | "coming" => ahead.push(until(*day, said_on)),
                // Next Friday is one of two; the later one is certainly not too early.
                "next" => ahead.push(until(*day, said_on) + if before_weekend(*day, said_on) { 7 } else { 0 }),
                _ => {}
            }
        }
    }
    ahead
}

/// Whether such a weekday is still to come in the same week.
fn before_weekend(day: Weekday, said_on: Date) -> bool {
    day.number_from_monday() > said_on.weekday().number_from_monday()
}

fn count(word: &str) -> Option<u16> {
    const WORDS: [&str; 8] = ["zero", "one", "two", "three", "four", "five", "six", "seven"];
    let named = WORDS.iter().position(|name| *name == word).or(matches!(word, "a" | "an").then_some(1));
    named.and_then(|count| u16::try_from(count).ok()).or_else(|| word.parse().ok().filter(|count| *count <= AHEAD))
}

fn dense(text: &str, said_on: Date) -> Vec<u16> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut rest = text.to_owned();
    let mut ahead = Vec::new();
    for (run, days) in DENSE {
        if rest.contains(run) {
            ahead.push(days);
            rest = rest.replace(run, " ");
        }
    }
    if TOMORROW.iter().any(|run| rest.contains(run)) {
        ahead.push(1);
    }
    // 周五, 星期五, 礼拜五 are this week's or the one that comes; 下周五 is next week's.
    for name in ["星期", "礼拜", "禮拜", "周", "週"] {
        for (at, _) in rest.match_indices(name) {
            let (head, tail) = (rest.get(..at).unwrap_or_default(), rest.get(at + name.len()..).unwrap_or_default());
            let Some((_, day)) = tail.chars().next().and_then(|c| CHINESE.iter().find(|(name, _)| *name == c)) else {
                continue;
            };
            let past = ["上", "每", "毎", "上个", "上個"].iter().any(|word| head.ends_with(word));
            let next = ["下", "下个", "下個"].iter().any(|word| head.ends_with(word));
            if !past {
                let days = until(*day, said_on);
                ahead.push(days + if next && before_weekend(*day, said_on) { 7 } else { 0 });
            }
        }
    }
    for (name, day) in JAPANESE {
        for (at, _) in rest.match_indices(name) {
            let head = rest.get(..at).unwrap_or_default();
            let past = ["先週の", "毎週", "先週"].iter().any(|word| head.ends_with(word));
            let next = ["来週の", "来週"].iter().any(|word| head.ends_with(word));
            if !past {
                let days = until(day, said_on);
                ahead.push(days + if next && before_weekend(day, said_on) { 7 } else { 0 });
            }
        }
    }
    ahead
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn days_to_come_are_understood_in_three_languages() {
        // A Wednesday.
        let said_on = date!(2026 - 06 - 03);
        for (text, days) in [
            ("My exam is tomorrow!", vec![date!(2026 - 06 - 04)]),
            ("The day after tomorrow I see the doctor.", vec![date!(2026 - 06 - 05)]),
            ("Grandma comes on Friday.", vec![date!(2026 - 06 - 05)]),
            ("I fly in 10 days, and in two weeks I am back", vec![date!(2026 - 06 - 13), date!(2026 - 06 - 17)]),
            ("The interview is next Friday", vec![date!(2026 - 06 - 12)]),
            ("next Monday", vec![date!(2026 - 06 - 08)]),
            ("on wednesday", vec![date!(2026 - 06 - 10)]),
            ("我明天考试", vec![date!(2026 - 06 - 04)]),
            ("后天见医生", vec![date!(2026 - 06 - 05)]),
            ("周五面试", vec![date!(2026 - 06 - 05)]),
            ("下周五面试", vec![date!(2026 - 06 - 12)]),
            ("明日は試験です", vec![date!(2026 - 06 - 04)]),
            ("明後日から旅行", vec![date!(2026 - 06 - 05)]),
            ("金曜日に面接", vec![date!(2026 - 06 - 05)]),
            ("来週の月曜に引っ越す", vec![date!(2026 - 06 - 08)]),
        ] {
            assert_eq!(due_days(text, said_on), days, "{text}");
        }
    }

    #[test]
    fn what_was_or_says_nothing_of_a_day_is_passed_over() {
        for text in [
            "Yesterday was hard.",
            "I love Fridays",
            "Friday nights are long",
            "in 400 days",
            "in a moment",
            "",
            "上周五好累",
            "每周五都加班",
            "毎週金曜は残業",
            "昨日は疲れた",
            "in 99999999999999999999 days",
        ] {
            assert_eq!(due_days(text, date!(2026 - 06 - 03)), Vec::<Date>::new(), "{text}");
        }
    }
}
