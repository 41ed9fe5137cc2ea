//! The tables, step by step. A step that was released is never changed; another one follows it, and each can be taken back.

mod m0001_talker;
mod m0002_memories;
mod m0003_nodes;
mod m0004_admin;
mod m0005_vectors;
mod m0006_social;
mod m0007_notifications;
mod m0008_recommendations;
mod m0009_groups;
mod m0010_moments;
mod m0011_ratings;
mod m0012_lagging;
mod m0013_api_keys;
mod m0014_cards;
mod m0015_lorebooks;
mod m0016_bonds;
mod m0017_life;
mod m0018_worlds;
mod m0019_routes;
mod m0020_diaries;
mod m0021_consents;
mod m0022_translations;
mod runner;

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{MigrationTrait, MigratorTrait, SchemaManager};

pub(super) use runner::{down, status, up};

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_talker::Migration),
            Box::new(m0002_memories::Migration),
            Box::new(m0003_nodes::Migration),
            Box::new(m0004_admin::Migration),
            Box::new(m0005_vectors::Migration),
            Box::new(m0006_social::Migration),
            Box::new(m0007_notifications::Migration),
            Box::new(m0008_recommendations::Migration),
            Box::new(m0009_groups::Migration),
            Box::new(m0010_moments::Migration),
            Box::new(m0011_ratings::Migration),
            Box::new(m0012_lagging::Migration),
            Box::new(m0013_api_keys::Migration),
            Box::new(m0014_cards::Migration),
            Box::new(m0015_lorebooks::Migration),
            Box::new(m0016_bonds::Migration),
            Box::new(m0017_life::Migration),
            Box::new(m0018_worlds::Migration),
            Box::new(m0019_routes::Migration),
            Box::new(m0020_diaries::Migration),
            Box::new(m0021_consents::Migration),
            Box::new(m0022_translations::Migration),
        ]
    }
}

/// The oldest list of steps with which a version can still run on these tables: the name of that list's last step. So two
/// versions can serve side by side while nodes are replaced one by one.
///
/// Versions before ratings would show minors whom they must not meet, those before cards tell models what is hidden.
const SERVES: &str = "m0014_cards";

/// Runs statements with the types of this engine in the places that are kept for them: `{uuid}`, `{bytes}`, and `{clustered}` behind a
/// table that is kept by its key.
async fn spell(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let (uuid, bytes, clustered) = match manager.get_database_backend() {
        DbBackend::Sqlite => ("blob", "blob", "WITHOUT ROWID"),
        _ => ("uuid", "bytea", ""),
    };
    let sql = sql.replace("{uuid}", uuid).replace("{bytes}", bytes).replace("{clustered}", clustered);
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}

/// A step, and whether this database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Its name.
    pub name: String,
    /// Whether it is applied.
    pub applied: bool,
    /// Whether this version knows it; a newer one applied it otherwise.
    pub known: bool,
}
