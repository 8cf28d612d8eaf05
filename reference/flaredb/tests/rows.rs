//! What the API of flaredb does with rows: of a server of the tests' own, or of the one that
//! `FLAREDB_ENDPOINT` names, in tables that nobody else uses and that are empty in the end.

#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use testkit::{Platform, Reply, named, request};

const SERVERS: &str = env!("CARGO_BIN_EXE_flaredb-test-servers");

struct Database {
    url: String,
    table: String,
    _own: Option<Platform>,
}

impl Database {
    #[track_caller]
    fn here() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let own = named("flaredb").is_none().then(|| Platform::start(SERVERS, 1));
        let url = own.as_ref().map_or_else(|| named("flaredb").unwrap().remove(0), |own| own.flaredb.url());
        let table = format!("test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self { url, table, _own: own }
    }

    /// The path of a row in the test's own table.
    fn row(&self, key: &str) -> String {
        format!("/v1/tables/{}/rows/{key}", self.table)
    }

    /// The name of another table of the test's own.
    fn other(&self, name: &str) -> String {
        format!("{}-{name}", self.table)
    }

    #[track_caller]
    fn request(&self, method: &str, path: &str, body: &str) -> Reply {
        request(method, &format!("{}{path}", self.url), body).expect("flaredb answers")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        for table in ["", "-a", "-a-b", "-b"].map(|name| format!("{}{name}", self.table)) {
            let url = format!("{}/v1/tables/{table}/rows", self.url);
            let page = request("GET", &url, "").map(|reply| reply.json).unwrap_or_default();
            for row in page["rows"].as_array().into_iter().flatten() {
                let _ = request("DELETE", &format!("{url}/{}", row["key"].as_str().unwrap_or_default()), "");
            }
        }
    }
}

#[test]
fn a_row_is_written_read_and_removed() {
    let database = Database::here();
    let put = database.request("PUT", &database.row("web"), r#"{"cpus":2,"share":0.1}"#);
    assert_eq!(put.status, 200, "{}", put.text);
    let got = database.request("GET", &database.row("web"), "");
    let expected = json!({
        "table": database.table, "key": "web", "row": { "cpus": 2, "share": 0.1 }, "version": put.json["version"],
    });
    assert_eq!(got.json, expected);
    let deleted = database.request("DELETE", &database.row("web"), "");
    assert_eq!(deleted.json, json!({ "table": database.table, "key": "web", "deleted": true }));
    let gone = database.request("GET", &database.row("web"), "");
    assert_eq!(
        (gone.status, gone.json),
        (404, json!({ "error": format!("There is no row web in the table {}.", database.table) }))
    );
    assert_eq!(database.request("DELETE", &database.row("web"), "").json["deleted"], false);
}

#[test]
fn a_write_from_an_old_version_conflicts() {
    let database = Database::here();
    let web = database.row("web");
    let put =
        |version: u64, body: &str| database.request("PUT", &format!("{web}?if_version={version}"), body);
    let first = put(0, r#"{"n":1}"#).json["version"].as_u64().unwrap();
    let again = put(0, r#"{"n":2}"#);
    assert_eq!(again.status, 409);
    let sentence = format!("The row wasn't written: the row has version {first}.");
    assert_eq!(again.json, json!({ "error": sentence, "version": first }));
    let second = put(first, r#"{"n":3}"#).json["version"].as_u64().unwrap();
    assert!(second > first);
    assert_eq!(database.request("DELETE", &format!("{web}?if_version={first}"), "").status, 409);
    assert_eq!(database.request("GET", &database.row("web"), "").json["row"]["n"], 3);
    assert_eq!(database.request("DELETE", &format!("{web}?if_version={second}"), "").status, 200);
    // A row that was removed and made anew isn't the row it was.
    assert!(put(0, r#"{"n":4}"#).json["version"].as_u64().unwrap() > second);
    assert_eq!(put(second, r#"{"n":5}"#).status, 409);
}

#[test]
fn a_repeated_request_has_one_effect() {
    let database = Database::here();
    let web = database.row("web");
    // Request ids are one space for all who share a database.
    let once = format!("{web}?request_id={}-order&if_version=0", database.table);
    let first = database.request("PUT", &once, r#"{"n":1}"#);
    let again = database.request("PUT", &once, r#"{"n":1}"#);
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.json, again.json);
    assert_eq!(database.request("PUT", &once, r#"{"n":2}"#).status, 422);
}

#[test]
fn a_scan_gives_the_rows_of_one_table_in_pages() {
    let database = Database::here();
    for (table, key) in [("a", "3"), ("a", "1"), ("a-b", "9"), ("a", "2"), ("b", "1")] {
        assert_eq!(
            database.request("PUT", &format!("/v1/tables/{}/rows/{key}", database.other(table)), "{}").status,
            200
        );
    }
    let keys = |path: &str| {
        let page = database.request("GET", &format!("/v1/tables/{}", database.other(path)), "").json;
        let keys = page["rows"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap().to_owned());
        (keys.collect::<Vec<_>>(), page["more"].as_bool().unwrap())
    };
    assert_eq!(keys("a/rows?limit=2"), (vec!["1".into(), "2".into()], true));
    assert_eq!(keys("a/rows?limit=2&after=2"), (vec!["3".into()], false));
    assert_eq!(keys("none/rows"), (vec![], false));
    assert_eq!(keys("a/rows?until=3"), (vec!["1".into(), "2".into()], false));
    assert_eq!(keys("a/rows?after=1&until=3&limit=1"), (vec!["2".into()], true));
}

#[test]
fn a_transaction_changes_rows_of_several_tables_or_none() {
    let database = Database::here();
    let transact = |changes: serde_json::Value, options: &str| {
        let body = json!({ "changes": changes }).to_string();
        database.request("POST", &format!("/v1/transactions{options}"), &body)
    };
    let (bills, once) = (database.other("b"), format!("?request_id={}-both", database.table));
    let vm = json!({ "table": database.table, "key": "web", "row": { "cpus": 2 }, "if_version": 0 });
    let bill = json!({ "table": bills, "key": "acme", "row": { "sum": 7 } });
    let made = transact(json!([vm, bill]), &once);
    assert_eq!(made.status, 200, "{}", made.text);
    assert_eq!(database.request("GET", &database.row("web"), "").json["version"], made.json["version"]);
    assert_eq!(transact(json!([vm, bill]), &once).json, made.json);
    let refused = transact(json!([{ "table": bills, "key": "acme", "delete": true }, vm]), "");
    assert_eq!((refused.status, &refused.json["version"]), (409, &made.json["version"]), "{}", refused.text);
    assert_eq!(database.request("GET", &format!("/v1/tables/{bills}/rows/acme"), "").json["row"]["sum"], 7);
    let wrong = transact(json!([{ "table": database.table, "key": "web" }]), "");
    assert_eq!(wrong.json["error"], "The change of web has neither a row, nor delete, nor if_version.");
}

/// Money moves between rows under contention: each transfer asks for both rows' versions.
#[test]
fn transfers_between_rows_keep_the_sum() {
    const WRITERS: u64 = 4;
    let database = Database::here();
    let row = |n: u64| database.row(&n.to_string());
    for n in 0..3 {
        assert_eq!(database.request("PUT", &row(n), r#"{"sum":100}"#).status, 200);
    }
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let database = &database;
            scope.spawn(move || {
                let mut moved = 0;
                while moved < 10 {
                    let (from, to) = ((writer + moved) % 3, (writer + moved + 1) % 3);
                    let read = |n: u64| database.request("GET", &row(n), "").json;
                    let (a, b) = (read(from), read(to));
                    let change = |n: u64, old: &serde_json::Value, by: i64| {
                        let sum = old["row"]["sum"].as_i64().unwrap() + by;
                        json!({ "table": database.table, "key": n.to_string(), "row": { "sum": sum }, "if_version": old["version"] })
                    };
                    let body = json!({ "changes": [change(from, &a, -3), change(to, &b, 3)] }).to_string();
                    let written = database.request("POST", "/v1/transactions", &body);
                    assert!(matches!(written.status, 200 | 409), "{}", written.text);
                    moved += u64::from(written.status == 200);
                }
            });
        }
    });
    let sums: i64 =
        (0..3).map(|n| database.request("GET", &row(n), "").json["row"]["sum"].as_i64().unwrap()).sum();
    assert_eq!(sums, 300);
}

#[test]
fn concurrent_writers_lose_no_update() {
    const WRITERS: usize = 4;
    const EACH: usize = 15;
    let database = Database::here();
    let conflicts = AtomicU64::new(0);
    assert_eq!(database.request("PUT", &database.row("web"), r#"{"n":0}"#).status, 200);
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| (0..EACH).for_each(|_| count_up(&database, &conflicts)));
        }
    });
    assert_eq!(database.request("GET", &database.row("web"), "").json["row"]["n"], WRITERS * EACH);
    assert!(conflicts.load(Ordering::Relaxed) > 0, "the writers never met");
}

fn count_up(database: &Database, conflicts: &AtomicU64) {
    let web = database.row("web");
    loop {
        let read = database.request("GET", &database.row("web"), "").json;
        let next = json!({ "n": read["row"]["n"].as_u64().unwrap() + 1 });
        let written =
            database.request("PUT", &format!("{web}?if_version={}", read["version"]), &next.to_string());
        match written.status {
            200 => return,
            409 => conflicts.fetch_add(1, Ordering::Relaxed),
            _ => panic!("{}", written.text),
        };
    }
}

#[test]
fn a_wrong_request_gets_one_clear_sentence() {
    let database = Database::here();
    let refused = |method: &str, path: &str, body: &str| {
        let reply = database.request(method, path, body);
        (reply.status, reply.json["error"].as_str().unwrap_or_default().to_owned())
    };
    let web = database.row("web");
    assert!(refused("PUT", &web, "[1]").1.starts_with("The row isn't a JSON object: "));
    assert!(refused("PUT", "/v1/tables/VMs/rows/a", "{}").1.starts_with("There can't be a table \"VMs\": "));
    let slash = (400, "There can't be a row \"a/b\": the key has a slash.".to_owned());
    assert_eq!(refused("GET", "/v1/tables/vms/rows/a%2Fb", ""), slash);
    assert_eq!(refused("PUT", &format!("{web}?version=1"), "{}").0, 400);
    assert_eq!(refused("PUT", &format!("{web}?request_id=a%20b"), "{}").0, 400);
    assert_eq!(refused("PUT", &web, &format!("{{\"x\":\"{}\"}}", "x".repeat(70_000))).0, 413);
}
