use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::get;
use parking_lot::Mutex;

use super::super::gguf::sample;
use super::*;

/// A hub with one file; it notes the ranges it was asked for.
#[derive(Clone)]
struct Hub {
    bytes: Arc<Vec<u8>>,
    published: String,
    ranges: Arc<Mutex<Vec<Option<String>>>>,
}

async fn file(State(hub): State<Hub>, headers: HeaderMap) -> impl IntoResponse {
    let range = headers.get("range").and_then(|range| range.to_str().ok()).map(str::to_owned);
    hub.ranges.lock().push(range.clone());
    let marks = [("etag", "\"one\"".to_owned()), ("x-linked-etag", format!("\"{}\"", hub.published))];
    let same = headers.get("if-range").is_some_and(|mark| mark == "\"one\"");
    let from =
        range.filter(|_| same).and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    match from {
        None => (StatusCode::OK, marks, hub.bytes.to_vec()).into_response(),
        Some(from) if from >= hub.bytes.len() => StatusCode::RANGE_NOT_SATISFIABLE.into_response(),
        Some(from) => {
            let range = format!("bytes {from}-{}/{}", hub.bytes.len() - 1, hub.bytes.len());
            (StatusCode::PARTIAL_CONTENT, marks, [("content-range", range)], hub.bytes[from..].to_vec()).into_response()
        }
    }
}

async fn hub(bytes: Vec<u8>) -> (String, Hub) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let published = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let hub = Hub { bytes: Arc::new(bytes), published, ranges: Arc::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/Model-1B.gguf", listener.local_addr().unwrap());
    let router = Router::new().route("/Model-1B.gguf", get(file)).with_state(hub.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, hub)
}

fn model() -> Vec<u8> {
    let mut bytes = sample::chat("Model");
    bytes.extend(vec![7; 100_000]);
    bytes
}

#[tokio::test]
async fn a_file_is_fetched_checked_and_put_in_its_place() {
    let (folder, (url, hub)) = (tempfile::tempdir().unwrap(), hub(model()).await);
    let seen = Mutex::new((0, None));
    let pulled = pull(&url, folder.path(), &|bytes, total| *seen.lock() = (bytes, total)).await.unwrap();
    assert_eq!(
        (pulled.file.name().as_str(), pulled.sha256 == hub.published, pulled.verified),
        ("local/model-1b", true, true)
    );
    assert_eq!(std::fs::read(&pulled.file.path).unwrap(), *hub.bytes);
    assert_eq!(*seen.lock(), (hub.bytes.len() as u64, Some(hub.bytes.len() as u64)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    assert!(pull(&url, folder.path(), &|_, _| ()).await.unwrap_err().to_string().contains("there already"));
}

#[tokio::test]
async fn it_goes_on_where_it_broke_off_unless_the_file_changed() {
    for (mark, ranges) in [("\"one\"", "bytes=60000-"), ("\"other\"", "bytes=60000-"), ("", "")] {
        let (folder, (url, hub)) = (tempfile::tempdir().unwrap(), hub(model()).await);
        let part = folder.path().join("model-1b.gguf.part");
        let begun = if mark == "\"one\"" { hub.bytes[..60_000].to_vec() } else { vec![9; 60_000] };
        std::fs::write(&part, begun).unwrap();
        std::fs::write(mark_path(&part), mark).unwrap();
        let pulled = pull(&url, folder.path(), &|_, _| ()).await.unwrap();
        assert_eq!(std::fs::read(&pulled.file.path).unwrap(), *hub.bytes, "{mark}");
        assert_eq!(hub.ranges.lock().last().cloned().flatten().unwrap_or_default(), ranges);
    }
}

#[tokio::test]
async fn what_is_whole_but_not_in_its_place_is_only_checked() {
    let (folder, (url, hub)) = (tempfile::tempdir().unwrap(), hub(model()).await);
    let part = folder.path().join("model-1b.gguf.part");
    std::fs::write(&part, &*hub.bytes).unwrap();
    std::fs::write(mark_path(&part), "\"one\"").unwrap();
    assert!(pull(&url, folder.path(), &|_, _| ()).await.unwrap().verified);
}

#[tokio::test]
async fn what_is_damaged_or_no_model_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let (url, _) = hub(b"<html>sign in</html>".to_vec()).await;
    assert!(pull(&url, folder.path(), &|_, _| ()).await.unwrap_err().to_string().ends_with("is not a GGUF file."));
    let part = folder.path().join("model-1b.gguf.part");
    let (url, hub) = hub(model()).await;
    std::fs::write(&part, vec![9; hub.bytes.len() - 1]).unwrap();
    std::fs::write(mark_path(&part), "\"one\"").unwrap();
    assert!(pull(&url, folder.path(), &|_, _| ()).await.unwrap_err().to_string().contains("came damaged"));
    assert!(!part.exists());
}

#[tokio::test]
async fn what_cannot_be_is_said_in_sentences() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let folder = tempfile::tempdir().unwrap();
    for (url, said) in [
        ("nonsense", "neither a name of the catalogue nor an address"),
        ("http://example.com/a.gguf", "must begin with https"),
        ("https://example.com/", "must end with the name of a GGUF file"),
        ("https://example.com/..%2fevil.gguf", "must end with the name of a GGUF file"),
        ("http://127.0.0.1:9/model.gguf", "is this machine online?"),
    ] {
        let error = pull(url, folder.path(), &|_, _| ()).await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}
