use std::io::{self, Cursor};

use openraft::storage::{RaftStateMachine, Snapshot, SnapshotMeta};
use openraft::{
    BasicNode, Entry, EntryPayload, LogId, OptionalSend, StorageError, StorageIOError, StoredMembership,
};
use redb::{Durability, ReadTransaction, WriteTransaction};

use super::apply::apply;
use super::snapshot;
use super::{AnyResult, Disk, meta, set_meta};
use crate::command::{Outcome, TypeConfig};

const APPLIED: &str = "applied";
const MEMBERSHIP: &str = "membership";

type Failed = StorageError<u64>;
type Membership = StoredMembership<u64, BasicNode>;
pub(super) type Meta = SnapshotMeta<u64, BasicNode>;

/// The key-value state, to which Raft applies the committed log.
#[derive(Clone)]
pub struct StateMachine {
    pub(super) disk: Disk,
}

impl StateMachine {
    pub(super) fn new(disk: Disk) -> Self {
        Self { disk }
    }
}

/// Up to which entry the state was applied, and the membership at that point.
pub(super) fn applied(transaction: &ReadTransaction) -> AnyResult<(Option<LogId<u64>>, Membership)> {
    Ok((meta(transaction, APPLIED)?, meta(transaction, MEMBERSHIP)?.unwrap_or_default()))
}

pub(super) fn set_applied(transaction: &WriteTransaction, meta: &Meta) -> AnyResult<()> {
    if let Some(last) = meta.last_log_id {
        set_meta(transaction, APPLIED, &last)?;
    }
    set_meta(transaction, MEMBERSHIP, &meta.last_membership)
}

fn apply_entry(transaction: &WriteTransaction, entry: &Entry<TypeConfig>) -> AnyResult<Outcome> {
    let outcome = match &entry.payload {
        EntryPayload::Blank => Outcome::Nothing,
        EntryPayload::Normal(command) => apply(transaction, entry.log_id.index, command)?,
        EntryPayload::Membership(members) => {
            let members = Membership::new(Some(entry.log_id), members.clone());
            set_meta(transaction, MEMBERSHIP, &members)?;
            Outcome::Nothing
        }
    };
    set_meta(transaction, APPLIED, &entry.log_id)?;
    Ok(outcome)
}

fn reading(error: io::Error) -> Failed {
    StorageIOError::read_state_machine(&error).into()
}

fn writing(error: io::Error) -> Failed {
    StorageIOError::write_state_machine(&error).into()
}

impl RaftStateMachine<TypeConfig> for StateMachine {
    type SnapshotBuilder = Self;

    async fn applied_state(&mut self) -> Result<(Option<LogId<u64>>, Membership), Failed> {
        self.disk.read(applied).await.map_err(reading)
    }

    async fn apply<I>(&mut self, entries: I) -> Result<Vec<Outcome>, Failed>
    where
        I: IntoIterator<Item = Entry<TypeConfig>> + OptionalSend,
        I::IntoIter: OptionalSend,
    {
        let entries: Vec<_> = entries.into_iter().collect();
        let applied = self.disk.write(Durability::None, move |transaction| {
            entries.iter().map(|entry| apply_entry(transaction, entry)).collect()
        });
        applied.await.map_err(writing)
    }

    async fn get_snapshot_builder(&mut self) -> Self {
        self.clone()
    }

    async fn begin_receiving_snapshot(&mut self) -> Result<Box<Cursor<Vec<u8>>>, Failed> {
        Ok(Box::default())
    }

    async fn install_snapshot(&mut self, meta: &Meta, data: Box<Cursor<Vec<u8>>>) -> Result<(), Failed> {
        let (meta, data) = (meta.clone(), data.into_inner());
        let install = move |transaction: &_| snapshot::install(transaction, &meta, &data);
        self.disk.write(Durability::Immediate, install).await.map_err(writing)
    }

    async fn get_current_snapshot(&mut self) -> Result<Option<Snapshot<TypeConfig>>, Failed> {
        self.disk.read(snapshot::current).await.map_err(reading)
    }
}
