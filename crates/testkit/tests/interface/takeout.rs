//! All of an account as one archive: out of one server, and into another, where everything stands again; hostile ones are refused.

use std::io::Write;

use exchange::account::{AccountReader, AccountWriter};
use llm::scripted::Script;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::{Options, id};
use testkit::http::{Answer, png, send};
use testkit::talk::Talk;
use testkit::{Person, TestApp};

use super::diaries::bring_entry;
use super::routes::{assert_same, illustrated, images, route, shining};

pub(super) async fn export(person: &Person<'_>) -> Vec<u8> {
    let answer = person.ask("POST /users/me/export").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/zip"), "{}", answer.body);
    answer.bytes
}

pub(super) async fn bring(person: &Person<'_>, bytes: Vec<u8>) -> Answer {
    let request = person.request(Method::POST, "/users/me/import").header("content-type", "application/zip");
    send(request.body(bytes)).await
}

fn counts(came: &Value) -> [u64; 5] {
    ["characters", "lorebooks", "sessions", "memories", "known"].map(|key| came[key].as_u64().unwrap())
}

/// What is said in a session, branch by branch: each message with the words above it.
async fn tree(person: &Person<'_>, session: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut left: Vec<(String, String)> = Vec::new();
    for message in person.messages(session).await {
        for sibling in message["siblings"].as_array().unwrap() {
            left.push((sibling.as_str().unwrap().to_owned(), String::new()));
        }
    }
    for (message, _) in left {
        let found = person.get(&format!("/sessions/{session}/messages/{message}")).await;
        words.push(format!("{} {}", found["role"].as_str().unwrap(), found["content"].as_str().unwrap()));
    }
    words
}

/// An archive of these files.
pub(super) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = AccountWriter::new(&mut bytes);
    for (path, content) in files {
        writer.begin(path).unwrap();
        writer.write(content).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

pub(super) const MANIFEST: &[u8] =
    br#"{"program":"talker","version":1,"exported_at":0,"person":"usr_018f0000000070008000000000000001"}"#;

#[tokio::test]
async fn an_account_leaves_and_stands_again_elsewhere() {
    let answers = |request: &llm::ChatRequest| Script::say(format!("Answer {}", request.messages.len()));
    let (here, there) = (TestApp::answering(Options::default(), answers).await, TestApp::start().await);
    let aya = here.person("aya").await;
    let rin = id(&aya
        .post("/characters", json!({"name": "Rin", "persona": "Keeps bees.", "greeting": "Hello.", "alternate_greetings": ["Oh."],
            "group_greetings": ["All of you!"], "post_history_instructions": "Be brief.", "tags": ["bee"], "visibility": "public",
            "translations": [{"language": "ja", "greeting": "こんにちは。"}]}))
        .await);
    let path = format!("/characters/{rin}/avatar");
    send(aya.request(Method::PUT, &path).header("content-type", "image/png").body(png(60, 60))).await.with(200);
    let book = id(&aya.post("/lorebooks", json!({"name": "Sea"})).await);
    aya.tell(&format!("POST /lorebooks/{book}/entries"), json!({"keys": ["sea"], "content": "Salt."})).await.with(201);
    let mut talk = Talk::within(&aya, aya.session_with(&rin).await).await;
    let first = talk.say("The sea?").await;
    talk.say_below(first.message["parent_id"].as_str(), "Another way.").await;
    let last = talk.say("And on.").await;
    aya.tell(&format!("PATCH /sessions/{}", talk.session), json!({"title": "By the sea", "pinned": true}))
        .await
        .with(200);
    for target in [format!("characters/{rin}"), format!("sessions/{}", talk.session), "me".to_owned()] {
        aya.ask(&format!("PUT /lorebooks/{book}/{target}")).await.with(200);
    }
    let note = json!({"text": "Likes tea", "pinned": true, "importance": 5});
    aya.tell(&format!("POST /characters/{rin}/memories"), note).await.with(201);
    bring_entry(&here, &aya, (&rin, &talk.session, &id(&last.message)), "We spoke of the sea.").await;
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../exchange/tests/golden");
    let card = std::fs::read(golden.join("cards/risu_module.charx")).unwrap();
    let request = aya.request(Method::POST, "/characters/import").header("content-type", "application/octet-stream");
    let iris = id(&send(request.body(card)).await.with(201)["character"]);
    let chat = std::fs::read(golden.join("chats/silly_tavern.jsonl")).unwrap();
    let request = aya.request(Method::POST, &format!("/sessions/import?character_id={iris}"));
    let old = send(request.header("content-type", "application/octet-stream").body(chat.clone())).await.with(201);
    let old = id(&old["sessions"][0]);
    here.remembered().await;

    let left = export(&aya).await;
    let mut reader = AccountReader::open(left.clone()).unwrap();
    let readable =
        String::from_utf8(reader.read(&format!("chats/{old}/for_silly_tavern.jsonl"), 1 << 20).unwrap().unwrap());
    assert!(readable.unwrap().contains("unknown_in_the_row"), "what other programs said goes along");
    assert!(reader.paths().iter().any(|path| path.starts_with("social/")));

    let mia = there.person("mia").await;
    let came = bring(&mia, left.clone()).await.with(200);
    assert_eq!(counts(&came), [2, 2, 2, 1, 0], "{came}");
    assert_eq!(came["diary_entries"], 1);
    assert_eq!(came["not_taken"], json!([]));
    let mine = mia.get("/characters?mine=true").await;
    let find = |name: &str| mine["items"].as_array().unwrap().iter().find(|one| one["name"] == name).cloned().unwrap();
    let her = find("Rin");
    for field in [
        "persona",
        "greeting",
        "alternate_greetings",
        "group_greetings",
        "post_history_instructions",
        "tags",
        "translations",
    ] {
        assert_eq!(her[field], aya.get(&format!("/characters/{rin}")).await[field], "{field}");
    }
    assert_eq!((&her["visibility"], her["avatar_url"].is_string()), (&json!("private"), true));
    assert_ne!(her["id"], json!(rin));
    let sessions = mia.get("/sessions").await;
    let session = sessions["items"].as_array().unwrap().iter().find(|one| one["title"] == "By the sea").unwrap();
    assert_eq!((&session["pinned"], &session["character"]["id"]), (&json!(true), &her["id"]));
    let session = id(session);
    assert_eq!(tree(&mia, &session).await, tree(&aya, &talk.session).await, "with all its branches");
    let books = mia.get("/lorebooks").await;
    let sea = books["items"].as_array().unwrap().iter().find(|book| book["name"] == "Sea").unwrap();
    let sea = mia.get(&format!("/lorebooks/{}", id(sea))).await;
    let open = &sea["open_at"];
    assert_eq!((&open["character_ids"], &open["session_ids"]), (&json!([her["id"]]), &json!([session])), "{open}");
    let memories = mia.get(&format!("/characters/{}/memories?kind=note", her["id"].as_str().unwrap())).await;
    assert_eq!((&memories["items"][0]["text"], &memories["items"][0]["pinned"]), (&json!("Likes tea"), &json!(true)));
    let diary = mia.get(&format!("/characters/{}/diary", her["id"].as_str().unwrap())).await;
    assert_eq!(
        (&diary["items"][0]["text"], &diary["items"][0]["day"]),
        (&json!("We spoke of the sea."), &json!("2026-04-05"))
    );
    assert_eq!(diary["items"].as_array().unwrap().len(), 1);
    // What came from other programs leaves from there as it came.
    let old = sessions["items"].as_array().unwrap().iter().find(|one| one["title"] != "By the sea").unwrap();
    let out = mia.ask(&format!("GET /sessions/{}/export", id(old))).await.bytes;
    let lines = |bytes: &[u8]| -> Vec<Value> {
        bytes
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    };
    assert_eq!(lines(&out), lines(&chat));
    let charx = mia.ask(&format!("GET /characters/{}/export?format=charx", id(&find("Iris")))).await.bytes;
    assert_eq!(
        exchange::cards::read(&charx).unwrap().module.unwrap().lorebook().unwrap()[1]["content"],
        "Of the module."
    );
    there.remembered().await;

    // Once more makes nothing twice, and changes nothing.
    mia.tell(&format!("PATCH /characters/{}", her["id"].as_str().unwrap()), json!({"name": "Renamed"})).await.with(200);
    let again = bring(&mia, left.clone()).await.with(200);
    assert_eq!((counts(&again), &again["diary_entries"]), ([0, 0, 0, 0, 6], &json!(0)));
    assert_eq!(mia.get(&format!("/characters/{}", her["id"].as_str().unwrap())).await["name"], "Renamed");
    // At home everything is there already; with somebody else it is theirs, anew.
    assert_eq!(counts(&bring(&aya, left.clone()).await.with(200)), [0, 0, 0, 0, 6]);
    let kai = there.person("kai").await;
    assert_eq!(counts(&bring(&kai, left).await.with(200)), [2, 2, 2, 1, 0]);
}

#[tokio::test]
async fn the_pictures_of_a_story_go_with_an_account() {
    let (here, there) = (TestApp::start().await, TestApp::start().await);
    let (aya, mia) = (here.person("aya").await, there.person("mia").await);
    let rin = illustrated(&aya).await;
    let given = images(&here, &aya, &rin).await;
    let left = export(&aya).await;
    let mut reader = AccountReader::open(left.clone()).unwrap();
    let kept = reader.read(&format!("characters/{rin}/pictures/rain_cg.webp"), 1 << 20).unwrap().unwrap();
    assert_eq!(image::load_from_memory(&kept).unwrap().into_rgba8(), given["rain_cg"]);
    let card = reader.read(&format!("characters/{rin}/Rin.png"), 1 << 20).unwrap().unwrap();
    assert!(exchange::cards::read(&card).unwrap().assets.is_empty(), "they are not in the archive twice");

    let came = bring(&mia, left.clone()).await.with(200);
    assert_eq!((&came["characters"], &came["not_taken"]), (&json!(1), &json!([])));
    let hers = id(&mia.get("/characters?mine=true").await["items"][0]);
    assert_same(&images(&there, &mia, &hers).await, &given);
    let path = format!("/characters/{hers}/route");
    let addresses = async || -> Vec<String> {
        let kept = mia.get(&path).await;
        let pictures = kept["images"].as_array().unwrap();
        pictures.iter().map(|one| one["url"].as_str().unwrap().split('?').next().unwrap().to_owned()).collect()
    };
    let before = addresses().await;
    // Once more doubles nothing, also where a process died before the story was kept.
    assert_eq!(bring(&mia, left.clone()).await.with(200)["known"], 1);
    assert_eq!(addresses().await, before);
    mia.ask(&format!("DELETE {path}")).await.with(204);
    assert_eq!(bring(&mia, left.clone()).await.with(200)["known"], 1);
    assert_eq!(addresses().await, before);
    // What is changed here stays so.
    mia.ask(&format!("DELETE {path}/images/rain_bg")).await.with(204);
    bring(&mia, left).await.with(200);
    assert_eq!(images(&there, &mia, &hers).await.keys().collect::<Vec<_>>(), ["rain_cg"]);
}

#[tokio::test]
async fn pictures_of_an_archive_that_are_none_are_left_alone() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mut pictures = json!({
        "rain_cg": "pictures/good.png", "rain_bg": "pictures/svg.png", "Not-A-Key": "pictures/good.png",
        "climbing": "pictures/../../../x.png", "outside": "avatar.png", "missing": "pictures/none.png",
        "bomb": "pictures/bomb.png",
    });
    for n in 0..200 {
        pictures[format!("zz{n}")] = json!("pictures/good.png");
    }
    let character =
        json!({"id": "chr_018f0000000070008000000000000001", "name": "Rin", "route": route(), "pictures": pictures});
    let svg: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let came = bring(
        &aya,
        archive(&[
            ("talker.json", MANIFEST),
            ("characters/a/pictures/good.png", &shining()),
            ("characters/a/pictures/svg.png", svg),
            ("characters/a/pictures/bomb.png", &vec![0_u8; 12 * 1024 * 1024]),
            ("characters/a/character.json", character.to_string().as_bytes()),
        ]),
    )
    .await
    .with(200);
    assert_eq!(came["characters"], 1, "{came}");
    let hers = id(&aya.get("/characters?mine=true").await["items"][0]);
    let kept = images(&app, &aya, &hers).await;
    assert_eq!(kept.len() as u64, domain::limits::ROUTE_IMAGES);
    assert!(kept.contains_key("rain_cg") && !kept.contains_key("rain_bg"));
    let named: Vec<&str> =
        came["not_taken"].as_array().unwrap().iter().map(|left| left["path"].as_str().unwrap()).collect();
    for path in
        ["pictures/svg.png", "pictures/../../../x.png", "avatar.png", "pictures/none.png", "pictures/bomb.png", ""]
    {
        assert!(named.contains(&format!("characters/a/{path}").as_str()), "{path}: {named:?}");
    }
}

#[tokio::test]
async fn what_is_no_archive_or_a_hostile_one_makes_nothing() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let refused = async |bytes: Vec<u8>| {
        let problem = bring(&aya, bytes).await.problem(422, "file_refused");
        problem["detail"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused(b"words".to_vec()).await, "is no archive of an account");
    assert_eq!(refused(archive(&[("card.json", b"{}")])).await, "is no archive of an account");
    let newer = br#"{"program":"talker","version":99,"exported_at":0,"person":"usr_018f0000000070008000000000000001"}"#;
    assert!(refused(archive(&[("talker.json", newer)])).await.contains("newer version"));
    let whole = archive(&[("talker.json", MANIFEST)]);
    assert!(refused(whole[..whole.len() - 4].to_vec()).await.contains("cut short"));
    assert_eq!(counts(&bring(&aya, whole).await.with(200)), [0; 5]);
    let mut climbing = Vec::new();
    let mut zip = zip_with(&mut climbing, &[("talker.json", MANIFEST), ("characters/../../x", b"")]);
    zip.flush().unwrap();
    drop(zip);
    assert!(refused(climbing).await.contains("leads out"));

    // One that is wrong here and there comes in without what is wrong, which is named.
    let bomb = vec![b' '; 12 * 1024 * 1024];
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let character =
        br#"{"id":"chr_018f0000000070008000000000000001","name":"Rin","persona":"<script>","avatar":"../../x.png"}"#;
    let session = br#"{"id":"ses_018f0000000070008000000000000002","character":"chr_018f0000000070008000000000000009","character_name":"Gone\u0007",
        "created_at":-5,"last_message_at":99999999999999999,"header":"[1]","source":"silly_tavern","leaf":"msg_018f0000000070008000000000000004"}"#;
    let messages = br#"{"id":"msg_018f0000000070008000000000000003","parent":null,"depth":7,"role":"user","content":"Hi","created_at":1}
        {"id":"msg_018f0000000070008000000000000003","parent":null,"depth":8,"role":"user","content":"Twice","created_at":1}
        {"id":"msg_018f0000000070008000000000000004","parent":"msg_018f0000000070008000000000000003","depth":0,"role":"character","content":"Oh","created_at":2}
        {"id":"msg_018f0000000070008000000000000005","parent":"msg_018f0000000070008000000000000005","depth":1,"role":"user","content":"Self","created_at":3}
        {"id":"msg_018f0000000070008000000000000006","parent":"msg_018f0000000070008000000000000004","depth":2,"role":"user","content":"On","created_at":3,"row":"{","swipe":"{}"}"#;
    let diary = br#"{"id":"dia_018f0000000070008000000000000001","day":"2026-02-30","text":"No day","written_at":1,"model":null,"sources":[]}
        {"id":"dia_018f0000000070008000000000000001","day":"2026-02-03","text":"Of nothing","written_at":1,"model":null,"sources":[]}
        {"id":"dia_018f0000000070008000000000000001","day":"2026-02-03","text":"Of what is not there","written_at":1,"model":null,"sources":[{"session":"ses_018f0000000070008000000000000077","message":"msg_018f0000000070008000000000000003"}]}
        not JSON"#;
    let wrong = archive(&[
        ("talker.json", MANIFEST),
        ("characters/a/character.json", character),
        ("characters/b/character.json", &bomb),
        ("characters/c/character.json", deep.as_bytes()),
        ("characters/d/character.json", br#"{"id":"chr_018f0000000070008000000000000008","name":""}"#),
        ("lorebooks/a.json", br#"{"id":"x"}"#),
        ("chats/a/session.json", session),
        ("chats/a/messages-0001.jsonl", messages),
        ("chats/b/session.json", b"{}"),
        ("memories/nobody-0001.jsonl", b"{}"),
        ("memories/chr_018f0000000070008000000000000001-0001.jsonl", b"{}\nnot JSON"),
        ("diaries/nobody.jsonl", b"{}"),
        ("diaries/chr_018f0000000070008000000000000001.jsonl", diary),
    ]);
    let came = bring(&aya, wrong).await.with(200);
    assert_eq!(counts(&came), [2, 0, 1, 0, 0], "{came}");
    let named: Vec<&str> =
        came["not_taken"].as_array().unwrap().iter().map(|left| left["path"].as_str().unwrap()).collect();
    for path in [
        "characters/b/character.json",
        "characters/c/character.json",
        "characters/d/character.json",
        "lorebooks/a.json",
        "chats/b/session.json",
        "memories/nobody-0001.jsonl",
        "diaries/nobody.jsonl",
        "diaries/chr_018f0000000070008000000000000001.jsonl",
    ] {
        assert!(named.contains(&path), "{path}: {came}");
    }
    let sessions = aya.get("/sessions").await;
    assert_eq!(sessions["items"][0]["character"]["name"], "Gone");
    let messages = aya.messages(&id(&sessions["items"][0])).await;
    let said: Vec<&Value> = messages.iter().map(|message| &message["content"]).collect();
    assert_eq!(said, ["Hi", "Oh", "On"], "{messages:?}");
    app.ask("POST /users/me/export").await.problem(401, "unauthenticated");
}

/// A zip with whatever paths, as only others write them.
fn zip_with<'a>(to: &'a mut Vec<u8>, files: &[(&str, &[u8])]) -> impl Write + 'a {
    let mut list = Vec::new();
    for (path, content) in files {
        let at = u32::try_from(to.len()).unwrap();
        let (crc, size) = (crc(content), u32::try_from(content.len()).unwrap());
        let length = u16::try_from(path.len()).unwrap();
        let mut head = Vec::new();
        for part in [20_u16, 0, 0, 0, 33] {
            head.extend_from_slice(&part.to_le_bytes());
        }
        for part in [crc, size, size] {
            head.extend_from_slice(&part.to_le_bytes());
        }
        head.extend_from_slice(&length.to_le_bytes());
        head.extend_from_slice(&[0, 0]);
        to.extend_from_slice(b"PK\x03\x04");
        to.extend_from_slice(&head);
        to.extend_from_slice(path.as_bytes());
        to.extend_from_slice(content);
        list.extend_from_slice(b"PK\x01\x02\x14\x00");
        list.extend_from_slice(&head);
        list.extend_from_slice(&[0; 10]);
        list.extend_from_slice(&at.to_le_bytes());
        list.extend_from_slice(path.as_bytes());
    }
    let (at, size) = (u32::try_from(to.len()).unwrap(), u32::try_from(list.len()).unwrap());
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    to.extend_from_slice(&list);
    to.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    to.extend_from_slice(&count);
    to.extend_from_slice(&count);
    to.extend_from_slice(&size.to_le_bytes());
    to.extend_from_slice(&at.to_le_bytes());
    to.extend_from_slice(&[0, 0]);
    to
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
