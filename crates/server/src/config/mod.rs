//! The configuration: defaults, then `talker.toml`, then the environment.
//!
//! Everything has a default, so that Talker runs with nothing said. What is wrong is answered in sentences that name the
//! setting and what is expected, all at once. Each room of the house gets its own section as its own type.

mod documents;
mod environment;
mod models;
mod observe;
mod parse;
mod reader;
mod redact;
mod safety;
mod settings;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use bus::Rate;
use domain::bonds::BondJudge;
use domain::consents::Documents;
use domain::moderation;
use domain::sittings::Policy;
use domain::taking_part::Caps;
use domain::usage::Quota;
use push::VapidKey;
use service::accounts::{AccountsConfig, Secret};
use service::admin::AdminConfig;
use service::bonds::BondsConfig;
use service::chats::{ChatsConfig, Price};
use service::initiatives::InitiativesConfig;
use service::jobs::JobsConfig;
use service::memories::MemoriesConfig;
use service::moments::MomentsConfig;
use service::notifications::NotificationsConfig;
use service::usage::UsageConfig;
use store::sql::Durability;

pub use documents::{env_example, reference};
pub use environment::Environment;
pub use models::{ApiKey, ModelsConfig};
pub use observe::{ObserveConfig, SamplerKind, TracesConfig};
use reader::Reader;
pub(crate) use redact::url as redacted_url;

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of everything that is kept.
    pub data_dir: PathBuf,
    /// Listening and stopping.
    pub server: ServerConfig,
    /// Logs.
    pub log: LogConfig,
    /// The database.
    pub store: StoreConfig,
    /// What carries news to other nodes.
    pub bus: BusConfig,
    /// Accounts.
    pub accounts: AccountSettings,
    /// Replies.
    pub chats: ChatsConfig,
    /// Memories.
    pub memories: MemoriesConfig,
    /// Settings of bonds.
    pub bonds: BondsConfig,
    /// Notifications.
    pub notifications: NotificationsConfig,
    /// Moments.
    pub moments: MomentsConfig,
    /// Characters who write first.
    pub initiatives: InitiativesConfig,
    /// What the operator decides of reminders, and of characters who write first.
    pub policy: Policy,
    /// What people agree to.
    pub documents: Documents,
    /// Who wakes devices.
    pub push: PushConfig,
    /// How much people may take in a day.
    pub usage: UsageConfig,
    /// Administration.
    pub admin: AdminConfig,
    /// Who speaks.
    pub models: ModelsConfig,
    /// What is not let through.
    pub moderation: ModerationSettings,
    /// Metrics and traces.
    pub observe: ObserveConfig,
    /// What does no harm but should be known.
    pub warnings: Vec<String>,
    /// Every setting as it holds, redacted, for people to read.
    pub effective: Vec<Effective>,
}

/// Listening and stopping.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Where the server listens.
    pub address: SocketAddr,
    /// Where a worker answers how it is; `None`: nowhere.
    pub worker_address: Option<SocketAddr>,
    /// How long running replies may go on at the end.
    pub shutdown: Duration,
    /// Web pages of other origins that may call.
    pub cors_origins: Vec<String>,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<api::Network>,
}

/// What is not let through, and who is asked.
#[derive(Debug, Clone)]
pub struct ModerationSettings {
    /// The rules.
    pub policy: moderation::Policy,
    /// Where a moderation model is asked.
    pub url: Option<String>,
    /// Its key.
    pub key: Option<ApiKey>,
    /// Its name.
    pub model: Option<String>,
}

/// Logs.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// What is logged.
    pub filter: String,
    /// As JSON, a line each.
    pub json: bool,
}

/// The database.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Its address; `None`: SQLite in the data folder.
    pub url: Option<String>,
    /// Where the chat log is; `None`: in the database.
    pub mongodb_url: Option<String>,
    /// How many connections at most.
    pub connections: Option<u32>,
    /// What a power cut may take from SQLite.
    pub durability: Durability,
}

/// What carries news to other nodes.
#[derive(Clone)]
pub struct BusConfig {
    /// The address of Redis; `None`: nothing does.
    pub redis_url: Option<String>,
}

impl std::fmt::Debug for BusConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BusConfig").field("redis_url", &self.redis_url.as_deref().map(redact::url)).finish()
    }
}

/// Accounts, before the secret is known.
#[derive(Debug, Clone)]
pub struct AccountSettings {
    /// The secret, when one is given.
    pub secret_key: Option<Secret>,
    /// Whether people may make accounts for themselves.
    pub registration: bool,
    /// How long an access token is good.
    pub access_ttl: Duration,
    /// How long a device stays signed in.
    pub refresh_ttl: Duration,
    /// Passwords tried for one account.
    pub logins_per_account: Rate,
    /// Passwords tried from one address.
    pub logins_per_address: Rate,
    /// Accounts made from one address.
    pub registrations_per_address: Rate,
    /// Passwords checked at the same time.
    pub concurrent_hashes: usize,
}

impl AccountSettings {
    /// The same with the secret that was found or made.
    #[must_use]
    pub fn with_secret(&self, secret: Secret) -> AccountsConfig {
        AccountsConfig {
            registration: self.registration,
            access_ttl: self.access_ttl,
            refresh_ttl: self.refresh_ttl,
            logins_per_account: self.logins_per_account,
            logins_per_address: self.logins_per_address,
            registrations_per_address: self.registrations_per_address,
            concurrent_hashes: self.concurrent_hashes,
            ..AccountsConfig::new(secret)
        }
    }
}

/// Who wakes devices.
#[derive(Debug, Clone)]
pub struct PushConfig {
    /// Whether they are woken at all.
    pub enabled: bool,
    /// The key, when one is given.
    pub key: Option<VapidKey>,
    /// Where push services reach whoever runs this server.
    pub contact: String,
}

/// One setting as it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// Its name in the environment.
    pub name: &'static str,
    /// Its value, redacted.
    pub value: String,
    /// Where that came from; empty: the default.
    pub from: String,
}

/// What must be mended before Talker runs: one sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

const QUARTER_HOUR: Duration = Duration::from_secs(15 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

impl Config {
    /// The configuration as this environment says it.
    ///
    /// # Errors
    /// One sentence for each setting that is wrong.
    pub fn load(environment: &Environment) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(environment);
        let data_dir = reader.read(&settings::DATA_DIR, parse::path).unwrap_or_default();
        let beside = data_dir.join("talker.toml");
        if let Some(named) = reader.read(&settings::CONFIG_FILE, parse::path) {
            reader.under(&named);
        } else if beside.exists() {
            reader.under(&beside);
        }
        let memories = memories(&mut reader);
        let config = Self {
            server: server(&mut reader),
            log: log(&mut reader),
            store: StoreConfig {
                url: reader.read(&settings::DATABASE_URL, parse::database_url),
                mongodb_url: reader.read(&settings::MONGODB_URL, parse::mongodb_url),
                connections: reader
                    .read(&settings::DATABASE_CONNECTIONS, |text| text.parse().ok().filter(|n| (1..=1000).contains(n))),
                durability: reader.read(&settings::DURABILITY, parse::durability).unwrap_or(Durability::Full),
            },
            bus: BusConfig { redis_url: reader.read(&settings::REDIS_URL, parse::redis_url) },
            accounts: accounts(&mut reader),
            chats: ChatsConfig {
                concurrent_replies: count(reader.number(&settings::CONCURRENT_REPLIES, 1, 100_000)),
                reply_limit: Duration::from_secs(reader.number(&settings::REPLY_SECONDS, 5, 86_400)),
                price: price(&mut reader),
                care: safety::care(&mut reader),
                ..ChatsConfig::default()
            },
            notifications: notifications(memories.jobs.works),
            moments: moments(&mut reader, memories.jobs.works),
            initiatives: initiatives(memories.jobs.works),
            policy: safety::policy(&mut reader),
            documents: safety::documents(&mut reader),
            memories,
            bonds: bonds(&mut reader),
            push: push(&mut reader),
            usage: usage(&mut reader),
            admin: AdminConfig {
                keep_audit: Duration::from_secs(24 * 60 * 60 * reader.number(&settings::AUDIT_DAYS, 1, 36_500)),
                ..AdminConfig::default()
            },
            models: models::models(&mut reader, &data_dir),
            moderation: safety::moderation(&mut reader),
            observe: observe::read(&mut reader),
            effective: effective(&reader),
            data_dir,
            warnings: reader.warnings,
        };
        if reader.problems.is_empty() {
            return Ok(config);
        }
        // A misspelt name is often why another setting is wrong.
        Err(ConfigError([reader.problems, config.warnings].concat()))
    }
}

fn server(reader: &mut Reader) -> ServerConfig {
    ServerConfig {
        address: reader.read(&settings::ADDRESS, parse::address).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
        worker_address: reader.read(&settings::WORKER_ADDRESS, parse::address),
        shutdown: Duration::from_secs(reader.number(&settings::SHUTDOWN_SECONDS, 0, 3_600)),
        cors_origins: reader.list(&settings::CORS_ORIGINS, parse::origin),
        trusted_proxies: reader.list(&settings::TRUSTED_PROXIES, |text| text.parse().ok()),
    }
}

fn log(reader: &mut Reader) -> LogConfig {
    LogConfig {
        filter: reader.read(&settings::LOG, parse::log_filter).unwrap_or_default(),
        json: reader.read(&settings::LOG_FORMAT, |text| parse::one_of(text, "text", "json")).unwrap_or_default(),
    }
}

fn accounts(reader: &mut Reader) -> AccountSettings {
    let mut rate = |setting, per| {
        let burst = u32::try_from(reader.number(setting, 1, 1_000_000)).unwrap_or(u32::MAX);
        Rate { burst, per }
    };
    let logins_per_account = rate(&settings::LOGINS_PER_ACCOUNT, QUARTER_HOUR);
    let logins_per_address = rate(&settings::LOGINS_PER_ADDRESS, QUARTER_HOUR);
    let registrations_per_address = rate(&settings::REGISTRATIONS_PER_ADDRESS, HOUR);
    AccountSettings {
        secret_key: reader.read(&settings::SECRET_KEY, |text| Secret::new(text).ok()),
        registration: !reader
            .read(&settings::REGISTRATION, |text| parse::one_of(text, "open", "closed"))
            .unwrap_or_default(),
        access_ttl: Duration::from_secs(60 * reader.number(&settings::ACCESS_MINUTES, 1, 1_440)),
        refresh_ttl: Duration::from_secs(24 * 60 * 60 * reader.number(&settings::REFRESH_DAYS, 1, 3_650)),
        logins_per_account,
        logins_per_address,
        registrations_per_address,
        concurrent_hashes: count(reader.number(&settings::CONCURRENT_HASHES, 1, 256)),
    }
}

/// Both prices, or none.
fn price(reader: &mut Reader) -> Option<Price> {
    let dollars = |text: &str| text.parse().ok().filter(|dollars| (0.0..=100_000.0).contains(dollars));
    let prompt = reader.read(&settings::PRICE_PROMPT, dollars);
    let completion = reader.read(&settings::PRICE_COMPLETION, dollars);
    Some(Price { prompt: prompt?, completion: completion? })
}

/// Limits of a day; none of those that are not said.
fn usage(reader: &mut Reader) -> UsageConfig {
    let mut number = |setting| {
        reader
            .read(setting, |text| text.replace('_', "").parse().ok().filter(|number| *number <= domain::limits::QUOTA))
    };
    let (replies, tokens) = (number(&settings::DAILY_REPLIES), number(&settings::DAILY_TOKENS));
    let cost = reader.read(&settings::DAILY_COST, micros);
    let daily_cost_all = reader.read(&settings::DAILY_COST_ALL, micros);
    if (cost.is_some() || daily_cost_all.is_some()) && reader.given(&settings::PRICE_PROMPT).is_none() {
        reader.warnings.push(
            "A limit of cost is set, but no prices are: nothing will be counted as cost. Set TALKER_PRICE_PROMPT and TALKER_PRICE_COMPLETION.".into(),
        );
    }
    UsageConfig { daily: Quota { replies, tokens, cost }, daily_cost_all }
}

/// US dollars, as millionths of one.
pub(crate) fn micros(text: &str) -> Option<u64> {
    let dollars: f64 = text.parse().ok().filter(|dollars| (0.0..=100_000.0).contains(dollars))?;
    Some((dollars * 1_000_000.0).round() as u64)
}

/// Whether background work is done by the servers.
fn jobs(reader: &mut Reader) -> JobsConfig {
    let works = reader.read(&settings::JOBS, |text| parse::one_of(text, "off", "on")).unwrap_or_default();
    let database = reader.given(&settings::DATABASE_URL);
    if !works && database.is_none_or(|given| given.text.starts_with("sqlite")) {
        reader.warnings.push(
            "TALKER_JOBS is off, but the database belongs to one process, which no worker can help: nothing will be remembered.".into(),
        );
    }
    JobsConfig { works, ..JobsConfig::default() }
}

fn memories(reader: &mut Reader) -> MemoriesConfig {
    MemoriesConfig {
        jobs: jobs(reader),
        learn: reader.read(&settings::LEARN, |text| parse::one_of(text, "off", "on")).unwrap_or_default(),
        learn_every: u32::try_from(reader.number(&settings::LEARN_EVERY, 2, 1_000)).unwrap_or(u32::MAX),
        index_bytes: count(reader.number(&settings::MEMORY_INDEX, 1, 1_048_576)) << 20,
        ..MemoriesConfig::default()
    }
}

fn bonds(reader: &mut Reader) -> BondsConfig {
    let words = reader.read(&settings::BOND_JUDGE, |text| parse::one_of(text, "model", "words")).unwrap_or_default();
    BondsConfig { judge: if words { BondJudge::Words } else { BondJudge::Model } }
}

/// Devices are woken by whoever does the other background work.
fn notifications(works: bool) -> NotificationsConfig {
    let config = NotificationsConfig::default();
    NotificationsConfig { jobs: JobsConfig { works, ..config.jobs }, ..config }
}

/// Characters write first by whoever does the other background work.
fn initiatives(works: bool) -> InitiativesConfig {
    let config = InitiativesConfig::default();
    InitiativesConfig { jobs: JobsConfig { works, ..config.jobs } }
}

/// Characters take part in moments by whoever does the other background work.
fn moments(reader: &mut Reader, works: bool) -> MomentsConfig {
    let config = MomentsConfig::default();
    let mut small = |setting, high| u32::try_from(reader.number(setting, 0, high)).unwrap_or(u32::MAX);
    let caps = Caps {
        on_moment: small(&settings::MOMENT_COMMENTS, 1_000),
        by_character: small(&settings::MOMENT_COMMENTS_PER_CHARACTER, 100_000),
        for_person: small(&settings::MOMENT_COMMENTS_PER_PERSON, 100_000),
        ..config.caps
    };
    let posts_per_week = small(&settings::MOMENT_POSTS, 100);
    let take_part =
        reader.read(&settings::MOMENT_CHARACTERS, |text| parse::one_of(text, "off", "on")).unwrap_or_default();
    MomentsConfig { take_part, caps, posts_per_week, jobs: JobsConfig { works, ..config.jobs.clone() }, ..config }
}

fn push(reader: &mut Reader) -> PushConfig {
    PushConfig {
        enabled: reader.read(&settings::PUSH, |text| parse::one_of(text, "off", "on")).unwrap_or_default(),
        key: reader.read(&settings::VAPID_PRIVATE_KEY, |text| VapidKey::read(text).ok()),
        contact: reader.read(&settings::PUSH_CONTACT, parse::contact).unwrap_or_default(),
    }
}

fn effective(reader: &Reader) -> Vec<Effective> {
    settings::all()
        .filter_map(|setting| {
            let given = reader.given(setting)?;
            Some(Effective { name: setting.env, value: redact::value(setting.shown, &given.text), from: given.from })
        })
        .collect()
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Why a file could not be read or written, in words that need no manual.
pub(crate) fn reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "this user may not".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "a file stands where a folder should be".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
