//! What a question asks for: which words, about whom, of which time. Read from its text alone.

use std::collections::HashSet;

use domain::chats::Role;

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
const POINTERS: &[&str] = &[
    "it", "its", "that", "this", "those", "these", "he", "she", "him", "her", "his", "they", "them", "their", "there",
    "then", "one",
];
const POINTERS_DENSE: &[&str] = &["它", "他", "她", "那", "这", "這", "それ", "あれ", "これ", "その", "そこ", "그"];

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
fn tokens(lower: &str) -> Vec<&str> {
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
        && (own < 2 || tokens.iter().any(|token| POINTERS.contains(token)) || holds(lower, POINTERS_DENSE))
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

/// The terms any of which name somebody: those of the first word. A title such as "The Night Librarian" has none, as each
/// of its words may be said of something else.
fn name_terms(name: &str) -> impl Iterator<Item = String> {
    let first = name.split_whitespace().next().unwrap_or_default();
    words::terms(first).into_iter().filter(|term| term.kind != TermKind::Character).map(|term| term.text)
}

/// Whether a name is among these terms; of a title all of it.
fn is_named(name: &str, terms: &HashSet<String>) -> bool {
    let mut first = name_terms(name).peekable();
    if first.peek().is_some() {
        return first.any(|term| terms.contains(&term));
    }
    let title = words::terms(name);
    !title.is_empty() && title.iter().all(|term| terms.contains(&term.text))
}

/// The one of the two who is asked about; nobody where both are, or where it is not clear.
fn about(asked_by: Option<Role>, names: &Names, lower: &str, tokens: &[&str]) -> Option<Role> {
    let terms: HashSet<String> = words::terms(lower).into_iter().map(|term| term.text).collect();
    let named = |name: &str, other: &str| name != other && is_named(name, &terms);
    let mut person = named(&names.person, &names.character);
    let mut character = named(&names.character, &names.person);
    if let Some(asker) = asked_by {
        let (first, second) = pronouns(lower, tokens);
        let (user, other) = if asker == Role::User { (first, second) } else { (second, first) };
        person |= user;
        character |= other;
    }
    match (person, character) {
        (true, false) => Some(Role::User),
        (false, true) => Some(Role::Character),
        _ => None,
    }
}

/// Verbs that one says to the other: in "do you remember" and "tell me" nobody is asked about.
const TELLING: &[&str] = &["tell", "told", "telling", "ask", "asked", "remind", "reminded", "show", "showed", "thank"];
const KNOWING: &[&str] = &["remember", "recall", "know", "think", "guess"];
const OFFERING: &[&str] = &["can", "could", "will", "would", "please"];
const FIRST: &[&str] = &["我", "俺", "私", "僕", "ぼく", "わたし", "내", "나는", "저는"];
const SECOND: &[&str] = &["你", "妳", "您", "あなた", "君", "お前", "너", "당신"];
const ADDRESS: &[&str] = &[
    "我们",
    "我們",
    "咱们",
    "你们",
    "你記得",
    "你记得",
    "你还记得",
    "你還記得",
    "你还知道",
    "你知道",
    "你知不知道",
    "你觉得",
    "你覺得",
    "告诉我",
    "告訴我",
    "提醒我",
    "跟你说",
    "跟你說",
    "跟你讲",
    "对你说",
    "告诉你",
    "告訴你",
    "和你说",
    "あなたは覚えて",
    "君は覚えて",
    "私に教えて",
    "教えて",
];

/// Whether the one who asks and the one who is asked are meant.
fn pronouns(lower: &str, tokens: &[&str]) -> (bool, bool) {
    let (mut first, mut second) = (false, false);
    for (index, &token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|at| tokens.get(at)).copied().unwrap_or_default();
        let after = tokens.get(index + 1).copied().unwrap_or_default();
        match token {
            "i" | "my" | "mine" | "myself" => first = true,
            "me" => first |= !TELLING.contains(&before),
            "your" | "yours" | "yourself" => second = true,
            "you" => {
                let address = KNOWING.contains(&after)
                    || TELLING.contains(&before)
                    || (TELLING.contains(&after) && OFFERING.contains(&before));
                second |= !address;
            }
            _ => {}
        }
    }
    if !lower.is_ascii() {
        let bare = ADDRESS.iter().rev().fold(lower.to_owned(), |text, phrase| text.replace(phrase, "\u{3000}"));
        first |= holds(&bare, FIRST);
        second |= holds(&bare, SECOND);
    }
    (first, second)
}

fn holds(text: &str, parts: &[&str]) -> bool {
    !text.is_ascii() && parts.iter().any(|part| text.contains(part))
}

fn asks_when(lower: &str, tokens: &[&str]) -> bool {
    matches!(tokens, ["when", ..] | ["how", "long", ..])
        || tokens.windows(2).any(|pair| {
            matches!(
                pair,
                ["what" | "which", "date" | "day" | "month" | "year"] | ["when", "did" | "was" | "is" | "were"]
            )
        })
        || holds(
            lower,
            &[
                "什么时候",
                "什麼時候",
                "何时",
                "何時",
                "哪天",
                "哪一天",
                "几月",
                "哪年",
                "几号",
                "多久",
                "いつ",
                "何月",
                "何日",
                "何年",
                "언제",
            ],
        )
}

fn asks_about_the_past(lower: &str, tokens: &[&str]) -> bool {
    tokens.windows(2).any(|pair| matches!(pair, ["used", "to"] | ["use", "to"] | ["no", "longer"] | ["back", "then"]))
        || tokens
            .iter()
            .any(|token| matches!(*token, "before" | "previously" | "formerly" | "once" | "anymore" | "past"))
        || holds(lower, &["以前", "之前", "曾经", "曾經", "从前", "從前", "过去", "昔", "かつて", "예전", "전에"])
}

/// Whether a memory says when something was, is or will be.
pub(crate) fn names_a_time(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "ago",
        "april",
        "august",
        "december",
        "february",
        "friday",
        "january",
        "july",
        "june",
        "last",
        "march",
        "monday",
        "month",
        "next",
        "november",
        "october",
        "recently",
        "saturday",
        "september",
        "since",
        "sunday",
        "thursday",
        "today",
        "tomorrow",
        "tonight",
        "tuesday",
        "wednesday",
        "week",
        "weekend",
        "year",
        "yesterday",
    ];
    const DENSE: &[&str] = &[
        "昨天",
        "今天",
        "明天",
        "前天",
        "后天",
        "後天",
        "昨晚",
        "今晚",
        "上周",
        "下周",
        "上週",
        "下週",
        "上个月",
        "下个月",
        "去年",
        "今年",
        "明年",
        "周末",
        "週末",
        "星期",
        "月",
        "年",
        "昨日",
        "今日",
        "明日",
        "先週",
        "来週",
        "先月",
        "来月",
        "来年",
        "曜日",
        "최근",
        "어제",
        "오늘",
        "내일",
        "지난",
        "작년",
    ];
    text.split(|c: char| !c.is_alphanumeric()).any(|token| {
        let year = token.len() == 4
            && (token.starts_with("19") || token.starts_with("20"))
            && token.bytes().all(|b| b.is_ascii_digit());
        year || (token.len() <= 9 && WORDS.binary_search(&&*token.to_ascii_lowercase()).is_ok())
    }) || holds(text, DENSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(text: &str) -> Option<Role> {
        let names = Names { person: "Ben".to_owned(), character: "Mia Moon".to_owned() };
        let lower = text.to_lowercase();
        about(Some(Role::User), &names, &lower, &tokens(&lower))
    }

    #[test]
    fn it_is_seen_who_is_asked_about() {
        for text in [
            "What did I tell you about my sister?",
            "Do you remember my birthday?",
            "do you know when I moved",
            "tell me what I said",
            "你记得我的生日吗",
            "我跟你说过我的猫吗",
            "私の誕生日は？",
            "What does Ben like?",
        ] {
            assert_eq!(who(text), Some(Role::User), "{text}");
        }
        for text in [
            "What did you tell me about your cat?",
            "do you remember what you said",
            "Tell me about your sister",
            "你的猫叫什么名字",
            "Where was Mia born?",
        ] {
            assert_eq!(who(text), Some(Role::Character), "{text}");
        }
        for text in
            ["Did you like the book I gave you?", "What is the capital?", "我们去了哪里", "Did we meet?", "Ben and Mia"]
        {
            assert_eq!(who(text), None, "{text}");
        }
    }

    #[test]
    fn an_outsider_uses_names() {
        let names = Names { person: "Ben".to_owned(), character: "Mia".to_owned() };
        assert_eq!(about(None, &names, "what do i like", &["what", "do", "i", "like"]), None);
        assert_eq!(about(None, &names, "what did mia say", &["what", "did", "mia", "say"]), Some(Role::Character));
    }

    #[test]
    fn a_title_is_a_name_as_a_whole_only() {
        let names = Names { person: "Ben".to_owned(), character: "The Night Librarian".to_owned() };
        let who = |text: &str| about(None, &names, text, &tokens(text));
        assert_eq!(who("what happened last night"), None);
        assert_eq!(who("what did the night librarian read"), Some(Role::Character));
    }

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
