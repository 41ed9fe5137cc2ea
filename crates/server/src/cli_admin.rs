//! The commands below `talker admin`, as they are typed.

use clap::Subcommand;
use domain::accounts::UserRole;
use domain::usage::Limit;

#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Gives somebody a role; without `--role`, makes them an admin
    Grant {
        /// Their user name
        user: String,
        /// admin or moderator
        #[arg(long, default_value = "admin", value_parser = role)]
        role: UserRole,
        /// Answers in JSON
        #[arg(long)]
        json: bool,
    },
    /// Makes somebody a member like everybody else
    Revoke {
        /// Their user name
        user: String,
        /// Answers in JSON
        #[arg(long)]
        json: bool,
    },
    /// Keeps somebody out: signs them out everywhere; nothing of theirs is deleted
    Disable {
        /// Their user name
        user: String,
        /// Why, for other admins
        #[arg(long, default_value = "")]
        reason: String,
        /// Answers in JSON
        #[arg(long)]
        json: bool,
    },
    /// Lets somebody in again
    Enable {
        /// Their user name
        user: String,
        /// Answers in JSON
        #[arg(long)]
        json: bool,
    },
    /// Lists people, the newest first
    People {
        /// How their user name begins
        #[arg(long)]
        search: Option<String>,
        /// admin, moderator or member
        #[arg(long, value_parser = role)]
        role: Option<UserRole>,
        /// Only those who are disabled
        #[arg(long)]
        disabled: bool,
        /// How many at most
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
        /// Answers in JSON, a line each
        #[arg(long)]
        json: bool,
    },
    /// Sets limits of somebody's own, or shows them
    Quota {
        /// Their user name
        user: String,
        /// Replies in a day: a number, unlimited, or default
        #[arg(long, value_parser = limit)]
        replies: Option<Limit>,
        /// Tokens in a day: a number, unlimited, or default
        #[arg(long, value_parser = limit)]
        tokens: Option<Limit>,
        /// US dollars in a day: a number, unlimited, or default
        #[arg(long, value_parser = cost)]
        cost: Option<Limit>,
        /// Takes all limits of their own back
        #[arg(long)]
        none: bool,
        /// Answers in JSON
        #[arg(long)]
        json: bool,
    },
    /// Shows the queue of background work, tries a job again, or discards one
    Queue {
        /// Only jobs that failed for good
        #[arg(long)]
        parked: bool,
        /// How many at most
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
        /// Answers in JSON, a line each
        #[arg(long, global = true)]
        json: bool,
        #[command(subcommand)]
        action: Option<QueueAction>,
    },
    /// Shows the audit log, the newest entries first
    Audit {
        /// Only what this person did, or what concerns them
        #[arg(long)]
        user: Option<String>,
        /// How many at most
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
        /// Answers in JSON, a line each
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum QueueAction {
    /// Lets a job run at once, as good as new
    Retry {
        /// Its id
        id: String,
    },
    /// Takes a job off the queue
    Discard {
        /// Its id
        id: String,
    },
}

fn role(text: &str) -> Result<UserRole, String> {
    text.parse().map_err(|_| "it is admin, moderator or member".to_owned())
}

fn limit(text: &str) -> Result<Limit, String> {
    named(text).map_or_else(
        || text.parse().map(Limit::AtMost).map_err(|_| "it is a number, unlimited or default".to_owned()),
        Ok,
    )
}

fn cost(text: &str) -> Result<Limit, String> {
    named(text).map_or_else(
        || {
            let cost = crate::config::micros(text).map(Limit::AtMost);
            cost.ok_or_else(|| "it is a number of US dollars, unlimited or default".to_owned())
        },
        Ok,
    )
}

fn named(text: &str) -> Option<Limit> {
    match text {
        "unlimited" => Some(Limit::Unlimited),
        "default" => Some(Limit::Default),
        _ => None,
    }
}
