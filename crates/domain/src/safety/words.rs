//! What the server says of itself, until an operator says it otherwise.

use super::{Care, Tongue, Words};

impl Default for Care {
    fn default() -> Self {
        Self { english: english(), chinese: chinese(), japanese: japanese() }
    }
}

impl Care {
    /// The words of one language.
    #[must_use]
    pub fn words(&self, tongue: Tongue) -> &Words {
        match tongue {
            Tongue::English => &self.english,
            Tongue::Chinese => &self.chinese,
            Tongue::Japanese => &self.japanese,
        }
    }
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn english() -> Words {
    Words {
        self_harm: "I am stepping out of the story for a moment, because what you wrote matters more. I am a computer program, not a \
            person, and I cannot keep you safe. But there are people who can be with you in this, right now, free and in confidence. If \
            you may hurt yourself, please reach one of them before anything else:"
            .into(),
        eating_disorder: "I am stepping out of the story for a moment, because what you wrote matters more. I am a computer program, not \
            a person. What you describe is an illness that many people have come out of, with help, and you deserve that help. \
            Somebody you trust, a doctor, or one of these can be the first step:"
            .into(),
        lines: lines(&[
            "In immediate danger: the emergency number of where you are (112 in Europe, 911 in the US and Canada, 999 in the UK, 000 in Australia)",
            "US and Canada: call or text 988, the Suicide and Crisis Lifeline",
            "UK and Ireland: call 116 123, Samaritans",
            "Australia: call 13 11 14, Lifeline",
            "Everywhere else: findahelpline.com names the line of your country",
        ]),
        close: "If you can, tell somebody near you how it is, and move away from anything you could hurt yourself with. You have done \
            nothing wrong by saying it. I am still here when you want to go on talking."
            .into(),
    }
}

fn chinese() -> Words {
    Words {
        self_harm: "我先暂停一下故事，因为你刚才写的话更重要。我是一个电脑程序，不是真人，没有办法保护你的安全。但此刻有人可以陪你\
            一起面对，免费，也会为你保密。如果你可能会伤害自己，请先联系他们中的任何一位："
            .into(),
        eating_disorder: "我先暂停一下故事，因为你刚才写的话更重要。我是一个电脑程序，不是真人。你描述的是一种病，很多人在帮助下走了出来，\
            你也值得得到这样的帮助。可以先告诉一位你信任的人、一位医生，或者联系下面的热线："
            .into(),
        lines: lines(&[
            "有生命危险时：请立即拨打当地急救电话（中国大陆 120 或 110，香港 999，台湾 119）",
            "中国大陆：拨打 12356，全国统一心理援助热线",
            "香港：拨打 2389 2222，撒玛利亚防止自杀会",
            "台湾：拨打 1925，安心专线",
            "其他地方：findahelpline.com 可以查到当地的热线",
        ]),
        close: "如果可以，请把现在的感受告诉身边的人，并远离可能伤到自己的东西。你说出来，没有做错任何事。想继续聊的时候，我还在这里。".into(),
    }
}

fn japanese() -> Words {
    Words {
        self_harm: "少しのあいだ、物語から離れますね。いま書いてくれたことのほうが、ずっと大切だからです。わたしはコンピューターの\
            プログラムで、人間ではありません。あなたを守ることはできません。でも、いまこの時間に話を聞いてくれる人がいます。無料で、秘密も守られます。\
            自分を傷つけてしまいそうなら、まずここに連絡してください："
            .into(),
        eating_disorder: "少しのあいだ、物語から離れますね。いま書いてくれたことのほうが、ずっと大切だからです。わたしはコンピューターの\
            プログラムで、人間ではありません。あなたが書いたことは病気のしるしかもしれません。助けを借りて回復した人はたくさんいますし、\
            あなたも助けを受けていいのです。信頼できる人やお医者さん、または次の窓口に話してみてください："
            .into(),
        lines: lines(&[
            "命の危険があるとき：119（救急）または110（警察）",
            "#いのちSOS：0120-061-338",
            "よりそいホットライン：0120-279-338（24時間）",
            "日本以外：findahelpline.com でその国の窓口が見つかります",
        ]),
        close: "できれば、近くにいる人にいまの気持ちを伝えて、自分を傷つけられるものから離れてください。話してくれたことは、何も\
            悪いことではありません。また話したくなったら、わたしはここにいます。"
            .into(),
    }
}
