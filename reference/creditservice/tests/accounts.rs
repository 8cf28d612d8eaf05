//! What the API of creditservice does with accounts and reservations.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use testkit::{Platform, Service, eventually};

const SERVERS: &str = env!("CARGO_BIN_EXE_creditservice-test-servers");

struct Credits {
    service: Service,
    platform: Platform,
}

impl Credits {
    #[track_caller]
    fn start() -> Self {
        let platform = Platform::start(SERVERS, 1);
        let service = platform.service("creditservice", &[platform.database(), "--sweep-ms=50".into()]);
        let credits = Self { service, platform };
        assert_eq!(credits.ask("PUT", "accounts/acme", &Value::Null).0, 200);
        assert_eq!(
            credits.ask("POST", "accounts/acme/deposits?request_id=first", &json!({ "amount": 100 })).0,
            200
        );
        credits
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.service.request(method, &format!("/v1/{path}"), &body);
        (reply.status, reply.json)
    }

    fn reserve(&self, id: &str, amount: u64, ttl_ms: u64) -> (u16, Value) {
        let wanted = json!({ "amount": amount, "purpose": "test", "ttl_ms": ttl_ms });
        self.ask("POST", &format!("accounts/acme/reservations?request_id={id}"), &wanted)
    }

    /// Balance, held, available, spent.
    fn sums(&self) -> [u64; 4] {
        let account = self.ask("GET", "accounts/acme", &Value::Null).1;
        ["balance", "held", "available", "spent"].map(|name| account[name].as_u64().unwrap())
    }
}

#[test]
fn credits_are_reserved_and_committed_or_rolled_back() {
    let credits = Credits::start();
    let (status, held) = credits.reserve("a", 30, 60_000);
    assert_eq!((status, &held["state"], &held["amount"]), (201, &json!("held"), &json!(30)));
    assert_eq!(held["reservation"], "acme~a");
    assert_eq!(credits.sums(), [100, 30, 70, 0]);
    let (status, committed) = credits.ask("POST", "reservations/acme~a/commit", &json!({ "amount": 25 }));
    assert_eq!((status, &committed["state"], &committed["amount"]), (200, &json!("committed"), &json!(25)));
    assert_eq!(credits.sums(), [75, 0, 75, 25]);
    assert_eq!(credits.reserve("b", 75, 60_000).0, 201);
    assert_eq!(credits.ask("POST", "reservations/acme~b/rollback", &Value::Null).1["state"], "rolled-back");
    assert_eq!(credits.sums(), [75, 0, 75, 25]);
    let entries = credits.ask("GET", "accounts/acme/entries", &Value::Null).1;
    let told: Vec<_> = entries["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["kind"].as_str().unwrap(), entry["amount"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, [("deposit", 100), ("commit", 25)]);
}

#[test]
fn more_than_is_available_is_refused_and_nothing_is_held() {
    let credits = Credits::start();
    assert_eq!(credits.reserve("a", 60, 60_000).0, 201);
    let (status, refused) = credits.reserve("b", 41, 60_000);
    let sentence = "The account has 40 credits available.";
    assert_eq!((status, refused), (402, json!({ "error": sentence, "available": 40 })));
    assert_eq!(credits.ask("GET", "reservations/acme~b", &Value::Null).0, 404);
    assert_eq!(credits.sums(), [100, 60, 40, 0]);
}

#[test]
fn a_repeated_request_has_one_effect_also_across_a_crash() {
    let mut credits = Credits::start();
    let first = credits.reserve("a", 30, 60_000);
    credits.service.restart();
    let again = credits.reserve("a", 30, 60_000);
    assert_eq!((first.0, again.0, &first.1), (201, 200, &again.1));
    assert_eq!(credits.reserve("a", 31, 60_000).0, 422);
    for _ in 0..2 {
        assert_eq!(credits.ask("POST", "reservations/acme~a/commit", &Value::Null).0, 200);
        assert_eq!(
            credits.ask("POST", "accounts/acme/deposits?request_id=first", &json!({ "amount": 100 })).0,
            200
        );
        credits.service.restart();
    }
    assert_eq!(credits.sums(), [70, 0, 70, 30]);
    let (status, refused) = credits.ask("POST", "reservations/acme~a/rollback", &Value::Null);
    assert_eq!((status, &refused["state"]), (409, &json!("committed")));
}

#[test]
fn a_reservation_that_nobody_settles_rolls_back_in_time() {
    let mut credits = Credits::start();
    assert_eq!(credits.reserve("kept", 10, 60_000).0, 201);
    assert_eq!(credits.reserve("short", 20, 300).0, 201);
    assert_eq!(credits.sums()[1], 30);
    credits.service.kill();
    credits.service.spawn();
    credits.service.wait_healthy();
    eventually("the reservation rolls back", || match credits.sums() {
        [100, 10, 90, 0] => Ok(()),
        sums => Err(format!("{sums:?}")),
    });
    assert_eq!(credits.ask("POST", "reservations/acme~short/commit", &Value::Null).0, 409);
    let held = credits.ask("GET", "accounts/acme/reservations?state=held", &Value::Null).1;
    assert_eq!(held["reservations"].as_array().unwrap().len(), 1, "{held}");
}

#[test]
fn a_wrong_request_gets_one_clear_sentence() {
    let credits = Credits::start();
    let table = [
        (
            "PUT",
            "accounts/a~b",
            Value::Null,
            400,
            "There can't be an account \"a~b\": a name is 1 to 64 letters",
        ),
        ("GET", "accounts/none", Value::Null, 404, "There is no account none."),
        ("GET", "reservations/none", Value::Null, 404, "There is no reservation none."),
        ("POST", "accounts/acme/deposits", json!({ "amount": 1 }), 400, "The request needs a request_id"),
        ("POST", "accounts/acme/deposits?request_id=x", json!({ "amount": 0 }), 400, "An amount is 1 to"),
        (
            "POST",
            "accounts/acme/deposits?request_id=x",
            json!({ "amount": -1 }),
            400,
            "The body can't be read:",
        ),
        ("POST", "accounts/acme/deposits?request_id=x", json!({ "sum": 1 }), 400, "The body can't be read:"),
        (
            "POST",
            "accounts/none/deposits?request_id=x",
            json!({ "amount": 1 }),
            404,
            "There is no account none.",
        ),
        (
            "POST",
            "accounts/acme/reservations?request_id=x",
            json!({ "amount": 1, "ttl_ms": 0 }),
            400,
            "ttl_ms is 1 to",
        ),
        ("POST", "reservations/acme~none/commit", Value::Null, 404, "There is no reservation acme~none."),
    ];
    for (method, path, body, status, sentence) in table {
        let (got, answer) = credits.ask(method, path, &body);
        let said = answer["error"].as_str().unwrap_or_default();
        assert!(got == status && said.starts_with(sentence), "{method} {path}: {got} {answer}");
    }
    assert_eq!(credits.reserve("a", 30, 60_000).0, 201);
    let (_, answer) = credits.ask("POST", "reservations/acme~a/commit", &json!({ "amount": 31 }));
    assert_eq!(answer["error"], "The reservation holds 30 credits, not 31.");
}

#[test]
fn health_and_metrics_tell_of_the_accounts() {
    let mut credits = Credits::start();
    assert_eq!(credits.reserve("a", 30, 60_000).0, 201);
    assert_eq!(credits.ask("POST", "reservations/acme~a/commit", &Value::Null).0, 200);
    credits.service.restart();
    let metrics = credits.service.request("GET", "/metrics", "").text;
    for line in [
        "creditservice_spent_credits_total{account=\"acme\"} 30\n",
        "creditservice_held_credits{account=\"acme\"} 0\n",
        "creditservice_available_credits{account=\"acme\"} 70\n",
    ] {
        assert!(metrics.contains(line), "{metrics}");
    }
    credits.platform.flaredb.kill();
    let ill = credits.service.request("GET", "/healthz", "");
    assert_ne!(ill.status, 200, "{}", ill.text);
}
