//! One command applied to the key-value state: the same on every replica.

use redb::{ReadableTable, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::{AnyResult, CHANGES, KV, LEASES, REQUEST_ORDER, REQUESTS};
use crate::command::{Action, Change, Changed, Command, Operation, Outcome, Versioned};

/// A request is remembered until this many log entries have followed it, and so are changes for
/// those who watch.
pub const REMEMBERED: u64 = 10_000;

/// What is remembered of a request.
#[derive(Debug, Serialize, Deserialize)]
pub struct Remembered {
    pub index: u64,
    pub digest: u64,
    pub outcome: Outcome,
}

/// A lease and the keys that live with it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Lease {
    pub ttl_ms: u64,
    pub expires_at: u64,
    pub keys: Vec<String>,
}

/// Applies the command that stands at `index` in the log, unless its request was applied before.
pub fn apply(transaction: &WriteTransaction, index: u64, command: &Command) -> AnyResult<Outcome> {
    let Some(id) = command.request_id.as_deref() else {
        return operate(transaction, index, &command.operation);
    };
    let digest = command.digest();
    if let Some(json) = transaction.open_table(REQUESTS)?.get(id)?
        && !servicekit::sabotaged("request-ids-forgotten")
    {
        let before: Remembered = serde_json::from_slice(json.value())?;
        return Ok(if before.digest == digest { before.outcome } else { Outcome::RequestIdReused });
    }
    let outcome = operate(transaction, index, &command.operation)?;
    remember(transaction, id, &Remembered { index, digest, outcome: outcome.clone() })?;
    forget(transaction, index.saturating_sub(REMEMBERED))?;
    Ok(outcome)
}

fn operate(transaction: &WriteTransaction, index: u64, operation: &Operation) -> AnyResult<Outcome> {
    match operation {
        Operation::Write(changes) => write(transaction, index, changes),
        Operation::Lease { lease, ttl_ms, expires_at, must_exist } => {
            let known = get_lease(transaction, lease)?;
            if *must_exist && known.is_none() {
                return Ok(Outcome::NoLease(lease.clone()));
            }
            let keys = known.map(|known| known.keys).unwrap_or_default();
            set_lease(transaction, lease, &Lease { ttl_ms: *ttl_ms, expires_at: *expires_at, keys })?;
            Ok(Outcome::Leased { expires_at: *expires_at })
        }
        Operation::Revoke { lease, expired_at } => revoke(transaction, index, lease, *expired_at),
    }
}

fn write(transaction: &WriteTransaction, index: u64, changes: &[Change]) -> AnyResult<Outcome> {
    let mut before = Vec::new();
    for change in changes {
        let current = get(transaction, change.key.as_str())?;
        let version = current.as_ref().map_or(0, |current| current.version);
        if change.if_version.is_some_and(|wanted| wanted != version) {
            return Ok(Outcome::Conflict { key: change.key.to_string(), version });
        }
        if let Action::Put { lease: Some(lease), .. } = &change.action
            && get_lease(transaction, lease)?.is_none()
        {
            return Ok(Outcome::NoLease(lease.clone()));
        }
        before.push(version);
    }
    let mut changed = Vec::new();
    for change in changes {
        let key = change.key.as_str();
        match &change.action {
            Action::Check => continue,
            Action::Put { value, lease } => put(transaction, index, key, value, lease)?,
            Action::Delete => remove(transaction, key)?,
        }
        let value = match &change.action {
            Action::Put { value, .. } => Some(value.clone()),
            _ => None,
        };
        changed.push(Changed { key: key.to_owned(), value });
    }
    log_changes(transaction, index, &changed)?;
    Ok(Outcome::Written { version: index, before })
}

fn get(transaction: &WriteTransaction, key: &str) -> AnyResult<Option<Versioned>> {
    let kv = transaction.open_table(KV)?;
    let json = kv.get(key)?;
    Ok(json.map(|json| serde_json::from_slice(json.value())).transpose()?)
}

fn put(
    transaction: &WriteTransaction,
    index: u64,
    key: &str,
    value: &serde_json::Value,
    lease: &Option<String>,
) -> AnyResult<()> {
    leave_lease(transaction, key)?;
    let versioned = Versioned { version: index, value: value.clone(), lease: lease.clone() };
    transaction.open_table(KV)?.insert(key, serde_json::to_vec(&versioned)?.as_slice())?;
    if let Some(name) = lease
        && let Some(mut lease) = get_lease(transaction, name)?
    {
        lease.keys.push(key.to_owned());
        set_lease(transaction, name, &lease)?;
    }
    Ok(())
}

fn remove(transaction: &WriteTransaction, key: &str) -> AnyResult<()> {
    leave_lease(transaction, key)?;
    transaction.open_table(KV)?.remove(key)?;
    Ok(())
}

/// Takes a key out of the lease that it has lived with.
fn leave_lease(transaction: &WriteTransaction, key: &str) -> AnyResult<()> {
    if let Some(name) = get(transaction, key)?.and_then(|current| current.lease)
        && let Some(mut lease) = get_lease(transaction, &name)?
    {
        lease.keys.retain(|other| other != key);
        set_lease(transaction, &name, &lease)?;
    }
    Ok(())
}

fn revoke(
    transaction: &WriteTransaction,
    index: u64,
    name: &str,
    expired_at: Option<u64>,
) -> AnyResult<Outcome> {
    let Some(lease) = get_lease(transaction, name)? else {
        return Ok(Outcome::NoLease(name.to_owned()));
    };
    if expired_at.is_some_and(|end| end != lease.expires_at) {
        return Ok(Outcome::Leased { expires_at: lease.expires_at }); // it was kept alive meanwhile
    }
    let mut changed = Vec::new();
    for key in &lease.keys {
        transaction.open_table(KV)?.remove(key.as_str())?;
        changed.push(Changed { key: key.clone(), value: None });
    }
    transaction.open_table(LEASES)?.remove(name)?;
    log_changes(transaction, index, &changed)?;
    Ok(Outcome::Revoked { keys: lease.keys.len() as u64 })
}

fn get_lease(transaction: &WriteTransaction, name: &str) -> AnyResult<Option<Lease>> {
    let leases = transaction.open_table(LEASES)?;
    let json = leases.get(name)?;
    Ok(json.map(|json| serde_json::from_slice(json.value())).transpose()?)
}

fn set_lease(transaction: &WriteTransaction, name: &str, lease: &Lease) -> AnyResult<()> {
    transaction.open_table(LEASES)?.insert(name, serde_json::to_vec(lease)?.as_slice())?;
    Ok(())
}

fn log_changes(transaction: &WriteTransaction, index: u64, changed: &[Changed]) -> AnyResult<()> {
    let mut changes = transaction.open_table(CHANGES)?;
    if !changed.is_empty() {
        changes.insert(index, serde_json::to_vec(changed)?.as_slice())?;
    }
    let forgotten = index.saturating_sub(REMEMBERED);
    changes.retain_in(..forgotten, |_, _| false)?;
    Ok(())
}

/// Keeps a request's outcome for its later tries.
pub fn remember(transaction: &WriteTransaction, id: &str, request: &Remembered) -> AnyResult<()> {
    transaction.open_table(REQUESTS)?.insert(id, serde_json::to_vec(request)?.as_slice())?;
    transaction.open_table(REQUEST_ORDER)?.insert(request.index, id)?;
    Ok(())
}

fn forget(transaction: &WriteTransaction, before: u64) -> AnyResult<()> {
    let mut order = transaction.open_table(REQUEST_ORDER)?;
    let mut requests = transaction.open_table(REQUESTS)?;
    loop {
        let first = order.first()?.map(|(index, id)| (index.value(), id.value().to_owned()));
        match first {
            Some((index, id)) if index < before => {
                order.remove(index)?;
                requests.remove(id.as_str())?;
            }
            _ => return Ok(()),
        }
    }
}
