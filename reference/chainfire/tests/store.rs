//! What the API does with transactions, leases and watches.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{Chainfire, Program, eventually};

const CHAINFIRE: Program =
    Program { name: "chainfire", binary: env!("CARGO_BIN_EXE_chainfire-server"), several: false };

fn ask(cluster: &Chainfire, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let reply = cluster.request(0, method, path, &body);
    (reply.status, reply.json)
}

fn value(cluster: &Chainfire, key: &str) -> Value {
    cluster.request(0, "GET", &format!("/v1/kv/{key}"), "").json["value"].clone()
}

#[test]
fn a_transaction_makes_all_changes_or_none() {
    let cluster = Chainfire::start(CHAINFIRE, 1);
    let transact = |changes: Value| ask(&cluster, "POST", "/v1/transactions", &json!({ "changes": changes }));
    let (status, made) =
        transact(json!([{ "key": "a", "value": 1, "if_version": 0 }, { "key": "b", "value": null }]));
    assert_eq!(status, 200, "{made}");
    let version = made["version"].as_u64().unwrap();
    let (_, read) = ask(&cluster, "GET", "/v1/kv/b", &Value::Null);
    assert_eq!(read, json!({ "key": "b", "value": null, "version": version }));
    let (status, refused) = transact(
        json!([{ "key": "a", "value": 2 }, { "key": "c", "if_version": 7 }, { "key": "b", "delete": true }]),
    );
    let sentence = "The key c has version 0, not 7.";
    assert_eq!((status, refused), (409, json!({ "error": sentence, "key": "c", "version": 0 })));
    assert_eq!(value(&cluster, "a"), 1);
    let (status, _) =
        transact(json!([{ "key": "a", "delete": true }, { "key": "b", "if_version": version, "value": 3 }]));
    assert_eq!((status, value(&cluster, "a"), value(&cluster, "b")), (200, Value::Null, json!(3)));
}

#[test]
fn a_wrong_transaction_is_refused_with_a_sentence() {
    let cluster = Chainfire::start(CHAINFIRE, 1);
    let many: Vec<_> = (0..65).map(|n| json!({ "key": format!("k{n}"), "value": n })).collect();
    let table = [
        (json!([]), "A transaction has 1 to 64 changes, not 0."),
        (json!(many), "A transaction has 1 to 64 changes, not 65."),
        (json!([{ "key": "a" }]), "The change of a has neither a value, nor delete, nor if_version."),
        (json!([{ "key": "a", "value": 1, "delete": true }]), "The change of a has a value and delete."),
        (
            json!([{ "key": "a", "value": 1 }, { "key": "a", "value": 2 }]),
            "The transaction names the key a twice.",
        ),
        (json!([{ "key": "a//b", "value": 1 }]), "There can't be such a key: the key has an empty segment."),
    ];
    for (changes, sentence) in table {
        let (status, body) = ask(&cluster, "POST", "/v1/transactions", &json!({ "changes": changes }));
        assert_eq!((status, body["error"].as_str()), (400, Some(sentence)));
    }
}

#[test]
fn a_transaction_tried_again_has_one_effect_also_after_the_leader_died() {
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    let leader = cluster.leader();
    let once = "/v1/transactions?request_id=once";
    let body = json!({ "changes": [{ "key": "a", "value": 1, "if_version": 0 }] }).to_string();
    let first = cluster.request(leader, "POST", once, &body);
    assert_eq!(first.status, 200, "{}", first.text);
    cluster.kill_leader();
    let next = cluster.leader();
    assert_eq!(cluster.request(next, "PUT", "/v1/kv/a", "2").status, 200);
    let again = cluster.request(next, "POST", once, &body);
    assert_eq!((again.status, &again.json), (200, &first.json), "{}", again.text);
    assert_eq!(cluster.request(next, "GET", "/v1/kv/a", "").json["value"], 2);
}

#[test]
fn keys_go_with_their_lease_unless_it_is_kept_alive() {
    let cluster = Chainfire::start(CHAINFIRE, 1);
    let lease = |path: &str| ask(&cluster, "PUT", &format!("/v1/leases/{path}"), &Value::Null).0;
    assert_eq!(lease("short?ttl_ms=1500"), 200);
    assert_eq!(lease("long?ttl_ms=60000"), 200);
    assert_eq!(lease("none?ttl_ms=1500&keep=true"), 404);
    assert_eq!(lease("short?ttl_ms=1"), 400);
    for (key, name) in [("s/1", "short"), ("s/2", "short"), ("l", "long"), ("moved", "short")] {
        assert_eq!(ask(&cluster, "PUT", &format!("/v1/kv/{key}?lease={name}"), &json!(1)).0, 200);
    }
    assert_eq!(ask(&cluster, "PUT", "/v1/kv/moved", &json!(2)).0, 200);
    assert_eq!(ask(&cluster, "PUT", "/v1/kv/x?lease=none", &json!(1)).0, 404);
    // Kept alive for twice its length, its keys stay; then nobody does.
    let kept = Instant::now();
    while kept.elapsed() < Duration::from_millis(3000) {
        assert_eq!(lease("short?ttl_ms=1500&keep=true"), 200);
        assert_eq!(value(&cluster, "s/1"), 1);
        std::thread::sleep(Duration::from_millis(50));
    }
    eventually("the lease ends", || match ask(&cluster, "GET", "/v1/kv?prefix=s/", &Value::Null).1 {
        page if page["items"] == json!([]) => Ok(()),
        page => Err(page.to_string()),
    });
    assert_eq!((value(&cluster, "l"), value(&cluster, "moved")), (json!(1), json!(2)));
    let ended = ask(&cluster, "DELETE", "/v1/leases/long", &Value::Null);
    assert_eq!((ended, value(&cluster, "l")), ((200, json!({ "lease": "long", "keys": 1 })), Value::Null));
}

#[test]
fn a_lease_outlives_the_leader_and_ends_under_the_next() {
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    let leader = cluster.leader();
    assert_eq!(cluster.request(leader, "PUT", "/v1/leases/held?ttl_ms=2500", "").status, 200);
    assert_eq!(cluster.request(leader, "PUT", "/v1/kv/owner?lease=held", "\"me\"").status, 200);
    cluster.kill_leader();
    let next = cluster.leader();
    eventually("the key goes with its lease", || {
        let read = cluster.request(next, "GET", "/v1/kv/owner", "");
        if read.status == 404 { Ok(()) } else { Err(read.text) }
    });
}

#[test]
fn a_watch_tells_each_change_once_and_in_order() {
    let mut cluster = Chainfire::start(CHAINFIRE, 1);
    for n in 0..5 {
        assert_eq!(ask(&cluster, "PUT", &format!("/v1/kv/w/{n}"), &json!(n)).0, 200);
        assert_eq!(ask(&cluster, "PUT", "/v1/kv/other", &json!(n)).0, 200);
    }
    let (_, page) = ask(&cluster, "GET", "/v1/watch?prefix=w/&after=0", &Value::Null);
    let values: Vec<_> =
        page["changes"].as_array().unwrap().iter().map(|change| change["value"].clone()).collect();
    assert_eq!(values, [0, 1, 2, 3, 4]);
    // One that waits is answered as soon as there is something, also after a restart.
    cluster.kill(0);
    cluster.spawn(0);
    cluster.wait_healthy(0);
    let watch = format!("/v1/watch?prefix=w/&after={}&wait_ms=20000", page["version"]);
    let (told, waited) = std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let from = Instant::now();
            (ask(&cluster, "GET", &watch, &Value::Null).1, from.elapsed())
        });
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(ask(&cluster, "PUT", "/v1/kv/other", &json!(9)).0, 200);
        assert_eq!(ask(&cluster, "DELETE", "/v1/kv/w/2", &Value::Null).0, 200);
        watching.join().unwrap()
    });
    assert_eq!(told["changes"][0]["key"], "w/2", "{told}");
    assert_eq!(told["changes"][0]["deleted"], true, "{told}");
    assert!(waited < Duration::from_secs(15), "{waited:?}");
}
