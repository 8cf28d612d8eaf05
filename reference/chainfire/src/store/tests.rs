use openraft::storage::{RaftSnapshotBuilder, RaftStateMachine};
use openraft::testing::{StoreBuilder, Suite};
use openraft::{CommittedLeaderId, Entry, EntryPayload, LogId, StorageError};
use serde_json::json;
use tempfile::TempDir;

use super::apply::REMEMBERED;
use super::{LogStore, Reader, StateMachine, open};
use crate::command::{Action, Change, Command, Operation, Outcome, TypeConfig};

struct InTempDir;

impl StoreBuilder<TypeConfig, LogStore, StateMachine, TempDir> for InTempDir {
    async fn build(&self) -> Result<(TempDir, LogStore, StateMachine), StorageError<u64>> {
        let folder = tempfile::tempdir().unwrap();
        let (log, machine, _) = open(folder.path()).await.unwrap();
        Ok((folder, log, machine))
    }
}

#[test]
fn passes_the_suite_of_openraft() {
    Suite::test_all(InTempDir).unwrap();
}

async fn opened() -> (TempDir, StateMachine, Reader) {
    let folder = tempfile::tempdir().unwrap();
    let (_, machine, reader) = open(folder.path()).await.unwrap();
    (folder, machine, reader)
}

fn put(key: &str, value: i32, if_version: Option<u64>, request: Option<&str>) -> Command {
    let action = Action::Put { value: json!(value), lease: None };
    write(vec![Change { key: key.parse().unwrap(), if_version, action }], request)
}

fn write(changes: Vec<Change>, request: Option<&str>) -> Command {
    Command { request_id: request.map(str::to_owned), operation: Operation::Write(changes) }
}

fn written(version: u64, before: u64) -> Outcome {
    Outcome::Written { version, before: vec![before] }
}

fn conflict(version: u64) -> Outcome {
    Outcome::Conflict { key: "a".into(), version }
}

async fn apply(machine: &mut StateMachine, index: u64, command: Command) -> Outcome {
    let log_id = LogId::new(CommittedLeaderId::new(1, 1), index);
    let entry = Entry { log_id, payload: EntryPayload::Normal(command) };
    machine.apply([entry]).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_write_happens_only_on_the_version_it_names() {
    let (_folder, mut machine, _) = opened().await;
    assert_eq!(apply(&mut machine, 1, put("a", 1, Some(0), None)).await, written(1, 0));
    assert_eq!(apply(&mut machine, 2, put("a", 2, Some(0), None)).await, conflict(1));
    assert_eq!(apply(&mut machine, 3, put("a", 3, Some(1), None)).await, written(3, 1));
    let change = Change { key: "a".parse().unwrap(), if_version: Some(3), action: Action::Delete };
    let delete = write(vec![change], None);
    assert_eq!(apply(&mut machine, 4, delete.clone()).await, written(4, 3));
    assert_eq!(apply(&mut machine, 5, delete).await, conflict(0));
}

#[tokio::test]
async fn a_request_tried_again_has_no_second_effect() {
    let (_folder, mut machine, reader) = opened().await;
    assert_eq!(apply(&mut machine, 1, put("a", 1, None, Some("r"))).await, written(1, 0));
    assert_eq!(apply(&mut machine, 2, put("a", 2, None, None)).await, written(2, 1));
    assert_eq!(apply(&mut machine, 3, put("a", 1, None, Some("r"))).await, written(1, 0));
    assert_eq!(apply(&mut machine, 4, put("a", 9, None, Some("r"))).await, Outcome::RequestIdReused);
    assert_eq!(reader.get("a".into()).await.unwrap().unwrap().value, json!(2));
}

#[tokio::test]
async fn a_request_is_forgotten_in_the_end() {
    let (_folder, mut machine, _) = opened().await;
    apply(&mut machine, 1, put("a", 1, None, Some("r"))).await;
    apply(&mut machine, 1 + REMEMBERED, put("b", 1, None, Some("s"))).await;
    assert_eq!(apply(&mut machine, 2 + REMEMBERED, put("a", 1, None, Some("r"))).await, written(1, 0));
    apply(&mut machine, 3 + REMEMBERED, put("b", 1, None, Some("t"))).await;
    let again = apply(&mut machine, 4 + REMEMBERED, put("a", 1, None, Some("r"))).await;
    assert_eq!(again, written(4 + REMEMBERED, 1));
}

#[tokio::test]
async fn a_snapshot_carries_keys_versions_and_requests() {
    let (_folder, mut machine, _) = opened().await;
    apply(&mut machine, 1, put("a", 1, None, Some("r"))).await;
    let snapshot = machine.build_snapshot().await.unwrap();

    let (_other, mut copy, reader) = opened().await;
    apply(&mut copy, 1, put("stale", 1, None, None)).await;
    copy.install_snapshot(&snapshot.meta, snapshot.snapshot).await.unwrap();
    assert_eq!(reader.get("stale".into()).await.unwrap(), None);
    assert_eq!(reader.get("a".into()).await.unwrap().unwrap().version, 1);
    assert_eq!(apply(&mut copy, 2, put("a", 1, None, Some("r"))).await, written(1, 0));
    assert_eq!(copy.applied_state().await.unwrap().0.unwrap().index, 2);
}

#[tokio::test]
async fn a_scan_gives_pages_in_order() {
    let (_folder, mut machine, reader) = opened().await;
    for (index, key) in ["b/2", "a", "b/1", "b/3", "c"].into_iter().enumerate() {
        apply(&mut machine, index as u64 + 1, put(key, 0, None, None)).await;
    }
    let page = reader.scan("b/".into(), String::new(), 2).await.unwrap();
    assert_eq!(page.items.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["b/1", "b/2"]);
    assert!(page.more);
    let page = reader.scan("b/".into(), "b/2".into(), 2).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert!(!page.more);
}
