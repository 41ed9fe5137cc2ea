use std::net::SocketAddr;

use service::accounts::Registration;
use store::sql::{SqlOptions, SqlStore};

use super::*;
use crate::config::Environment;
use crate::wire_up::{Overrides, assemble};

fn config(folder: &tempfile::TempDir) -> Config {
    let data = folder.path().join("data").to_string_lossy().into_owned();
    let pairs = [("TALKER_DATA_DIR", data.as_str()), ("TALKER_OLLAMA_URL", "off"), ("TALKER_CHAT_MODEL", "scripted")];
    Config::load(&Environment::from_pairs(pairs)).unwrap()
}

fn grant(user: &str) -> AdminCommand {
    AdminCommand::Grant { user: user.into(), role: UserRole::Admin, json: true }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_admin_is_made_while_the_server_runs_and_before_it_ever_did() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder);
    // There is nobody yet, but a database with all its tables.
    let nobody = admin(&config, grant("aya")).await.unwrap_err().to_string();
    assert!(nobody.starts_with("There is no account aya."), "{nobody}");

    let server = assemble(&config, Overrides::default()).await.unwrap();
    let server = server.listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let aya = Registration {
        username: "Aya".into(),
        email: "aya@example.org".into(),
        password: "a quiet harbour at dawn".into(),
        birth_date: time::macros::date!(2000 - 02 - 29),
        display_name: None,
        timezone: None,
        accepts: Vec::new(),
    };
    let aya = server.assembled.app.accounts.register(aya, None).await.unwrap().user;
    admin(&config, grant("AYA")).await.unwrap();
    server.assembled.app.admin.check(aya.id, UserRole::Admin).await.unwrap();
    let last = admin(&config, AdminCommand::Revoke { user: "aya".into(), json: false }).await.unwrap_err();
    assert_eq!(last.to_string(), "This is the last admin: make somebody else an admin first.");
    server.shutdown().await;
    let audit = AdminCommand::Audit { user: Some("aya".into()), limit: 10, json: true };
    admin(&config, audit).await.unwrap();
}

#[tokio::test]
async fn tables_of_an_older_version_are_left_to_the_server_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder);
    let file = Database::of(&config).file.unwrap();
    data_dir::prepare(&config.data_dir).unwrap();
    let _server = Lock::take(&file.with_extension("lock")).unwrap();
    drop(SqlStore::open(&Database::of(&config).url, SqlOptions::default()).await.unwrap());
    let refused = admin(&config, grant("aya")).await.unwrap_err().to_string();
    assert!(refused.starts_with("The database has tables of an older version"), "{refused}");
}
