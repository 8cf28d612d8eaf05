//! What the API of flaredb does with rows.

#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use testkit::Platform;

const SERVERS: &str = env!("CARGO_BIN_EXE_flaredb-test-servers");

const WEB: &str = "/v1/tables/vms/rows/web";

#[test]
fn a_row_is_written_read_and_removed() {
    let platform = Platform::start(SERVERS, 1);
    let put = platform.flaredb.request("PUT", WEB, r#"{"cpus":2,"share":0.1}"#);
    assert_eq!(put.status, 200, "{}", put.text);
    let got = platform.flaredb.request("GET", WEB, "");
    let expected = json!({
        "table": "vms", "key": "web", "row": { "cpus": 2, "share": 0.1 }, "version": put.json["version"],
    });
    assert_eq!(got.json, expected);
    let deleted = platform.flaredb.request("DELETE", WEB, "");
    assert_eq!(deleted.json, json!({ "table": "vms", "key": "web", "deleted": true }));
    let gone = platform.flaredb.request("GET", WEB, "");
    assert_eq!((gone.status, gone.json), (404, json!({ "error": "There is no row web in the table vms." })));
    assert_eq!(platform.flaredb.request("DELETE", WEB, "").json["deleted"], false);
}

#[test]
fn a_write_from_an_old_version_conflicts() {
    let platform = Platform::start(SERVERS, 1);
    let put = |version: u64, body: &str| {
        platform.flaredb.request("PUT", &format!("{WEB}?if_version={version}"), body)
    };
    let first = put(0, r#"{"n":1}"#).json["version"].as_u64().unwrap();
    let again = put(0, r#"{"n":2}"#);
    assert_eq!(again.status, 409);
    let sentence = format!("The row wasn't written: the row has version {first}.");
    assert_eq!(again.json, json!({ "error": sentence, "version": first }));
    let second = put(first, r#"{"n":3}"#).json["version"].as_u64().unwrap();
    assert!(second > first);
    assert_eq!(platform.flaredb.request("DELETE", &format!("{WEB}?if_version={first}"), "").status, 409);
    assert_eq!(platform.flaredb.request("GET", WEB, "").json["row"]["n"], 3);
    assert_eq!(platform.flaredb.request("DELETE", &format!("{WEB}?if_version={second}"), "").status, 200);
    // A row that was removed and made anew isn't the row it was.
    assert!(put(0, r#"{"n":4}"#).json["version"].as_u64().unwrap() > second);
    assert_eq!(put(second, r#"{"n":5}"#).status, 409);
}

#[test]
fn a_repeated_request_has_one_effect() {
    let platform = Platform::start(SERVERS, 1);
    let once = format!("{WEB}?request_id=order-1&if_version=0");
    let first = platform.flaredb.request("PUT", &once, r#"{"n":1}"#);
    let again = platform.flaredb.request("PUT", &once, r#"{"n":1}"#);
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.json, again.json);
    assert_eq!(platform.flaredb.request("PUT", &once, r#"{"n":2}"#).status, 422);
}

#[test]
fn a_scan_gives_the_rows_of_one_table_in_pages() {
    let platform = Platform::start(SERVERS, 1);
    for (table, key) in [("a", "3"), ("a", "1"), ("a-b", "9"), ("a", "2"), ("b", "1")] {
        assert_eq!(
            platform.flaredb.request("PUT", &format!("/v1/tables/{table}/rows/{key}"), "{}").status,
            200
        );
    }
    let keys = |path: &str| {
        let page = platform.flaredb.request("GET", path, "").json;
        let keys = page["rows"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap().to_owned());
        (keys.collect::<Vec<_>>(), page["more"].as_bool().unwrap())
    };
    assert_eq!(keys("/v1/tables/a/rows?limit=2"), (vec!["1".into(), "2".into()], true));
    assert_eq!(keys("/v1/tables/a/rows?limit=2&after=2"), (vec!["3".into()], false));
    assert_eq!(keys("/v1/tables/none/rows"), (vec![], false));
    assert_eq!(keys("/v1/tables/a/rows?until=3"), (vec!["1".into(), "2".into()], false));
    assert_eq!(keys("/v1/tables/a/rows?after=1&until=3&limit=1"), (vec!["2".into()], true));
}

#[test]
fn a_transaction_changes_rows_of_several_tables_or_none() {
    let platform = Platform::start(SERVERS, 1);
    let transact = |changes: serde_json::Value, options: &str| {
        let body = json!({ "changes": changes }).to_string();
        platform.flaredb.request("POST", &format!("/v1/transactions{options}"), &body)
    };
    let vm = json!({ "table": "vms", "key": "web", "row": { "cpus": 2 }, "if_version": 0 });
    let bill = json!({ "table": "bills", "key": "acme", "row": { "sum": 7 } });
    let made = transact(json!([vm, bill]), "?request_id=both");
    assert_eq!(made.status, 200, "{}", made.text);
    assert_eq!(platform.flaredb.request("GET", WEB, "").json["version"], made.json["version"]);
    assert_eq!(transact(json!([vm, bill]), "?request_id=both").json, made.json);
    let refused = transact(json!([{ "table": "bills", "key": "acme", "delete": true }, vm]), "");
    assert_eq!((refused.status, &refused.json["version"]), (409, &made.json["version"]), "{}", refused.text);
    assert_eq!(platform.flaredb.request("GET", "/v1/tables/bills/rows/acme", "").json["row"]["sum"], 7);
    let wrong = transact(json!([{ "table": "vms", "key": "web" }]), "");
    assert_eq!(wrong.json["error"], "The change of web has neither a row, nor delete, nor if_version.");
}

/// Money moves between rows under contention: each transfer asks for both rows' versions.
#[test]
fn transfers_between_rows_keep_the_sum() {
    const WRITERS: u64 = 4;
    let platform = Platform::start(SERVERS, 1);
    let row = |n: u64| format!("/v1/tables/purses/rows/{n}");
    for n in 0..3 {
        assert_eq!(platform.flaredb.request("PUT", &row(n), r#"{"sum":100}"#).status, 200);
    }
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let platform = &platform;
            scope.spawn(move || {
                let mut moved = 0;
                while moved < 10 {
                    let (from, to) = ((writer + moved) % 3, (writer + moved + 1) % 3);
                    let read = |n: u64| platform.flaredb.request("GET", &row(n), "").json;
                    let (a, b) = (read(from), read(to));
                    let change = |n: u64, old: &serde_json::Value, by: i64| {
                        let sum = old["row"]["sum"].as_i64().unwrap() + by;
                        json!({ "table": "purses", "key": n.to_string(), "row": { "sum": sum }, "if_version": old["version"] })
                    };
                    let body = json!({ "changes": [change(from, &a, -3), change(to, &b, 3)] }).to_string();
                    let written = platform.flaredb.request("POST", "/v1/transactions", &body);
                    assert!(matches!(written.status, 200 | 409), "{}", written.text);
                    moved += u64::from(written.status == 200);
                }
            });
        }
    });
    let sums: i64 = (0..3)
        .map(|n| platform.flaredb.request("GET", &row(n), "").json["row"]["sum"].as_i64().unwrap())
        .sum();
    assert_eq!(sums, 300);
}

#[test]
fn concurrent_writers_lose_no_update() {
    const WRITERS: usize = 4;
    const EACH: usize = 15;
    let platform = Platform::start(SERVERS, 1);
    let conflicts = AtomicU64::new(0);
    assert_eq!(platform.flaredb.request("PUT", WEB, r#"{"n":0}"#).status, 200);
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| (0..EACH).for_each(|_| count_up(&platform, &conflicts)));
        }
    });
    assert_eq!(platform.flaredb.request("GET", WEB, "").json["row"]["n"], WRITERS * EACH);
    assert!(conflicts.load(Ordering::Relaxed) > 0, "the writers never met");
}

fn count_up(platform: &Platform, conflicts: &AtomicU64) {
    loop {
        let read = platform.flaredb.request("GET", WEB, "").json;
        let next = json!({ "n": read["row"]["n"].as_u64().unwrap() + 1 });
        let written = platform.flaredb.request(
            "PUT",
            &format!("{WEB}?if_version={}", read["version"]),
            &next.to_string(),
        );
        match written.status {
            200 => return,
            409 => conflicts.fetch_add(1, Ordering::Relaxed),
            _ => panic!("{}", written.text),
        };
    }
}

#[test]
fn a_wrong_request_gets_one_clear_sentence() {
    let platform = Platform::start(SERVERS, 1);
    let refused = |method: &str, path: &str, body: &str| {
        let reply = platform.flaredb.request(method, path, body);
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
    let mut platform = Platform::start(SERVERS, 1);
    let healthy = json!({
        "service": "flaredb", "version": flaredb::VERSION, "commit": flaredb::COMMIT, "status": "ok",
    });
    assert_eq!(platform.flaredb.request("GET", "/healthz", "").json, healthy);
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
