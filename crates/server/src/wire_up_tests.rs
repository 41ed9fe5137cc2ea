use std::time::Instant;

use domain::ClosedSet;
use domain::safety::Tongue;
use serde_json::{Value, json};

use super::*;
use crate::config::Environment;

fn config(folder: &tempfile::TempDir, more: &[(&str, &str)]) -> Config {
    let data = folder.path().join("data").to_string_lossy().into_owned();
    let base = [("TALKER_DATA_DIR", data.as_str()), ("TALKER_OLLAMA_URL", "off"), ("TALKER_CHAT_MODEL", "scripted")];
    Config::load(&Environment::from_pairs(base.into_iter().chain(more.iter().copied()))).unwrap()
}

fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let answer = reqwest::get(format!("http://{address}{path}")).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_starts_from_nothing_stops_and_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder, &[]);
    for _ in 0..2 {
        let running = assemble(&config, Overrides::default()).await.unwrap().listen(anywhere()).await.unwrap();
        assert_eq!(running.assembled.speaks.clone().unwrap().settled().await, Phase::Ready);
        let (status, ready) = get(running.address, "/readyz").await;
        assert!(status == 200 && ready.contains("scripted/model"), "{ready}");
        assert_eq!(get(running.address, "/api/v1/users/me").await.0, 401);
        let second = assemble(&config, Overrides::default()).await.err().unwrap().to_string();
        assert!(second.starts_with("Another Talker (process "), "{second}");
        let began = Instant::now();
        running.shutdown().await;
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_taken_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind(anywhere()).await.unwrap();
    let assembled = assemble(&config(&folder, &[]), Overrides::default()).await.unwrap();
    let error = assembled.listen(taken.local_addr().unwrap()).await.err().unwrap().to_string();
    assert!(error.contains("is in use: another program listens there."), "{error}");
}

fn somebody() -> Value {
    json!({"username": "aya", "email": "aya@example.org", "password": "quiet-harbour", "birth_date": "2000-02-29"})
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_come_along_greet_people_in_their_language() {
    let folder = tempfile::tempdir().unwrap();
    let running =
        assemble(&config(&folder, &[]), Overrides::default()).await.unwrap().listen(anywhere()).await.unwrap();
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::new();
    let at = |path: &str| format!("http://{}/api/v1{path}", running.address);
    let answer = async |request: reqwest::RequestBuilder| request.send().await.unwrap().json::<Value>().await.unwrap();
    answer(client.post(at("/auth/register")).json(&somebody())).await;
    let form = "grant_type=password&username=aya&password=quiet-harbour";
    let request = client.post(at("/auth/token")).header("content-type", "application/x-www-form-urlencoded");
    let token = answer(request.body(form)).await["access_token"].as_str().unwrap().to_owned();
    let page = answer(client.get(at("/characters")).bearer_auth(&token)).await;
    let characters = page["items"].as_array().unwrap();
    assert!(!characters.is_empty());
    for character in characters {
        for language in Tongue::ALL {
            let body = json!({"character_id": character["id"], "language": language});
            let session = answer(client.post(at("/sessions")).bearer_auth(&token).json(&body)).await;
            let said = session["last_message"]["content"].as_str().unwrap_or_else(|| panic!("{session}"));
            assert_eq!(Tongue::of(said), *language, "{said}");
        }
    }
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_registration_takes_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder, &[("TALKER_REGISTRATION", "closed")]);
    let running = assemble(&config, Overrides::default()).await.unwrap().listen(anywhere()).await.unwrap();
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::new();
    let somebody = somebody();
    for path in ["/api/v1/auth/register", "/api/v1/auth/register/"] {
        let answer = client.post(format!("http://{}{path}", running.address)).json(&somebody).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 403);
        assert!(answer.text().await.unwrap().contains("\"forbidden\""));
    }
    running.shutdown().await;
}

#[test]
fn a_database_is_a_file_or_is_shared() {
    let folder = tempfile::tempdir().unwrap();
    let of = |url: &str| {
        let database = Database::of(&config(&folder, &[("DATABASE_URL", url)]));
        (database.file.map(|file| file.to_string_lossy().into_owned()), database.alone)
    };
    assert_eq!(of("sqlite:///srv/talker.db?mode=rwc"), (Some("/srv/talker.db".into()), true));
    assert_eq!(of("sqlite:talker.db"), (Some("talker.db".into()), true));
    assert_eq!(of("sqlite::memory:"), (None, true));
    assert_eq!(of("postgres://u:p@h/d"), (None, false));
    let default = Database::of(&config(&folder, &[]));
    assert!(default.alone && default.url.starts_with("sqlite:///") && default.url.ends_with("/data/talker.db"));
}
