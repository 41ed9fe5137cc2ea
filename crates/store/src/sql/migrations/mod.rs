//! The tables, step by step. A step that was released is never changed; another one follows it.

mod m0001_talker;
mod m0002_memories;
mod m0003_nodes;
mod m0004_admin;

use sea_orm::DatabaseConnection;
use sea_orm_migration::prelude::{MigrationTrait, MigratorTrait};
use sea_orm_migration::{MigrationStatus, async_trait};

use crate::StoreResult;

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_talker::Migration),
            Box::new(m0002_memories::Migration),
            Box::new(m0003_nodes::Migration),
            Box::new(m0004_admin::Migration),
        ]
    }
}

/// A step, and whether this database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Its name.
    pub name: String,
    /// Whether it is applied.
    pub applied: bool,
}

pub(super) async fn migrate_up(conn: &DatabaseConnection) -> StoreResult<()> {
    Ok(Migrator::up(conn, None).await?)
}

pub(super) async fn status(conn: &DatabaseConnection) -> StoreResult<Vec<MigrationState>> {
    let migrations = Migrator::get_migration_with_status_read_only(conn).await?;
    Ok(migrations
        .iter()
        .map(|migration| MigrationState {
            name: migration.name().to_owned(),
            applied: migration.status() == MigrationStatus::Applied,
        })
        .collect())
}
