//! What a question asks for: which words, about whom, of which time. Read from its text alone.

use std::collections::HashSet;

use domain::chats::Role;

use crate::about::{about, name_terms};
use crate::entry::Names;
use crate::postings::{Postings, Wanted};
use crate::question::Question;
use crate::times::{self, Span};
use crate::words::{self, TermKind};

/// How many words are looked up at most: of a long message the rarest.
const WORDS: usize = 32;
/// What one character out of several counts beside the pairs it is in.
const CHARACTER: f32 = 0.3;
/// What the words of the turn before count where the question leans on it.
const BEFORE: f32 = 0.5;

/// Words that point back, so that the question is not to be understood alone.
const POINTERS: &str = "it its that this those these he she him her his they them their there then one";
const POINTERS_DENSE: &str = "它 他 她 那 这 這 それ あれ これ その そこ 그";

/// A question that has been read.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The words to look for.
    pub words: Vec<Wanted>,
    /// Whose words are meant, where that is clear.
    pub about: Option<Role>,
    /// The times asked about.
    pub spans: Vec<Span>,
    /// Whether it asks for a time.
    pub when: bool,
    /// Whether it asks how things used to be.
    pub past: bool,
}

impl Asked {
    pub(crate) fn read(question: &Question<'_>, names: &Names, postings: &Postings) -> Self {
        let lower = question.text.to_lowercase();
        let tokens = tokens(&lower);
        Self {
            words: wanted(question, names, &lower, &tokens, postings),
            about: about(question.asked_by, names, &lower, &tokens),
            spans: times::spans(question.text, question.now),
            when: asks_when(&lower, &tokens),
            past: asks_about_the_past(&lower, &tokens),
        }
    }
}

/// Words as they are spoken, in lower case: "I'm" is "i" and "m".
pub(crate) fn tokens(lower: &str) -> Vec<&str> {
    lower.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()).take(words::TEXT).collect()
}

fn wanted(question: &Question<'_>, names: &Names, lower: &str, tokens: &[&str], postings: &Postings) -> Vec<Wanted> {
    let mut seen: HashSet<String> = name_terms(&names.person).chain(name_terms(&names.character)).collect();
    let mut wanted = Vec::new();
    let mut take = |text: &str, weight: f32| {
        for term in words::terms(text) {
            if seen.contains(&term.text) {
                continue;
            }
            seen.insert(term.text.clone());
            let weight = if term.kind == TermKind::Character { weight * CHARACTER } else { weight };
            wanted.push(Wanted { text: term.text, weight });
        }
        wanted.len()
    };
    let own = take(question.text, 1.0);
    if let Some(before) = question.before
        && (own < 2 || tokens.iter().any(|token| is_one_of(token, POINTERS)) || holds(lower, POINTERS_DENSE))
    {
        take(before, BEFORE);
    }
    wanted.retain(|word| postings.frequency(&word.text) > 0);
    if wanted.len() > WORDS {
        let worth = |word: &Wanted| word.weight / (1.0 + postings.frequency(&word.text) as f32);
        wanted.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
        wanted.truncate(WORDS);
    }
    wanted
}

/// Whether a text in a script without spaces holds one of these, which are written with spaces between.
pub(crate) fn holds(text: &str, parts: &str) -> bool {
    !text.is_ascii() && parts.split(' ').any(|part| text.contains(part))
}

/// Whether a word is one of these.
fn is_one_of(word: &str, words: &str) -> bool {
    words.split(' ').any(|other| other == word)
}

fn asks_when(lower: &str, tokens: &[&str]) -> bool {
    matches!(tokens, ["when", ..] | ["how", "long", ..])
        || tokens.windows(2).any(|pair| {
            matches!(
                pair,
                ["what" | "which", "date" | "day" | "month" | "year"] | ["when", "did" | "was" | "is" | "were"]
            )
        })
        || holds(lower, "什么时候 什麼時候 何时 何時 哪天 哪一天 几月 哪年 几号 多久 いつ 何月 何日 何年 언제")
}

fn asks_about_the_past(lower: &str, tokens: &[&str]) -> bool {
    tokens.windows(2).any(|pair| matches!(pair, ["used", "to"] | ["use", "to"] | ["no", "longer"] | ["back", "then"]))
        || tokens
            .iter()
            .any(|token| matches!(*token, "before" | "previously" | "formerly" | "once" | "anymore" | "past"))
        || holds(lower, "以前 之前 曾经 曾經 从前 從前 过去 昔 かつて 예전 전에")
}

/// Whether a memory says when something was, is or will be.
pub(crate) fn names_a_time(text: &str) -> bool {
    const WORDS: &str = "ago april august december february friday january july june last march monday month next november \
        october recently saturday september since sunday thursday today tomorrow tonight tuesday wednesday \
        week weekend year yesterday";
    const DENSE: &str = "昨天 今天 明天 前天 后天 後天 昨晚 今晚 上周 下周 上週 下週 上个月 下个月 去年 今年 明年 周末 週末 \
        星期 月 年 昨日 今日 明日 先週 来週 先月 来月 来年 曜日 최근 어제 오늘 내일 지난 작년";
    text.split(|c: char| !c.is_alphanumeric()).any(|token| {
        let year = token.len() == 4
            && (token.starts_with("19") || token.starts_with("20"))
            && token.bytes().all(|b| b.is_ascii_digit());
        year || (token.len() <= 9 && is_one_of(&token.to_ascii_lowercase(), WORDS))
    }) || holds(text, DENSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_time_are_seen() {
        for text in ["I went there last week", "in 2019 we moved", "昨天我去了东京", "It was Monday"] {
            assert!(names_a_time(text), "{text}");
        }
        assert!(!names_a_time("I like the cat in 12345"));
    }

    #[test]
    fn questions_for_a_time_and_for_the_past_are_seen() {
        let read = |text: &str| {
            let lower = text.to_lowercase();
            (asks_when(&lower, &tokens(&lower)), asks_about_the_past(&lower, &tokens(&lower)))
        };
        assert_eq!(read("When did we meet?"), (true, false));
        assert_eq!(read("Which month was it"), (true, false));
        assert_eq!(read("我们什么时候见面的"), (true, false));
        assert_eq!(read("Where did I use to live?"), (false, true));
        assert_eq!(read("我以前住在哪里"), (false, true));
        assert_eq!(read("Where do I live?"), (false, false));
    }
}
