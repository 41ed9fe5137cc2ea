//! What no other program knows of a character: `extensions.talker` of a card, beside what others have there.

use serde_json::{Map, Value};

use super::Card;

/// Under which name it stands among the extensions.
const OWN: &str = "talker";

impl Card {
    /// What stands there under a key.
    #[must_use]
    pub fn own(&self, key: &str) -> Option<&Value> {
        self.body().get("extensions")?.get(OWN)?.get(key)
    }

    /// The card with this there, or without it; all else stays as it is.
    #[must_use]
    pub fn with_own(mut self, key: &str, value: Option<Value>) -> Self {
        let body = match self.raw.get_mut("data") {
            Some(Value::Object(data)) => data,
            _ => &mut self.raw,
        };
        let Some(extensions) = object(body, "extensions", value.is_some()) else { return self };
        let Some(own) = object(extensions, OWN, value.is_some()) else { return self };
        match value {
            Some(value) => {
                own.insert(key.to_owned(), value);
            }
            None => {
                own.shift_remove(key);
                if own.is_empty() {
                    extensions.shift_remove(OWN);
                }
            }
        }
        self
    }
}

/// The object under a key; where there is none, a new one if it is `wanted`.
fn object<'a>(within: &'a mut Map<String, Value>, key: &str, wanted: bool) -> Option<&'a mut Map<String, Value>> {
    if wanted && !within.get(key).is_some_and(Value::is_object) {
        within.insert(key.to_owned(), Value::Object(Map::new()));
    }
    within.get_mut(key)?.as_object_mut()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cards::CardFields;

    #[test]
    fn it_stands_beside_what_others_have() {
        let raw = json!({"spec": "chara_card_v2", "data": {"name": "Iris", "extensions": {"fav": true, "talker": {"later": 1}}}});
        let card = Card::from_json(raw.to_string().as_bytes()).unwrap();
        let with = card.clone().with_own("bond", Some(json!({"stages": []})));
        assert_eq!(with.own("bond"), Some(&json!({"stages": []})));
        assert_eq!(with.body()["extensions"]["fav"], true);
        assert_eq!(with.with_own("bond", None).raw, card.raw);
        let new = Card::new(CardFields::default());
        assert_eq!((new.own("bond"), new.clone().with_own("bond", None).raw), (None, new.raw.clone()));
        assert_eq!(new.clone().with_own("bond", Some(json!(1))).with_own("bond", None).raw, new.raw);
    }
}
