//! Completions: characters as programs ask them, each as if she were a model. What a key is good for is decided here, and nowhere else.

use std::collections::HashSet;

use domain::api_keys::{ApiKey, ApiKeyScope};
use domain::characters::{Character, CharacterFilter};
use domain::chats::SessionFilter;
use domain::ids::{CharacterId, SessionId, UserId};
use domain::limits;
use domain::pages::PageRequest;
use domain::validation::{FieldError, line};
use store::Stores;

use crate::app::AppParts;
use crate::characters::Characters;
use crate::chats::{Answer, Chats, Conversation, SendMessage};
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

/// Characters that are in no list, but that a person has talked with lately, in a list of models.
const TALKED_WITH: usize = 32;

/// Characters as programs ask them.
#[derive(Clone)]
pub struct Completions {
    stores: Stores,
    mint: Mint,
    chats: Chats,
    characters: Characters,
}

/// What is said in a chat of the key's person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// Which chat.
    pub session: SessionId,
    /// What is said.
    pub content: String,
    /// The program's own name for it: said again under it, it is said once. `None`: it is said anew each time.
    pub idempotency_key: Option<String>,
}

impl Completions {
    /// The service over these parts.
    pub(crate) fn new(parts: &AppParts, mint: Mint, chats: Chats, characters: Characters) -> Self {
        Self { stores: parts.stores.clone(), mint, chats, characters }
    }

    /// Those with whom a key talks: the person's own, those they talked with lately, and public ones, the newest first. Not everybody
    /// need be among them: whoever is known by her id can be asked.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn list(&self, key: &ApiKey) -> ServiceResult<Vec<Character>> {
        if let Some(characters) = &key.characters {
            return self.each(key.user_id, characters).await;
        }
        let own = CharacterFilter { mine: true, ..CharacterFilter::default() };
        let mut listed = self.page(key.user_id, own, None).await?.0;
        let (mut public, mut cursor) = (Vec::new(), None);
        while listed.len() + public.len() < limits::LISTED_MODELS {
            let (found, next) = self.page(key.user_id, CharacterFilter::default(), cursor).await?;
            public.extend(found);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        let known: HashSet<CharacterId> = listed.iter().chain(&public).map(|character| character.id).collect();
        listed.extend(self.talked_with(key.user_id, &known).await?);
        listed.extend(public);
        let mut seen = HashSet::new();
        listed.retain(|character| !character.deleted && seen.insert(character.id));
        listed.truncate(limits::LISTED_MODELS);
        Ok(listed)
    }

    /// The character of this id, or of this name where one alone has it: first among the person's own.
    ///
    /// # Errors
    /// `NotFound`, also when the key does not talk with her; `Invalid` when several are called so.
    pub async fn find(&self, key: &ApiKey, model: &str) -> ServiceResult<Character> {
        let found = match model.parse::<CharacterId>() {
            Ok(id) => self.characters.get(key.user_id, id).await?,
            Err(_) => self.by_name(key, model).await?,
        };
        if found.deleted || !key.reaches(found.id) { Err(ServiceError::NotFound) } else { Ok(found) }
    }

    /// An answer to a conversation that the program holds.
    ///
    /// # Errors
    /// `Forbidden` when the key is not good for it, and those of [`Chats::answer`].
    pub async fn answer(&self, key: &ApiKey, conversation: Conversation) -> ServiceResult<Answer> {
        if !key.allows(ApiKeyScope::Chat) || !key.reaches(conversation.character) {
            return Err(ServiceError::Forbidden);
        }
        let recalls = key.allows(ApiKeyScope::Recall);
        self.chats.answer(key.user_id, Conversation { recalls, ..conversation }).await
    }

    /// Says something in a chat of the person.
    ///
    /// # Errors
    /// `Forbidden` when the key is not good for it, and those of [`Chats::say`].
    pub async fn say(&self, key: &ApiKey, character: CharacterId, saying: Saying) -> ServiceResult<Answer> {
        if !key.allows(ApiKeyScope::Sessions) || !key.reaches(character) {
            return Err(ServiceError::Forbidden);
        }
        let Saying { session, content, idempotency_key } = saying;
        let named = idempotency_key.unwrap_or_else(|| format!("api-{}", self.mint.id::<SessionId>().0.simple()));
        let message = SendMessage { client_message_id: named, content, parent_id: None };
        self.chats.say(key.user_id, session, character, message).await
    }

    async fn by_name(&self, key: &ApiKey, name: &str) -> ServiceResult<Character> {
        // What is no name is nobody's.
        let name = line("model", name, limits::CHARACTER_NAME).map_err(|_| ServiceError::NotFound)?;
        let is_called = |character: &Character| character.profile.name.to_lowercase() == name.to_lowercase();
        if let Some(characters) = &key.characters {
            return one_of(self.each(key.user_id, characters).await?.into_iter().filter(is_called))?
                .ok_or(ServiceError::NotFound);
        }
        // Whoever makes a character of the same name takes nobody's place: one's own come first.
        for mine in [true, false] {
            let filter = CharacterFilter { search: Some(name.clone()), mine, ..CharacterFilter::default() };
            let (found, _) = self.page(key.user_id, filter, None).await?;
            if let Some(one) = one_of(found.into_iter().filter(is_called))? {
                return Ok(one);
            }
        }
        Err(ServiceError::NotFound)
    }

    async fn page(
        &self,
        viewer: UserId,
        filter: CharacterFilter,
        cursor: Option<String>,
    ) -> ServiceResult<(Vec<Character>, Option<String>)> {
        let page = PageRequest { cursor, limit: limits::PAGE };
        let found = self.stores.characters.page_characters(viewer, &filter, &page).await?;
        Ok((found.items, found.next_cursor))
    }

    /// Those of these whom the person may talk to.
    async fn each(&self, user: UserId, ids: &[CharacterId]) -> ServiceResult<Vec<Character>> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            match self.characters.get(user, *id).await {
                Ok(character) if !character.deleted => found.push(character),
                Ok(_) | Err(ServiceError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Those with whom the person talked lately, but for the `known`.
    async fn talked_with(&self, user: UserId, known: &HashSet<CharacterId>) -> ServiceResult<Vec<Character>> {
        let page = PageRequest { cursor: None, limit: limits::PAGE };
        let sessions = self.stores.sessions.page_sessions(user, SessionFilter::default(), &page).await?;
        let mut ids: Vec<CharacterId> = Vec::new();
        for id in sessions.items.into_iter().filter_map(|listing| listing.session.character_id) {
            if !known.contains(&id) && !ids.contains(&id) && ids.len() < TALKED_WITH {
                ids.push(id);
            }
        }
        self.each(user, &ids).await
    }
}

/// The one there is, if any.
fn one_of(mut found: impl Iterator<Item = Character>) -> ServiceResult<Option<Character>> {
    let first = found.next();
    match found.next() {
        Some(_) => Err(FieldError::new("model", "is the name of several characters: name one by her id").into()),
        None => Ok(first),
    }
}
