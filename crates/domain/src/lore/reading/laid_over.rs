//! What was changed of a book, laid over the file it came from: all else leaves as it came, in its order, also what was read of it
//! as something else, or not at all.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{card, fields, risu, world};
use crate::lore::book::{Book, Entry};

/// The object `character_book` of a card, with what differs between `was`, which it was read as, and `now`.
#[must_use]
pub fn laid_over(raw: &Map<String, Value>, was: &Book, now: &Book) -> Map<String, Value> {
    if was == now {
        return raw.clone();
    }
    let bare = |book: &Book| Book { entries: Vec::new(), ..book.clone() };
    match raw.get("entries") {
        Some(Value::Object(given)) => {
            let mut whole = over_object(raw, &world::write(&bare(was)), &world::write(&bare(now)));
            let keys = world::in_order(given);
            let given = keys.iter().filter_map(|key| given.get(*key)).collect::<Vec<_>>();
            let left = over_entries(&given, was, now, world::write_entry);
            let mut entries = Map::new();
            for (at, entry) in left {
                let key = at.and_then(|at| keys.get(at)).map(|key| (*key).clone());
                let free = || (0..).map(|n: u64| n.to_string()).find(|key| !entries.contains_key(key));
                let uid = entry.get("uid").map(ToString::to_string).filter(|uid| !entries.contains_key(uid));
                entries.insert(key.or(uid).or_else(free).unwrap_or_default(), entry);
            }
            whole.insert("entries".to_owned(), Value::Object(entries));
            whole
        }
        given => {
            let mut whole = over_object(raw, &card::write(&bare(was)), &card::write(&bare(now)));
            let given: Vec<&Value> = given.and_then(Value::as_array).into_iter().flatten().collect();
            let entries = over_entries(&objects(&given), was, now, card::write_entry);
            whole.insert("entries".to_owned(), entries.into_iter().map(|(_, entry)| entry).collect());
            whole
        }
    }
}

/// The same for the list of a module of `RisuAI`. What is no entry there, such as a folder, stands first.
#[must_use]
pub fn list_laid_over(raw: &[Value], was: &Book, now: &Book) -> Vec<Value> {
    if was == now {
        return raw.to_vec();
    }
    let (entries, others): (Vec<&Value>, Vec<&Value>) = raw.iter().partition(|value| risu::is_entry(value));
    let entries = over_entries(&entries, was, now, risu::write_entry);
    others.into_iter().cloned().chain(entries.into_iter().map(|(_, entry)| entry)).collect()
}

fn objects<'a>(given: &[&'a Value]) -> Vec<&'a Value> {
    given.iter().copied().filter(|value| value.is_object()).collect()
}

/// The entries of now, each with the place of that of `given` which it was. What stands behind all that was read stays there.
fn over_entries(
    given: &[&Value],
    was: &Book,
    now: &Book,
    write: impl Fn(&Entry) -> Map<String, Value>,
) -> Vec<(Option<usize>, Value)> {
    let places: HashMap<u32, (usize, &Entry)> =
        was.entries.iter().enumerate().map(|(at, entry)| (entry.uid, (at, entry))).collect();
    let mut left: Vec<(Option<usize>, Value)> = Vec::with_capacity(now.entries.len());
    for entry in &now.entries {
        let before = places.get(&entry.uid).and_then(|(at, was)| Some((*at, *was, *given.get(*at)?)));
        left.push(match before {
            Some((at, was, raw)) if was == entry => (Some(at), raw.clone()),
            Some((at, was, raw)) => (Some(at), over(raw, &Value::Object(write(was)), &Value::Object(write(entry)))),
            None => (None, Value::Object(write(entry))),
        });
    }
    let unread = given.iter().enumerate().skip(was.entries.len());
    left.extend(unread.map(|(at, entry)| (Some(at), (*entry).clone())));
    left
}

/// `raw` with what differs between the other two.
fn over(raw: &Value, was: &Value, now: &Value) -> Value {
    match (raw, was, now) {
        _ if was == now => raw.clone(),
        (Value::Object(raw), Value::Object(was), Value::Object(now)) => Value::Object(over_object(raw, was, now)),
        _ => now.clone(),
    }
}

fn over_object(raw: &Map<String, Value>, was: &Map<String, Value>, now: &Map<String, Value>) -> Map<String, Value> {
    let mut whole = raw.clone();
    for (key, value) in now {
        match was.get(key) {
            Some(before) if before == value => {}
            Some(before) => {
                let there = raw.get(key).cloned().unwrap_or_else(|| json!(null));
                whole.insert(key.clone(), over(&there, before, value));
            }
            None => {
                whole.insert(key.clone(), value.clone());
            }
        }
    }
    let gone: Vec<&str> = was.keys().filter(|key| !now.contains_key(*key)).map(String::as_str).collect();
    if gone.is_empty() { whole } else { fields::without(&whole, &gone) }
}

#[cfg(test)]
mod tests {
    use super::super::{read_book, read_list};
    use super::*;

    fn raw() -> Value {
        json!({
            "name": "Harbour", "odd": [1, null], "scan_depth": "3", "extensions": {"deep": {"x": 1e-7}},
            "entries": [
                {"keys": "lamp, oil", "content": "Burns.", "id": "L", "odd": {"a": []}, "extensions": {"sticky": 2, "z": null}},
                "no entry",
                {"keys": ["gull"], "content": "Cries.", "enabled": 1, "extensions": null},
                {"keys": ["fog"], "content": "Grey."}
            ]
        })
    }

    fn object(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_book_that_nobody_changed_is_every_byte_of_what_it_was() {
        let raw = object(&raw());
        let book = read_book(&raw).unwrap();
        let out = laid_over(&raw, &book, &book.clone());
        assert_eq!(serde_json::to_string(&out).unwrap(), serde_json::to_string(&raw).unwrap());
    }

    #[test]
    fn only_what_was_changed_is_another() {
        let raw = object(&raw());
        let was = read_book(&raw).unwrap();
        let mut now = was.clone();
        now.entries[0].content = "Burns low.".into();
        now.entries[0].sticky = 0;
        now.entries.remove(1);
        now.entries.push(Entry { keys: vec!["new".into()], ..Entry::new(9) });
        let out = laid_over(&raw, &was, &now);
        let entries = out["entries"].as_array().unwrap();
        assert_eq!(
            entries[0],
            json!({"keys": "lamp, oil", "content": "Burns low.", "id": "L", "odd": {"a": []}, "extensions": {"sticky": 0, "z": null}})
        );
        assert_eq!((&entries[1], &entries[2]["keys"], entries.len()), (&raw["entries"][3], &json!(["new"]), 3));
        assert_eq!((&out["scan_depth"], &out["odd"]), (&json!("3"), &raw["odd"]));
        let again = read_book(&out).unwrap();
        assert_eq!(again.entries.iter().map(|entry| &entry.content).collect::<Vec<_>>(), ["Burns low.", "Grey.", ""]);
    }

    #[test]
    fn what_was_too_much_to_be_read_stays_behind_the_rest() {
        let raw = object(&raw());
        let mut was = read_book(&raw).unwrap();
        was.entries.truncate(1);
        let mut now = was.clone();
        now.entries[0].enabled = false;
        let out = laid_over(&raw, &was, &now);
        assert_eq!((&out["entries"][0]["enabled"], &out["entries"][2]), (&json!(false), &raw["entries"][3]));
    }

    #[test]
    fn entries_under_their_numbers_stay_there() {
        let raw = object(&json!({"entries": {
            "7": {"uid": 7, "key": ["sea"], "content": "Salt.", "odd": 1}, "x": {"uid": 3, "key": "tide", "content": "High."}
        }}));
        let was = read_book(&raw).unwrap();
        let mut now = was.clone();
        now.entries[0].content = "Salty.".into();
        now.entries.push(Entry { content: "New.".into(), ..Entry::new(8) });
        let out = laid_over(&raw, &was, &now);
        assert_eq!(out["entries"]["7"], json!({"uid": 7, "key": ["sea"], "content": "Salty.", "odd": 1}));
        assert_eq!((&out["entries"]["x"], &out["entries"]["8"]["content"]), (&raw["entries"]["x"], &json!("New.")));
    }

    #[test]
    fn lists_of_risu_stay_lists_of_risu() {
        let raw = vec![
            json!({"mode": "folder", "key": "f", "comment": "Folder"}),
            json!({"key": "cat,dog", "secondkey": "", "comment": "Pets", "content": "Two.", "insertorder": 9, "alwaysActive": false,
                "selective": false, "folder": "f"}),
        ];
        let was = read_list(&raw).unwrap();
        assert_eq!(list_laid_over(&raw, &was, &was.clone()), raw);
        let mut now = was.clone();
        now.entries[0].keys.push("mouse".into());
        now.entries.push(Entry { content: "New.".into(), constant: true, ..Entry::new(5) });
        let out = list_laid_over(&raw, &was, &now);
        assert_eq!(out[0], raw[0]);
        assert_eq!((&out[1]["key"], &out[1]["folder"]), (&json!("cat, dog, mouse"), &json!("f")));
        assert_eq!(
            (&out[2]["content"], &out[2]["alwaysActive"], &out[2]["mode"]),
            (&json!("New."), &json!(true), &json!("normal"))
        );
    }
}
