//! A conversation in a test: said over REST, awaited on a socket.

use serde_json::{Value, json};

use crate::{Person, Socket};

/// A session in which a test talks.
pub struct Talk<'a> {
    person: Person<'a>,
    /// Its id.
    pub session: String,
    /// `/sessions/{id}/messages`.
    pub messages: String,
    socket: Socket,
    said: u32,
}

/// A message and the reply to it, both ended.
pub struct Exchange {
    /// What the person said.
    pub message: Value,
    /// What the character answered.
    pub reply: Value,
}

impl<'a> Talk<'a> {
    /// A new session with a new character.
    pub async fn begin(person: &Person<'a>) -> Self {
        let session = person.session().await;
        Self::within(person, session).await
    }

    /// A session that is there.
    pub async fn within(person: &Person<'a>, session: String) -> Self {
        Self {
            messages: format!("/sessions/{session}/messages"),
            socket: person.socket().await,
            person: person.clone(),
            session,
            said: 0,
        }
    }

    /// Says something at the leaf and waits for the reply.
    pub async fn say(&mut self, content: &str) -> Exchange {
        self.tell(json!({"content": content})).await
    }

    /// Says something below a message, or as a new root.
    pub async fn say_below(&mut self, parent: Option<&str>, content: &str) -> Exchange {
        self.tell(json!({"content": content, "parent_id": parent})).await
    }

    async fn tell(&mut self, mut body: Value) -> Exchange {
        self.said += 1;
        body["client_message_id"] = json!(format!("said-{}", self.said));
        let accepted = self.person.tell(&format!("POST {}", self.messages), body).await.with(202);
        let reply = self.ended(&accepted["reply"]["id"]).await;
        Exchange { message: accepted["message"].clone(), reply }
    }

    /// Waits until a reply has ended.
    pub async fn ended(&mut self, reply: &Value) -> Value {
        loop {
            let frame = self.socket.frame().await;
            if matches!(frame["type"].as_str(), Some("reply.completed" | "reply.failed"))
                && frame["message"]["id"] == *reply
            {
                return frame["message"].clone();
            }
        }
    }

    /// Waits until the session stands at an event.
    pub async fn seq(&mut self, seq: u64) {
        while self.socket.frame().await["seq"].as_u64() < Some(seq) {}
    }
}
