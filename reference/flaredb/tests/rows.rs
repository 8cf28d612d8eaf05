//! What the API of flaredb does with rows.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::atomic::{AtomicU64, Ordering};

use common::Platform;
use serde_json::json;

const WEB: &str = "/v1/tables/vms/rows/web";

#[test]
fn a_row_is_written_read_and_removed() {
    let platform = Platform::start(1);
    let put = platform.request("PUT", WEB, r#"{"cpus":2,"share":0.1}"#);
    assert_eq!(put.status, 200, "{}", put.text);
    let got = platform.request("GET", WEB, "");
    let expected = json!({
        "table": "vms", "key": "web", "row": { "cpus": 2, "share": 0.1 }, "version": put.json["version"],
    });
    assert_eq!(got.json, expected);
    let deleted = platform.request("DELETE", WEB, "");
    assert_eq!(deleted.json, json!({ "table": "vms", "key": "web", "deleted": true }));
    let gone = platform.request("GET", WEB, "");
    assert_eq!((gone.status, gone.json), (404, json!({ "error": "There is no row web in the table vms." })));
    assert_eq!(platform.request("DELETE", WEB, "").json["deleted"], false);
}

#[test]
fn a_write_from_an_old_version_conflicts() {
    let platform = Platform::start(1);
    let put =
        |version: u64, body: &str| platform.request("PUT", &format!("{WEB}?if_version={version}"), body);
    let first = put(0, r#"{"n":1}"#).json["version"].as_u64().unwrap();
    let again = put(0, r#"{"n":2}"#);
    assert_eq!(again.status, 409);
    let sentence = format!("The row wasn't written: the row has version {first}.");
    assert_eq!(again.json, json!({ "error": sentence, "version": first }));
    let second = put(first, r#"{"n":3}"#).json["version"].as_u64().unwrap();
    assert!(second > first);
    assert_eq!(platform.request("DELETE", &format!("{WEB}?if_version={first}"), "").status, 409);
    assert_eq!(platform.request("GET", WEB, "").json["row"]["n"], 3);
    assert_eq!(platform.request("DELETE", &format!("{WEB}?if_version={second}"), "").status, 200);
    // A row that was removed and made anew isn't the row it was.
    assert!(put(0, r#"{"n":4}"#).json["version"].as_u64().unwrap() > second);
    assert_eq!(put(second, r#"{"n":5}"#).status, 409);
}

#[test]
fn a_repeated_request_has_one_effect() {
    let platform = Platform::start(1);
    let once = format!("{WEB}?request_id=order-1&if_version=0");
    let first = platform.request("PUT", &once, r#"{"n":1}"#);
    let again = platform.request("PUT", &once, r#"{"n":1}"#);
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.json, again.json);
    assert_eq!(platform.request("PUT", &once, r#"{"n":2}"#).status, 422);
}

#[test]
fn a_scan_gives_the_rows_of_one_table_in_pages() {
    let platform = Platform::start(1);
    for (table, key) in [("a", "3"), ("a", "1"), ("a-b", "9"), ("a", "2"), ("b", "1")] {
        assert_eq!(platform.request("PUT", &format!("/v1/tables/{table}/rows/{key}"), "{}").status, 200);
    }
    let keys = |path: &str| {
        let page = platform.request("GET", path, "").json;
        let keys = page["rows"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap().to_owned());
        (keys.collect::<Vec<_>>(), page["more"].as_bool().unwrap())
    };
    assert_eq!(keys("/v1/tables/a/rows?limit=2"), (vec!["1".into(), "2".into()], true));
    assert_eq!(keys("/v1/tables/a/rows?limit=2&after=2"), (vec!["3".into()], false));
    assert_eq!(keys("/v1/tables/none/rows"), (vec![], false));
}

#[test]
fn concurrent_writers_lose_no_update() {
    const WRITERS: usize = 4;
    const EACH: usize = 15;
    let platform = Platform::start(1);
    let conflicts = AtomicU64::new(0);
    assert_eq!(platform.request("PUT", WEB, r#"{"n":0}"#).status, 200);
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| (0..EACH).for_each(|_| count_up(&platform, &conflicts)));
        }
    });
    assert_eq!(platform.request("GET", WEB, "").json["row"]["n"], WRITERS * EACH);
    assert!(conflicts.load(Ordering::Relaxed) > 0, "the writers never met");
}

fn count_up(platform: &Platform, conflicts: &AtomicU64) {
    loop {
        let read = platform.request("GET", WEB, "").json;
        let next = json!({ "n": read["row"]["n"].as_u64().unwrap() + 1 });
        let written =
            platform.request("PUT", &format!("{WEB}?if_version={}", read["version"]), &next.to_string());
        match written.status {
            200 => return,
            409 => conflicts.fetch_add(1, Ordering::Relaxed),
            _ => panic!("{}", written.text),
        };
    }
}

#[test]
fn a_wrong_request_gets_one_clear_sentence() {
    let platform = Platform::start(1);
    let refused = |method: &str, path: &str, body: &str| {
        let reply = platform.request(method, path, body);
        (reply.status, reply.json["error"].as_str().unwrap_or_default().to_owned())
    };
    assert!(refused("PUT", WEB, "[1]").1.starts_with("The row isn't a JSON object: "));
    assert!(refused("PUT", "/v1/tables/VMs/rows/a", "{}").1.starts_with("There can't be a table \"VMs\": "));
    let slash = (400, "There can't be a row \"a/b\": the key has a slash.".to_owned());
    assert_eq!(refused("GET", "/v1/tables/vms/rows/a%2Fb", ""), slash);
    assert_eq!(refused("PUT", &format!("{WEB}?version=1"), "{}").0, 400);
    assert_eq!(refused("PUT", &format!("{WEB}?request_id=a%20b"), "{}").0, 400);
    assert_eq!(refused("PUT", WEB, &format!("{{\"x\":\"{}\"}}", "x".repeat(70_000))).0, 413);
}

#[test]
fn health_tells_of_flaredb_and_of_chainfire() {
    let mut platform = Platform::start(1);
    let healthy = json!({
        "service": "flaredb", "version": flaredb::VERSION, "commit": flaredb::COMMIT, "status": "ok",
    });
    assert_eq!(platform.request("GET", "/healthz", "").json, healthy);
    assert!(platform.request("GET", "/metrics", "").text.contains("\nflaredb_writes_total 0\n"));
    platform.chainfire.kill(0);
    let ill = platform.request("GET", "/healthz", "");
    assert_eq!((ill.status, ill.json["status"].as_str()), (503, Some("unavailable")), "{}", ill.text);
    assert!(ill.json["reason"].as_str().unwrap().starts_with("chainfire isn't ready: "), "{}", ill.text);
    platform.chainfire.spawn(0);
    platform.chainfire.wait_healthy(0);
    platform.flaredb.wait_healthy();
    let (ended, log) = platform.flaredb.terminate();
    assert_eq!(ended.code(), Some(0), "{log}");
}
