//! Consents: what a person agreed to, in which version, when, and when no more. Kept as records of what was done, none of which is ever
//! changed; they go with the account.

use std::str::FromStr;

use time::OffsetDateTime;

use crate::ids::UserId;
use crate::limits;
use crate::safety::Tongue;
use crate::validation::{FieldError, line, required_text};

closed_set! {
    /// What people agree to, or do not.
    pub enum ConsentKind {
        /// The terms of the operator.
        Terms = "terms",
        /// How the operator handles what people write.
        Privacy = "privacy",
        /// That what they say to a character is judged.
        Bond = "bond",
        /// That a character keeps a diary of days with them.
        Diary = "diary",
        /// That a character writes first.
        WritesFirst = "writes_first",
        /// That a device is woken.
        Push = "push",
        /// That they meet characters who are rated mature.
        Mature = "mature",
    }
}

closed_set! {
    /// What was done.
    pub enum ConsentAct {
        /// They agreed.
        Given = "given",
        /// They do not agree any more, or never did.
        Withdrawn = "withdrawn",
    }
}

impl ConsentKind {
    /// Those that are agreed to as a text of the operator.
    pub const DOCUMENTS: [Self; 2] = [Self::Terms, Self::Privacy];

    /// Whether it is agreed to as a text; the others are switches, and change where they stand.
    #[must_use]
    pub fn is_document(self) -> bool {
        Self::DOCUMENTS.contains(&self)
    }
}

impl ConsentAct {
    /// What a switch says.
    #[must_use]
    pub fn of(on: bool) -> Self {
        if on { Self::Given } else { Self::Withdrawn }
    }
}

/// A record of what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// By whom.
    pub user: UserId,
    /// When.
    pub at: OffsetDateTime,
    /// To what.
    pub kind: ConsentKind,
    /// Whether they agreed.
    pub act: ConsentAct,
    /// With which character, or for which device, by its id; empty where it is for all.
    pub subject: String,
    /// Of a text, which version; else empty.
    pub version: String,
    /// Of a text, the SHA-256 of all its languages, in hex digits; else empty.
    pub digest: String,
}

/// A text of the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its version.
    pub version: String,
    /// The text in English, Chinese and Japanese; empty where there is none.
    texts: [String; 3],
    /// The SHA-256 of all its languages, in hex digits.
    pub digest: String,
}

impl Document {
    /// A text in its bounds, in one language at least. `digest` makes a digest of its bytes.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn new(version: &str, texts: [String; 3], digest: impl Fn(&[u8]) -> String) -> Result<Self, FieldError> {
        let version = line("version", version, limits::DOCUMENT_VERSION)?;
        if texts.iter().all(|text| text.trim().is_empty()) {
            return Err(FieldError::new("en", "must not be empty, or another language must be there"));
        }
        for (field, text) in ["en", "zh", "ja"].into_iter().zip(&texts) {
            if !text.is_empty() {
                required_text(field, text, limits::DOCUMENT)?;
            }
        }
        let digest = digest(texts.join("\0").as_bytes());
        Ok(Self { version, texts, digest })
    }

    /// The text in this language, or in the first in which there is one, and which that is.
    #[must_use]
    pub fn text(&self, wanted: Tongue) -> (Tongue, &str) {
        let all = [Tongue::English, Tongue::Chinese, Tongue::Japanese].into_iter().zip(&self.texts);
        let mut there = all.filter(|(_, text)| !text.is_empty());
        let found = there.clone().find(|(tongue, _)| *tongue == wanted).or_else(|| there.next());
        found.map_or((wanted, ""), |(tongue, text)| (tongue, text))
    }
}

/// The texts of the operator, and whether nobody uses the server without having agreed to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Documents {
    /// Whether people must agree.
    pub required: bool,
    /// The terms.
    pub terms: Option<Document>,
    /// How what people write is handled.
    pub privacy: Option<Document>,
}

impl Documents {
    /// Those that there are, with their kinds.
    pub fn all(&self) -> impl Iterator<Item = (ConsentKind, &Document)> {
        let documents = [self.terms.as_ref(), self.privacy.as_ref()];
        ConsentKind::DOCUMENTS.into_iter().zip(documents).filter_map(|(kind, document)| Some((kind, document?)))
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, kind: ConsentKind) -> Option<&Document> {
        self.all().find(|(found, _)| *found == kind).map(|(_, document)| document)
    }

    /// Those that somebody has not agreed to as they are now. `standing` is what they last did about each.
    #[must_use]
    pub fn pending(&self, standing: &[Consent]) -> Vec<ConsentKind> {
        let agrees = |kind: ConsentKind, document: &Document| {
            let last = standing.iter().filter(|consent| consent.kind == kind).max_by_key(|consent| consent.at);
            last.is_some_and(|last| last.act == ConsentAct::Given && last.version == document.version)
        };
        self.all().filter(|(kind, document)| !agrees(*kind, document)).map(|(kind, _)| kind).collect()
    }
}

/// Where a page of records ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentPlace {
    /// In microseconds since 1970.
    pub at: i64,
    /// The kind.
    pub kind: ConsentKind,
    /// The subject.
    pub subject: String,
}

impl std::fmt::Display for ConsentPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.at, self.kind, self.subject)
    }
}

impl FromStr for ConsentPlace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(());
        let (at, kind, subject) = (part()?, part()?, part()?);
        let plain = subject.len() <= limits::CONSENT_SUBJECT
            && subject.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let at = at.parse().map_err(drop)?;
        if plain { Ok(Self { at, kind: kind.parse().map_err(drop)?, subject: subject.to_owned() }) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;
    use uuid::Uuid;

    fn document(version: &str, texts: [&str; 3]) -> Result<Document, FieldError> {
        Document::new(version, texts.map(str::to_owned), |bytes| bytes.len().to_string())
    }

    fn did(kind: ConsentKind, act: ConsentAct, version: &str, minute: i64) -> Consent {
        Consent {
            user: UserId(Uuid::from_u128(1)),
            at: datetime!(2026-03-05 12:00 UTC) + time::Duration::minutes(minute),
            kind,
            act,
            subject: String::new(),
            version: version.to_owned(),
            digest: String::new(),
        }
    }

    #[test]
    fn a_document_is_told_in_a_language_that_is_there() {
        let both = document("1", ["Be kind.", "", "やさしく。"]).unwrap();
        assert_eq!(both.text(Tongue::Japanese), (Tongue::Japanese, "やさしく。"));
        assert_eq!(both.text(Tongue::Chinese), (Tongue::English, "Be kind."));
        assert_eq!(document("1", ["", "友善。", ""]).unwrap().text(Tongue::English), (Tongue::Chinese, "友善。"));
        for (version, texts, field) in
            [(" ", ["x", "", ""], "version"), ("1", ["", " ", ""], "en"), ("1", ["x", "\u{7}", ""], "zh")]
        {
            assert_eq!(document(version, texts).unwrap_err().field, field);
        }
    }

    #[test]
    fn who_agreed_to_another_version_or_no_more_is_asked_again() {
        use ConsentAct::{Given, Withdrawn};
        use ConsentKind::{Privacy, Terms};
        let text = |version| document(version, ["x", "", ""]).ok();
        let documents = Documents { required: true, terms: text("2"), privacy: text("1") };
        let pending = |did: &[Consent]| documents.pending(did);
        assert_eq!(pending(&[]), [Terms, Privacy]);
        assert_eq!(pending(&[did(Terms, Given, "1", 0), did(Privacy, Given, "1", 0)]), [Terms]);
        assert_eq!(pending(&[did(Terms, Given, "2", 1), did(Privacy, Given, "1", 0)]), []);
        assert_eq!(pending(&[did(Terms, Given, "2", 1), did(Privacy, Withdrawn, "1", 0)]), [Privacy]);
        assert_eq!(Documents::default().pending(&[]), []);
    }

    #[test]
    fn a_place_survives_its_text_form_and_nothing_else_is_one() {
        let place = ConsentPlace { at: -5, kind: ConsentKind::Bond, subject: "chr_018f".into() };
        assert_eq!(place.to_string().parse(), Ok(place));
        for bad in ["", "1", "1.bond", "x.bond.", "1.nothing.", "1.bond.a b", "1.bond.a.b"] {
            assert_eq!(bad.parse::<ConsentPlace>(), Err(()), "{bad}");
        }
    }
}
