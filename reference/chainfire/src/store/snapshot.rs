//! The whole state as one JSON document: what a replica gets that is too far behind for the log.

use std::io::{self, Cursor};

use openraft::storage::{RaftSnapshotBuilder, Snapshot};
use openraft::{StorageError, StorageIOError};
use redb::{AccessGuard, Durability, ReadTransaction, ReadableTable, WriteTransaction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::apply::{Lease, Remembered, remember};
use super::machine::{Meta, StateMachine, applied, set_applied};
use super::{AnyResult, CHANGES, KV, LEASES, REQUEST_ORDER, REQUESTS, SNAPSHOT, Table, meta, set_meta};
use crate::command::{Changed, TypeConfig, Versioned};

const CURRENT: &str = "current";
const SNAPSHOT_META: &str = "snapshot";

#[derive(Serialize, Deserialize)]
struct State {
    kv: Vec<(String, Versioned)>,
    leases: Vec<(String, Lease)>,
    changes: Vec<(u64, Vec<Changed>)>,
    requests: Vec<(String, Remembered)>,
}

impl RaftSnapshotBuilder<TypeConfig> for StateMachine {
    async fn build_snapshot(&mut self) -> Result<Snapshot<TypeConfig>, StorageError<u64>> {
        let failed = |e: io::Error| StorageIOError::write_snapshot(None, &e);
        let (meta, data) = self.disk.read(build).await.map_err(failed)?;
        let (saved, bytes) = (meta.clone(), data.clone());
        let save = move |transaction: &_| keep(transaction, &saved, &bytes);
        self.disk.write(Durability::Immediate, save).await.map_err(failed)?;
        Ok(Snapshot { meta, snapshot: Box::new(Cursor::new(data)) })
    }
}

/// One read transaction sees one moment: the state, and the place in the log that it stands for.
fn build(transaction: &ReadTransaction) -> AnyResult<(Meta, Vec<u8>)> {
    let (last_log_id, last_membership) = applied(transaction)?;
    let state = State {
        kv: all(transaction, KV, |key| key.value().to_owned())?,
        leases: all(transaction, LEASES, |name| name.value().to_owned())?,
        changes: all(transaction, CHANGES, |index| index.value())?,
        requests: all(transaction, REQUESTS, |id| id.value().to_owned())?,
    };
    let index = last_log_id.map_or(0, |id| id.index);
    let term = last_log_id.map_or(0, |id| id.leader_id.term);
    let meta = Meta { last_log_id, last_membership, snapshot_id: format!("{term}-{index}") };
    Ok((meta, serde_json::to_vec(&state)?))
}

fn all<K: redb::Key + 'static, N, V: DeserializeOwned>(
    transaction: &ReadTransaction,
    table: Table<K>,
    name: impl Fn(AccessGuard<'_, K>) -> N,
) -> AnyResult<Vec<(N, V)>> {
    let mut items = Vec::new();
    for item in transaction.open_table(table)?.iter()? {
        let (key, json) = item?;
        items.push((name(key), serde_json::from_slice(json.value())?));
    }
    Ok(items)
}

fn keep(transaction: &WriteTransaction, meta: &Meta, data: &[u8]) -> AnyResult<()> {
    set_meta(transaction, SNAPSHOT_META, meta)?;
    transaction.open_table(SNAPSHOT)?.insert(CURRENT, data)?;
    Ok(())
}

/// The latest snapshot that was built or installed here.
pub(super) fn current(transaction: &ReadTransaction) -> AnyResult<Option<Snapshot<TypeConfig>>> {
    let Some(meta) = meta::<Meta>(transaction, SNAPSHOT_META)? else { return Ok(None) };
    let data = transaction.open_table(SNAPSHOT)?.get(CURRENT)?;
    Ok(data.map(|data| Snapshot { meta, snapshot: Box::new(Cursor::new(data.value().to_vec())) }))
}

/// Puts a snapshot in the place of the whole state, at once or not at all.
pub(super) fn install(transaction: &WriteTransaction, meta: &Meta, data: &[u8]) -> AnyResult<()> {
    let state: State = serde_json::from_slice(data)?;
    transaction.delete_table(KV)?;
    transaction.delete_table(LEASES)?;
    transaction.delete_table(CHANGES)?;
    transaction.delete_table(REQUESTS)?;
    transaction.delete_table(REQUEST_ORDER)?;
    let mut kv = transaction.open_table(KV)?;
    for (key, versioned) in &state.kv {
        kv.insert(key.as_str(), serde_json::to_vec(versioned)?.as_slice())?;
    }
    let mut leases = transaction.open_table(LEASES)?;
    for (name, lease) in &state.leases {
        leases.insert(name.as_str(), serde_json::to_vec(lease)?.as_slice())?;
    }
    let mut changes = transaction.open_table(CHANGES)?;
    for (index, changed) in &state.changes {
        changes.insert(index, serde_json::to_vec(changed)?.as_slice())?;
    }
    transaction.open_table(REQUESTS)?;
    transaction.open_table(REQUEST_ORDER)?;
    for (id, request) in &state.requests {
        remember(transaction, id, request)?;
    }
    set_applied(transaction, meta)?;
    keep(transaction, meta, data)
}
