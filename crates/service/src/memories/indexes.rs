//! The indexes of what is remembered, kept in this process: made when first wanted, brought up to date before each use, and dropped, the
//! longest unused first, when they take too much memory.
//!
//! The truth is in the store. One cheap question per use says whether anything changed since, on whatever node.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};

use domain::ids::MemoryId;
use domain::memories::Scope;
use parking_lot::{Mutex, RwLock};
use recall::{Entry, Index, Names};
use store::memories::{Indexed, ScopeChanges, ScopeVersion};
use store::{StoreError, StoreResult, Stores};
use tokio::sync::Mutex as AsyncMutex;

use super::heard::{self, Hearer};
use crate::measures;

/// How many memories are read at a time.
const READ: u32 = 2_000;

/// After how many uses it is looked whether the indexes take too much, whatever changed.
const TIDY: u64 = 256;

/// From how many memories on an index is changed outside the async runtime.
const ASIDE: usize = 64;

/// How many bytes an index takes with nothing in it, about.
const FLOOR: usize = 1_024;

/// How many bytes a memory takes in an index, about, with its vector.
const ROUGHLY: usize = 1_600;

/// Whose an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Whose {
    /// What a character knows of a person.
    Scope(Scope),
    /// What a character of a group has heard there.
    Hearer(Hearer),
}

impl From<Scope> for Whose {
    fn from(scope: Scope) -> Self {
        Self::Scope(scope)
    }
}

impl From<Hearer> for Whose {
    fn from(hearer: Hearer) -> Self {
        Self::Hearer(hearer)
    }
}

/// An index, and how far it has read.
pub(super) struct ScopeIndex {
    names: Names,
    index: RwLock<Index>,
    /// What is told whatever is asked: few, and known without looking through all.
    always: RwLock<BTreeSet<MemoryId>>,
    /// The first depth of which there are no episodes; of use where all are of one session.
    next_depth: AtomicU32,
    version: Arc<AsyncMutex<ScopeVersion>>,
    used: AtomicU64,
    bytes: AtomicUsize,
}

impl ScopeIndex {
    fn new(names: Names) -> Self {
        Self {
            index: RwLock::new(Index::new(names.clone())),
            always: RwLock::default(),
            next_depth: AtomicU32::new(0),
            names,
            version: Arc::default(),
            used: AtomicU64::new(0),
            bytes: AtomicUsize::new(0),
        }
    }

    /// Looks something up. Not to be held over an await.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Index) -> T) -> T {
        look(&self.index.read())
    }

    /// Like [`Self::read`], with those that are told whatever is asked.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Index, &BTreeSet<MemoryId>) -> T) -> T {
        look(&self.index.read(), &self.always.read())
    }

    /// The first depth of which there are no episodes.
    pub(super) fn next_depth(&self) -> u32 {
        self.next_depth.load(Ordering::Relaxed)
    }

    fn apply(&self, anew: bool, changed: Vec<Indexed>) {
        let (mut index, mut always) = (self.index.write(), self.always.write());
        if anew {
            index.clear();
            always.clear();
            self.next_depth.store(0, Ordering::Relaxed);
        }
        let few = changed.len() < ASIDE && !anew;
        let roughly = changed.len() * ROUGHLY;
        for Indexed { memory, vector } in changed {
            if memory.ended.is_none() && (memory.pinned || memory.scale.is_some()) {
                always.insert(memory.id);
            } else {
                always.remove(&memory.id);
            }
            if let Some(place) = memory.place {
                self.next_depth.fetch_max(place.depth + 1, Ordering::Relaxed);
            }
            index.insert(Entry { memory, vector });
        }
        // To count takes as long as to search.
        let bytes = if few { self.bytes.load(Ordering::Relaxed) + roughly } else { index.bytes() };
        self.bytes.store(bytes, Ordering::Relaxed);
    }
}

/// The indexes of this node.
pub(super) struct Indexes {
    stores: Stores,
    embedder: Option<String>,
    limit: usize,
    indexes: Mutex<HashMap<Whose, Arc<ScopeIndex>>>,
    uses: AtomicU64,
}

impl Indexes {
    /// No index yet. `limit` is in bytes, over all of them.
    pub(super) fn new(stores: Stores, embedder: Option<String>, limit: usize) -> Self {
        Self { stores, embedder, limit, indexes: Mutex::default(), uses: AtomicU64::new(0) }
    }

    /// An index, as the store has it now.
    pub(super) async fn fresh(&self, whose: impl Into<Whose>, names: &Names) -> StoreResult<Arc<ScopeIndex>> {
        let whose = whose.into();
        let index = self.take(whose, names);
        let mut version = Arc::clone(&index.version).lock_owned().await;
        let mut changed = false;
        while let Some(changes) = self.changes(whose, &index, *version).await? {
            changed = true;
            let anew = changes.version.epoch != version.epoch;
            // The guard goes along: should this call be dropped, nobody reads on before the change is in.
            version = if changes.changed.len() < ASIDE && !anew {
                index.apply(anew, changes.changed);
                *version = changes.version;
                version
            } else {
                let index = Arc::clone(&index);
                let applied = tokio::task::spawn_blocking(move || {
                    index.apply(anew, changes.changed);
                    *version = changes.version;
                    version
                });
                applied.await.map_err(|_| StoreError::Unavailable("an index could not be built".into()))?
            };
            if !changes.more {
                break;
            }
        }
        drop(version);
        if changed || index.used.load(Ordering::Relaxed).is_multiple_of(TIDY) {
            self.make_room(whose);
        }
        Ok(index)
    }

    /// What changed since `since`; `None` when nothing did.
    async fn changes(
        &self,
        whose: Whose,
        index: &ScopeIndex,
        since: ScopeVersion,
    ) -> StoreResult<Option<ScopeChanges>> {
        match whose {
            Whose::Scope(scope) => {
                self.stores.memories.changed_memories(scope, since, self.embedder.as_deref(), READ).await
            }
            Whose::Hearer(hearer) => heard::changes(&self.stores, hearer, index, since).await,
        }
    }

    /// Brings an index up to date that somebody may want soon: one that is here. What a job has changed is then known before
    /// the next reply asks.
    pub(super) async fn refresh(&self, scope: Scope) {
        let known = self.indexes.lock().get(&Whose::Scope(scope)).map(|index| index.names.clone());
        if let Some(names) = known
            && let Err(error) = self.fresh(scope, &names).await
        {
            tracing::debug!(error = %error, "an index was not brought up to date");
        }
    }

    fn take(&self, whose: Whose, names: &Names) -> Arc<ScopeIndex> {
        let mut indexes = self.indexes.lock();
        let index = indexes.entry(whose).or_insert_with(|| Arc::new(ScopeIndex::new(names.clone())));
        // Names are part of what is indexed.
        if index.names != *names {
            *index = Arc::new(ScopeIndex::new(names.clone()));
        }
        index.used.store(self.uses.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Arc::clone(index)
    }

    /// Drops what was not used for the longest time until the rest fits; `keep` stays in any case.
    fn make_room(&self, keep: Whose) {
        let mut indexes = self.indexes.lock();
        let bytes = |index: &Arc<ScopeIndex>| FLOOR + index.bytes.load(Ordering::Relaxed);
        let mut taken: usize = indexes.values().map(bytes).sum();
        if taken <= self.limit {
            return measures::index_bytes(taken);
        }
        let mut by_use: Vec<(u64, Whose, usize)> = indexes
            .iter()
            .filter(|(whose, _)| **whose != keep)
            .map(|(whose, index)| (index.used.load(Ordering::Relaxed), *whose, bytes(index)))
            .collect();
        by_use.sort_unstable();
        for (_, whose, bytes) in by_use {
            if taken <= self.limit {
                break;
            }
            indexes.remove(&whose);
            taken = taken.saturating_sub(bytes);
        }
        measures::index_bytes(taken);
    }
}
