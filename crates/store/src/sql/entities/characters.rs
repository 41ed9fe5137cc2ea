//! The table `characters`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "characters")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Option<Uuid>,
    pub name: String,
    pub tagline: String,
    pub persona: String,
    pub scenario: String,
    pub greeting: String,
    pub alternate_greetings: String,
    pub examples: String,
    pub system_prompt: String,
    pub creator_notes: String,
    pub tags: String,
    pub visibility: String,
    pub model: Option<String>,
    pub sampling: String,
    pub avatar_id: Option<Uuid>,
    pub search_text: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub deleted: bool,
    pub rating: String,
    pub bond: Option<String>,
    pub routine: Option<String>,
    pub group_greetings: String,
    pub post_history_instructions: String,
    pub depth_prompt: String,
    pub translations: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
