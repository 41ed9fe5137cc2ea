//! Characters as files of other programs, over HTTP: in as new characters, out as what they are now.

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use testkit::app::id;
use testkit::http::{Answer, png, send};
use testkit::{Person, TestApp};

use super::routes::{assert_same, illustrated, images, route, shining};

/// A file as other programs write it.
fn golden(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../exchange/tests/golden/cards");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

async fn bring(person: &Person<'_>, path: &str, bytes: Vec<u8>) -> Answer {
    let request = person.request(Method::POST, path).header("content-type", "application/octet-stream");
    send(request.body(bytes)).await
}

async fn import(person: &Person<'_>, bytes: Vec<u8>) -> Value {
    bring(person, "/characters/import", bytes).await.with(201)["character"].clone()
}

async fn export(person: &Person<'_>, character: &str, format: &str) -> Answer {
    let answer = person.ask(&format!("GET /characters/{character}/export?format={format}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

fn notices(value: &Value) -> Vec<&str> {
    value["warnings"].as_array().unwrap().iter().map(|warning| warning["notice"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_card_is_looked_at_and_then_makes_a_character_with_its_picture() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let preview = bring(&aya, "/characters/import/preview", golden("v2.png")).await.with(200);
    assert_eq!((&preview["container"], &preview["version"]), (&json!("png"), &json!("v2")));
    assert_eq!((&preview["has_portrait"], &preview["book_entries"]), (&json!(true), &json!(1)));
    assert_eq!((&preview["known_character_id"], &preview["warnings"]), (&Value::Null, &json!([])));
    assert_eq!(aya.get("/characters?mine=true").await["items"], json!([]), "a look makes nothing");

    let iris = import(&aya, golden("v2.png")).await;
    for field in ["name", "persona", "scenario", "greeting", "alternate_greetings", "examples", "system_prompt", "tags"]
    {
        assert_eq!(iris[field], preview[field], "{field}");
    }
    assert_eq!(iris["name"], "Iris");
    assert_eq!(iris["persona"], "{{char}} keeps the lighthouse.\n\nPersonality: calm, curious");
    assert_eq!((&iris["visibility"], &iris["mine"]), (&json!("private"), &json!(true)));
    let picture = app.ask(&format!("GET {}", iris["avatar_url"].as_str().unwrap())).await;
    assert_eq!((picture.status.as_u16(), picture.bytes.is_empty()), (200, false));
    // Nobody else sees what somebody brought.
    let ren = app.person("ren").await;
    for path in ["", "/export"] {
        ren.ask(&format!("GET /characters/{}{path}", id(&iris))).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn the_greetings_of_a_card_are_swipes_of_the_first_message() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let iris = id(&import(&aya, golden("v2.json")).await);
    let session = aya.session_with(&iris).await;
    let messages = aya.messages(&session).await;
    assert_eq!(messages.len(), 1);
    let swipes = messages[0]["siblings"].as_array().unwrap();
    assert_eq!(swipes.len(), 3);
    let mut said = Vec::new();
    for swipe in swipes {
        let path = format!("/sessions/{session}/messages/{}", swipe.as_str().unwrap());
        said.push(aya.get(&path).await["content"].as_str().unwrap().to_owned());
    }
    let name = aya.get("/users/me").await["display_name"].as_str().unwrap().to_owned();
    let expected = [
        format!("You are wet to the bone, {name}. Come in."),
        "The lamp is out. Help me.".to_owned(),
        format!("Good morning, {name}."),
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn the_same_file_twice_names_the_first_character_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let first = id(&import(&aya, golden("v3.charx")).await);
    aya.tell(&format!("PATCH /characters/{first}"), json!({"name": "Changed"})).await.with(200);
    let known = bring(&aya, "/characters/import", golden("v3.charx")).await.problem(409, "card_known");
    assert_eq!(known["character_id"], json!(first));
    let preview = bring(&aya, "/characters/import/preview", golden("v3.charx")).await.with(200);
    assert_eq!(preview["known_character_id"], json!(first));
    assert_eq!(aya.get(&format!("/characters/{first}")).await["name"], "Changed");
    let again = bring(&aya, "/characters/import?again=true", golden("v3.charx")).await.with(201);
    assert_ne!(id(&again["character"]), first);
    // Another has nothing to do with it, and once she is gone she can come anew.
    import(&ren, golden("v3.charx")).await;
    for gone in [first, id(&again["character"])] {
        aya.ask(&format!("DELETE /characters/{gone}")).await.with(204);
    }
    import(&aya, golden("v3.charx")).await;
}

#[tokio::test]
async fn a_character_leaves_as_she_came_but_for_what_was_changed() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let given: Value = serde_json::from_slice(&golden("v2.json")).unwrap();
    let iris = id(&import(&aya, golden("v2.json")).await);
    let out = export(&aya, &iris, "json_v2").await;
    assert_eq!(out.header("content-disposition"), "attachment; filename=\"Iris.json\"");
    assert_eq!(serde_json::from_slice::<Value>(&out.bytes).unwrap(), given, "unknown keys at every level");

    aya.tell(&format!("PATCH /characters/{iris}"), json!({"scenario": "Calm sea.", "tags": ["lamp"]})).await.with(200);
    let mut expected = given;
    expected["data"]["scenario"] = json!("Calm sea.");
    expected["data"]["tags"] = json!(["lamp"]);
    let out = export(&aya, &iris, "json_v2").await;
    assert_eq!(serde_json::from_slice::<Value>(&out.bytes).unwrap(), expected);
    let third: Value = serde_json::from_slice(&export(&aya, &iris, "json_v3").await.bytes).unwrap();
    assert_eq!((&third["spec"], &third["data"]["scenario"]), (&json!("chara_card_v3"), &json!("Calm sea.")));
    assert!(third["data"]["modification_date"].is_u64());
}

#[tokio::test]
async fn what_leaves_comes_in_again_in_every_form() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let made = json!({"name": "Rin", "persona": "Keeps\nbees.", "greeting": "Hello.", "alternate_greetings": ["Oh."], "tags": ["bee"]});
    let rin = aya.tell("POST /characters", made).await.with(201);
    let path = format!("/characters/{}/avatar", id(&rin));
    send(aya.request(Method::PUT, &path).header("content-type", "image/png").body(png(60, 60))).await.with(200);
    for (format, container) in [("json_v2", "json"), ("json_v3", "json"), ("png", "png"), ("charx", "charx")] {
        let file = export(&aya, &id(&rin), format).await.bytes;
        let preview = bring(&ren, "/characters/import/preview", file.clone()).await.with(200);
        assert_eq!((&preview["container"], &preview["warnings"]), (&json!(container), &json!([])), "{format}");
        assert_eq!(preview["has_portrait"], json!(container != "json"), "{format}");
        let come = import(&ren, file).await;
        for field in ["name", "persona", "greeting", "alternate_greetings", "tags", "scenario", "examples"] {
            assert_eq!(come[field], rin[field], "{field} in {format}");
        }
    }
    // Without a picture there is a plain one to hold the card.
    let bare = id(&aya.tell("POST /characters", json!({"name": "Bare"})).await.with(201));
    let preview = bring(&ren, "/characters/import/preview", export(&aya, &bare, "png").await.bytes).await.with(200);
    assert_eq!(preview["name"], "Bare");
}

#[tokio::test]
async fn every_golden_card_comes_in() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../exchange/tests/golden/cards");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let answer = bring(&aya, "/characters/import?again=true", golden(&name)).await;
        assert_eq!(answer.status, 201, "{name}: {}", answer.body);
        count += 1;
    }
    assert!(count > 10, "{count}");
    // A card without a name is called as its file, where a form names it.
    let form = Form::new().part("file", Part::bytes(golden("v2_awkward.json")).file_name("Mara of the Fog.json"));
    let request = aya.request(Method::POST, "/characters/import?again=true").multipart(form);
    let mara = send(request).await.with(201);
    assert_eq!(mara["character"]["name"], "Mara of the Fog");
    assert!(notices(&mara).contains(&"name_missing") && notices(&mara).contains(&"type_mended"), "{mara}");
}

#[tokio::test]
async fn what_is_no_card_or_a_hostile_one_is_refused_with_its_place() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let refused = async |bytes: Vec<u8>| {
        let problem = bring(&aya, "/characters/import", bytes).await.problem(422, "file_refused");
        problem["detail"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused(b"secret words".to_vec()).await, "is none of the formats of cards");
    assert_eq!(refused(png(8, 8)).await, "is an image without a card");
    assert!(refused(b"{\"data\": \"secret words\"".to_vec()).await.starts_with("line 1, column"));
    let mut cut = golden("v2.png");
    cut.truncate(300);
    assert!(refused(cut).await.starts_with("chunk 1:"));
    let deep = format!("{{\"data\":{}{}}}", "[".repeat(500), "]".repeat(500));
    assert!(refused(deep.into_bytes()).await.contains("nested"));
    // The picture is broken, the card is not.
    let mut pixels = golden("v2.png");
    let at = pixels.windows(4).position(|window| window == b"IDAT").unwrap();
    pixels[at + 6] ^= 0xff;
    let come = bring(&aya, "/characters/import", pixels).await.with(201);
    assert_eq!((notices(&come), &come["character"]["avatar_url"]), (vec!["portrait_not_taken"], &Value::Null));

    let request = aya.request(Method::POST, "/characters/import").header("content-type", "text/html").body("<p>");
    send(request).await.problem(415, "unsupported_media_type");
    let form = Form::new().text("other", "x");
    let request = aya.request(Method::POST, "/characters/import").multipart(form);
    assert_eq!(send(request).await.fields(), ["file"]);
    aya.ask("GET /characters/x/export").await.problem(404, "not_found");
    let mine = id(&aya.tell("POST /characters", json!({"name": "Rin"})).await.with(201));
    assert_eq!(aya.ask(&format!("GET /characters/{mine}/export?format=webp")).await.fields(), ["format"]);
}

#[tokio::test]
async fn only_what_is_ones_own_leaves() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let public = id(&aya.tell("POST /characters", json!({"name": "Rin", "visibility": "public"})).await.with(201));
    ren.ask(&format!("GET /characters/{public}")).await.with(200);
    ren.ask(&format!("GET /characters/{public}/export")).await.problem(404, "not_found");
    aya.ask(&format!("DELETE /characters/{public}")).await.with(204);
    aya.ask(&format!("GET /characters/{public}/export")).await.problem(404, "not_found");
}

#[tokio::test]
async fn the_pictures_of_her_story_go_with_her() {
    let app = TestApp::start().await;
    let (aya, mia) = (app.person("aya").await, app.person("mia").await);
    let rin = illustrated(&aya).await;
    let given = images(&app, &aya, &rin).await;
    let keys = BTreeSet::from(["rain_bg", "rain_cg"]);
    for format in ["json_v3", "png", "charx"] {
        let file = export(&aya, &rin, format).await.bytes;
        let preview = bring(&mia, "/characters/import/preview", file.clone()).await.with(200);
        assert_eq!(preview["warnings"], json!([]), "{format}");
        let come = bring(&mia, "/characters/import", file).await.with(201);
        assert_eq!(come["warnings"], json!([]), "{format}");
        let hers = id(&come["character"]);
        assert_same(&images(&app, &mia, &hers).await, &given);
        // They are shown to whoever has unlocked them, and to her maker alone.
        let kept = mia.get(&format!("/characters/{hers}/route")).await;
        let url = kept["images"][0]["url"].as_str().unwrap().split('?').next().unwrap().to_owned();
        assert_eq!(reqwest::get(format!("http://{}{url}", app.address)).await.unwrap().status(), 404);
        // What leaves once more has each of them once.
        let mut again = exchange::cards::read(&export(&mia, &hers, "charx").await.bytes).unwrap();
        assert_eq!(again.take_pictures(&keys).len(), 2, "{format}");
        assert!(again.assets.iter().all(|asset| asset.path.starts_with("assets/icon/")), "{format}");
        // One that is taken away here does not leave.
        mia.ask(&format!("DELETE /characters/{hers}/route/images/rain_bg")).await.with(204);
        let mut again = exchange::cards::read(&export(&mia, &hers, format).await.bytes).unwrap();
        assert_eq!(again.take_pictures(&keys).len(), 1, "{format}");
    }
    // The second version has no place for them, and whoever brings it is told.
    let file = export(&aya, &rin, "json_v2").await.bytes;
    let preview = bring(&mia, "/characters/import/preview", file.clone()).await.with(200);
    let come = bring(&mia, "/characters/import", file).await.with(201);
    for told in [&preview, &come] {
        assert_eq!(notices(told), ["pictures_missing"]);
        assert_eq!(told["warnings"][0]["field"], "extensions.talker.route");
    }
    assert!(images(&app, &mia, &id(&come["character"])).await.is_empty());
}

#[tokio::test]
async fn more_pictures_than_a_form_has_room_for_leave_with_it_as_far_as_they_fit() {
    let app = TestApp::start().await;
    let (aya, mia) = (app.person("aya").await, app.person("mia").await);
    let rin = aya.character("private").await;
    let path = format!("/characters/{rin}/route");
    let mut story = route();
    let pictures: Vec<Value> = (0..4).map(|n| json!({"key": format!("k{n}"), "title": "One of four"})).collect();
    story["chapters"][0]["scenes"][0]["unlocks"]["images"] = json!(pictures);
    aya.tell(&format!("PUT {path}"), story).await.with(200);
    // What shines through and looks like chance packs badly: about 2.5 MiB each.
    let large = image::RgbaImage::from_fn(800, 800, |x, y| {
        let n = x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519).rotate_left(x % 32).wrapping_mul(y | 1);
        image::Rgba((n ^ n >> 15).wrapping_mul(2_654_435_769).to_le_bytes())
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    large.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    for n in 0..4 {
        let request = aya.request(Method::PUT, &format!("{path}/images/k{n}")).header("content-type", "image/png");
        send(request.body(bytes.get_ref().clone())).await.with(200);
    }
    for (format, most) in [("json_v3", exchange::limits::CARD_JSON), ("charx", exchange::limits::CARD_FILE)] {
        let file = export(&aya, &rin, format).await.bytes;
        assert!(file.len() <= most, "{format}: {}", file.len());
        let come = bring(&mia, "/characters/import", file).await.with(201);
        // A background has no image in the first place.
        assert_eq!(notices(&come), ["pictures_missing"], "{format}");
        let kept = mia.get(&format!("/characters/{}/route", id(&come["character"]))).await;
        let count = kept["images"].as_array().unwrap().len();
        assert!(if format == "charx" { count == 4 } else { (1..4).contains(&count) }, "{format}: {count}");
    }
}

#[tokio::test]
async fn assets_that_only_say_that_they_are_pictures_are_none() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let data = |bytes: &[u8]| format!("data:image/png;base64,{}", STANDARD.encode(bytes));
    let asset = |key: &str, uri: &str| json!({"type": "x_talker_picture", "uri": uri, "name": key, "ext": "png"});
    // The head of the file says 60,000 by 60,000.
    let mut huge = png(1, 1);
    huge.splice(16..24, [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let mut cut = png(50, 50);
    cut.truncate(60);
    let card = |name: &str, assets: Value| {
        let extensions = json!({"talker": {"route": route()}});
        let data = json!({"name": name, "first_mes": "Hello.", "extensions": extensions, "assets": assets});
        json!({"spec": "chara_card_v3", "spec_version": "3.0", "data": data}).to_string().into_bytes()
    };
    let svg = data(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
    for (n, uri) in
        [svg, data(&huge), data(&cut), data(b""), "https://example.org/a.png".into(), "embeded://../a".into()]
            .iter()
            .enumerate()
    {
        let come = bring(&aya, "/characters/import", card(&format!("Of {n}"), json!([asset("rain_cg", uri)]))).await;
        let come = come.with(201);
        assert!(notices(&come).contains(&"pictures_missing"), "{uri}: {come}");
        assert!(images(&app, &aya, &id(&come["character"])).await.is_empty(), "{uri}");
    }
    // Very many of them, under keys that the story does not name, under one that no key can be, and one more than once.
    let mut many: Vec<Value> = (0..1_500).map(|n| asset(&format!("other_{n}"), "embeded://a.png")).collect();
    many.push(asset("../../rain_cg", &data(&shining())));
    many.push(asset("not_named", &data(&shining())));
    many.extend((0..50).map(|_| asset("rain_cg", &data(&shining()))));
    let come = bring(&aya, "/characters/import", card("Of many", json!(many))).await.with(201);
    assert_eq!(notices(&come), ["asset_missing", "pictures_missing"], "{come}");
    let hers = id(&come["character"]);
    let kept = images(&app, &aya, &hers).await;
    assert_eq!(kept.keys().collect::<Vec<_>>(), ["rain_cg"]);
    let original = image::load_from_memory(&shining()).unwrap().into_rgba8();
    assert_eq!(kept["rain_cg"], original);
    // What was not taken is kept, and leaves as it came.
    let out: Value = serde_json::from_slice(&export(&aya, &hers, "json_v3").await.bytes).unwrap();
    let named = out["data"]["assets"].as_array().unwrap();
    let count = |key: &str| named.iter().filter(|asset| asset["name"] == key).count();
    assert_eq!((count("not_named"), count("rain_cg")), (1, 1));
    // What cannot be read makes nothing, whatever of it could be.
    let before = aya.get("/characters?mine=true").await["items"].as_array().unwrap().len();
    let mut broken = export(&aya, &hers, "charx").await.bytes;
    broken.truncate(broken.len() - 30);
    bring(&aya, "/characters/import?again=true", broken).await.problem(422, "file_refused");
    assert_eq!(aya.get("/characters?mine=true").await["items"].as_array().unwrap().len(), before);
}
