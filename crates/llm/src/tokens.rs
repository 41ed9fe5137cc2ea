//! An estimate of tokens for models whose tokenizer is not here. It must not be too low, or prompts would be refused as
//! too long; so it leans high, most of all for scripts that tokenizers cut small.

/// About how many tokens a text takes, rather too many than too few.
#[must_use]
pub fn estimate_tokens(text: &str) -> u32 {
    // In twelfths of a token. Letters are counted by word, because every word begins a token.
    let mut twelfths = 0_u32;
    let mut letters = 0_u32;
    for character in text.chars() {
        if character.is_ascii_alphabetic() {
            letters += 1;
            continue;
        }
        twelfths = twelfths.saturating_add(word(letters)).saturating_add(other(character));
        letters = 0;
    }
    twelfths.saturating_add(word(letters)).div_ceil(12)
}

fn word(letters: u32) -> u32 {
    letters.div_ceil(4).saturating_mul(12)
}

fn other(character: char) -> u32 {
    match character {
        // A space belongs to the word after it, mostly.
        ' ' => 2,
        '\n' | '\t' | '0'..='9' | '!'..='~' => 12,
        // Latin with accents, Greek, Cyrillic, Hebrew, Arabic.
        '\u{80}'..='\u{7ff}' => 8,
        // The rest of the basic plane: CJK, kana, hangul, Indic.
        '\u{800}'..='\u{ffff}' => 18,
        // Emoji and rare characters come byte by byte.
        _ => 36,
    }
}

#[cfg(test)]
mod tests {
    use super::estimate_tokens;

    #[test]
    fn it_is_near_for_english_and_high_enough_for_other_scripts() {
        assert_eq!(estimate_tokens(""), 0);
        // 10 tokens with the tokenizers of GPT-4, Llama 3 and SmolLM.
        let english = estimate_tokens("The quick brown fox jumps over the lazy dog.");
        assert!((10..=18).contains(&english), "{english}");
        // 9 characters: 7 to 14 tokens, by tokenizer.
        assert!(estimate_tokens("今天天气真不错啊。") >= 13);
        assert!(estimate_tokens("Привет, как дела?") >= 6);
        assert!(estimate_tokens("🥰🥰") >= 6);
    }
}
