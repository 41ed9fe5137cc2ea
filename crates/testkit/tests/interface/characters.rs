//! Characters over HTTP: made, changed, found, hidden, deleted.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testkit::app::{Options, id};
use testkit::{Person, TestApp};

/// Makes a character with these fields and returns her id.
async fn made(person: &Person<'_>, name: &str, more: Value) -> String {
    let mut body = json!({"name": name, "visibility": "public"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    id(&person.tell("POST /characters", body).await.with(201))
}

/// The names in a list.
fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|character| character["name"].as_str().unwrap()).collect()
}

/// What a search finds, by name in alphabetical order.
async fn found(person: &Person<'_>, query: &[(&str, &str)]) -> Vec<String> {
    let answer = testkit::http::send(person.request(reqwest::Method::GET, "/characters").query(query)).await.with(200);
    let mut names: Vec<String> = names(&answer).into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_character_is_made_with_a_name_alone() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut rin = aya.tell("POST /characters", json!({"name": " Rin "})).await.with(201);
    assert_eq!(aya.get(&format!("/characters/{}", id(&rin))).await, rin);
    assert_eq!(rin["owner_id"], aya.get("/users/me").await["id"]);
    for taken in ["id", "owner_id", "created_at", "updated_at"] {
        assert!(rin[taken].take().is_string(), "{taken}");
    }
    let expected = json!({
        "id": null, "owner_id": null, "name": "Rin", "tagline": "", "persona": "", "scenario": "", "greeting": "", "alternate_greetings": [], "group_greetings": [],
        "examples": "", "system_prompt": "", "post_history_instructions": "", "depth_prompt": {"text": "", "depth": 4, "role": "system"}, "creator_notes": "", "tags": [], "visibility": "private", "rating": "general", "model": null, "sampling": {}, "bond": null, "routine": null, "translations": [], "avatar_url": null, "mine": true,
        "deleted": false, "likes": 0, "reaction": null, "hidden": false, "created_at": null, "updated_at": null,
    });
    assert_eq!(rin, expected);
}

#[tokio::test]
async fn every_field_is_kept_as_it_was_written() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let whole = json!({
        "name": "凛 🌸", "tagline": "keeps the lighthouse", "persona": "{{char}} keeps\n\ta lighthouse. ", "scenario": "A storm.", "greeting": " *waves*\n",
        "alternate_greetings": ["Again?", "", "Oh."], "examples": "<START>\n{{user}}: Hi", "system_prompt": "{{original}} Be brief.", "creator_notes": "For rain.",
        "tags": ["Sea", " sea ", "灯台"], "visibility": "unlisted", "model": "scripted/model", "sampling": {"temperature": 0.5, "top_k": 40, "stop": ["\n\n"]},
        "translations": [{"language": "ja", "persona": "灯台守。", "scenario": "", "greeting": " *手をふる*\n", "alternate_greetings": ["また?"], "creator_notes": "雨の日に。"}],
    });
    let rin = aya.tell("POST /characters", whole.clone()).await.with(201);
    for (field, value) in whole.as_object().unwrap() {
        let expected = if field == "tags" { &json!(["sea", "灯台"]) } else { value };
        assert_eq!(&rin[field], expected, "{field}");
    }
    assert_eq!(aya.get(&format!("/characters/{}", id(&rin))).await, rin);
}

#[tokio::test]
async fn what_is_out_of_bounds_is_named_by_its_field() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let long = |length: usize| json!("字".repeat(length));
    let many = |n: usize| (0..n).map(|n| format!("tag {n}")).collect::<Vec<_>>();
    let mut cases = vec![
        ("name", json!({"name": ""})),
        ("name", json!({"name": " \t"})),
        ("name", json!({"name": long(81)})),
        ("name", json!({"name": "two\nlines"})),
        ("name", json!({"name": null})),
        ("name", json!({"name": 7})),
        ("tagline", json!({"tagline": long(201)})),
        ("tagline", json!({"tagline": "a\u{0}b"})),
        ("greeting", json!({"greeting": long(16_001)})),
        ("alternate_greetings.1", json!({"alternate_greetings": ["fine", "bell \u{7}"]})),
        ("alternate_greetings", json!({"alternate_greetings": vec![""; 33]})),
        ("translations.1.language", json!({"translations": [{"language": "ja"}, {"language": "ja"}]})),
        ("translations.0.greeting", json!({"translations": [{"language": "zh", "greeting": long(16_001)}]})),
        (
            "translations.0.alternate_greetings.0",
            json!({"translations": [{"language": "zh", "alternate_greetings": ["\u{7}"]}]}),
        ),
        ("tags", json!({"tags": many(25)})),
        ("tags.1", json!({"tags": ["fine", ""]})),
        ("tags.0", json!({"tags": [long(41)]})),
        ("tags", json!({"tags": "sea"})),
        ("visibility", json!({"visibility": "secret"})),
        ("model", json!({"model": "no such model"})),
        ("sampling.temperature", json!({"sampling": {"temperature": 2.1}})),
        ("sampling.temperature", json!({"sampling": {"temperature": "hot"}})),
        ("sampling.heat", json!({"sampling": {"heat": 1}})),
    ];
    for field in ["persona", "scenario", "examples", "system_prompt", "creator_notes"] {
        cases.push((field, json!({ field: long(32_001) })));
    }
    let rin = made(&aya, "Rin", json!({})).await;
    for (field, wrong) in cases {
        let mut body = json!({"name": "Rin"});
        body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        assert_eq!(aya.tell("POST /characters", body).await.fields(), [field], "{field}");
        if wrong["name"] != json!(null) || field != "name" {
            assert_eq!(
                aya.tell(&format!("PATCH /characters/{rin}"), wrong).await.fields(),
                [field],
                "{field} in a patch"
            );
        }
    }
    let full = json!({"name": long(80), "persona": long(32_000), "greeting": long(16_000), "tags": many(24), "tagline": long(200)});
    aya.tell("POST /characters", full).await.with(201);
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_null_is_not_absence() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = made(&aya, "Rin", json!({"tagline": "keeps the lighthouse", "model": "scripted/model", "tags": ["sea"], "sampling": {"temperature": 0.5}})).await;
    let before = aya.get(&format!("/characters/{rin}")).await;
    app.clock.advance(std::time::Duration::from_secs(60));
    let patch = async |body: Value| aya.tell(&format!("PATCH /characters/{rin}"), body).await.with(200);
    let renamed = patch(json!({"name": "Rin of the sea"})).await;
    assert_ne!(renamed["updated_at"], before["updated_at"]);
    for (field, value) in before.as_object().unwrap() {
        if !["name", "updated_at"].contains(&field.as_str()) {
            assert_eq!(&renamed[field], value, "{field}");
        }
    }
    assert_eq!(patch(json!({"model": null})).await["model"], Value::Null);
    assert_eq!(patch(json!({"tags": []})).await["tags"], json!([]));
    assert_eq!(
        patch(json!({"sampling": {"top_p": 0.9}})).await["sampling"],
        json!({"top_p": 0.9}),
        "sampling is replaced as a whole"
    );
    assert_eq!(patch(json!({"tagline": ""})).await["tagline"], "");
    assert_eq!(patch(json!({})).await["name"], "Rin of the sea");
}

#[tokio::test]
async fn who_may_meet_whom() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    for (visibility, by_id, in_lists) in [("private", false, false), ("unlisted", true, false), ("public", true, true)]
    {
        let rin = made(&aya, visibility, json!({"visibility": visibility, "tags": ["lamp"]})).await;
        let own = aya.get(&format!("/characters/{rin}")).await;
        assert_eq!((own["mine"].as_bool(), own["visibility"].as_str()), (Some(true), Some(visibility)));
        aya.tell("POST /sessions", json!({"character_id": rin})).await.with(201);

        let seen = ben.ask(&format!("GET /characters/{rin}")).await;
        let begun = ben.tell("POST /sessions", json!({"character_id": rin})).await;
        if by_id {
            assert_eq!(seen.with(200)["mine"], false);
            begun.with(201);
        } else {
            seen.problem(404, "not_found");
            begun.problem(404, "not_found");
        }
        for query in [&[] as &[(&str, &str)], &[("search", visibility)], &[("tag", "lamp")], &[("mine", "false")]] {
            assert!(found(&aya, query).await.contains(&visibility.to_owned()), "{query:?}");
            assert_eq!(found(&ben, query).await.contains(&visibility.to_owned()), in_lists, "{query:?}");
        }
        assert!(found(&ben, &[("mine", "true")]).await.is_empty());
        for (line, body) in [("PATCH", json!({"name": "Ben's"})), ("DELETE", Value::Null)] {
            ben.tell(&format!("{line} /characters/{rin}"), body).await.problem(404, "not_found");
        }
    }
    assert_eq!(found(&aya, &[("mine", "true")]).await, ["private", "public", "unlisted"]);
}

#[tokio::test]
async fn a_character_that_is_hidden_later_stays_with_those_who_know_her() {
    let app = TestApp::start().await;
    let (aya, ben, cho) = (app.person("aya").await, app.person("ben").await, app.person("cho").await);
    let rin = made(&aya, "Rin", json!({"greeting": "Hello."})).await;
    let session = ben.session_with(&rin).await;
    aya.tell(&format!("PATCH /characters/{rin}"), json!({"visibility": "private"})).await.with(200);
    assert!(found(&ben, &[]).await.is_empty());
    cho.ask(&format!("GET /characters/{rin}")).await.problem(404, "not_found");
    ben.ask(&format!("GET /characters/{rin}")).await.with(200);
    let mut socket = ben.socket().await;
    socket.say(&session, "a", "Still there?").await;
    assert_eq!(socket.expect("reply.completed").await["message"]["status"], "complete");
}

#[tokio::test]
async fn characters_are_found_by_name_tagline_and_tag_in_any_case() {
    // By their words alone: with an embedder a search goes on with those who are meant.
    let app = TestApp::with(Options { embedder: Some(None), ..Options::default() }).await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    made(&aya, "Rin", json!({"tagline": "Keeps the Lighthouse", "tags": ["Sea", "slow burn"], "persona": "secretive"}))
        .await;
    made(&aya, "Élodie ÅNGSTRÖM", json!({"tagline": "bakes", "tags": ["Pâtisserie"]})).await;
    made(&aya, "凛", json!({"tagline": "灯台守の娘", "tags": ["海"]})).await;
    made(&aya, "100%_sure", json!({"tagline": "a\\b"})).await;
    for (search, expected) in [
        ("rin", &["Rin"] as &[&str]),
        ("RIN", &["Rin"]),
        ("lightHOUSE", &["Rin"]),
        ("house", &["Rin"]),
        ("slow", &["Rin"]),
        ("keeps rin", &["Rin"]),
        ("rin bakes", &[]),
        ("secretive", &[]),
        ("élodie", &["Élodie ÅNGSTRÖM"]),
        ("ÉLODIE", &["Élodie ÅNGSTRÖM"]),
        ("ångström", &["Élodie ÅNGSTRÖM"]),
        ("PÂTISSERIE", &["Élodie ÅNGSTRÖM"]),
        ("凛", &["凛"]),
        ("台守", &["凛"]),
        ("海", &["凛"]),
        ("%", &["100%_sure"]),
        ("_", &["100%_sure"]),
        ("0%_s", &["100%_sure"]),
        ("a\\b", &["100%_sure"]),
        ("r_n", &[]),
        ("r%n", &[]),
        ("'; DROP TABLE characters; --", &[]),
        ("nobody", &[]),
    ] {
        assert_eq!(found(&ben, &[("search", search)]).await, expected, "{search}");
    }
    for (tag, expected) in [
        ("sea", &["Rin"] as &[&str]),
        ("SEA", &["Rin"]),
        (" Slow Burn ", &["Rin"]),
        ("slow", &[]),
        ("海", &["凛"]),
        ("PÂTISSERIE", &["Élodie ÅNGSTRÖM"]),
        ("%", &[]),
    ] {
        assert_eq!(found(&ben, &[("tag", tag)]).await, expected, "{tag}");
    }
    assert_eq!(found(&ben, &[("tag", "sea"), ("search", "keeps")]).await, ["Rin"]);
    assert_eq!(found(&ben, &[("tag", "sea"), ("search", "bakes")]).await, [""; 0]);
    assert_eq!(found(&ben, &[("search", "  "), ("tag", "")]).await.len(), 4, "an empty search is none");
    for query in [[("search", "x".repeat(201))], [("tag", "x".repeat(41))]] {
        let answer = testkit::http::send(ben.request(reqwest::Method::GET, "/characters").query(&query)).await;
        assert_eq!(answer.fields(), [query[0].0]);
    }
}

#[tokio::test]
async fn what_is_searched_for_follows_changes() {
    let app = TestApp::with(Options { embedder: Some(None), ..Options::default() }).await;
    let aya = app.person("aya").await;
    let rin = made(&aya, "Rin", json!({"tagline": "lighthouse", "tags": ["sea"]})).await;
    aya.tell(&format!("PATCH /characters/{rin}"), json!({"name": "Ran", "tagline": "harbour", "tags": ["port"]}))
        .await
        .with(200);
    for gone in [("search", "rin"), ("search", "lighthouse"), ("search", "sea"), ("tag", "sea")] {
        assert!(found(&aya, &[gone]).await.is_empty(), "{gone:?}");
    }
    for new in [("search", "ran"), ("search", "HARBOUR"), ("tag", "port")] {
        assert_eq!(found(&aya, &[new]).await, ["Ran"], "{new:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_while_characters_come_and_go() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(made(&aya, &format!("old {n}"), json!({})).await);
    }
    let first = aya.get("/characters?limit=3").await;
    assert_eq!(names(&first), ["old 6", "old 5", "old 4"]);
    made(&aya, "new", json!({})).await;
    aya.ask(&format!("DELETE /characters/{}", ids[4])).await.with(204);
    aya.ask(&format!("DELETE /characters/{}", ids[2])).await.with(204);
    let second = aya.get(&format!("/characters?limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!(names(&second), ["old 3", "old 1", "old 0"]);
    assert_eq!(second["next_cursor"], Value::Null);
    let again =
        aya.get(&format!("/characters?limit=2&search=old&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!(names(&again), ["old 3", "old 1"]);
    assert_eq!(names(&aya.get("/characters?limit=1").await), ["new"]);
}

#[tokio::test]
async fn characters_made_in_the_same_moment_are_all_on_some_page() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let making = (0..12).map(async |_| made(&aya, "Rin", json!({})).await);
    let made: BTreeSet<String> = futures_util::future::join_all(making).await.into_iter().collect();
    let (mut seen, mut cursor) = (BTreeSet::new(), String::new());
    for _ in 0..12 {
        let page = aya.get(&format!("/characters?limit=1{cursor}")).await;
        assert!(seen.insert(id(&page["items"][0])), "nobody is there twice");
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, made);
}

#[tokio::test]
async fn a_deleted_character_is_gone_but_for_those_who_talked_with_her() {
    let app = TestApp::start().await;
    let (aya, ben, cho) = (app.person("aya").await, app.person("ben").await, app.person("cho").await);
    let rin = aya.character("public").await;
    let session = ben.session_with(&rin).await;
    aya.ask(&format!("DELETE /characters/{rin}")).await.with(204);
    for line in [format!("GET /characters/{rin}"), format!("DELETE /characters/{rin}")] {
        aya.ask(&line).await.problem(404, "not_found");
        cho.ask(&line).await.problem(404, "not_found");
    }
    aya.tell(&format!("PATCH /characters/{rin}"), json!({"name": "Back"})).await.problem(404, "not_found");
    assert!(found(&aya, &[]).await.is_empty() && found(&ben, &[("search", "rin")]).await.is_empty());

    let left = ben.get(&format!("/characters/{rin}")).await;
    assert_eq!(
        (left["name"].as_str(), left["persona"].as_str(), left["deleted"].as_bool()),
        (Some("Rin"), Some(""), Some(true))
    );
    assert_eq!(ben.get(&format!("/sessions/{session}")).await["character"]["deleted"], true);
    ben.tell("POST /sessions", json!({"character_id": rin})).await.problem(409, "character_unavailable");
    let body = json!({"client_message_id": "a", "content": "Hello?"});
    ben.tell(&format!("POST /sessions/{session}/messages"), body).await.problem(409, "character_unavailable");
    assert_eq!(ben.messages(&session).await.len(), 1);
    ben.ask(&format!("DELETE /sessions/{session}")).await.with(204);
    ben.ask(&format!("GET /characters/{rin}")).await.problem(404, "not_found");
}
