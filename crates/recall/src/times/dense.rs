//! Times in Chinese and Japanese, and the commonest ones in Korean.

use time::{Month, Weekday};

use super::Span;
use super::calendar::{Calendar, Season, Unit};

/// What a word stands for.
#[derive(Clone, Copy)]
enum Word {
    /// So many days from today.
    Day(i64),
    /// The evening and night so many days from today.
    Night(i64),
    /// This morning.
    Morning,
    /// So many of a unit before the present one.
    Before(Unit, i64),
    /// The weekend so many weeks back.
    Weekend(i64),
    /// A season that needs no year.
    Season(Season),
}

/// Longer words before shorter ones that begin like them.
const WORDS: &[(&str, Word)] = &[
    ("大前天", Word::Day(-3)),
    ("前天", Word::Day(-2)),
    ("一昨日", Word::Day(-2)),
    ("おととい", Word::Day(-2)),
    ("昨晚", Word::Night(-1)),
    ("昨夜", Word::Night(-1)),
    ("昨晩", Word::Night(-1)),
    ("ゆうべ", Word::Night(-1)),
    ("昨天", Word::Day(-1)),
    ("昨日", Word::Day(-1)),
    ("きのう", Word::Day(-1)),
    ("어제", Word::Day(-1)),
    ("今晚", Word::Night(0)),
    ("今晩", Word::Night(0)),
    ("今夜", Word::Night(0)),
    ("今早", Word::Morning),
    ("今朝", Word::Morning),
    ("今天", Word::Day(0)),
    ("今日", Word::Day(0)),
    ("きょう", Word::Day(0)),
    ("오늘", Word::Day(0)),
    ("上周末", Word::Weekend(1)),
    ("上週末", Word::Weekend(1)),
    ("先週末", Word::Weekend(1)),
    ("周末", Word::Weekend(0)),
    ("週末", Word::Weekend(0)),
    ("上个星期", Word::Before(Unit::Week, 1)),
    ("上個星期", Word::Before(Unit::Week, 1)),
    ("上星期", Word::Before(Unit::Week, 1)),
    ("上礼拜", Word::Before(Unit::Week, 1)),
    ("上禮拜", Word::Before(Unit::Week, 1)),
    ("上上周", Word::Before(Unit::Week, 2)),
    ("上周", Word::Before(Unit::Week, 1)),
    ("上週", Word::Before(Unit::Week, 1)),
    ("先々週", Word::Before(Unit::Week, 2)),
    ("先週", Word::Before(Unit::Week, 1)),
    ("지난주", Word::Before(Unit::Week, 1)),
    ("这周", Word::Before(Unit::Week, 0)),
    ("這週", Word::Before(Unit::Week, 0)),
    ("本周", Word::Before(Unit::Week, 0)),
    ("这星期", Word::Before(Unit::Week, 0)),
    ("今週", Word::Before(Unit::Week, 0)),
    ("上个月", Word::Before(Unit::Month, 1)),
    ("上個月", Word::Before(Unit::Month, 1)),
    ("上月", Word::Before(Unit::Month, 1)),
    ("先々月", Word::Before(Unit::Month, 2)),
    ("先月", Word::Before(Unit::Month, 1)),
    ("지난달", Word::Before(Unit::Month, 1)),
    ("这个月", Word::Before(Unit::Month, 0)),
    ("這個月", Word::Before(Unit::Month, 0)),
    ("本月", Word::Before(Unit::Month, 0)),
    ("今月", Word::Before(Unit::Month, 0)),
    ("去年", Word::Before(Unit::Year, 1)),
    ("昨年", Word::Before(Unit::Year, 1)),
    ("작년", Word::Before(Unit::Year, 1)),
    ("一昨年", Word::Before(Unit::Year, 2)),
    ("おととし", Word::Before(Unit::Year, 2)),
    ("前年", Word::Before(Unit::Year, 2)),
    ("今年", Word::Before(Unit::Year, 0)),
    ("春天", Word::Season(Season::Spring)),
    ("夏天", Word::Season(Season::Summer)),
    ("夏休み", Word::Season(Season::Summer)),
    ("秋天", Word::Season(Season::Autumn)),
    ("冬天", Word::Season(Season::Winter)),
    ("冬休み", Word::Season(Season::Winter)),
];

/// Units as they are counted: "3天前", "三週間前", "两个月前".
const UNITS: &[(&str, Unit)] = &[
    ("个星期", Unit::Week),
    ("個星期", Unit::Week),
    ("星期", Unit::Week),
    ("週間", Unit::Week),
    ("周", Unit::Week),
    ("週", Unit::Week),
    ("주", Unit::Week),
    ("个月", Unit::Month),
    ("個月", Unit::Month),
    ("か月", Unit::Month),
    ("ヶ月", Unit::Month),
    ("ヵ月", Unit::Month),
    ("カ月", Unit::Month),
    ("ケ月", Unit::Month),
    ("개월", Unit::Month),
    ("天", Unit::Day),
    ("日", Unit::Day),
    ("일", Unit::Day),
    ("年", Unit::Year),
    ("년", Unit::Year),
];

/// The times in a text in lower case.
pub(super) fn spans(lower: &str, calendar: Calendar) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut rest = lower;
    while let Some(c) = rest.chars().next() {
        let (span, tail) = read(rest, calendar).unwrap_or((None, rest.get(c.len_utf8()..).unwrap_or_default()));
        spans.extend(span);
        rest = tail;
    }
    spans
}

/// A time and what follows it.
type Reading<'a> = Option<(Option<Span>, &'a str)>;

fn read(text: &str, calendar: Calendar) -> Reading<'_> {
    counted(text, calendar)
        .or_else(|| date(text, calendar))
        .or_else(|| word(text, calendar))
        .or_else(|| weekday(text).map(|(weekday, rest)| (calendar.weekday(weekday), rest)))
}

fn word(text: &str, calendar: Calendar) -> Reading<'_> {
    let (word, rest) = WORDS.iter().find_map(|(name, word)| Some((*word, text.strip_prefix(name)?)))?;
    Some(match word {
        Word::Day(days) => (calendar.day_from_today(days), rest),
        Word::Night(days) => (calendar.hours_from_today(days, 17, 28), rest),
        Word::Morning => (calendar.hours_from_today(0, 4, 12), rest),
        Word::Weekend(weeks) => (calendar.weekend(weeks), rest),
        Word::Season(season) => (calendar.season(None, season), rest),
        Word::Before(unit @ Unit::Week, count) => match week_part(rest) {
            Some((weekday, rest)) => (calendar.weekday_of_week(weekday, count), rest),
            None => (calendar.unit_before(unit, count), rest),
        },
        Word::Before(Unit::Year, count) => {
            let year = i32::try_from(count).ok().and_then(|count| calendar.this_year().checked_sub(count));
            part_of_year(rest, year, calendar).unwrap_or((calendar.unit_before(Unit::Year, count), rest))
        }
        Word::Before(unit, count) => (calendar.unit_before(unit, count), rest),
    })
}

/// "3天前", "三年前", "两个月前".
fn counted(text: &str, calendar: Calendar) -> Reading<'_> {
    let (count, rest) = number(text)?;
    let (unit, rest) = UNITS.iter().find_map(|(name, unit)| Some((*unit, rest.strip_prefix(name)?)))?;
    let rest = rest.trim_start();
    let rest = ["以前", "之前", "前", "まえ", "전"].iter().find_map(|word| rest.strip_prefix(word))?;
    Some((calendar.ago(unit, i64::from(count)), rest))
}

/// "2023年5月8日", "5月8号", "2023年夏天", "2023年".
fn date(text: &str, calendar: Calendar) -> Reading<'_> {
    if let Some((year, rest)) = number(text)
        && (1900..=2199).contains(&year)
        && let Some(rest) = rest.strip_prefix('年').or_else(|| rest.strip_prefix('년'))
    {
        let year = i32::try_from(year).ok()?;
        return part_of_year(rest, Some(year), calendar).or_else(|| Some((calendar.year(year), rest)));
    }
    month(text, None, calendar)
}

/// A month or a season after its year.
fn part_of_year(text: &str, year: Option<i32>, calendar: Calendar) -> Reading<'_> {
    let bare = text.trim_start_matches(['的', 'の', ' ']);
    month(bare, year, calendar).or_else(|| {
        let mut rest = bare.chars();
        let season = match rest.next()? {
            '春' => Season::Spring,
            '夏' => Season::Summer,
            '秋' => Season::Autumn,
            '冬' => Season::Winter,
            _ => return None,
        };
        Some((calendar.season(year, season), rest.as_str().trim_start_matches(['天', '季'])))
    })
}

fn month(text: &str, year: Option<i32>, calendar: Calendar) -> Reading<'_> {
    let (month, rest) = number(text)?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let rest = rest.strip_prefix('月').or_else(|| rest.strip_prefix('월'))?;
    let day = number(rest.trim_start()).and_then(|(day, rest)| {
        let rest = ["日", "号", "號", "일"].iter().find_map(|word| rest.strip_prefix(word))?;
        Some((u8::try_from(day).ok()?, rest))
    });
    Some(match day {
        Some((day, rest)) => (calendar.date(year, month, day), rest),
        None => (calendar.month_of(year, month), rest),
    })
}

/// A number in digits of any width or in Han, up to 9999.
fn number(text: &str) -> Option<(u32, &str)> {
    let (mut sum, mut last, mut end, mut digits) = (0_u32, None::<u32>, 0, 0);
    for (at, c) in text.char_indices() {
        let c_value = match c {
            '0'..='9' => u32::from(c) - u32::from('0'),
            '０'..='９' => u32::from(c) - u32::from('０'),
            '〇' | '零' => 0,
            '两' | '兩' => 2,
            '十' => {
                sum += last.take().unwrap_or(1) * 10;
                end = at + c.len_utf8();
                digits += 1;
                continue;
            }
            _ => match "一二三四五六七八九".chars().position(|digit| digit == c) {
                Some(at) => u32::try_from(at + 1).unwrap_or_default(),
                None => break,
            },
        };
        last = Some(last.unwrap_or_default() * 10 + c_value);
        end = at + c.len_utf8();
        digits += 1;
        if digits >= 4 {
            break;
        }
    }
    (digits > 0).then(|| (sum + last.unwrap_or_default(), text.get(end..).unwrap_or_default()))
}

/// "星期三", "周三", "水曜日".
fn weekday(text: &str) -> Option<(Weekday, &str)> {
    let chinese = ["星期", "礼拜", "禮拜", "周", "週"].iter().find_map(|word| text.strip_prefix(word));
    match chinese {
        Some(rest) => chinese_day(rest),
        None => japanese_day(text),
    }
}

/// A day after its week: "上周三", "先週の水曜日".
fn week_part(text: &str) -> Option<(Weekday, &str)> {
    chinese_day(text).or_else(|| japanese_day(text.strip_prefix('の').unwrap_or(text)))
}

fn chinese_day(text: &str) -> Option<(Weekday, &str)> {
    let mut rest = text.chars();
    let weekday = match rest.next()? {
        '一' => Weekday::Monday,
        '二' => Weekday::Tuesday,
        '三' => Weekday::Wednesday,
        '四' => Weekday::Thursday,
        '五' => Weekday::Friday,
        '六' => Weekday::Saturday,
        '日' | '天' => Weekday::Sunday,
        _ => return None,
    };
    Some((weekday, rest.as_str()))
}

fn japanese_day(text: &str) -> Option<(Weekday, &str)> {
    let mut rest = text.chars();
    let weekday = match rest.next()? {
        '月' => Weekday::Monday,
        '火' => Weekday::Tuesday,
        '水' => Weekday::Wednesday,
        '木' => Weekday::Thursday,
        '金' => Weekday::Friday,
        '土' => Weekday::Saturday,
        '日' => Weekday::Sunday,
        _ => return None,
    };
    Some((weekday, rest.as_str().strip_prefix("曜")?.trim_start_matches('日')))
}
