//! `talker chat`: the real binary as a client of a real server, through pipes.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use llm::scripted::{Gate, Script};
use serde_json::{Value, json};
use testkit::TestApp;
use testkit::app::{PASSWORD, id};
use testkit::keyed::Program;
use testkit::process::binary;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use super::groups::{character, friends, user_id};

/// How long a terminal may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody's home, with a terminal in it.
struct Home {
    binary: std::path::PathBuf,
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Option<Self> {
        Some(Self { binary: binary()?, folder: tempfile::tempdir().unwrap() })
    }

    /// `talker chat` with these arguments; with `token` as `TALKER_TOKEN` when there is one.
    fn start(&self, server: SocketAddr, token: Option<&str>, args: &[&str]) -> Child {
        let mut command = Command::new(&self.binary);
        command.args(["chat", "--server", &format!("http://{server}")]).args(args);
        command.env_clear().env("HOME", self.folder.path()).current_dir(self.folder.path());
        if let Some(token) = token {
            command.env("TALKER_TOKEN", token);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap()
    }

    /// The same, with all that is typed there.
    async fn run(&self, server: SocketAddr, token: Option<&str>, args: &[&str], typed: &str) -> Output {
        let mut child = self.start(server, token, args);
        child.stdin.take().unwrap().write_all(typed.as_bytes()).await.unwrap();
        output(child).await
    }

    fn sign_ins(&self) -> std::path::PathBuf {
        self.folder.path().join(".config/talker/sign_in.json")
    }
}

async fn output(child: Child) -> Output {
    tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("it ends").unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{} {}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn interrupt(child: &Child) {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    rustix::process::kill_process(id.expect("it runs"), rustix::process::Signal::INT).unwrap();
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_is_a_device_that_says_lines_and_prints_replies() {
    let Some(home) = Home::new() else { return };
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    aya.character("private").await;
    let alone = home.run(app.address, None, &["Rin"], "Hello\n").await;
    assert!(!alone.status.success() && text(&alone.stderr).contains("Nobody is signed in"), "{}", text(&alone.stderr));
    let wrong = home.run(app.address, None, &["Rin", "--user", "aya", "--password-stdin"], "a guess\n").await;
    assert!(!wrong.status.success() && !text(&wrong.stderr).contains("a guess"));

    app.model.push(Script::words("The sea is \u{1b}[2Jcalm. 🌸"));
    let typed = format!("{PASSWORD}\nHello\nAnd you?\n");
    let first = home.run(app.address, None, &["rin", "--user", "aya", "--password-stdin"], &typed).await;
    assert_eq!(said(&first), "The sea is [2Jcalm. 🌸\nYou said 8 characters.\n", "nothing commands the terminal");
    assert_eq!(text(&first.stderr), "");
    assert_eq!(mode(&home.sign_ins()), 0o600);
    let kept = std::fs::read_to_string(home.sign_ins()).unwrap();
    assert!(kept.contains("tlk_r_") && !kept.contains(PASSWORD), "{kept}");
    let devices = aya.get("/users/me/devices").await;
    assert!(devices["items"].as_array().unwrap().iter().any(|device| device["label"] == "talker chat"), "{devices}");

    // Whoever signed in is known from then on, also when the token of the last time has ended; the chat goes on.
    app.clock.advance(Duration::from_secs(60 * 60));
    let second = home.run(app.address, None, &["Rin", "--history", "4"], "Once more\n/quit\nnever said\n").await;
    let shown = said(&second);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 5, "{shown}");
    assert_eq!((lines[0], lines[3], lines[4]), ("You: Hello", "Rin: You said 8 characters.", "You said 9 characters."));
    let sessions = app.sign_in("aya").await.get("/sessions").await;
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1);

    let out = home.run(app.address, None, &["--sign-out"], "").await;
    assert_eq!(said(&out), "");
    assert!(!std::fs::read_to_string(home.sign_ins()).unwrap().contains("tlk_r_"));
    let devices = app.sign_in("aya").await.get("/users/me/devices").await;
    assert!(!devices["items"].as_array().unwrap().iter().any(|device| device["label"] == "talker chat"), "{devices}");
    assert!(!home.run(app.address, None, &["Rin"], "Hello\n").await.status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_are_made_again_and_chats_listed_and_opened() {
    let Some(home) = Home::new() else { return };
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    for reply in ["One.", "Two."] {
        app.model.push(Script::say(reply));
    }
    let typed = "Hello\n/regenerate\n/sessions\n/new\n/sessions\n/open 2\n/nonsense\n";
    let shown = said(&home.run(app.address, Some(&aya.access), &[&rin], typed).await);
    assert_eq!(shown, "One.\nTwo.\n*  1  Rin\n*  1  Rin\n   2  Rin\n");
    assert!(!home.sign_ins().exists(), "a token that was given is kept nowhere");
    let nobody = home.run(app.address, Some(&aya.access), &["Nobody"], "Hello\n").await;
    assert!(!nobody.status.success() && text(&nobody.stderr).contains("no character of this name"));
    let refused = home.run(app.address, Some("nonsense"), &["Rin"], "Hello\n").await;
    assert!(!refused.status.success() && text(&refused.stdout).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_stops_the_reply_and_twice_leaves() {
    let Some(home) = Home::new() else { return };
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let gate = Gate::new();
    app.model.push(Script::say("I begin").wait(&gate).text(" and go on."));
    let mut child = home.start(app.address, Some(&aya.access), &[&rin]);
    let mut typing = child.stdin.take().unwrap();
    typing.write_all(b"Hello\n").await.unwrap();
    gate.reached().await;
    interrupt(&child);
    let session = aya.get("/sessions").await["items"][0]["id"].as_str().unwrap().to_owned();
    let mut last = Value::Null;
    for _ in 0..500 {
        last = aya.messages(&session).await.pop().unwrap();
        if last["status"] == "stopped" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!((&last["status"], &last["content"]), (&json!("stopped"), &json!("I begin")));
    // It goes on talking; the input is not at its end, so only Ctrl-C ends it.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    typing.write_all(b"And now?\n").await.unwrap();
    for _ in 0..500 {
        if aya.messages(&session).await.last().is_some_and(|last| last["content"] == "You said 8 characters.") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    interrupt(&child);
    tokio::time::sleep(Duration::from_millis(300)).await;
    interrupt(&child);
    // The second may come before the end of the line has.
    assert_eq!(said(&output(child).await).trim_end(), "I begin\nYou said 8 characters.");
}

/// What stands between a client and a server, and can be cut.
async fn line(server: SocketAddr) -> (SocketAddr, Arc<watch::Sender<u32>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let cut = Arc::new(watch::Sender::new(0));
    let cuts = Arc::clone(&cut);
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut cuts = cuts.subscribe();
            tokio::spawn(async move {
                let Ok(mut far) = TcpStream::connect(server).await else { return };
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                    _ = cuts.changed() => {}
                }
            });
        }
    });
    (address, cut)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_in_mid_reply_loses_and_repeats_nothing() {
    let Some(home) = Home::new() else { return };
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let (address, cut) = line(app.address).await;
    let (first, second) = (Gate::new(), Gate::new());
    app.model.push(Script::say("The sea 🌸").wait(&first).text(" is").wait(&second).text(" calm."));
    let mut child = home.start(address, Some(&aya.access), &[&rin]);
    let mut typing = child.stdin.take().unwrap();
    typing.write_all(b"Hello\nAnd you?\n").await.unwrap();
    drop(typing);
    first.reached().await;
    cut.send_modify(|cuts| *cuts += 1);
    first.open();
    second.reached().await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    cut.send_modify(|cuts| *cuts += 1);
    second.open();
    assert_eq!(said(&output(child).await), "The sea 🌸 is calm.\nYou said 8 characters.\n");
    let session = aya.get("/sessions").await["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(aya.messages(&session).await.len(), 5, "each was said once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_an_api_key_a_chat_is_kept_nowhere() {
    let Some(home) = Home::new() else { return };
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let rin = aya.character("private").await;
    let program = Program::of(&app, &aya, json!({"name": "x", "characters": [rin]})).await;
    app.model.push(Script::words("The sea is calm."));
    app.model.push(Script::words("It is wild."));
    let shown = home.run(app.address, Some(&program.secret), &[], "Hello\n/regenerate\nAnd you?\n").await;
    assert_eq!(said(&shown), "The sea is calm.\nIt is wild.\nYou said 8 characters.\n");
    let asked = app.model.last_request().unwrap();
    let told: Vec<&str> = asked.messages.iter().map(|message| message.content.as_str()).collect();
    assert!(told.contains(&"It is wild.") && !told.contains(&"The sea is calm."), "{told:?}");
    assert_eq!(aya.get("/sessions").await["items"], json!([]));
    aya.ask(&format!("DELETE /api-keys/{}", program.id)).await.with(204);
    let refused = home.run(app.address, Some(&program.secret), &[], "Hello\n").await;
    assert!(!refused.status.success() && text(&refused.stdout).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_are_listed_joined_and_talked_in_by_name() {
    let Some(home) = Home::new() else { return };
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben"]).await;
    let (aya, ben) = (&people[0], &people[1]);
    let (rin, kai) = (character(aya, "Rin", "public").await, character(aya, "Kai", "public").await);
    let ids = [user_id(ben).await];
    let body = json!({"title": "By the sea", "people": ids, "characters": [rin, kai], "reply_mode": "all", "speakers": 2, "newcomers_see": "all"});
    let session = id(&aya.post("/groups", body).await);
    let direct = id(&aya.tell("POST /direct-sessions", json!({"user_id": user_id(ben).await})).await.with(200));
    let hello = json!({"client_message_id": "a", "content": "Hello ben!"});
    aya.tell(&format!("POST /sessions/{direct}/messages"), hello).await.with(202);

    // Whoever is asked sees it, and comes.
    ben.session_with(&rin).await;
    let typed = "/sessions\n/open 3\nGood evening!\n";
    for reply in ["One.", "Two."] {
        app.model.push(Script::say(reply));
    }
    let shown = said(&home.run(app.address, Some(&ben.access), &[&rin], typed).await);
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines.iter().any(|line| line.ends_with("  aya")), "the direct chat by the other's name: {shown}");
    assert!(
        lines.iter().any(|line| line.starts_with('?') && line.contains("aya asks you to a group: aya, Rin, Kai")),
        "{shown}"
    );
    let spoken: Vec<&&str> = lines.iter().filter(|line| line.ends_with("One.") || line.ends_with("Two.")).collect();
    let mut names: Vec<&str> = spoken.iter().filter_map(|line| line.split(':').next()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Kai", "Rin"], "each by her name: {shown}");
    let told = aya.messages(&session).await;
    assert!(told.iter().any(|message| message["content"] == "Good evening!"), "{told:?}");
    // What was said before has the names of those who said it.
    let shown =
        said(&home.run(app.address, Some(&ben.access), &["--session", &session, "--history", "9"], "/quit\n").await);
    assert!(shown.contains("You: Good evening!") && shown.contains("Rin: ") && shown.contains("Kai: "), "{shown}");
    let shown = said(
        &home.run(app.address, Some(&ben.access), &["--session", &direct, "--history", "9"], "Hello aya!\n").await,
    );
    assert_eq!(shown, "aya: Hello ben!\n", "nobody answers at once, so it ends there");
    assert_eq!(aya.messages(&direct).await.last().unwrap()["content"], "Hello aya!");
}
