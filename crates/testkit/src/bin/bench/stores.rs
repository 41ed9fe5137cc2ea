//! Where Talker keeps its data in a run: on SQLite in a folder, or in new databases on servers, which go when nobody holds
//! them any more.

use std::fmt;
use std::rc::Rc;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use mongodb::Client;
use sea_orm::{ConnectionTrait, Database};
use serde::{Deserialize, Serialize};
use store::Store;
use store::mongo::{MongoOptions, MongoStore, Watcher};
use store::sql::{Durability, SqlOptions, SqlStore};

/// The variables in which `tests/services/run` names its servers.
const POSTGRES: &str = "TALKER_TEST_POSTGRES_URL";
const MONGO: &str = "TALKER_TEST_MONGODB_URL";
const REDIS: &str = "TALKER_TEST_REDIS_URL";

/// Grounds that this process has made.
static MADE: AtomicU64 = AtomicU64::new(0);

/// Which stores Talker runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backend {
    /// PostgreSQL instead of SQLite.
    pub postgres: bool,
    /// The chat log in MongoDB.
    pub mongo: bool,
    /// A bus of many nodes.
    pub redis: bool,
}

impl Backend {
    /// A file.
    pub const SQLITE: Self = Self { postgres: false, mongo: false, redis: false };

    /// What a run measures when it is told nothing else.
    pub const USUAL: [Self; 3] = [
        Self::SQLITE,
        Self { postgres: true, mongo: false, redis: false },
        Self { postgres: true, mongo: true, redis: true },
    ];

    /// Whether other nodes can share it.
    pub fn is_shared(self) -> bool {
        self.postgres
    }

    /// Why this cannot be measured here, if it cannot.
    pub fn missing(self) -> Option<String> {
        let wanted =
            [(self.postgres, "PostgreSQL", POSTGRES), (self.mongo, "MongoDB", MONGO), (self.redis, "Redis", REDIS)];
        let (_, name, variable) =
            wanted.into_iter().find(|(wanted, _, variable)| *wanted && url(variable).is_none())?;
        Some(format!("there is no {name} server: {variable} names none, and tests/services/run could bring none"))
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sql = if self.postgres { "postgres" } else { "sqlite" };
        let (mongo, redis) = (if self.mongo { "+mongo" } else { "" }, if self.redis { "+redis" } else { "" });
        write!(f, "{sql}{mongo}{redis}")
    }
}

impl FromStr for Backend {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (first, more) = text.split_once('+').map_or((text, None), |(first, more)| (first, Some(more)));
        let mut backend = match first {
            "sqlite" => Self::SQLITE,
            "postgres" => Self { postgres: true, ..Self::SQLITE },
            other => return Err(format!("There is no store {other}: it begins with sqlite or postgres.")),
        };
        for part in more.into_iter().flat_map(|more| more.split('+')) {
            match part {
                "mongo" => backend.mongo = true,
                "redis" => backend.redis = true,
                other => return Err(format!("There is no {other}: after the + stands mongo or redis.")),
            }
        }
        if backend.redis && !backend.postgres {
            return Err("SQLite belongs to one process, which has no use for Redis.".to_owned());
        }
        Ok(backend)
    }
}

fn url(variable: &str) -> Option<String> {
    std::env::var_os(variable).and_then(|url| url.into_string().ok()).filter(|url| !url.is_empty())
}

/// Where the databases of one installation are, for every process of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Place {
    /// The relational database.
    pub sql: String,
    /// The chat log.
    pub mongo: Option<String>,
    /// The bus: the server, and what its keys begin with.
    pub redis: Option<(String, String)>,
}

impl Place {
    /// Opens what is there.
    pub async fn open(&self, durability: Durability, watcher: Option<Watcher>) -> Store {
        let sql = SqlStore::open(&self.sql, SqlOptions { durability, ..SqlOptions::default() }).await;
        let sql = sql.expect("the store opens");
        let Some(url) = &self.mongo else { return Store::Sql(sql) };
        let options = MongoOptions { watcher, ..MongoOptions::default() };
        Store::Mongo(MongoStore::open(url, &sql, &options).await.expect("the chat log opens"))
    }

    /// The same for one who fills it: nothing waits for the disk.
    pub async fn open_to_fill(&self) -> Store {
        let sql =
            if self.is_sqlite() { self.sql.clone() } else { with(&self.sql, "options=-c%20synchronous_commit%3Doff") };
        Self { sql, ..self.clone() }.open(Durability::Careless, None).await
    }

    /// Whether it is a file.
    pub fn is_sqlite(&self) -> bool {
        self.sql.starts_with("sqlite:")
    }
}

/// A URL with one more parameter.
fn with(url: &str, parameter: &str) -> String {
    format!("{url}{}{parameter}", if url.contains('?') { '&' } else { '?' })
}

/// A URL that names this database.
fn naming(server: &str, database: &str) -> String {
    let (address, parameters) = server.split_once('?').map_or((server, ""), |(address, more)| (address, more));
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let parameters = if parameters.is_empty() { String::new() } else { format!("?{parameters}") };
    format!("{scheme}://{host}/{database}{parameters}")
}

/// New, empty databases.
pub struct Ground {
    /// Where they are.
    pub place: Place,
    backend: Backend,
    name: String,
    _folder: tempfile::TempDir,
}

impl Ground {
    /// Makes them, but for their tables.
    pub fn make(backend: Backend) -> Rc<Self> {
        let folder =
            tempfile::Builder::new().prefix("bench-").tempdir_in(crate::target()).expect("a folder on the disk");
        let name = format!("bench_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let there = |wanted: bool, variable: &str| wanted.then(|| url(variable).expect("the server was there"));
        let sql = match there(backend.postgres, POSTGRES) {
            None => format!("sqlite://{}", folder.path().join("talker.db").display()),
            Some(server) => naming(&server, &name),
        };
        let mongo = there(backend.mongo, MONGO).map(|server| naming(&server, &name));
        let redis = there(backend.redis, REDIS).map(|server| (server, format!("{name}:")));
        let ground = Self { place: Place { sql, mongo, redis }, backend, name, _folder: folder };
        if backend.postgres {
            ground.tell_postgres("CREATE DATABASE");
        }
        Rc::new(ground)
    }

    fn tell_postgres(&self, what: &str) {
        let (server, sql) = (url(POSTGRES).expect("the server was there"), format!("{what} {}", self.name));
        aside(async move {
            let any = Database::connect(server).await.expect("the PostgreSQL server is there");
            any.execute_unprepared(&sql).await.expect("it does as it is told");
            any.close().await.expect("the connection closes");
        });
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if self.backend.postgres {
            let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            let server = url(POSTGRES).unwrap_or_default();
            aside(async move {
                if let Ok(any) = Database::connect(server).await {
                    let _ = any.execute_unprepared(&sql).await;
                    let _ = any.close().await;
                }
            });
        }
        if let Some(url) = self.place.mongo.clone() {
            let name = self.name.clone();
            aside(async move {
                if let Ok(client) = Client::with_uri_str(&url).await {
                    let _ = client.database(&name).drop().await;
                }
            });
        }
    }
}

/// Does something to its end, wherever it is called: on a thread and a runtime of its own.
fn aside(task: impl Future<Output = ()> + Send + 'static) {
    let thread = std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(task);
    });
    thread.join().expect("it comes to its end");
}
