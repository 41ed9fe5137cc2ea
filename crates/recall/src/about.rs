//! Which of the two a question is about, by names and by "I" and "you".

use std::collections::HashSet;

use domain::chats::Role;

use crate::asked::holds;
use crate::entry::Names;
use crate::words::{self, TermKind};

/// The terms any of which name somebody: those of the first word. A title such as "The Night Librarian" has none, as each
/// of its words may be said of something else.
pub(crate) fn name_terms(name: &str) -> impl Iterator<Item = String> {
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
pub(crate) fn about(asked_by: Option<Role>, names: &Names, lower: &str, tokens: &[&str]) -> Option<Role> {
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
const FIRST: &str = "我 俺 私 僕 ぼく わたし 내 나는 저는";
const SECOND: &str = "你 妳 您 あなた 君 お前 너 당신";
const ADDRESS: &str = "我们 我們 咱们 你们 你記得 你记得 你还记得 你還記得 你还知道 你知道 你知不知道 你觉得 你覺得 告诉我 \
    告訴我 提醒我 跟你说 跟你說 跟你讲 对你说 告诉你 告訴你 和你说 あなたは覚えて 君は覚えて 私に教えて \
    教えて";

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
        let bare = ADDRESS.split(' ').fold(lower.to_owned(), |text, phrase| text.replace(phrase, "\u{3000}"));
        first |= holds(&bare, FIRST);
        second |= holds(&bare, SECOND);
    }
    (first, second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::tokens;

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
}
