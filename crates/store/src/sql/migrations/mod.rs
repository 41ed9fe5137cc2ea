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
mod runner;

use sea_orm_migration::async_trait;
use sea_orm_migration::prelude::{MigrationTrait, MigratorTrait};

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
        ]
    }
}

/// The oldest list of steps with which a version can still run on these tables: the name of that list's last step. So two
/// versions can serve side by side while nodes are replaced one by one.
///
/// Versions before ratings would show minors whom they must not meet.
const SERVES: &str = "m0011_ratings";

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
