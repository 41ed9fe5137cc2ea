//! `talker admin`: who looks after the server, and what they can do from its machine. Works while the server runs.
//!
//! The lock of an embedded database tells a server that it is alone with its turns; what is changed here concerns no turn, and
//! SQLite lets a second process write. So the lock is taken when it is free, to bring the tables up to date; when it is not,
//! the tables are the running server's and are left as they are. A running server sees the change with its next look: roles
//! at once, limits and closed accounts within seconds.

use std::process::ExitCode;
use std::sync::Arc;

use domain::accounts::UserRole;
use domain::audit::{Actor, AuditEntry, AuditFilter};
use domain::ids::JobId;
use domain::jobs::{JobState, QueueFilter, QueuedJob};
use domain::limits;
use domain::pages::PageRequest;
use domain::usage::{Limit, PeopleFilter, Person, QuotaOverride};
use serde_json::{Value, json};
use service::admin::Admin;
use service::audit::Acting;
use service::clock::SystemClock;
use service::{Conflict, ServiceError};
use store::Store;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Outcome;
use crate::cli::{AdminCommand, QueueAction};
use crate::config::Config;
use crate::data_dir;
use crate::lock::Lock;
use crate::terminal::say;
use crate::wire_up::{Database, StartError};

pub(super) async fn admin(config: &Config, command: AdminCommand) -> Outcome {
    let (store, lock) = open(config).await?;
    let admin = Admin::new(store.stores(), bus::local::bus(), Arc::new(SystemClock));
    let done = Desk { admin, acting: Acting::cli() }.answer(command).await;
    drop(store.close().await);
    drop(lock);
    done
}

/// The store with tables of this version.
async fn open(config: &Config) -> Result<(Store, Option<Lock>), StartError> {
    data_dir::prepare(&config.data_dir).map_err(StartError)?;
    let database = Database::of(config);
    let alone = match database.file.as_deref() {
        Some(file) => Lock::take(&file.with_extension("lock")).ok(),
        None => None,
    };
    let store = database.connect(&config.store).await?;
    let failed = |error| StartError(format!("The database cannot be used: {error}."));
    if alone.is_some() {
        store.migrate().await.map_err(failed)?;
    } else if store.migrations().await.map_err(failed)?.iter().any(|step| !step.applied) {
        return Err(StartError(
            "The database has tables of an older version: start this version's server once, or run `talker migrate up`."
                .into(),
        ));
    }
    Ok((store, alone))
}

struct Desk {
    admin: Admin,
    acting: Acting,
}

impl Desk {
    async fn answer(&self, command: AdminCommand) -> Outcome {
        match command {
            AdminCommand::Grant { user, role, json } => self.set_role(&user, role, json).await,
            AdminCommand::Revoke { user, json } => self.set_role(&user, UserRole::Member, json).await,
            AdminCommand::Disable { user, reason, json } => {
                let id = self.find(&user).await?;
                let person = self.admin.disable(&self.acting, id, &reason).await;
                Ok(tell_person(&person.map_err(sentence)?, json))
            }
            AdminCommand::Enable { user, json } => {
                let id = self.find(&user).await?;
                Ok(tell_person(&self.admin.enable(&self.acting, id).await.map_err(sentence)?, json))
            }
            AdminCommand::People { search, role, disabled, limit, json } => {
                let filter = PeopleFilter { prefix: search, role, disabled: disabled.then_some(true) };
                let page = self.admin.page_people(filter, &first(limit)).await.map_err(sentence)?;
                Ok(tell_people(&page.items, page.next_cursor.is_some(), json))
            }
            AdminCommand::Quota { user, replies, tokens, cost, none, json } => {
                let id = self.find(&user).await?;
                let changes = none || replies.is_some() || tokens.is_some() || cost.is_some();
                if !changes {
                    return Ok(tell_person(&self.admin.person(id).await.map_err(sentence)?, json));
                }
                let own =
                    if none { QuotaOverride::default() } else { self.admin.person(id).await.map_err(sentence)?.own };
                let own = QuotaOverride {
                    replies: replies.unwrap_or(own.replies),
                    tokens: tokens.unwrap_or(own.tokens),
                    cost: cost.unwrap_or(own.cost),
                };
                let person = self.admin.set_quota(&self.acting, id, own).await;
                Ok(tell_person(&person.map_err(sentence)?, json))
            }
            AdminCommand::Queue { parked, limit, json, action } => self.queue(parked, limit, json, action).await,
            AdminCommand::Audit { user, limit, json } => {
                let user = match user {
                    Some(name) => Some(self.find(&name).await?),
                    None => None,
                };
                let filter = AuditFilter { user, action: None };
                let page = self.admin.page_audit(&filter, &first(limit)).await.map_err(sentence)?;
                Ok(tell_audit(&page.items, json))
            }
        }
    }

    async fn find(&self, name: &str) -> Result<domain::ids::UserId, StartError> {
        match self.admin.find_by_name(name).await {
            Ok(user) => Ok(user.id),
            Err(ServiceError::NotFound) => Err(StartError(format!(
                "There is no account {name}. People make theirs on the sign-up page; `talker admin people` lists them."
            ))),
            Err(error) => Err(sentence(error)),
        }
    }

    async fn set_role(&self, name: &str, role: UserRole, json: bool) -> Outcome {
        let id = self.find(name).await?;
        Ok(tell_person(&self.admin.set_role(&self.acting, id, role).await.map_err(sentence)?, json))
    }

    async fn queue(&self, parked: bool, limit: u32, json: bool, action: Option<QueueAction>) -> Outcome {
        match action {
            None => {
                let filter = QueueFilter { state: parked.then_some(JobState::Parked), kind: None };
                let counts = self.admin.count_queue().await.map_err(sentence)?;
                let page = self.admin.page_jobs(filter, &first(limit)).await.map_err(sentence)?;
                if json {
                    print_lines(page.items.iter().map(job_json));
                    return Ok(ExitCode::SUCCESS);
                }
                for count in counts {
                    say(format_args!("{:>6} {} {}", count.jobs, count.kind, count.state));
                }
                for job in &page.items {
                    say(job_line(job));
                }
                if page.items.is_empty() {
                    say(if parked { "No job is parked." } else { "The queue is empty." });
                }
            }
            Some(QueueAction::Retry { id }) => {
                let job = self.admin.retry_job(&self.acting, job_id(&id)?).await.map_err(sentence)?;
                say(if json { job_json(&job).to_string() } else { job_line(&job) });
            }
            Some(QueueAction::Discard { id }) => {
                self.admin.discard_job(&self.acting, job_id(&id)?).await.map_err(sentence)?;
                say(if json { json!({"discarded": id}).to_string() } else { format!("{id} is discarded.") });
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn first(limit: u32) -> PageRequest {
    PageRequest { cursor: None, limit: limit.clamp(1, limits::PAGE) }
}

fn job_id(text: &str) -> Result<JobId, StartError> {
    text.parse().map_err(|_| StartError(format!("{text} is no id of a job: `talker admin queue` shows them.")))
}

fn sentence(error: ServiceError) -> StartError {
    StartError(match error {
        ServiceError::NotFound => "There is no such thing.".to_owned(),
        ServiceError::Conflict(Conflict::LastAdmin) => {
            "This is the last admin: make somebody else an admin first.".to_owned()
        }
        ServiceError::Conflict(Conflict::JobRunning) => "The job is being done: wait until it ends.".to_owned(),
        ServiceError::Invalid(errors) => {
            errors.first().map_or_else(|| "This cannot be.".to_owned(), |first| format!("{first}."))
        }
        other => format!("It was not done: {other}."),
    })
}

fn when(time: OffsetDateTime) -> String {
    time.replace_nanosecond(0).unwrap_or(time).format(&Rfc3339).unwrap_or_default()
}

fn limit_json(limit: Limit) -> Value {
    json!({"rule": limit.rule().to_string(), "at_most": limit.at_most()})
}

fn limit_text(limit: Limit) -> String {
    limit.at_most().map_or_else(|| limit.rule().to_string(), |most| most.to_string())
}

fn person_json(person: &Person) -> Value {
    json!({
        "id": person.user.id, "username": person.user.username, "role": person.user.role,
        "disabled": person.user.disabled.as_ref().map(|disabled| json!({"at": when(disabled.at), "reason": disabled.reason})),
        "created_at": when(person.user.created_at), "last_seen_at": person.last_seen_at.map(when),
        "devices": person.devices, "sessions": person.sessions,
        "usage_today": {"replies": person.used.replies, "tokens": person.used.tokens, "cost_micros": person.used.cost},
        "quota": {"replies": limit_json(person.own.replies), "tokens": limit_json(person.own.tokens), "cost": limit_json(person.own.cost)},
    })
}

fn tell_person(person: &Person, json: bool) -> ExitCode {
    if json {
        say(person_json(person));
    } else {
        let Person { user, devices, sessions, used, own, .. } = person;
        say(format_args!("{} is {}.", user.username, user.role));
        if let Some(disabled) = &user.disabled {
            let why = if disabled.reason.is_empty() { String::new() } else { format!(": {}", disabled.reason) };
            say(format_args!("Disabled since {}{why}.", when(disabled.at)));
        }
        say(format_args!("{devices} devices signed in, {sessions} chats, since {}.", when(user.created_at)));
        say(format_args!(
            "Today: {} replies, {} tokens, {} US dollars.",
            used.replies,
            used.tokens,
            dollars(used.cost)
        ));
        if *own != QuotaOverride::default() {
            say(format_args!(
                "Limits of their own: replies {}, tokens {}, cost {}.",
                limit_text(own.replies),
                limit_text(own.tokens),
                own.cost.at_most().map_or_else(|| limit_text(own.cost), |most| format!("{} US dollars", dollars(most)))
            ));
        }
    }
    ExitCode::SUCCESS
}

fn dollars(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn tell_people(people: &[Person], more: bool, json: bool) -> ExitCode {
    if json {
        print_lines(people.iter().map(person_json));
        return ExitCode::SUCCESS;
    }
    let width = people.iter().map(|person| person.user.username.len()).max().unwrap_or(0).max("name".len());
    say(format_args!(
        "{:<width$}  {:<9}  {:<8}  {:>7}  {:>8}  {:<20}  replies today",
        "name", "role", "", "devices", "chats", "since"
    ));
    for person in people {
        let state = if person.user.disabled.is_some() { "disabled" } else { "" };
        say(format_args!(
            "{:<width$}  {:<9}  {state:<8}  {:>7}  {:>8}  {:<20}  {}",
            person.user.username,
            person.user.role.to_string(),
            person.devices,
            person.sessions,
            when(person.user.created_at),
            person.used.replies
        ));
    }
    if more {
        say("There are more: ask with a longer --limit, or with --search.");
    }
    ExitCode::SUCCESS
}

fn job_json(job: &QueuedJob) -> Value {
    json!({
        "id": job.id, "kind": job.task.kind, "state": job.state, "attempts": job.attempts, "due_at": when(job.due_at),
        "fault": job.fault, "created_at": when(job.created_at),
    })
}

fn job_line(job: &QueuedJob) -> String {
    let fault = job.fault.as_deref().map_or_else(String::new, |fault| format!("  {fault}"));
    format!(
        "{}  {:<8}  {:<7}  tried {}  due {}{fault}",
        job.id,
        job.task.kind.to_string(),
        job.state.to_string(),
        job.attempts,
        when(job.due_at)
    )
}

fn tell_audit(entries: &[AuditEntry], json: bool) -> ExitCode {
    let actor = |entry: &AuditEntry| match entry.actor {
        Actor::User(id) => id.to_string(),
        other => other.kind().to_string(),
    };
    if json {
        print_lines(entries.iter().map(|entry| {
            json!({
                "id": entry.id, "at": when(entry.at), "actor": {"kind": entry.actor.kind(), "id": entry.actor.user()},
                "action": entry.action, "target": {"kind": entry.target.kind, "id": entry.target.id}, "detail": entry.detail,
                "request_id": entry.request_id, "address": entry.address,
            })
        }));
        return ExitCode::SUCCESS;
    }
    for entry in entries {
        let detail: Vec<String> = entry.detail.iter().map(|(name, value)| format!("{name}={value}")).collect();
        say(format_args!(
            "{}  {}  {}  {} {}  {}",
            when(entry.at),
            actor(entry),
            entry.action,
            entry.target.kind,
            entry.target.id,
            detail.join(" ")
        ));
    }
    if entries.is_empty() {
        say("Nothing is written down yet.");
    }
    ExitCode::SUCCESS
}

fn print_lines(values: impl Iterator<Item = Value>) {
    for value in values {
        say(value);
    }
}

#[cfg(test)]
#[path = "admin_tests.rs"]
mod tests;
