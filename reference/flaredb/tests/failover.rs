//! What flaredb acknowledged survives the death of chainfire's leader, and its health tells of it.

#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use flaredb::{Client, RowKey, TableName};
use serde_json::{Map, json};
use testkit::{Platform, SetOnDrop, eventually};

const SERVERS: &str = env!("CARGO_BIN_EXE_flaredb-test-servers");

#[test]
fn a_row_written_before_the_leader_died_is_read_after() {
    let mut platform = Platform::start(SERVERS, 3);
    let row = "/v1/tables/vms/rows/web";
    let put = platform.flaredb.request("PUT", row, r#"{"cpus":2}"#);
    assert_eq!(put.status, 200, "{}", put.text);
    platform.chainfire.kill_leader();
    let read = eventually("the row is read", || {
        let read = platform.flaredb.request("GET", row, "");
        if read.status == 200 { Ok(read) } else { Err(read.text) }
    });
    assert_eq!(read.json["row"], json!({ "cpus": 2 }));
    assert_eq!(read.json["version"], put.json["version"]);
    eventually("a row is written again", || {
        let put = platform.flaredb.request("PUT", row, r#"{"cpus":4}"#);
        if put.status == 200 { Ok(()) } else { Err(put.text) }
    });
}

#[test]
fn of_many_acknowledged_rows_none_is_lost() {
    const WRITERS: u64 = 4;
    let mut platform = Platform::start(SERVERS, 3);
    let table: TableName = "vms".parse().unwrap();
    let (done, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    let url = platform.flaredb.url();
    let history = std::thread::scope(|scope| {
        let write = |writer| write_until(&done, &acknowledged, writer, &url, &table);
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| scope.spawn(move || block_on(write(writer)))).collect();
        let stop = SetOnDrop(&done);
        for _ in 0..2 {
            more_rows(&acknowledged);
            let killed = platform.chainfire.kill_leader();
            more_rows(&acknowledged);
            platform.chainfire.spawn(killed);
            platform.chainfire.wait_healthy(killed);
        }
        drop(stop);
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
    });
    block_on(async {
        let client = Client::new([&url]);
        for (key, version) in &history {
            let row = client.get(&table, key).await.unwrap();
            assert_eq!(row.map(|row| row.version), Some(*version), "{key} of {} rows", history.len());
        }
    });
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Waits until 50 more rows have been acknowledged.
fn more_rows(acknowledged: &AtomicU64) {
    let goal = acknowledged.load(Ordering::Relaxed) + 50;
    eventually("50 more rows are acknowledged", || match acknowledged.load(Ordering::Relaxed) {
        now if now >= goal => Ok(()),
        now => Err(format!("{now} of {goal}")),
    });
}

/// Writes one new row after another, and returns what was acknowledged.
async fn write_until(
    done: &AtomicBool,
    acknowledged: &AtomicU64,
    writer: u64,
    url: &str,
    table: &TableName,
) -> Vec<(RowKey, u64)> {
    let (client, mut history) = (Client::new([url]), Vec::new());
    while !done.load(Ordering::Relaxed) {
        let key: RowKey = format!("vm-{writer}-{:06}", history.len()).parse().unwrap();
        let row = Map::from_iter([("writer".to_owned(), json!(writer))]);
        let version = client.put(table, &key, &row, Some(0)).await.unwrap();
        history.push((key, version));
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    history
}

#[test]
fn health_tells_of_flaredb_and_of_chainfire() {
    let mut platform = Platform::start(SERVERS, 1);
    let health = platform.flaredb.request("GET", "/healthz", "").json;
    let told = ["service", "version", "commit", "status"].map(|name| health[name].as_str().unwrap());
    assert_eq!(told, ["flaredb", flaredb::VERSION, flaredb::COMMIT, "ok"]);
    assert!(platform.flaredb.request("GET", "/metrics", "").text.contains("\nflaredb_writes_total 0\n"));
    platform.chainfire.kill(0);
    let ill = platform.flaredb.request("GET", "/healthz", "");
    assert_eq!((ill.status, ill.json["status"].as_str()), (503, Some("unavailable")), "{}", ill.text);
    assert!(ill.json["reason"].as_str().unwrap().starts_with("chainfire isn't ready: "), "{}", ill.text);
    platform.chainfire.spawn(0);
    platform.chainfire.wait_healthy(0);
    platform.flaredb.wait_healthy();
    let (ended, log) = platform.flaredb.terminate();
    assert_eq!(ended, Some(0), "{log}");
}
