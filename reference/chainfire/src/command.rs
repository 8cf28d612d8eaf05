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

/// A write, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Names the request, so that a second try of it has no second effect.
    pub request_id: Option<String>,
    /// The key to write.
    pub key: Key,
    /// The version that the key has to have for the write to happen; 0 if it has to be absent.
    pub if_version: Option<u64>,
    /// What to do with the key.
    pub change: Change,
}

/// What a write does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// Gives the key this value.
    Put(Value),
    /// Removes the key.
    Delete,
}

/// What came of a write. A version is the log's index at the write: it grows with every write
/// anywhere in the store, and 0 stands for an absent key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// An entry of Raft's own, which writes nothing.
    Nothing,
    /// The key has its new value, with this version.
    Written(u64),
    /// The key is absent; it had this version before.
    Deleted(u64),
    /// Nothing was written, since the key has this version.
    Conflict(u64),
    /// Nothing was written, since the request id named another write before.
    RequestIdReused,
}

/// A value and its version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Versioned {
    /// See [`Outcome`].
    pub version: u64,
    /// Any JSON.
    pub value: Value,
}

impl Command {
    /// Tells commands apart that carry the same request id: FNV-1a over the command's JSON, equal
    /// on every replica and in every build.
    pub fn digest(&self) -> u64 {
        let json = serde_json::to_vec(self).unwrap_or_default();
        json.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }
}
