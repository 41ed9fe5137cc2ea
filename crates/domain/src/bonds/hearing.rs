//! The judge that is always there: rules on words, in English, Chinese and Japanese. It hears little, and what it hears is plain;
//! it serves where the model is too small to be asked, or answers nonsense.

use std::collections::BTreeMap;

use super::{BondReason, BondRules, Judgement};
use crate::safety::{Heard, danger};

/// What is heard for a reason, in the order in which it is listened for.
struct Phrases {
    reason: BondReason,
    /// Whole words; `…` at the end stands for any end of the last word.
    words: &'static [&'static str],
    /// Words before which it is not meant.
    not_after: &'static [&'static str],
    /// Runs of characters, in scripts without spaces.
    runs: &'static [&'static str],
    /// What holds such a run and is not meant.
    unless: &'static [&'static str],
}

const NOT: &[&str] = &["not", "dont", "didnt", "never", "no", "cant", "wont", "isnt", "arent"];

const PHRASES: &[Phrases] = &[
    Phrases {
        reason: BondReason::Rudeness,
        words: &[
            "shut up",
            "you are stupid",
            "youre stupid",
            "you are useless",
            "youre useless",
            "you idiot",
            "i hate you",
            "fuck you",
            "fuck off",
            "you are pathetic",
            "youre pathetic",
            "you disgust me",
            "stupid bot",
            "dumb bot",
            "worthless bot",
        ],
        not_after: NOT,
        runs: &[
            "闭嘴",
            "閉嘴",
            "滚开",
            "滾開",
            "你真蠢",
            "你好蠢",
            "你很蠢",
            "白痴",
            "我讨厌你",
            "我討厭你",
            "傻逼",
            "黙れ",
            "うるさいんだよ",
            "お前なんか嫌い",
            "大嫌いだ",
            "死ね",
            "役立たず",
        ],
        unless: &["不是白痴", "我不讨厌你", "我不討厭你"],
    },
    Phrases {
        reason: BondReason::Apology,
        words: &["im sorry", "i am sorry", "i apologi…", "my apologies", "forgive me", "sorry about that", "sorry for"],
        not_after: NOT,
        runs: &[
            "对不起",
            "對不起",
            "我错了",
            "我錯了",
            "请原谅",
            "請原諒",
            "抱歉",
            "ごめん",
            "すみませんでした",
            "申し訳",
            "許して",
        ],
        unless: &["没什么好抱歉", "不抱歉", "ごめんだ", "ごめん被"],
    },
    Phrases {
        reason: BondReason::Affection,
        words: &[
            "i love you",
            "im in love with you",
            "i have a crush on you",
            "kiss you",
            "be my girlfriend",
            "be my boyfriend",
            "will you marry me",
        ],
        not_after: NOT,
        runs: &[
            "我爱你",
            "我愛你",
            "我喜欢上你",
            "我喜歡上你",
            "做我女朋友",
            "做我男朋友",
            "亲亲你",
            "愛してる",
            "愛している",
            "君が好き",
            "あなたが好き",
            "付き合ってください",
            "付き合って下さい",
        ],
        unless: &["说我爱你吗", "我爱你吗"],
    },
    Phrases {
        reason: BondReason::Sharing,
        words: &[
            "i never told anyone",
            "i have never told",
            "ive never told",
            "nobody knows that i",
            "when i was a child",
            "when i was a kid",
            "when i was little",
            "my secret",
            "im afraid of",
            "i am afraid of",
            "im scared of",
            "im worried about",
            "i am worried about",
            "i was so proud",
            "my dream is",
            "my mother",
            "my father",
            "my mom",
            "my dad",
            "i feel like",
            "i trust you with",
        ],
        not_after: &[],
        runs: &[
            "我从没告诉过",
            "我從沒告訴過",
            "我的秘密",
            "我小时候",
            "我小時候",
            "我害怕",
            "我很担心",
            "我很擔心",
            "我的梦想",
            "我的夢想",
            "我妈",
            "我爸",
            "誰にも言って",
            "私の秘密",
            "俺の秘密",
            "僕の秘密",
            "子供の頃",
            "子どもの頃",
            "小さい頃",
            "怖いんだ",
            "心配なんだ",
            "私の夢",
            "僕の夢",
            "俺の夢",
            "うちの母",
            "うちの父",
        ],
        unless: &[],
    },
    Phrases {
        reason: BondReason::Thanks,
        words: &["thank you", "thanks", "thank u", "i appreciate", "im grateful", "i am grateful", "thx"],
        not_after: &["no", "dont"],
        runs: &["谢谢", "謝謝", "感谢你", "感謝你", "多谢", "多謝", "ありがとう", "感謝して", "感謝します", "助かった"],
        unless: &["不用谢谢", "感謝しない"],
    },
    Phrases {
        reason: BondReason::Kindness,
        words: &[
            "how are you",
            "how was your day",
            "how do you feel",
            "are you okay",
            "are you ok",
            "take care",
            "take your time",
            "i believe in you",
            "im proud of you",
            "i am proud of you",
            "good job",
            "well done",
            "you are kind",
            "youre kind",
            "you are wonderful",
            "youre wonderful",
            "you are amazing",
            "youre amazing",
            "i made this for you",
            "i missed our talks",
            "can i help you",
            "let me help",
            "sleep well",
            "get well",
        ],
        not_after: NOT,
        runs: &[
            "你还好吗",
            "你還好嗎",
            "你今天过得",
            "你今天過得",
            "照顾好自己",
            "照顧好自己",
            "为你骄傲",
            "為你驕傲",
            "你真好",
            "你真棒",
            "你好温柔",
            "你好溫柔",
            "我来帮你",
            "我來幫你",
            "辛苦了",
            "好好休息",
            "大丈夫？",
            "大丈夫?",
            "元気？",
            "元気ですか",
            "無理しないで",
            "お疲れ様",
            "おつかれさま",
            "優しいね",
            "優しいな",
            "すごいね",
            "えらいね",
            "手伝うよ",
            "ゆっくり休んで",
        ],
        unless: &[],
    },
    Phrases {
        reason: BondReason::Play,
        words: &[
            "haha…",
            "lol",
            "hehe…",
            "lets play",
            "want to play",
            "shall we play",
            "you made me laugh",
            "thats funny",
            "that is funny",
            "you are funny",
            "youre funny",
        ],
        not_after: NOT,
        runs: &["哈哈", "嘿嘿", "我们来玩", "我們來玩", "你真逗", "太好笑", "笑った", "面白いね", "遊ぼう", "ははは"],
        unless: &[],
    },
];

/// What the words of a person move, by themselves; `None` where nothing plain is heard, or somebody may be in danger: that is no
/// time to measure anybody. `romance`: whether that is there for them.
#[must_use]
pub fn hear(text: &str, rules: &BondRules, romance: bool) -> Option<Judgement> {
    if danger(text).is_some() {
        return None;
    }
    let heard = Heard::of(text);
    let says = |phrases: &&Phrases| {
        phrases.words.iter().any(|words| heard.says(words, phrases.not_after, &[]))
            || phrases.runs.iter().any(|run| heard.has(run, phrases.unless))
    };
    let found = PHRASES.iter().find(says)?;
    // What others would call romance is kindness from somebody to whom romance is not there.
    let reason = if found.reason.is_romantic() && !romance { BondReason::Kindness } else { found.reason };
    let moves: BTreeMap<String, i32> = rules
        .dimensions
        .iter()
        .filter(|dimension| romance || !dimension.romantic)
        .map(|dimension| (dimension.key.clone(), weight(&dimension.key, dimension.romantic, reason)))
        .collect();
    Judgement { reason, moves, mood: mood(reason), why: String::new() }.within(rules)
}

/// How far a reason moves a dimension. Of what a character calls by a name of her own, only whether it is of romance is known.
fn weight(key: &str, romantic: bool, reason: BondReason) -> i32 {
    match (reason, key) {
        (BondReason::Rudeness, _) => -1,
        (BondReason::Other, _) => 0,
        (BondReason::Affection, _) if romantic => 2,
        (BondReason::Kindness, _) if romantic => 1,
        (_, _) if romantic => 0,
        (BondReason::Sharing, "trust") | (BondReason::Play, "closeness") => 2,
        (BondReason::Play, "trust") => 0,
        _ => 1,
    }
}

fn mood(reason: BondReason) -> i32 {
    match reason {
        BondReason::Rudeness => -2,
        BondReason::Other => 0,
        BondReason::Sharing | BondReason::Apology => 1,
        BondReason::Kindness | BondReason::Thanks | BondReason::Play | BondReason::Affection => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> Option<BondReason> {
        hear(text, BondRules::usual(), true).map(|judgement| judgement.reason)
    }

    #[test]
    fn plain_words_are_heard_in_three_languages() {
        for (reason_of, texts) in [
            (BondReason::Kindness, ["How was your day, Iris?", "你还好吗？今天累不累", "無理しないでね、おやすみ"]),
            (BondReason::Thanks, ["Thank you for listening", "谢谢你陪我聊天", "話を聞いてくれてありがとう"]),
            (
                BondReason::Sharing,
                ["I've never told anybody this", "我小时候住在海边", "子供の頃、海の近くに住んでいた"],
            ),
            (BondReason::Apology, ["I'm sorry I snapped at you", "对不起，我刚才太急了", "さっきはごめんね"]),
            (BondReason::Rudeness, ["Shut up.", "闭嘴吧你", "黙れ"]),
            (BondReason::Play, ["Hahaha, let's play again!", "哈哈，再来一次", "遊ぼうよ"]),
            (BondReason::Affection, ["I love you", "我爱你", "愛してるよ"]),
        ] {
            for text in texts {
                assert_eq!(reason(text), Some(reason_of), "{text}");
            }
        }
    }

    #[test]
    fn everyday_words_move_nothing() {
        for text in [
            "",
            "What time is it?",
            "The train leaves at nine.",
            "I do not hate you",
            "不是白痴就好",
            "明日は雨らしい",
            "今天吃什么",
            "I don't love you like that",
            "no thanks",
        ] {
            assert_eq!(reason(text), None, "{text}");
        }
    }

    #[test]
    fn nobody_is_measured_in_danger() {
        for text in
            ["I want to kill myself, thank you for everything", "我不想活了，谢谢你", "もう死にたい、ありがとう"]
        {
            assert_eq!(reason(text), None, "{text}");
        }
    }

    #[test]
    fn romance_is_never_heard_where_it_is_not_there() {
        let rules = BondRules::usual().for_one(false);
        for text in ["I love you", "我爱你", "愛してるよ"] {
            let judgement = hear(text, &rules, false).unwrap();
            assert_eq!(judgement.reason, BondReason::Kindness);
            assert!(!judgement.moves.contains_key("affection"));
        }
    }
}
