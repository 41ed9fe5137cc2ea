//! The table `sessions`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub character_id: Option<Uuid>,
    pub title: String,
    pub pinned: bool,
    pub archived: bool,
    pub model: Option<String>,
    pub sampling: String,
    pub active_root_id: Option<Uuid>,
    pub leaf_id: Option<Uuid>,
    pub seq: i64,
    pub created_at: i64,
    pub last_message_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
