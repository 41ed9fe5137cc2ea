//! Somebody who has something of everything, and everybody who could look at it.

use domain::ClosedSet;
use domain::accounts::UserRole;
use domain::blocks::Shunning;
use domain::ids::{ReminderId, UserId};
use domain::privacy::ViewerKind;
use serde_json::{Value, json};
use testkit::app::{PASSWORD, id};
use testkit::keyed::Program;
use testkit::openapi::Operation;
use testkit::{Person, TestApp};
use time::macros::datetime;

use crate::diaries::bring_entry;

/// Stands in everything that is the owner's alone.
pub(crate) const SECRET: &str = "owlsecret";
/// Stands in who is mature.
pub(crate) const MATURE: &str = "dusksecret";
/// Stands in what is said in the group.
pub(crate) const SHARED: &str = "harboursecret";

/// Somebody who looks: what they are to the owner, and of which age.
pub(crate) struct Viewer<'a> {
    pub(crate) kind: Kind,
    pub(crate) person: Option<Person<'a>>,
    /// A program of theirs.
    pub(crate) program: Option<Program<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As privacy knows them.
    Known(ViewerKind),
    /// A friend who is in the group.
    Member,
    /// A friend who is asked to come to it.
    Invited,
    /// A stranger under 18.
    Minor,
    /// A stranger who sees what is mature.
    Grown,
}

impl Kind {
    /// Whether a block stands between them and the owner.
    pub(crate) fn is_apart(self) -> bool {
        matches!(self, Self::Known(ViewerKind::Blocking | ViewerKind::Blocked))
    }

    pub(crate) fn is_owner(self) -> bool {
        self == Self::Known(ViewerKind::Myself)
    }
}

/// What is the owner's.
pub(crate) struct Things {
    pub(crate) handle: String,
    pub(crate) owner: String,
    pub(crate) device: String,
    pub(crate) api_key: String,
    pub(crate) notification: String,
    /// A chat with a character, and what was said there.
    pub(crate) session: String,
    pub(crate) message: String,
    /// The same in a group.
    pub(crate) group: String,
    pub(crate) said: String,
    pub(crate) memory: String,
    /// What a character wrote of a day with the owner.
    pub(crate) diary_entry: String,
    /// A lorebook with one entry.
    pub(crate) lorebook: String,
    /// A private moment, and what the owner said about it.
    pub(crate) moment: String,
    pub(crate) comment: String,
    pub(crate) job: String,
    pub(crate) reminder: String,
    pub(crate) case: String,
    /// Characters of the owner's.
    pub(crate) public: String,
    pub(crate) private: String,
    pub(crate) mature: String,
}

pub(crate) async fn born<'a>(app: &'a TestApp, name: &str, birth_date: &str) -> Person<'a> {
    let body = json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "birth_date": birth_date});
    app.tell("POST /auth/register", body).await.with(201);
    app.sign_in(name).await
}

async fn user(person: &Person<'_>) -> UserId {
    id(&person.get("/users/me").await).parse().unwrap()
}

/// Everybody who could look, each what they are to the owner.
pub(crate) async fn viewers<'a>(app: &'a TestApp, owner: &Person<'a>) -> Vec<Viewer<'a>> {
    let known = ViewerKind::ALL.iter().copied().map(Kind::Known);
    let mut all = Vec::new();
    for (n, kind) in known.chain([Kind::Member, Kind::Invited, Kind::Minor, Kind::Grown]).enumerate() {
        let name = format!("viewer{n}");
        let birth_date = if kind == Kind::Minor { "2010-06-01" } else { "1990-06-01" };
        let person = match kind {
            Kind::Known(ViewerKind::Myself) => Some(owner.clone()),
            Kind::Known(ViewerKind::SignedOut) => None,
            _ => Some(born(app, &name, birth_date).await),
        };
        if let Some(person) = &person {
            become_a(app, kind, (&name, person), owner).await;
        }
        let name = if kind.is_owner() { SECRET } else { "x" };
        let key = json!({"name": name, "scopes": ["chat", "recall", "sessions"]});
        let program = match &person {
            Some(person) => Some(Program::of(app, person, key).await),
            None => None,
        };
        all.push(Viewer { kind, person, program });
    }
    all
}

async fn become_a(app: &TestApp, kind: Kind, viewer: (&str, &Person<'_>), owner: &Person<'_>) {
    let (stores, now) = (app.store.stores(), datetime!(2026-04-06 8:00 UTC));
    let (name, person) = viewer;
    let (viewer, owner) = (user(person).await, user(owner).await);
    match kind {
        Kind::Known(ViewerKind::Friend) | Kind::Member | Kind::Invited => {
            stores.friends.ask_friend(viewer, owner, now).await.unwrap();
            stores.friends.ask_friend(owner, viewer, now).await.unwrap();
        }
        Kind::Known(ViewerKind::Asked) => drop(stores.friends.ask_friend(owner, viewer, now).await.unwrap()),
        Kind::Known(ViewerKind::Follower) => drop(stores.follows.set_follow(viewer, owner, true, now).await.unwrap()),
        Kind::Known(ViewerKind::Muted) => drop(stores.blocks.shun(owner, viewer, Shunning::Mute, now).await.unwrap()),
        Kind::Known(ViewerKind::Moderator) => app.grant(name, UserRole::Moderator).await,
        Kind::Known(ViewerKind::Blocking) => {
            stores.blocks.shun(viewer, owner, Shunning::Block, now).await.unwrap();
        }
        Kind::Known(ViewerKind::Blocked) => {
            stores.blocks.shun(owner, viewer, Shunning::Block, now).await.unwrap();
        }
        Kind::Grown => drop(person.tell("PATCH /users/me", json!({"sees_mature": true})).await.with(200)),
        Kind::Known(ViewerKind::Myself | ViewerKind::Stranger | ViewerKind::SignedOut) | Kind::Minor => {}
    }
}

async fn character(owner: &Person<'_>, name: &str, visibility: &str, rating: &str) -> String {
    let body = json!({"name": name, "persona": name, "visibility": visibility, "rating": rating});
    id(&owner.post("/characters", body).await)
}

/// A story of which only its beginning is told to those who have not played it.
fn route() -> Value {
    let ending = json!({"id": "end", "title": SECRET});
    let scene = json!({"id": "rain", "title": "Rain", "when": {"kind": "always"}, "opening": SECRET, "setting": SECRET, "ending": ending});
    json!({"chapters": [{"id": "one", "title": "One", "scenes": [scene]}]})
}

pub(crate) async fn things(app: &TestApp, owner: &Person<'_>, viewers: &[Viewer<'_>]) -> Things {
    let [public, private, mature] = [
        character(owner, "Rin", "public", "general").await,
        character(owner, SECRET, "private", "general").await,
        character(owner, MATURE, "public", "mature").await,
    ];
    for character in [&public, &private, &mature] {
        owner.tell(&format!("PUT /characters/{character}/route"), route()).await.with(200);
    }
    let memory = json!({"text": format!("{SECRET} of the owner")});
    let memory = id(&owner.post(&format!("/characters/{public}/memories"), memory).await);
    let lorebook = id(&owner.post("/lorebooks", json!({"name": SECRET})).await);
    let entry = json!({"keys": ["sea"], "content": format!("A {SECRET} of the sea.")});
    owner.post(&format!("/lorebooks/{lorebook}/entries"), entry).await;
    let session = id(&owner.post("/sessions", json!({"character_id": public, "title": SECRET})).await);
    let said = json!({"client_message_id": "a", "content": format!("A {SECRET}.")});
    let message = id(&owner.post(&format!("/sessions/{session}/messages"), said).await["message"]);
    let diary_entry = bring_entry(app, owner, (&public, &session, &message), SECRET).await;
    let new = json!({"client_moment_id": "a", "text": format!("A {SECRET}."), "visibility": "private"});
    let moment = id(&owner.post("/moments", new).await);
    let said = json!({"text": format!("Another {SECRET}.")});
    let comment = id(&owner.post(&format!("/moments/{moment}/comments"), said).await);
    let mut people = Vec::new();
    for viewer in viewers.iter().filter(|viewer| matches!(viewer.kind, Kind::Member | Kind::Invited)) {
        people.push(user(viewer.person.as_ref().unwrap()).await);
    }
    let new = json!({"title": SHARED, "people": people, "characters": [public], "reply_mode": "manual", "newcomers_see": "all"});
    let group = id(&owner.post("/groups", new).await);
    let member = viewers.iter().find(|viewer| viewer.kind == Kind::Member).and_then(|viewer| viewer.person.as_ref());
    member.unwrap().ask(&format!("POST /sessions/{group}/join")).await.with(200);
    let said = json!({"client_message_id": "a", "content": format!("A {SHARED}.")});
    let said = id(&owner.post(&format!("/sessions/{group}/messages"), said).await["message"]);
    app.app
        .notifications
        .tell(&domain::notifications::News {
            user: user(owner).await,
            kind: domain::notifications::NotificationKind::System,
            subject: domain::notifications::Subject::Account(domain::notifications::AccountNews::NewSignIn),
            by: None,
            source: "one".into(),
        })
        .await
        .unwrap();
    let target = json!({"kind": "message", "id": message});
    owner.tell("POST /reports", json!({"target": target, "reason": "other", "note": SECRET})).await.with(201);
    let admin = app.admin("boss").await;
    let case = id(&admin.get("/admin/cases").await["items"][0]);
    Things {
        handle: "owner".into(),
        owner: user(owner).await.to_string(),
        device: id(&owner.get("/users/me/devices").await["items"][0]),
        api_key: id(&owner.get("/api-keys").await["items"][0]),
        notification: id(&owner.get("/notifications").await["items"][0]),
        session,
        message,
        group,
        said,
        memory,
        diary_entry,
        lorebook,
        moment,
        comment,
        job: format!("job_{}", "0".repeat(32)),
        reminder: reminder(app, user(owner).await).await,
        case,
        public,
        private,
        mature,
    }
}

/// That the owner has talked for long.
async fn reminder(app: &TestApp, owner: UserId) -> String {
    let (pause, every) = (time::Duration::HOUR, time::Duration::MINUTE);
    let began = datetime!(2026-04-06 8:00 UTC);
    let id: ReminderId = service::mint::Mint::new(app.clock.clone()).id();
    for minutes in [0, 2] {
        let now = began + time::Duration::minutes(minutes);
        app.store.stores().sittings.note_use(owner, now, pause, every, id).await.unwrap();
    }
    id.to_string()
}

/// Where the things of a request are: in the owner's own chat, or in the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Alone,
    Group,
}

impl Things {
    pub(crate) fn path(&self, operation: &Operation, at: At, character: &str) -> String {
        let (session, message) =
            if at == At::Alone { (&self.session, &self.message) } else { (&self.group, &self.said) };
        let part = |part: &str| match part {
            "{person}" => self.handle.clone(),
            "{user_id}" => self.owner.clone(),
            "{device_id}" => self.device.clone(),
            "{api_key_id}" => self.api_key.clone(),
            "{model}" => character.to_owned(),
            "{notification_id}" => self.notification.clone(),
            "{session_id}" => session.clone(),
            "{message_id}" => message.clone(),
            "{memory_id}" => self.memory.clone(),
            "{kind}" => "terms".to_owned(),
            "{entry_id}" => self.diary_entry.clone(),
            "{lorebook_id}" => self.lorebook.clone(),
            "{uid}" => "0".to_owned(),
            "{key}" => "rain".to_owned(),
            "{moment_id}" => self.moment.clone(),
            "{comment_id}" => self.comment.clone(),
            "{case_id}" => self.case.clone(),
            "{job_id}" => self.job.clone(),
            "{reminder_id}" => self.reminder.clone(),
            "{character_id}" => character.to_owned(),
            "{media_id}" => format!("med_{}", "0".repeat(32)),
            part if part.starts_with('{') => panic!("{part} of {} is nothing that is known here", operation.id),
            part => part.to_owned(),
        };
        let path: Vec<String> = operation.path.split('/').map(part).collect();
        let query = if operation.id == "search_memories" { "?q=owl" } else { "" };
        format!("{}{query}", path.join("/"))
    }

    /// A body that is well formed, so that what is answered is about whose the thing is.
    pub(crate) fn body(&self, operation: &str) -> Value {
        match operation {
            "update_api_key" => json!({"name": "x"}),
            "update_session" => json!({"title": "x"}),
            "add_group_character" | "regenerate_reply" => json!({}),
            "update_group" => json!({"speakers": 1}),
            "set_leaf" => json!({"message_id": self.said}),
            "set_member_role" => json!({"role": "moderator"}),
            "update_membership" => json!({"pinned": true}),
            "send_message" => json!({"client_message_id": "x", "content": "x"}),
            "edit_message" => json!({"content": "x"}),
            "mark_read" => json!({"seq": 1}),
            "ask_to_speak" => json!({"character_id": self.public}),
            "update_character" => json!({"name": "x"}),
            "update_lorebook" => json!({"name": SECRET}),
            "add_lore_entry" | "replace_lore_entry" => json!({"content": SECRET}),
            "add_memory" => json!({"text": "x"}),
            "change_memory" => json!({"pinned": true}),
            "post_character_moment" => json!({"client_moment_id": "x", "text": "x", "visibility": "public"}),
            "set_character_posting" => json!({"posts": true}),
            "set_initiative" => json!({"enabled": false}),
            "update_moment" | "post_comment" => json!({"text": "x"}),
            "set_reaction" => json!({"reaction": "like"}),
            "update_bond" | "set_diary_settings" => json!({"on": true}),
            "set_route" | "check_route" => route(),
            "begin_scene" => json!({"client_message_id": "x", "scene": "rain"}),
            "take_choice" => json!({"client_message_id": "x", "choice": "stay"}),
            "resolve_case" => json!({"action": "dismiss"}),
            "choose_model" | "set_default_model" => json!({"name": "scripted/model"}),
            "set_quota" => json!({"tokens": {"rule": "unlimited"}}),
            "set_role" => json!({"role": "member"}),
            "disable_person" => json!({"reason": "x"}),
            _ => Value::Null,
        }
    }
}
