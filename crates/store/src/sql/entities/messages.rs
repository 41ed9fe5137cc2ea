//! The table `messages`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub session_id: Uuid,
    pub parent_id: Option<Uuid>,
    /// What it hangs on: its parent, or its session when it is a root. Siblings have the same.
    pub branch_id: Uuid,
    pub depth: i64,
    pub role: String,
    /// Who of several says it, and why.
    pub author_id: Option<Uuid>,
    pub author_reason: Option<String>,
    pub status: String,
    pub failure: Option<String>,
    pub content: String,
    pub client_message_id: Option<String>,
    pub model: Option<String>,
    pub finish_reason: Option<String>,
    pub prompt_tokens: Option<i64>,
    pub cached_tokens: Option<i64>,
    pub completion_tokens: Option<i64>,
    pub revision: i64,
    /// The child last in view.
    pub active_child_id: Option<Uuid>,
    /// Whether the way from the root to the leaf leads through it.
    pub in_view: bool,
    /// The place of the event that told it whole: taken, or ended.
    pub event_seq: Option<i64>,
    pub created_at: i64,
    pub edited_at: Option<i64>,
    pub deleted_at: Option<i64>,
    pub lease_node: Option<Uuid>,
    pub lease_until: Option<i64>,
    pub fence: i64,
    /// Whether it is kept from the model.
    pub hidden: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
