//! What the replicated log is made of.

use std::io::Cursor;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::key::Key;

openraft::declare_raft_types!(
    /// The types that Raft is used with: commands in, outcomes out, replicas numbered and named by address.
    pub TypeConfig: D = Command, R = Outcome, NodeId = u64, Node = openraft::BasicNode,
        SnapshotData = Cursor<Vec<u8>>
);

/// What is to happen, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Names the request, so that a second try of it has no second effect.
    pub request_id: Option<String>,
    /// What to do.
    pub operation: Operation,
}

/// What a command does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Operation {
    /// Makes all of these changes, or none where a key hasn't the version that was asked for.
    Write(Vec<Change>),
    /// Makes a lease, or sets its end anew. Times are the leader's, in milliseconds since the epoch.
    Lease { lease: String, ttl_ms: u64, expires_at: u64, must_exist: bool },
    /// Ends a lease and removes its keys. With `expired_at` only if that still is its end.
    Revoke { lease: String, expired_at: Option<u64> },
}

/// One key's part in a write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The key.
    pub key: Key,
    /// The version that the key has to have for the write to happen; 0 if it has to be absent.
    pub if_version: Option<u64>,
    /// What becomes of it.
    pub action: Action,
}

/// What a write does with a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Gives the key this value, for as long as the lease lives, if one is named.
    Put { value: Value, lease: Option<String> },
    /// Removes the key.
    Delete,
    /// Leaves the key, and only asks for its version.
    Check,
}

/// What came of a command. A version is the log's index at the write: it grows with every write
/// anywhere in the store, and 0 stands for an absent key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// An entry of Raft's own, which writes nothing.
    Nothing,
    /// All changes were made; the keys written have this version. `before` has each key's version
    /// before, in the changes' order.
    Written { version: u64, before: Vec<u64> },
    /// Nothing was written, since this key has this version.
    Conflict { key: String, version: u64 },
    /// The lease lives until then, in milliseconds since the epoch.
    Leased { expires_at: u64 },
    /// The lease is gone, and so many of its keys with it.
    Revoked { keys: u64 },
    /// There is no such lease.
    NoLease(String),
    /// Nothing was written, since the request id named another command before.
    RequestIdReused,
}

/// A value and its version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Versioned {
    /// See [`Outcome`].
    pub version: u64,
    /// Any JSON.
    pub value: Value,
    /// The lease that it lives with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<String>,
}

/// What became of a key at a version: its new value, or `None` where it was removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: Option<Value>,
}

impl Command {
    /// Tells commands apart that carry the same request id: FNV-1a over the command's JSON, equal
    /// on every replica and in every build. The time at which a lease would end isn't part of it.
    pub fn digest(&self) -> u64 {
        let mut command = self.clone();
        if let Operation::Lease { expires_at, .. } = &mut command.operation {
            *expires_at = 0;
        }
        let json = serde_json::to_vec(&command).unwrap_or_default();
        json.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }
}
