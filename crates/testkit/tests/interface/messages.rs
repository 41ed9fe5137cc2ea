//! Messages over HTTP: said once, read along a branched tree, changed, deleted, answered again.

use std::time::Duration;

use domain::prompt::PromptRole;
use llm::ModelError;
use llm::scripted::{Gate, Script};
use serde_json::{Value, json};
use testkit::TestApp;
use testkit::app::id;
use testkit::talk::Talk;

fn ids(items: &Value) -> Vec<String> {
    items.as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn a_message_is_taken_at_once_and_answered_later() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let gate = Gate::new();
    app.model.push(Script::new().wait(&gate).text("Hello to you."));
    let greeting = aya.messages(&talk.session).await.remove(0);
    let sent = aya
        .tell(&format!("POST {}", talk.messages), json!({"client_message_id": "a", "content": " Hello\n"}))
        .await
        .with(202);
    let (message, reply) = (&sent["message"], &sent["reply"]);
    assert_eq!((&sent["seq"], &sent["repeated"]), (&json!(1), &json!(false)));
    for (field, value) in [
        ("parent_id", greeting["id"].clone()),
        ("depth", json!(1)),
        ("role", json!("user")),
        ("content", json!(" Hello\n")),
        ("status", json!("complete")),
        ("client_message_id", json!("a")),
        ("model", Value::Null),
        ("usage", Value::Null),
        ("revision", json!(0)),
        ("siblings", json!([message["id"]])),
    ] {
        assert_eq!(message[field], value, "{field}");
    }
    for (field, value) in [
        ("parent_id", message["id"].clone()),
        ("depth", json!(2)),
        ("role", json!("character")),
        ("content", json!("")),
        ("status", json!("queued")),
        ("failure", Value::Null),
        ("client_message_id", Value::Null),
        ("finish_reason", Value::Null),
        ("edited_at", Value::Null),
    ] {
        assert_eq!(reply[field], value, "{field}");
    }
    gate.reached().await;
    assert_eq!(aya.get(&format!("{}/{}", talk.messages, id(reply))).await["status"], "streaming");
    gate.open();
    talk.ended(&reply["id"]).await;
    let done = aya.get(&format!("{}/{}", talk.messages, id(reply))).await;
    assert_eq!(
        (&done["content"], &done["status"], &done["finish_reason"], &done["model"]),
        (&json!("Hello to you."), &json!("complete"), &json!("stop"), &json!("scripted/model"))
    );
    assert!(done["usage"]["prompt_tokens"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn what_cannot_be_said_is_named_by_its_field() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let path = format!("POST /sessions/{session}/messages");
    for (changes, field) in [
        (json!({"content": ""}), "content"),
        (json!({"content": " \n\t"}), "content"),
        (json!({"content": "字".repeat(16_001)}), "content"),
        (json!({"content": "a\u{0}b"}), "content"),
        (json!({"content": null}), "content"),
        (json!({"content": ["a"]}), "content"),
        (json!({"client_message_id": ""}), "client_message_id"),
        (json!({"client_message_id": "x".repeat(65)}), "client_message_id"),
        (json!({"client_message_id": "a b"}), "client_message_id"),
        (json!({"client_message_id": "é"}), "client_message_id"),
        (json!({"client_message_id": null}), "client_message_id"),
        (json!({"parent_id": "msg_1"}), "parent_id"),
        (json!({"parent_id": 7}), "parent_id"),
    ] {
        let mut body = json!({"client_message_id": "a", "content": "Hello"});
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        assert_eq!(aya.tell(&path, body).await.fields(), [field], "{changes}");
    }
    let nowhere = json!({"client_message_id": "a", "content": "Hello", "parent_id": format!("msg_{}", "0".repeat(32))});
    aya.tell(&path, nowhere).await.problem(404, "not_found");
    let other = aya.session().await;
    let foreign = id(&aya.messages(&other).await[0]);
    aya.tell(&path, json!({"client_message_id": "a", "content": "Hello", "parent_id": foreign}))
        .await
        .problem(404, "not_found");
    assert_eq!(aya.messages(&session).await.len(), 1, "nothing was said");
    aya.tell(&path, json!({"client_message_id": "x".repeat(64), "content": "字".repeat(16_000)})).await.with(202);
}

#[tokio::test]
async fn a_message_is_the_same_one_however_often_and_on_whatever_way_it_is_sent() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let path = format!("POST {}", talk.messages);
    let mut socket = aya.socket().await;
    socket.say(&talk.session, "one", "Over the socket").await;
    let accepted = socket.expect("message.accepted").await;
    talk.ended(&accepted["reply"]["id"]).await;
    let repeated = aya.tell(&path, json!({"client_message_id": "one", "content": "Over the socket"})).await.with(202);
    assert_eq!((&repeated["repeated"], &repeated["seq"]), (&json!(true), &accepted["seq"]));
    assert_eq!(
        (&repeated["message"]["id"], &repeated["reply"]["id"]),
        (&accepted["message"]["id"], &accepted["reply"]["id"])
    );
    assert_eq!(repeated["reply"]["status"], "complete", "it tells what became of it since");

    let sent = aya.tell(&path, json!({"client_message_id": "two", "content": "Over REST"})).await.with(202);
    socket.expect("reply.completed").await;
    socket.say(&talk.session, "two", "Over REST").await;
    let again = loop {
        let frame = socket.expect("message.accepted").await;
        if frame["repeated"] == true {
            break frame;
        }
    };
    assert_eq!((&again["message"]["id"], &again["seq"]), (&sent["message"]["id"], &sent["seq"]));
    let other = json!({"client_message_id": "two", "content": "Something else", "parent_id": null});
    let unchanged = aya.tell(&path, other).await.with(202);
    assert_eq!(
        (&unchanged["repeated"], &unchanged["message"]["content"]),
        (&json!(true), &json!("Over REST")),
        "the first outcome is the outcome"
    );
    assert_eq!((aya.messages(&talk.session).await.len(), app.model.calls()), (5, 2));

    let elsewhere = Talk::begin(&aya).await;
    let new = aya
        .tell(&format!("POST {}", elsewhere.messages), json!({"client_message_id": "two", "content": "Over REST"}))
        .await
        .with(202);
    assert_eq!(new["repeated"], false, "an id belongs to its session");
}

#[tokio::test]
async fn a_model_that_fails_is_told_and_may_be_asked_again() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    app.model.push(Script::new().text("I was").fail(ModelError::Credentials("the key is not taken".into())));
    let failed = talk.say("Who are you?").await.reply;
    assert_eq!((&failed["status"], &failed["content"]), (&json!("failed"), &json!("I was")));
    assert_eq!(failed["failure"], json!({"code": "model_credentials", "retryable": false}));
    app.model.push(Script::say("I am Rin."));
    let queued = aya.ask(&format!("POST {}/{}/regenerate", talk.messages, id(&failed))).await.with(202);
    assert_eq!(queued["reply"]["siblings"], json!([failed["id"], queued["reply"]["id"]]));
    assert_eq!(talk.ended(&queued["reply"]["id"]).await["content"], "I am Rin.");
}

#[tokio::test]
async fn an_edit_keeps_the_texts_before_it_and_asks_for_no_reply() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let said = talk.say("First").await;
    for message in [&said.message, &said.reply] {
        let path = format!("{}/{}", talk.messages, id(message));
        assert_eq!(aya.get(&format!("{path}/revisions")).await, json!({"items": [], "next_cursor": null}));
        app.clock.advance(Duration::from_secs(60));
        let edited = aya.tell(&format!("PATCH {path}"), json!({"content": "Second"})).await.with(200);
        assert_eq!(
            (&edited["content"], &edited["revision"], &edited["id"]),
            (&json!("Second"), &json!(1), &message["id"])
        );
        assert!(edited["edited_at"].is_string());
        assert_eq!(aya.tell(&format!("PATCH {path}"), json!({"content": " Third\n"})).await.with(200)["revision"], 2);
        let revisions = aya.get(&format!("{path}/revisions")).await;
        let texts: Vec<(&Value, &Value)> =
            revisions["items"].as_array().unwrap().iter().map(|text| (&text["revision"], &text["content"])).collect();
        assert_eq!(texts, [(&json!(0), &message["content"]), (&json!(1), &json!("Second"))]);
        assert_eq!(aya.get(&path).await["content"], " Third\n");
        for wrong in [
            json!({"content": ""}),
            json!({"content": " "}),
            json!({"content": "x".repeat(64_001)}),
            json!({"content": "\u{1}"}),
            json!({}),
        ] {
            assert_eq!(aya.tell(&format!("PATCH {path}"), wrong).await.fields(), ["content"]);
        }
        assert_eq!(aya.get(&path).await["revision"], 2);
    }
    assert_eq!(app.model.calls(), 1);
    talk.say("Next").await;
    let prompt = app.model.last_request().unwrap().messages;
    let spoken = prompt.iter().rev().filter(|message| message.role != PromptRole::System);
    let texts: Vec<&str> = spoken.take(3).map(|message| message.content.trim()).collect();
    assert_eq!(texts, ["Next", "Third", "Third"], "the model reads the texts as they are now");
}

#[tokio::test]
async fn a_reply_that_is_being_written_is_neither_edited_nor_made_again() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let gate = Gate::new();
    app.model.push(Script::new().text("Half").wait(&gate));
    let sent = aya
        .tell(&format!("POST {}", talk.messages), json!({"client_message_id": "a", "content": "Hello"}))
        .await
        .with(202);
    gate.reached().await;
    let reply = format!("{}/{}", talk.messages, id(&sent["reply"]));
    aya.tell(&format!("PATCH {reply}"), json!({"content": "Whole"})).await.problem(409, "reply_running");
    aya.ask(&format!("POST {reply}/regenerate")).await.problem(409, "reply_running");
    aya.ask(&format!("POST {reply}/stop")).await.with(202);
    let stopped = talk.ended(&sent["reply"]["id"]).await;
    assert_eq!((&stopped["status"], &stopped["content"]), (&json!("stopped"), &json!("Half")));
    aya.ask(&format!("POST {reply}/stop")).await.with(202);
    assert_eq!(aya.get(&reply).await, stopped, "stopping what has ended changes nothing");
    let nowhere = format!("POST {}/msg_{}/stop", talk.messages, "0".repeat(32));
    aya.ask(&nowhere).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_reply_is_made_again_anew_or_from_its_end() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    app.model.push(Script::say("Once upon"));
    let said = talk.say("Tell me a story").await;
    let path = |message: &Value| format!("POST {}/{}/regenerate", talk.messages, id(message));
    let (of_reply, of_message) = (path(&said.reply), path(&said.message));
    app.model.push(Script::say(" a time."));
    let continued = aya.tell(&of_reply, json!({"mode": "continue"})).await.with(202);
    assert_eq!(
        (&continued["reply"]["content"], &continued["reply"]["parent_id"]),
        (&json!("Once upon"), &said.message["id"])
    );
    assert_eq!(talk.ended(&continued["reply"]["id"]).await["content"], "Once upon a time.");
    let anew = aya.tell(&of_reply, json!({"mode": "new"})).await.with(202);
    talk.ended(&anew["reply"]["id"]).await;
    let below = aya.tell(&of_message, json!({})).await.with(202);
    assert_eq!(below["reply"]["parent_id"], said.message["id"], "a reply to the person's own message hangs below it");
    assert_eq!(below["reply"]["siblings"].as_array().unwrap().len(), 4);
    talk.ended(&below["reply"]["id"]).await;
    aya.tell(&of_message, json!({"mode": "continue"})).await.problem(409, "not_a_reply");
    assert_eq!(aya.tell(&of_reply, json!({"mode": "again"})).await.fields(), ["mode"]);
    assert_eq!(aya.get(&format!("/sessions/{}", talk.session)).await["leaf_id"], below["reply"]["id"]);
}

#[tokio::test]
async fn deleting_a_message_takes_all_below_it_and_nothing_else() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let (first, second) = (talk.say("One").await, talk.say("Two").await);
    let branch = talk.say_below(Some(&id(&first.reply)), "Another two").await;
    let deep = talk.say("Another three").await;
    aya.tell(&format!("PATCH {}/{}", talk.messages, id(&branch.message)), json!({"content": "Edited"})).await.with(200);

    aya.ask(&format!("DELETE {}/{}", talk.messages, id(&branch.message))).await.with(204);
    for gone in [&branch.message, &branch.reply, &deep.message, &deep.reply] {
        let path = format!("{}/{}", talk.messages, id(gone));
        for line in [format!("GET {path}"), format!("GET {path}/revisions"), format!("DELETE {path}")] {
            aya.ask(&line).await.problem(404, "not_found");
        }
        aya.tell(&format!("PUT /sessions/{}/leaf", talk.session), json!({"message_id": gone["id"]}))
            .await
            .problem(404, "not_found");
    }
    let way = aya.messages(&talk.session).await;
    let expected = [&first.message, &first.reply, &second.message, &second.reply].map(id);
    assert_eq!(ids(&json!(way))[1..], expected, "the newest sibling comes into view");
    assert_eq!(way[3]["siblings"], json!([second.message["id"]]));

    aya.ask(&format!("DELETE {}/{}", talk.messages, id(&first.message))).await.with(204);
    let way = aya.messages(&talk.session).await;
    assert_eq!((way.len(), &way[0]["role"]), (1, &json!("character")), "without a sibling the leaf is the parent");
    let greeting = id(&way[0]);
    aya.ask(&format!("DELETE {}/{greeting}", talk.messages)).await.with(204);
    assert_eq!(aya.messages(&talk.session).await[0]["content"], "You again, aya?");
    let said = talk.say("Hello").await;
    assert_eq!(said.message["depth"], 1);
}

#[tokio::test]
async fn a_history_is_read_both_ways_in_small_pages_along_the_way_to_the_leaf() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let mut main = Vec::new();
    for n in 0..4 {
        let said = talk.say(&format!("Main {n}")).await;
        main.extend([id(&said.message), id(&said.reply)]);
    }
    let mut side = main[..4].to_vec();
    let branch = talk.say_below(Some(&main[3]), "Side 0").await;
    side.extend([id(&branch.message), id(&branch.reply)]);
    for n in 1..3 {
        let said = talk.say(&format!("Side {n}")).await;
        side.extend([id(&said.message), id(&said.reply)]);
    }
    let greeting = id(&aya.messages(&talk.session).await[0]);
    for way in [&mut main, &mut side] {
        way.insert(0, greeting.clone());
    }
    let seq = aya.get(&format!("/sessions/{}", talk.session)).await["seq"].clone();

    for (leaf, way, other) in [(None, &side, &main), (main.last(), &main, &side)] {
        let mut now = seq.clone();
        if let Some(leaf) = leaf {
            now =
                aya.tell(&format!("PUT /sessions/{}/leaf", talk.session), json!({"message_id": leaf})).await.with(200)
                    ["seq"]
                    .clone();
        }
        for limit in [1, 2, 3, 100] {
            let mut seen = Vec::new();
            let mut query = format!("limit={limit}");
            loop {
                let page = aya.get(&format!("{}?{query}", talk.messages)).await;
                assert_eq!((page["has_after"].as_bool(), &page["seq"]), (Some(!seen.is_empty()), &now));
                let items = ids(&page["items"]);
                assert!(!items.is_empty() && items.len() <= limit);
                seen.splice(0..0, items);
                if page["has_before"] == false {
                    break;
                }
                query = format!("limit={limit}&before={}", seen[0]);
            }
            assert_eq!(&seen, way, "backwards by {limit}");
            seen.truncate(1);
            loop {
                let page = aya.get(&format!("{}?limit={limit}&after={}", talk.messages, seen.last().unwrap())).await;
                assert_eq!(page["has_before"], true);
                let items = ids(&page["items"]);
                assert!(!items.is_empty() && items.len() <= limit);
                seen.extend(items);
                if page["has_after"] == false {
                    break;
                }
            }
            assert_eq!(&seen, way, "forwards by {limit}");
        }
        let (first, last) = (&way[0], way.last().unwrap());
        let above = aya.get(&format!("{}?before={first}", talk.messages)).await;
        assert_eq!(
            (&above["items"], &above["has_before"], &above["has_after"]),
            (&json!([]), &json!(false), &json!(true))
        );
        let below = aya.get(&format!("{}?after={last}", talk.messages)).await;
        assert_eq!(
            (&below["items"], &below["has_before"], &below["has_after"]),
            (&json!([]), &json!(true), &json!(false))
        );
        for anchor in other.iter().filter(|anchor| !way.contains(anchor)) {
            for side in ["before", "after"] {
                aya.ask(&format!("GET {}?{side}={anchor}", talk.messages)).await.problem(404, "not_found");
            }
        }
    }
}

#[tokio::test]
async fn an_anchor_is_one_message_of_this_session() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let (session, other) = (aya.session().await, aya.session().await);
    let (own, foreign) = (id(&aya.messages(&session).await[0]), id(&aya.messages(&other).await[0]));
    let path = format!("GET /sessions/{session}/messages");
    aya.ask(&format!("{path}?after={own}")).await.with(200);
    for anchor in [foreign, format!("msg_{}", "0".repeat(32))] {
        for side in ["before", "after"] {
            aya.ask(&format!("{path}?{side}={anchor}")).await.problem(404, "not_found");
        }
    }
    assert_eq!(aya.ask(&format!("{path}?before={own}&after={own}")).await.fields(), ["after"]);
    for (query, field) in [
        ("before=x", "before"),
        ("after=", "after"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
    ] {
        assert_eq!(aya.ask(&format!("{path}?{query}")).await.fields(), [field], "{query}");
    }
}

#[tokio::test]
async fn a_chosen_branch_is_shown_to_its_end() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let (first, second) = (talk.say("One").await, talk.say("Two").await);
    let anew = talk.say_below(None, "Let us begin anew").await;
    assert_eq!((&anew.message["parent_id"], aya.messages(&talk.session).await.len()), (&Value::Null, 2));
    let leaf = format!("PUT /sessions/{}/leaf", talk.session);
    for chosen in [&first.message, &first.reply, &second.message, &second.reply] {
        let session = aya.tell(&leaf, json!({"message_id": chosen["id"]})).await.with(200);
        assert_eq!(session["leaf_id"], second.reply["id"]);
        assert_eq!(aya.messages(&talk.session).await.len(), 5);
        aya.tell(&leaf, json!({"message_id": anew.message["id"]})).await.with(200);
    }
    assert_eq!(aya.tell(&leaf, json!({})).await.fields(), ["message_id"]);
    assert_eq!(aya.tell(&leaf, json!({"message_id": "x"})).await.fields(), ["message_id"]);
    aya.tell(&leaf, json!({"message_id": format!("msg_{}", "0".repeat(32))})).await.problem(404, "not_found");
}

#[tokio::test]
async fn events_are_paged_in_order_for_who_has_no_socket() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    let first = talk.say("One").await;
    let second = talk.say("Two").await;
    aya.tell(&format!("PATCH {}/{}", talk.messages, id(&first.message)), json!({"content": "Uno"})).await.with(200);
    aya.tell(&format!("PATCH /sessions/{}", talk.session), json!({"title": "A title"})).await.with(200);
    aya.ask(&format!("DELETE {}/{}", talk.messages, id(&second.message))).await.with(204);
    let path = format!("/sessions/{}/events", talk.session);
    let whole = aya.get(&path).await;
    let items = whole["items"].as_array().unwrap();
    let told: Vec<(u64, &str)> =
        items.iter().map(|event| (event["seq"].as_u64().unwrap(), event["type"].as_str().unwrap())).collect();
    let expected = [
        (1, "message.accepted"),
        (2, "reply.started"),
        (3, "reply.completed"),
        (4, "message.deleted"),
        (5, "message.deleted"),
        (6, "message.deleted"),
        (7, "message.edited"),
        (8, "session.updated"),
        (9, "message.deleted"),
    ];
    assert_eq!(told, expected, "what was deleted since is told as deleted, and no place is missing");
    assert!(!whole.to_string().contains("Two"), "what was deleted is not told any more");
    assert!(items.iter().all(|event| event["session_id"] == talk.session.as_str()));

    for limit in [1, 2, 4, 9] {
        let (mut seen, mut query) = (Vec::new(), String::new());
        loop {
            let page = aya.get(&format!("{path}?limit={limit}{query}")).await;
            seen.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => query = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(&seen, items, "by {limit}");
    }
    let late = aya.get(&format!("{path}?after_seq=7")).await;
    assert_eq!(late["items"].as_array().unwrap()[..], items[7..]);
    assert_eq!(aya.get(&format!("{path}?after_seq=9")).await, json!({"items": [], "next_cursor": null}));
    aya.ask(&format!("GET {path}?cursor=x")).await.problem(400, "invalid_cursor");
    for (query, field) in
        [("after_seq=-1", "after_seq"), ("after_seq=x", "after_seq"), ("limit=0", "limit"), ("limit=101", "limit")]
    {
        assert_eq!(aya.ask(&format!("GET {path}?{query}")).await.fields(), [field], "{query}");
    }
}
