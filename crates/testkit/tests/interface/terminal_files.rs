//! `talker import` and `talker export`: the real binary, with files, as a client of a real server.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use serde_json::json;
use testkit::TestApp;
use testkit::app::{PASSWORD, id};
use testkit::process::binary;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// How long a terminal may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../exchange/tests/golden").join(name)
}

/// Somebody's home, with a terminal in it.
struct Home {
    binary: PathBuf,
    folder: tempfile::TempDir,
    server: String,
}

impl Home {
    fn of(app: &TestApp) -> Option<Self> {
        let server = format!("http://{}", app.address);
        Some(Self { binary: binary()?, folder: tempfile::tempdir().unwrap(), server })
    }

    async fn run(&self, args: &[&str], token: Option<&str>, typed: &str) -> Output {
        let mut command = Command::new(&self.binary);
        command.args(args).args(["--server", &self.server]).env_clear();
        command.env("HOME", self.folder.path()).current_dir(self.folder.path());
        if let Some(token) = token {
            command.env("TALKER_TOKEN", token);
        }
        let piped = std::process::Stdio::piped;
        let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).kill_on_drop(true).spawn().unwrap();
        child.stdin.take().unwrap().write_all(typed.as_bytes()).await.unwrap();
        tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("it ends").unwrap()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{} {}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[tokio::test]
async fn files_come_in_each_with_its_line_and_nothing_is_overwritten() {
    let app = TestApp::start().await;
    let Some(home) = Home::of(&app) else { return };
    let aya = app.person("aya").await;
    let token = aya.access.clone();
    let book = home.file("sea.json");
    std::fs::write(&book, json!({"name": "Sea", "entries": [{"keys": ["a"], "content": "b"}]}).to_string()).unwrap();
    let wrong = home.file("wrong.json");
    std::fs::write(&wrong, "secret words").unwrap();
    let (card, chat) = (golden("cards/v2.png"), golden("chats/silly_tavern.jsonl"));
    let files = [&card, &chat, &book].map(|path| path.to_str().unwrap().to_owned());
    let [card, chat, book] = files.each_ref().map(String::as_str);

    // A look makes nothing, and needs no server.
    let looked = said(&home.run(&["import", "--preview", card, chat, book], None, "").await);
    assert!(looked.contains("would make the character Iris, 1 entries of lore"), "{looked}");
    assert!(looked.contains("5 messages, swipes included, 1 of them hidden"), "{looked}");
    assert_eq!(aya.get("/characters?mine=true").await["items"], json!([]));

    // With a password from a pipe it is signed in here, and stays so.
    let signing = ["import", card, "--as", "aya", "--password-stdin"];
    let first = said(&home.run(&signing, None, &format!("{PASSWORD}\n")).await);
    assert!(first.contains("the character Iris (chr_"), "{first}");
    let all = home.run(&["import", card, chat, book, wrong.to_str().unwrap(), "none.json"], None, "").await;
    assert!(!all.status.success(), "one of them could not be taken");
    let (out, err) = (text(&all.stdout), text(&all.stderr));
    assert!(out.contains("is here already as chr_") && out.contains("1 chats of 5 messages"), "{out}");
    assert!(out.contains("the lorebook Sea (lor_") || out.contains("the lorebook Sea ("), "{out}");
    assert!(err.contains("wrong.json: is none of the formats of cards."), "{err}");
    assert!(err.contains("none.json: there is no such file.") && !err.contains("secret"), "{err}");
    let mine = aya.get("/characters?mine=true").await;
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    let again = said(&home.run(&["import", "--again", card], Some(&token), "").await);
    assert!(again.contains("the character Iris (chr_"), "{again}");
}

#[tokio::test]
async fn what_is_ones_own_goes_into_files_that_are_never_overwritten() {
    let app = TestApp::start().await;
    let Some(home) = Home::of(&app) else { return };
    let aya = app.person("aya").await;
    let token = aya.access.clone();
    let rin = id(&aya.post("/characters", json!({"name": "Rin", "greeting": "Hello."})).await);
    let session = aya.session_with(&rin).await;
    let run = async |args: &[&str]| home.run(args, Some(&token), "").await;
    assert_eq!(said(&run(&["export", "character", "Rin"]).await).trim(), "Rin.png");
    assert!(exchange::cards::read(&std::fs::read(home.file("Rin.png")).unwrap()).is_ok());
    let twice = run(&["export", "character", "Rin"]).await;
    assert!(!twice.status.success() && text(&twice.stderr).contains("is there already"), "{}", text(&twice.stderr));
    said(&run(&["export", "character", &rin, "--format", "json-v2", "-o", "rin.json"]).await);
    assert!(text(&std::fs::read(home.file("rin.json")).unwrap()).contains("chara_card_v2"));
    let chat = said(&run(&["export", "chat", &session, "--output", "-"]).await);
    assert!(chat.contains("\"mes\":\"Hello.\""), "{chat}");
    assert_eq!(said(&run(&["export", "chat", &session, "--format", "risu"]).await).trim(), "chat.json");
    said(&run(&["export", "everything", "-o", "all.zip"]).await);

    let other = app.person("ren").await;
    let token = other.access.clone();
    let came = said(&home.run(&["import", "all.zip"], Some(&token), "").await);
    assert!(
        came.contains("1 characters, 0 lorebooks, 1 chats, 0 memories and 0 moments came, 0 were here already"),
        "{came}"
    );
    let none = home.run(&["export", "character", "Nobody"], Some(&token), "").await;
    assert!(!none.status.success() && none.stdout.is_empty());
    // The name in the file says with whom.
    let again = said(&run(&["import", "chat.json"]).await);
    assert!(again.contains("1 chats of 1 messages"), "{again}");
}
