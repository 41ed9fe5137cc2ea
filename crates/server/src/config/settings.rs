//! The table of all settings: names, defaults, what is expected, what they mean.
//!
//! One table reads the configuration, writes `.env.example` and `docs/configuration.md`, and knows which name was meant when
//! one is misspelt. A setting that is not here does not exist.

/// How much of a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// All of it.
    Open,
    /// All but the password in it; it may also be given as a file, by the name with `_FILE`.
    Url,
    /// Nothing; it may also be given as a file, by the name with `_FILE`.
    Never,
}

/// One setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Its name in the environment.
    pub env: &'static str,
    /// Its key in `talker.toml`; empty: only in the environment.
    pub key: &'static str,
    /// What holds when nothing is said; empty: nothing.
    pub default: &'static str,
    /// What it must be; ends the sentence "it must be …".
    pub expects: &'static str,
    /// What it does.
    pub about: &'static str,
    /// How much of it may be shown.
    pub shown: Shown,
}

/// Settings that belong together.
#[derive(Debug)]
pub(crate) struct Section {
    /// Its title.
    pub title: &'static str,
    /// Its settings.
    pub settings: &'static [&'static Setting],
}

macro_rules! settings {
    ($( $section:literal { $( $name:ident = $env:literal, $key:literal, $default:literal, $expects:literal, $shown:ident: $about:literal; )+ } )+) => {
        $( $(
            #[doc = $about]
            pub(crate) static $name: Setting =
                Setting { env: $env, key: $key, default: $default, expects: $expects, about: $about, shown: Shown::$shown };
        )+ )+

        /// Every setting, by section.
        pub(crate) static SECTIONS: &[Section] = &[ $( Section { title: $section, settings: &[ $( &$name, )+ ] }, )+ ];
    };
}

settings! {
    "Where things are" {
        DATA_DIR = "TALKER_DATA_DIR", "", "./data", "a folder", Open:
            "The folder of everything Talker keeps: the embedded database, the secret key, models. Made at the first start, for you alone.";
        CONFIG_FILE = "TALKER_CONFIG", "", "", "the path of a TOML file", Open:
            "A configuration file. Without it, `talker.toml` in the data folder is read when it is there.";
    }
    "The server" {
        ADDRESS = "TALKER_ADDRESS", "server.address", "127.0.0.1:8080", "an address and a port, such as 127.0.0.1:8080 or 0.0.0.0:8080", Open:
            "Where the server listens. Only this machine reaches the default; `0.0.0.0:8080` opens it to the network.";
        SHUTDOWN_SECONDS = "TALKER_SHUTDOWN_SECONDS", "server.shutdown_seconds", "20", "a number of seconds from 0 to 3600", Open:
            "How long replies that are being written may go on when the server is told to stop.";
        CORS_ORIGINS = "TALKER_CORS_ORIGINS", "server.cors_origins", "", "origins such as https://app.example.com, separated by commas", Open:
            "Web pages of other origins that may call the API.";
        TRUSTED_PROXIES = "TALKER_TRUSTED_PROXIES", "server.trusted_proxies", "", "addresses or networks such as 10.0.0.0/8, separated by commas", Open:
            "Reverse proxies whose `X-Forwarded-For` is believed. Set it behind a proxy, or all people share one address and its limits.";
    }
    "Background work" {
        JOBS = "TALKER_JOBS", "jobs.enabled", "on", "on or off", Open:
            "Whether this server also does the background jobs: it remembers, learns and makes vectors. `off` leaves them to `talker worker`, which ignores this.";
        WORKER_ADDRESS = "TALKER_WORKER_ADDRESS", "jobs.worker_address", "", "an address and a port, such as 127.0.0.1:8081 or 0.0.0.0:8081", Open:
            "Where `talker worker` answers `/healthz` and `/readyz`, and nothing else. Without it: nowhere.";
    }
    "Logs" {
        LOG = "TALKER_LOG", "log.filter", "info", "a level (error, warn, info, debug, trace) or a filter such as info,service=debug", Open:
            "How much is logged, to stderr. What people say is never logged, at any level.";
        LOG_FORMAT = "TALKER_LOG_FORMAT", "log.format", "text", "text or json", Open:
            "How a line of the log is written.";
    }
    "What is kept" {
        DATABASE_URL = "DATABASE_URL", "store.database_url", "", "an address such as sqlite:///srv/talker.db or postgres://user:password@host/database", Url:
            "The database. Without it: SQLite in the data folder, for one process.";
        DATABASE_CONNECTIONS = "TALKER_DATABASE_CONNECTIONS", "store.connections", "", "a number from 1 to 1000", Open:
            "How many connections are opened to the database at most. Without it: what suits the database.";
        DURABILITY = "TALKER_SQLITE_DURABILITY", "store.sqlite_durability", "full", "full or relaxed", Open:
            "What a power cut may take from SQLite: nothing that was answered (full), or the last moments (relaxed, faster).";
        MONGODB_URL = "MONGODB_URL", "store.mongodb_url", "", "an address such as mongodb://user:password@host/talker or mongodb+srv://user:password@cluster/talker", Url:
            "A MongoDB for the chat log: sessions, messages and what happens in them. All else stays in the database. Without it everything is there. The path names its database, `talker` where there is none.";
        REDIS_URL = "REDIS_URL", "bus.redis_url", "", "an address such as redis://host:6379 or, with TLS, rediss://user:password@host:6379/0", Url:
            "Redis or Valkey, over which several servers on one PostgreSQL tell each other at once what happens, and count together how often something is tried. Nothing that matters is kept there. Without it, or while it cannot be reached, they read the news of each other from the database, a second later.";
    }
    "Accounts" {
        SECRET_KEY = "SECRET_KEY", "accounts.secret_key", "", "at least 32 bytes nobody can guess", Never:
            "Signs access tokens; all nodes need the same. Without it one is made and kept in the data folder. A new one ends every access token.";
        REGISTRATION = "TALKER_REGISTRATION", "accounts.registration", "open", "open or closed", Open:
            "Whether people may make accounts for themselves.";
        ACCESS_MINUTES = "TALKER_ACCESS_TOKEN_MINUTES", "accounts.access_token_minutes", "15", "a number of minutes from 1 to 1440", Open:
            "How long an access token is valid.";
        REFRESH_DAYS = "TALKER_REFRESH_TOKEN_DAYS", "accounts.refresh_token_days", "30", "a number of days from 1 to 3650", Open:
            "How long a device stays signed in without being used.";
        LOGINS_PER_ACCOUNT = "TALKER_LOGINS_PER_ACCOUNT", "accounts.logins_per_account", "10", "a number from 1 to 1000000", Open:
            "How many passwords may be tried for one account in a quarter of an hour.";
        LOGINS_PER_ADDRESS = "TALKER_LOGINS_PER_ADDRESS", "accounts.logins_per_address", "50", "a number from 1 to 1000000", Open:
            "How many passwords may be tried from one address in a quarter of an hour.";
        REGISTRATIONS_PER_ADDRESS = "TALKER_REGISTRATIONS_PER_ADDRESS", "accounts.registrations_per_address", "20", "a number from 1 to 1000000", Open:
            "How many accounts may be made from one address in an hour.";
        CONCURRENT_HASHES = "TALKER_CONCURRENT_HASHES", "accounts.concurrent_hashes", "3", "a number from 1 to 256", Open:
            "How many passwords are checked at the same time. Each takes 19 MiB and a thread.";
    }
    "Safety" {
        CARE_FILE = "TALKER_CARE_FILE", "safety.care_file", "", "the path of a TOML file that `talker config --care` could have printed", Open:
            "What is said, in place of a character, to somebody whose words say that they may be in danger, and who helps where your people live. Without it: what comes along.";
        POLICY_FILE = "TALKER_POLICY_FILE", "safety.policy_file", "", "the path of a TOML file that `talker config --policy` could have printed", Open:
            "After how long people are reminded that they talk with a machine and of a break, in which words, and whether characters may write first. Without it: what comes along.";
        CONSENT_FILE = "TALKER_CONSENT_FILE", "safety.consent_file", "", "the path of a TOML file like the one `talker config --consent` prints", Open:
            "Your terms, and how you handle what people write, each with a version, and whether people must agree to them. Without it: nobody is asked for anything.";
    }
    "Moderation" {
        MODERATION_FILE = "TALKER_MODERATION_FILE", "moderation.file", "", "the path of a TOML file like the one `talker config --moderation` prints", Open:
            "What people may not write here and characters may not say. Without it, nothing is held back by rules.";
        MODERATION_URL = "TALKER_MODERATION_URL", "moderation.url", "", "a web address", Open:
            "A server with OpenAI's `/moderations`, asked about every message and every sentence of a character: `https://api.openai.com/v1`. Without it, none is asked. What it finds is judged by the file.";
        MODERATION_KEY = "TALKER_MODERATION_KEY", "moderation.key", "", "a key", Never:
            "The key of that server.";
        MODERATION_MODEL = "TALKER_MODERATION_MODEL", "moderation.model", "", "the name of a model", Open:
            "The model that server is to ask. Without it: its own choice.";
    }
    "Notifications" {
        PUSH = "TALKER_PUSH", "push.enabled", "on", "on or off", Open:
            "Whether devices that are not here can be woken by Web Push. They are only when their person lets them; messages go to the push service of the browser's maker, encrypted for that browser.";
        VAPID_PRIVATE_KEY = "TALKER_VAPID_PRIVATE_KEY", "push.vapid_private_key", "", "a private key of the curve P-256: 32 bytes in base64url, 43 characters", Never:
            "By which push services know this server; all nodes need the same. Without it one is made and kept in the data folder. A new one wakes no device until its person allows it anew.";
        PUSH_CONTACT = "TALKER_PUSH_CONTACT", "push.contact", "mailto:operator@localhost", "mailto: and an e-mail address, or an https address", Open:
            "Where push services reach whoever runs this server, when something is wrong. Some (Apple's) take no messages without a real one.";
    }
    "Who speaks" {
        CHAT_MODEL = "TALKER_CHAT_MODEL", "models.chat", "", "the name of a model", Open:
            "The model that speaks: `openai/NAME`, `ollama/NAME`, `local/NAME`, the path of a GGUF file, or a plain name, looked for in this order. Without it: what `talker models use` chose, else the best that is found. `scripted` is a fixed demonstration for tests.";
        OPENAI_API_KEY = "OPENAI_API_KEY", "models.openai_api_key", "", "a key", Never:
            "The key of a provider with OpenAI's interface.";
        OPENAI_API_BASE_URL = "OPENAI_API_BASE_URL", "models.openai_api_base_url", "", "an address such as https://openrouter.ai/api/v1", Url:
            "The address of a provider with OpenAI's interface. Without it, and with a key: OpenAI.";
        REMOTE_CONTEXT = "TALKER_REMOTE_CONTEXT_TOKENS", "models.remote_context_tokens", "8192", "a number from 512 to 10000000", Open:
            "How many tokens of prompt and reply are given to models of a provider or of Ollama.";
        OLLAMA_URL = "TALKER_OLLAMA_URL", "models.ollama_url", "http://127.0.0.1:11434", "an address such as http://127.0.0.1:11434, or off", Url:
            "Where an Ollama server is looked for.";
        MODELS_DIR = "TALKER_MODELS_DIR", "models.folder", "", "a folder", Open:
            "Where GGUF files are looked for and kept. Without it: `models` in the data folder.";
        LOCAL_CONTEXT = "TALKER_LOCAL_CONTEXT_TOKENS", "models.local_context_tokens", "4096", "a number from 512 to 1048576", Open:
            "How many tokens of prompt and reply fit a model in this process; at most what it was trained for. More takes more memory.";
        LOCAL_SLOTS = "TALKER_LOCAL_SLOTS", "models.local_slots", "4", "a number from 1 to 64", Open:
            "How many replies a model in this process writes at once.";
        LOCAL_THREADS = "TALKER_LOCAL_THREADS", "models.local_threads", "0", "a number from 0 to 256", Open:
            "Threads of a model in this process; 0: as many as there are cores, at most 8.";
    }
    "What is remembered" {
        EMBEDDING_MODEL = "TALKER_EMBEDDING_MODEL", "memories.embedding_model", "", "openai/NAME, ollama/NAME, local/NAME, the path of a GGUF file, or off", Open:
            "Who turns memories into vectors, so that they are found by their meaning. Without it: the embedder in the models folder, when there is one. A new one makes all vectors anew in the background. `off`: memories are found by their words alone.";
        LEARN = "TALKER_LEARN", "memories.learn", "on", "on or off", Open:
            "Whether characters learn facts from what is said and sum sessions up, in the background and with the model that speaks. A tiny model is not trusted with it.";
        LEARN_EVERY = "TALKER_LEARN_EVERY", "memories.learn_every", "16", "a number from 2 to 1000", Open:
            "How many messages are gathered before facts are learned from them; after two quiet minutes also from fewer. More costs less.";
        MEMORY_INDEX = "TALKER_MEMORY_INDEX_MIB", "memories.index_mib", "256", "a number from 1 to 1048576", Open:
            "How much memory in MiB the search over memories may take; scopes that are not used are dropped and read again.";
    }
    "Bonds" {
        BOND_JUDGE = "TALKER_BOND_JUDGE", "bonds.judge", "model", "model or words", Open:
            "Who judges how what people say moves the bond with a character: the model that speaks, once after each turn, or rules on words, which cost nothing and hear little. A tiny model is not trusted with it: there it is always words.";
    }
    "Moments" {
        MOMENT_CHARACTERS = "TALKER_MOMENT_CHARACTERS", "moments.characters", "on", "on or off", Open:
            "Whether characters say something about the moments of people they talk with, answer comments, and post moments of their own where their makers let them. A tiny model is not trusted with it.";
        MOMENT_COMMENTS = "TALKER_MOMENT_COMMENTS", "moments.comments", "6", "a number from 0 to 1000", Open:
            "How many comments of characters stand on one moment at most, answers included.";
        MOMENT_COMMENTS_PER_CHARACTER = "TALKER_MOMENT_COMMENTS_PER_CHARACTER", "moments.comments_per_character", "40", "a number from 0 to 100000", Open:
            "How many comments one character writes in a day.";
        MOMENT_COMMENTS_PER_PERSON = "TALKER_MOMENT_COMMENTS_PER_PERSON", "moments.comments_per_person", "20", "a number from 0 to 100000", Open:
            "How many comments of characters one person gets in a day for what they post and say.";
        MOMENT_POSTS = "TALKER_MOMENT_POSTS_PER_WEEK", "moments.posts_per_week", "3", "a number from 0 to 100", Open:
            "How many moments a character posts by herself in a week at most, where her maker lets her. 0: none.";
    }
    "Replies" {
        CONCURRENT_REPLIES = "TALKER_CONCURRENT_REPLIES", "chats.concurrent_replies", "1024", "a number from 1 to 100000", Open:
            "How many replies are written at the same time on this node; more wait.";
        REPLY_SECONDS = "TALKER_REPLY_SECONDS", "chats.reply_seconds", "600", "a number of seconds from 5 to 86400", Open:
            "How long one reply may take.";
        PRICE_PROMPT = "TALKER_PRICE_PROMPT", "chats.price_prompt", "", "a number of US dollars from 0 to 100000", Open:
            "What a million tokens of a prompt cost at the provider. With both prices, the trace of a reply says what it cost.";
        PRICE_COMPLETION = "TALKER_PRICE_COMPLETION", "chats.price_completion", "", "a number of US dollars from 0 to 100000", Open:
            "What a million tokens of a reply cost at the provider.";
    }
    "Limits of a day" {
        DAILY_REPLIES = "TALKER_DAILY_REPLIES", "usage.daily_replies", "", "a number from 0 to 1000000000000000", Open:
            "How many replies a person may have in a day of UTC. Without it: as many as they like. An admin may set another limit for somebody.";
        DAILY_TOKENS = "TALKER_DAILY_TOKENS", "usage.daily_tokens", "", "a number from 0 to 1000000000000000", Open:
            "How many tokens, of prompts and replies together, a person may use in a day, learning in the background included.";
        DAILY_COST = "TALKER_DAILY_COST", "usage.daily_cost", "", "a number of US dollars from 0 to 100000", Open:
            "What a person may cost in a day, in US dollars. Counted with both prices (`TALKER_PRICE_PROMPT`, `TALKER_PRICE_COMPLETION`).";
        DAILY_COST_ALL = "TALKER_DAILY_COST_ALL", "usage.daily_cost_all", "", "a number of US dollars from 0 to 100000", Open:
            "What all people together may cost in a day, in US dollars.";
    }
    "Administration" {
        AUDIT_DAYS = "TALKER_AUDIT_DAYS", "admin.audit_days", "400", "a number of days from 1 to 36500", Open:
            "How long entries of the audit log are kept.";
    }
    "Metrics and traces" {
        METRICS_ADDRESS = "TALKER_METRICS_ADDRESS", "observe.metrics_address", "", "an address and a port, such as 127.0.0.1:9464", Open:
            "Where `/metrics` answers Prometheus, beside `/healthz` and `/readyz`: an address of its own, so that it is never public by accident. Without it: nowhere.";
        METRICS_TOKEN = "TALKER_METRICS_TOKEN", "observe.metrics_token", "", "at least 16 characters nobody can guess", Never:
            "With it, `/metrics` also answers on the server's own address, to whoever shows it as a bearer token.";
        OTLP_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT", "observe.otlp_endpoint", "", "an address such as http://127.0.0.1:4318", Url:
            "The OpenTelemetry collector that gets traces, over HTTP with protobuf at `/v1/traces` below this address. Without it nothing is traced. Traces hold times, counts and closed sets; never what people say.";
        OTLP_HEADERS = "OTEL_EXPORTER_OTLP_HEADERS", "observe.otlp_headers", "", "NAME=value, separated by commas", Never:
            "Headers for the collector, such as a key.";
        SERVICE_NAME = "OTEL_SERVICE_NAME", "observe.service_name", "talker", "a name", Open:
            "What this process is called in traces.";
        TRACES_SAMPLER = "OTEL_TRACES_SAMPLER", "observe.traces_sampler", "parentbased_always_on", "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or parentbased_traceidratio", Open:
            "Which traces are sent. The `parentbased` ones follow the `traceparent` of a request where it has one.";
        TRACES_SAMPLER_ARG = "OTEL_TRACES_SAMPLER_ARG", "observe.traces_sampler_arg", "1", "a number from 0 to 1", Open:
            "The share of traces that the samplers with `traceidratio` send.";
    }
    "Tests and benchmarks" {
        SCRIPTED_TOKENS = "TALKER_SCRIPTED_TOKENS", "", "60", "a number from 1 to 100000", Open:
            "How many tokens a reply of the model `scripted` has.";
        SCRIPTED_RATE = "TALKER_SCRIPTED_TOKENS_PER_SECOND", "", "30", "a number from 0 to 1000000", Open:
            "How many tokens a second the model `scripted` writes; 0: as fast as they are read.";
    }
}

/// Every setting.
pub(crate) fn all() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.settings.iter().copied())
}

/// The setting of that name in the environment.
pub(crate) fn by_env(name: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.env == name)
}

/// The setting of that key in `talker.toml`.
pub(crate) fn by_key(key: &str) -> Option<&'static Setting> {
    all().find(|setting| !setting.key.is_empty() && setting.key == key)
}
