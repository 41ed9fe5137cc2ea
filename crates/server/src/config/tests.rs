use super::*;

fn load(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(&Environment::from_pairs(pairs.iter().copied()))
}

fn problems(pairs: &[(&str, &str)]) -> Vec<String> {
    load(pairs).unwrap_err().0
}

#[test]
fn with_nothing_said_everything_has_a_value() {
    let config = load(&[("TALKER_DATA_DIR", "/nowhere/data")]).unwrap();
    assert_eq!(config.server.address.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.shutdown, Duration::from_secs(20));
    assert!(config.accounts.registration && config.accounts.secret_key.is_none() && config.store.url.is_none());
    assert_eq!(config.models.folder, std::path::Path::new("/nowhere/data/models"));
    assert_eq!(config.models.ollama_url.as_deref(), Some("http://127.0.0.1:11434"));
    assert!(config.warnings.is_empty());
    let defaults = AccountsConfig::new(Secret::new([7; 32]).unwrap());
    let ours = config.accounts.with_secret(Secret::new([7; 32]).unwrap());
    assert_eq!(format!("{ours:?}"), format!("{defaults:?}"), "the defaults of accounts are those of their room");
    assert_eq!(format!("{:?}", config.chats), format!("{:?}", ChatsConfig::default()));
}

#[test]
fn the_environment_counts_over_the_file_and_the_file_over_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let toml = "[server]\naddress = \"0.0.0.0:9000\"\nshutdown_seconds = 5\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n[log]\nfilter = \"debug\"\n";
    std::fs::write(folder.path().join("talker.toml"), toml).unwrap();
    let data = folder.path().to_string_lossy().into_owned();
    let config = load(&[("TALKER_DATA_DIR", &data), ("TALKER_ADDRESS", "127.0.0.1:7000"), ("TALKER_LOG", "")]).unwrap();
    assert_eq!(config.server.address.port(), 7000);
    assert_eq!(config.server.shutdown, Duration::from_secs(5));
    assert_eq!(config.server.trusted_proxies.len(), 2);
    assert_eq!(config.log.filter, "debug");
    let of = |name| config.effective.iter().find(|effective| effective.name == name).cloned().unwrap();
    assert_eq!(of("TALKER_ADDRESS").from, "TALKER_ADDRESS");
    assert!(of("TALKER_SHUTDOWN_SECONDS").from.starts_with("server.shutdown_seconds in "));
    assert_eq!(of("TALKER_REGISTRATION").from, "");
}

#[test]
fn what_is_wrong_is_said_in_sentences_all_at_once() {
    assert_eq!(
        problems(&[
            ("TALKER_ADDRESS", "8080"),
            ("TALKER_SHUTDOWN_SECONDS", "soon"),
            ("DATABASE_URL", "mysql://aya:hunter2@db/talker"),
            ("SECRET_KEY", "hunter2"),
            ("TALKER_LOG", "=="),
        ]),
        [
            "TALKER_ADDRESS is \"8080\"; it must be an address and a port, such as 127.0.0.1:8080 or 0.0.0.0:8080.",
            "TALKER_SHUTDOWN_SECONDS is \"soon\"; it must be a number of seconds from 0 to 3600.",
            "TALKER_LOG is \"==\"; it must be a level (error, warn, info, debug, trace) or a filter such as info,service=debug.",
            "DATABASE_URL is \"mysql://aya:…@db/talker\"; it must be an address such as sqlite:///srv/talker.db or postgres://user:password@host/database.",
            "SECRET_KEY is not as it must be: at least 32 bytes nobody can guess.",
        ]
    );
}

#[test]
fn a_file_that_is_named_must_be_there_and_be_readable() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_string_lossy().into_owned();
    let missing = format!("{data}/other.toml");
    assert_eq!(problems(&[("TALKER_CONFIG", &missing)]), [format!("{missing} cannot be read: there is no such file.")]);
    let file = folder.path().join("talker.toml");
    std::fs::write(&file, "[server]\nadress = \"x\"\n").unwrap();
    let warnings = load(&[("TALKER_DATA_DIR", &data)]).unwrap().warnings;
    assert!(
        warnings[0].starts_with("server.adress in ") && warnings[0].ends_with("server.address was perhaps meant."),
        "{warnings:?}"
    );
    std::fs::write(&file, "[server]\naddress = 1 2\n").unwrap();
    assert!(problems(&[("TALKER_DATA_DIR", &data)])[0].ends_with("talker.toml is not valid TOML: see line 2."));
    std::fs::write(&file, "[server]\naddress = 8080\n").unwrap();
    assert!(problems(&[("TALKER_DATA_DIR", &data)])[0].starts_with("server.address in "));
}

#[test]
fn jobs_that_nobody_would_do_are_named() {
    assert!(load(&[]).unwrap().memories.jobs.works);
    let shared = load(&[("TALKER_JOBS", "off"), ("DATABASE_URL", "postgres://db/talker")]).unwrap();
    assert!(!shared.memories.jobs.works && shared.warnings.is_empty());
    for more in [vec![], vec![("DATABASE_URL", "sqlite:///srv/talker.db")]] {
        let alone = load(&[vec![("TALKER_JOBS", "off")], more].concat()).unwrap();
        assert!(alone.warnings[0].starts_with("TALKER_JOBS is off, but"), "{:?}", alone.warnings);
    }
}

#[test]
fn no_secret_is_shown() {
    let config = load(&[
        ("SECRET_KEY", "hunter2-hunter2-hunter2-hunter2-hunter2"),
        ("OPENAI_API_KEY", "sk-hunter2"),
        ("DATABASE_URL", "postgres://aya:hunter2@db/talker"),
        ("REDIS_URL", "redis://:hunter2@cache:6379"),
    ])
    .unwrap();
    assert!(!format!("{:?}", config.effective).contains("hunter2"));
    assert!(!format!("{:?} {:?} {:?}", config.accounts, config.models, config.bus).contains("hunter2"));
}

#[test]
fn limits_of_a_day_are_numbers_and_dollars_and_none_when_nothing_is_said() {
    assert_eq!(load(&[]).unwrap().usage, UsageConfig::default());
    let config = load(&[
        ("TALKER_DAILY_REPLIES", "1_000"),
        ("TALKER_DAILY_TOKENS", ""),
        ("TALKER_DAILY_COST", "2.5"),
        ("TALKER_DAILY_COST_ALL", "0"),
        ("TALKER_AUDIT_DAYS", "30"),
    ])
    .unwrap();
    assert_eq!(config.usage.daily, Quota { replies: Some(1_000), tokens: None, cost: Some(2_500_000) });
    assert_eq!(config.usage.daily_cost_all, Some(0));
    assert_eq!(config.admin.keep_audit, Duration::from_secs(30 * 86_400));
    assert!(config.warnings.iter().any(|warning| warning.starts_with("A limit of cost is set, but no prices are")));
    let prices = [("TALKER_DAILY_COST", "1"), ("TALKER_PRICE_PROMPT", "1"), ("TALKER_PRICE_COMPLETION", "2")];
    assert!(load(&prices).unwrap().warnings.is_empty());
    assert_eq!(
        problems(&[("TALKER_DAILY_REPLIES", "-1"), ("TALKER_DAILY_COST", "much")]),
        [
            "TALKER_DAILY_REPLIES is \"-1\"; it must be a number from 0 to 1000000000000000.",
            "TALKER_DAILY_COST is \"much\"; it must be a number of US dollars from 0 to 100000.",
        ]
    );
}
