//! Words too common to tell one memory from another.

/// English, as written: they are dropped before stemming. Sorted, so that they can be searched by halving.
pub(crate) const ENGLISH: &[&str] = &[
    "a", "about", "an", "and", "are", "as", "at", "be", "been", "but", "by", "ca", "can", "could", "did", "do", "does",
    "for", "from", "had", "has", "have", "he", "her", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its",
    "just", "me", "my", "of", "on", "or", "our", "she", "should", "so", "some", "than", "that", "the", "their", "them",
    "then", "there", "these", "they", "this", "to", "too", "was", "we", "were", "what", "when", "where", "which",
    "who", "whom", "why", "will", "with", "wo", "would", "you", "your",
];

/// Characters of Chinese and Korean, and kana by themselves, that are particles, pronouns and endings more often than
/// words. A pair of Han or Hangul is dropped when both of its characters are here.
pub(crate) const CHARACTERS: &str = concat!(
    "的了是我你您妳他她它们們吗嗎呢吧啊呀在有和就都也不这這那什么麼怎么哪个個会會说說到要去私僕俺君何",
    "はがをにのともでへやかねよわなだたて",
    "은는이가을를에의도로나너요다",
);

/// Endings and particles of Japanese. Its words are told from them by pairs, as kana are in both.
pub(crate) const PAIRS: &[&str] = &[
    "です", "ます", "まし", "した", "して", "って", "った", "いる", "いた", "てい", "ある", "ない", "から", "まで",
    "では", "には", "とは", "ので", "のは", "のが", "けど", "だっ", "たの", "たか", "すか", "よね", "こと",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(ENGLISH.is_sorted());
    }
}
