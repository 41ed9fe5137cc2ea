use proptest::prelude::*;
use time::macros::datetime;
use time::{Duration, UtcOffset};

use super::*;

/// A Wednesday.
const NOW: OffsetDateTime = datetime!(2023-11-22 15:00 +8);

fn read(text: &str) -> Vec<String> {
    spans(text, NOW)
        .into_iter()
        .map(|span| {
            assert_eq!(span.from.offset(), NOW.offset());
            let hour = |at: OffsetDateTime| if at.hour() == 0 { String::new() } else { format!("T{}", at.hour()) };
            format!("{}{}..{}{}", span.from.date(), hour(span.from), span.to.date(), hour(span.to))
        })
        .collect()
}

#[test]
fn english_times_are_read() {
    for (text, span) in [
        ("What did I do today?", "2023-11-22..2023-11-23"),
        ("what happened yesterday", "2023-11-21..2023-11-22"),
        ("the day before yesterday", "2023-11-20..2023-11-21"),
        ("last night we talked", "2023-11-21T17..2023-11-22T4"),
        ("this morning", "2023-11-22T4..2023-11-22T12"),
        ("three days ago", "2023-11-19..2023-11-20"),
        ("a couple of weeks ago", "2023-11-05..2023-11-12"),
        ("2 months ago", "2023-09-01..2023-10-01"),
        ("a year ago", "2022-01-01..2023-01-01"),
        ("last week", "2023-11-13..2023-11-20"),
        ("this week", "2023-11-20..2023-11-27"),
        ("last month?", "2023-10-01..2023-11-01"),
        ("last year", "2022-01-01..2023-01-01"),
        ("in the last 3 days", "2023-11-19..2023-11-23"),
        ("on Monday", "2023-11-20..2023-11-21"),
        ("last Wednesday", "2023-11-15..2023-11-16"),
        ("over the weekend", "2023-11-18..2023-11-20"),
        ("last weekend", "2023-11-18..2023-11-20"),
        ("in May", "2023-05-01..2023-06-01"),
        ("in December", "2022-12-01..2023-01-01"),
        ("last November", "2022-11-01..2022-12-01"),
        ("in May 2021", "2021-05-01..2021-06-01"),
        ("on 8 May", "2023-05-08..2023-05-09"),
        ("on the 8th of May, 2022", "2022-05-08..2022-05-09"),
        ("May 8th, 2023", "2023-05-08..2023-05-09"),
        ("on December 24", "2022-12-24..2022-12-25"),
        ("on 29 February", "2020-02-29..2020-03-01"),
        ("on 2023-05-08", "2023-05-08..2023-05-09"),
        ("in 2022", "2022-01-01..2023-01-01"),
        ("last summer", "2023-06-01..2023-09-01"),
        ("last autumn", "2022-09-01..2022-12-01"),
        ("in the summer of 2021", "2021-06-01..2021-09-01"),
        ("last winter", "2022-12-01..2023-03-01"),
    ] {
        assert_eq!(read(text), [span], "{text}");
    }
}

#[test]
fn chinese_japanese_and_korean_times_are_read() {
    for (text, span) in [
        ("我昨天说了什么", "2023-11-21..2023-11-22"),
        ("昨日は何をした？", "2023-11-21..2023-11-22"),
        ("今日", "2023-11-22..2023-11-23"),
        ("昨晚我们聊了什么", "2023-11-21T17..2023-11-22T4"),
        ("三天前", "2023-11-19..2023-11-20"),
        ("3日前に", "2023-11-19..2023-11-20"),
        ("两个月前", "2023-09-01..2023-10-01"),
        ("2ヶ月前", "2023-09-01..2023-10-01"),
        ("十年前", "2013-01-01..2014-01-01"),
        ("上周我去了哪里", "2023-11-13..2023-11-20"),
        ("上周三", "2023-11-15..2023-11-16"),
        ("先週の水曜日", "2023-11-15..2023-11-16"),
        ("先週", "2023-11-13..2023-11-20"),
        ("上个月", "2023-10-01..2023-11-01"),
        ("先月", "2023-10-01..2023-11-01"),
        ("去年", "2022-01-01..2023-01-01"),
        ("去年夏天我在哪", "2022-06-01..2022-09-01"),
        ("去年の夏", "2022-06-01..2022-09-01"),
        ("夏天", "2023-06-01..2023-09-01"),
        ("去年5月", "2022-05-01..2022-06-01"),
        ("5月8日", "2023-05-08..2023-05-09"),
        ("五月八号", "2023-05-08..2023-05-09"),
        ("十二月", "2022-12-01..2023-01-01"),
        ("2023年5月", "2023-05-01..2023-06-01"),
        ("２０２２年", "2022-01-01..2023-01-01"),
        ("周末去哪了", "2023-11-18..2023-11-20"),
        ("星期一", "2023-11-20..2023-11-21"),
        ("어제 뭐 했어", "2023-11-21..2023-11-22"),
    ] {
        assert_eq!(read(text), [span], "{text}");
    }
}

#[test]
fn words_that_only_look_like_times_are_none() {
    for text in
        ["may I ask", "they march on", "I spring up", "how many days", "room 2500", "the sun is up", "a week", "我们"]
    {
        assert!(read(text).is_empty(), "{text}: {:?}", read(text));
    }
}

#[test]
fn several_times_are_read_each_once() {
    assert_eq!(read("in May or in June, in May?"), ["2023-05-01..2023-06-01", "2023-06-01..2023-07-01"]);
}

#[test]
fn how_long_ago_is_said_as_people_say_it() {
    for (days, said) in [
        (0, "today"),
        (1, "yesterday"),
        (3, "3 days ago"),
        (7, "last week"),
        (14, "2 weeks ago"),
        (27, "3 weeks ago"),
        (30, "last month"),
        (65, "2 months ago"),
        (200, "6 months ago"),
        (370, "a year ago"),
        (1100, "3 years ago"),
        (-1, "tomorrow"),
        (-4, "in 4 days"),
        (-7, "in a week"),
    ] {
        assert_eq!(ago(NOW - Duration::days(days), NOW), said);
    }
    // Midnight is the person's, not Greenwich's.
    assert_eq!(ago(datetime!(2023-11-21 17:00 UTC), NOW), "today");
}

fn moments() -> impl Strategy<Value = OffsetDateTime> {
    let ends = OffsetDateTime::from_unix_timestamp(-377_705_116_800).unwrap().unix_timestamp()
        ..=OffsetDateTime::from_unix_timestamp(253_402_300_799).unwrap().unix_timestamp();
    (ends, -25 * 3600..=25 * 3600_i32).prop_map(|(seconds, offset)| {
        let utc = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        utc.checked_to_offset(UtcOffset::from_whole_seconds(offset).unwrap()).unwrap_or(utc)
    })
}

proptest! {
    #[test]
    fn no_text_and_no_time_is_too_strange(
        words in proptest::collection::vec(
            proptest::sample::select(&[
                "last", "this", "the", "in", "of", "may", "8", "8th", "2023", "9999", "1000", "days", "weeks", "years", "ago", "a",
                "couple", "summer", "winter", "monday", "weekend", "yesterday", "february", "29", "去年", "前", "三", "十", "年",
                "5月", "日", "上周", "天", "夏", "の", "2199", "previous", "night", "31", " \u{0} ",
            ][..]), 0..12),
        now in moments(),
    ) {
        for text in [words.join(" "), words.concat()] {
            for span in spans(&text, now) {
                prop_assert!(span.from < span.to);
                prop_assert!((999..=9001).contains(&span.from.year()));
                prop_assert!(span.to - span.from <= Duration::days(400_000));
                prop_assert_eq!(span.from.offset(), now.offset());
            }
        }
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,80}", now in moments(), at in moments()) {
        prop_assert!(spans(&text, now).len() <= SPANS);
        prop_assert!(!ago(at, now).is_empty());
    }
}
