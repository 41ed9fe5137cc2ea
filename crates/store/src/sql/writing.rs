//! Transactions that write, and when what they wrote is safe.
//!
//! Left to itself, SQLite waits for the disk at the end of every transaction, and all others wait with it. Here a
//! transaction ends at once, and those who are owed an answer then wait for the disk together: one wait serves all that
//! ended before it began.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};
use tokio::sync::Mutex;

use super::patience::within;
use super::query;
use crate::{StoreError, StoreResult};

/// A transaction that may write. Dropped without commit, it changes nothing.
pub(super) struct Writing {
    tx: DatabaseTransaction,
    disk: Option<Arc<Disk>>,
}

impl Writing {
    pub(super) fn new(tx: DatabaseTransaction, disk: Option<Arc<Disk>>) -> Self {
        Self { tx, disk }
    }

    /// Ends it; afterwards what it wrote is as safe as the store's durability says.
    pub(super) async fn commit(self) -> StoreResult<()> {
        within(self.tx.get_database_backend(), self.tx.commit()).await?;
        settle(self.disk.as_ref()).await
    }

    /// Ends it without a wait for the disk: for what nobody was promised, and is made again when it is lost.
    pub(super) async fn commit_unsettled(self) -> StoreResult<()> {
        Ok(within(self.tx.get_database_backend(), self.tx.commit()).await?)
    }

    pub(super) async fn rollback(self) -> StoreResult<()> {
        Ok(within(self.tx.get_database_backend(), self.tx.rollback()).await?)
    }
}

impl std::ops::Deref for Writing {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.tx
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Writing {
    fn get_database_backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        within(self.tx.get_database_backend(), self.tx.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        within(self.tx.get_database_backend(), self.tx.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        within(self.tx.get_database_backend(), self.tx.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        within(self.tx.get_database_backend(), self.tx.query_all_raw(statement)).await
    }
}

/// Waits until all that was committed is on the disk, where the store promises that.
pub(super) async fn settle(disk: Option<&Arc<Disk>>) -> StoreResult<()> {
    match disk {
        Some(disk) => disk.wait().await,
        None => Ok(()),
    }
}

/// The log of a SQLite database, and how much of it is on the disk.
pub(super) struct Disk {
    log: PathBuf,
    committed: AtomicU64,
    // How many commits are safe; nothing once the disk has failed, for then nobody knows what it kept.
    safe: Mutex<Option<u64>>,
}

impl Disk {
    /// The disk under an open SQLite database; `None` when it is in memory.
    pub(super) async fn under(conn: &DatabaseConnection) -> StoreResult<Option<Arc<Self>>> {
        let Some(row) = query::row(conn, "SELECT file FROM pragma_database_list WHERE name = 'main'", []).await? else {
            return Ok(None);
        };
        let file: String = row.try_get("", "file")?;
        if file.is_empty() {
            return Ok(None);
        }
        let log = PathBuf::from(format!("{file}-wal"));
        // The names of new files as well.
        if let Some(folder) = Path::new(&file).parent().map(Path::to_owned) {
            sync(folder).await?;
        }
        Ok(Some(Arc::new(Self { log, committed: AtomicU64::new(0), safe: Mutex::new(Some(0)) })))
    }

    async fn wait(&self) -> StoreResult<()> {
        let mine = self.committed.fetch_add(1, Ordering::AcqRel) + 1;
        let mut safe = self.safe.lock().await;
        match *safe {
            Some(count) if count >= mine => return Ok(()),
            Some(_) => {}
            None => return Err(StoreError::Unavailable("the disk has failed; start again to see what it kept".into())),
        }
        let all = self.committed.load(Ordering::Acquire);
        let result = sync(self.log.clone()).await;
        *safe = result.is_ok().then_some(all);
        result
    }
}

/// Waits until a file, or the names in a folder, are on the disk.
async fn sync(path: PathBuf) -> StoreResult<()> {
    let task = tokio::task::spawn_blocking(move || std::fs::File::open(path)?.sync_data());
    let result = task.await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    result.map_err(|error| StoreError::Unavailable(format!("the disk: {}", error.kind())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(log: PathBuf) -> Disk {
        Disk { log, committed: AtomicU64::new(0), safe: Mutex::new(Some(0)) }
    }

    #[tokio::test]
    async fn all_who_wait_become_safe() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        std::fs::write(&log, "what was committed").unwrap();
        let disk = Arc::new(disk(log));
        let wait = |disk: Arc<Disk>| async move { disk.wait().await };
        let waiting: Vec<_> = (0..50).map(|_| tokio::spawn(wait(Arc::clone(&disk)))).collect();
        for task in waiting {
            assert_eq!(task.await.unwrap(), Ok(()));
        }
        assert_eq!(*disk.safe.lock().await, Some(50));
    }

    #[tokio::test]
    async fn a_disk_that_failed_is_not_believed_again() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let disk = disk(log.clone());
        assert!(matches!(disk.wait().await, Err(StoreError::Unavailable(_))));
        std::fs::write(&log, "here again").unwrap();
        assert!(matches!(disk.wait().await, Err(StoreError::Unavailable(_))));
    }
}
