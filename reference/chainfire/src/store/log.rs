use std::fmt::Debug;
use std::io;
use std::ops::RangeBounds;

use openraft::storage::{LogFlushed, RaftLogStorage};
use openraft::{Entry, LogId, LogState, OptionalSend, RaftLogReader, StorageError, StorageIOError, Vote};
use redb::{Durability, ReadableTable};

use super::{Disk, LOG, meta, set_meta};
use crate::command::TypeConfig;

const VOTE: &str = "vote";
const PURGED: &str = "purged";
const COMMITTED: &str = "committed";

type Failed = StorageError<u64>;

/// Raft's log and vote on disk.
#[derive(Clone)]
pub struct LogStore {
    disk: Disk,
}

impl LogStore {
    pub(super) fn new(disk: Disk) -> Self {
        Self { disk }
    }
}

fn reading(error: io::Error) -> Failed {
    StorageIOError::read_logs(&error).into()
}

fn writing(error: io::Error) -> Failed {
    StorageIOError::write_logs(&error).into()
}

impl RaftLogReader<TypeConfig> for LogStore {
    async fn try_get_log_entries<R: RangeBounds<u64> + Clone + Debug + OptionalSend>(
        &mut self,
        range: R,
    ) -> Result<Vec<Entry<TypeConfig>>, Failed> {
        let range = (range.start_bound().cloned(), range.end_bound().cloned());
        let entries = self.disk.read(move |transaction| {
            let log = transaction.open_table(LOG)?;
            log.range(range)?.map(|item| Ok(serde_json::from_slice(item?.1.value())?)).collect()
        });
        entries.await.map_err(reading)
    }
}

impl RaftLogStorage<TypeConfig> for LogStore {
    type LogReader = Self;

    async fn get_log_state(&mut self) -> Result<LogState<TypeConfig>, Failed> {
        let state = self.disk.read(|transaction| {
            let last_purged_log_id: Option<LogId<u64>> = meta(transaction, PURGED)?;
            let log = transaction.open_table(LOG)?;
            let last = log.last()?;
            let last: Option<Entry<TypeConfig>> =
                last.map(|(_, json)| serde_json::from_slice(json.value())).transpose()?;
            let last_log_id = last.map(|entry| entry.log_id).or(last_purged_log_id);
            Ok(LogState { last_purged_log_id, last_log_id })
        });
        state.await.map_err(reading)
    }

    async fn get_log_reader(&mut self) -> Self {
        self.clone()
    }

    async fn save_vote(&mut self, vote: &Vote<u64>) -> Result<(), Failed> {
        let vote = *vote;
        let saved =
            self.disk.write(Durability::Immediate, move |transaction| set_meta(transaction, VOTE, &vote));
        saved.await.map_err(|e| StorageIOError::write_vote(&e).into())
    }

    async fn read_vote(&mut self) -> Result<Option<Vote<u64>>, Failed> {
        let vote = self.disk.read(|transaction| meta(transaction, VOTE));
        vote.await.map_err(|e| StorageIOError::read_vote(&e).into())
    }

    async fn save_committed(&mut self, committed: Option<LogId<u64>>) -> Result<(), Failed> {
        // Only a hint that spares a restarted replica some waiting, so it needn't be synced.
        let save = move |transaction: &_| set_meta(transaction, COMMITTED, &committed);
        self.disk.write(Durability::None, save).await.map_err(writing)
    }

    async fn read_committed(&mut self) -> Result<Option<LogId<u64>>, Failed> {
        let committed = self.disk.read(|transaction| meta::<Option<LogId<u64>>>(transaction, COMMITTED));
        Ok(committed.await.map_err(reading)?.flatten())
    }

    async fn append<I>(&mut self, entries: I, callback: LogFlushed<TypeConfig>) -> Result<(), Failed>
    where
        I: IntoIterator<Item = Entry<TypeConfig>> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let entries: Vec<_> = entries.into_iter().collect();
        let written = self.disk.write(Durability::Immediate, move |transaction| {
            let mut log = transaction.open_table(LOG)?;
            for entry in &entries {
                log.insert(entry.log_id.index, serde_json::to_vec(entry)?.as_slice())?;
            }
            Ok(())
        });
        callback.log_io_completed(written.await);
        Ok(())
    }

    async fn truncate(&mut self, from: LogId<u64>) -> Result<(), Failed> {
        let truncated = self.disk.write(Durability::Immediate, move |transaction| {
            Ok(transaction.open_table(LOG)?.retain_in(from.index.., |_, _| false)?)
        });
        truncated.await.map_err(writing)
    }

    async fn purge(&mut self, upto: LogId<u64>) -> Result<(), Failed> {
        // Synced, and with it the state that these entries were applied to.
        let purged = self.disk.write(Durability::Immediate, move |transaction| {
            set_meta(transaction, PURGED, &upto)?;
            Ok(transaction.open_table(LOG)?.retain_in(..=upto.index, |_, _| false)?)
        });
        purged.await.map_err(writing)
    }
}
