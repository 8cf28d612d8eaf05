//! One command applied to the key-value state: the same on every replica.

use redb::{ReadableTable, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::{AnyResult, KV, REQUEST_ORDER, REQUESTS};
use crate::command::{Change, Command, Outcome, Versioned};

/// A request is remembered until this many log entries have followed it.
pub const REMEMBERED: u64 = 10_000;

/// What is remembered of a request.
#[derive(Debug, Serialize, Deserialize)]
pub struct Remembered {
    pub index: u64,
    pub digest: u64,
    pub outcome: Outcome,
}

/// Applies the command that stands at `index` in the log, unless its request was applied before.
pub fn apply(transaction: &WriteTransaction, index: u64, command: &Command) -> AnyResult<Outcome> {
    let Some(id) = command.request_id.as_deref() else {
        return write(transaction, index, command);
    };
    let digest = command.digest();
    if let Some(json) = transaction.open_table(REQUESTS)?.get(id)? {
        let before: Remembered = serde_json::from_slice(json.value())?;
        return Ok(if before.digest == digest { before.outcome } else { Outcome::RequestIdReused });
    }
    let outcome = write(transaction, index, command)?;
    remember(transaction, id, &Remembered { index, digest, outcome: outcome.clone() })?;
    forget(transaction, index.saturating_sub(REMEMBERED))?;
    Ok(outcome)
}

fn write(transaction: &WriteTransaction, index: u64, command: &Command) -> AnyResult<Outcome> {
    let key = command.key.as_str();
    let mut kv = transaction.open_table(KV)?;
    let current = match kv.get(key)? {
        Some(json) => serde_json::from_slice::<Versioned>(json.value())?.version,
        None => 0,
    };
    if command.if_version.is_some_and(|wanted| wanted != current) {
        return Ok(Outcome::Conflict(current));
    }
    match &command.change {
        Change::Put(value) => {
            let versioned = Versioned { version: index, value: value.clone() };
            kv.insert(key, serde_json::to_vec(&versioned)?.as_slice())?;
            Ok(Outcome::Written(index))
        }
        Change::Delete => {
            kv.remove(key)?;
            Ok(Outcome::Deleted(current))
        }
    }
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
