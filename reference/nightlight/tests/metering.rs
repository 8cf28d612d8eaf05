//! What nightlight makes of the metrics that a target shows.

#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{Mode, SERVERS, Stub, arguments, bill, nightlight, ok, scrape};
use testkit::{Folder, Program, Server, Service};

/// Long enough that only the test scrapes.
const NEVER: u64 = 3_600_000;

/// Bills `spent_total` at 3 credits.
fn config(shop: &Stub, interval_ms: u64) -> Value {
    json!({
        "interval_ms": interval_ms,
        "targets": [{ "service": "shop", "url": shop.url() }],
        "meters": [{ "meter": "credits", "metric": "spent_total", "account_label": "account", "unit_price": 3 }],
    })
}

fn spent(account: &str, value: u64) -> String {
    format!("spent_total{{account=\"{account}\"}} {value}\n")
}

/// What an account used, by its bill.
fn used(nightlight: &Service, account: &str) -> Option<u64> {
    bill(nightlight, account)["lines"][0]["quantity"].as_u64()
}

#[test]
fn a_bill_sums_what_counters_grew_by_through_resets_and_restarts() {
    let (folder, shop) = (Folder::new(), Stub::start(ok("")));
    let mut nightlight = nightlight(folder.path(), &config(&shop, NEVER));
    let (mut expected, mut last) = (0, 0);
    for (step, value) in [7, 7, 12, 5, 9, 9, 0, 0, 4, 1_000, 3].into_iter().enumerate() {
        expected += if value >= last { value - last } else { value };
        last = value;
        shop.set(ok(spent("a", value)));
        assert_eq!(scrape(&nightlight)["up"], true);
        assert_eq!(used(&nightlight, "a"), Some(expected), "after {value}");
        if step % 3 == 2 {
            nightlight.restart();
            scrape(&nightlight);
            assert_eq!(used(&nightlight, "a"), Some(expected), "after {value} and a restart");
        }
    }
    let total = 3 * expected;
    let line = json!({ "meter": "credits", "quantity": expected, "unit_price": 3, "amount": total });
    let (bill, known) = (bill(&nightlight, "a"), nightlight.request("GET", "/v1/targets", "").json);
    let at = known["targets"][0]["last_scrape"].as_u64().unwrap();
    assert_eq!(bill, json!({ "account": "a", "lines": [line], "total": total, "scraped_at": at }));
    let (ended, log) = nightlight.terminate();
    assert_eq!(ended, Some(0), "{log}");
}

#[test]
fn a_counter_that_grows_while_many_scrapes_run_side_by_side_is_billed_to_the_unit() {
    let (folder, shop) = (Folder::new(), Stub::start(ok("")));
    let mut nightlight = nightlight(folder.path(), &config(&shop, 10));
    for value in 1..=120_u64 {
        shop.set(ok(spent("a", value)));
        if value % 40 == 0 {
            nightlight.restart();
            std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(|| scrape(&nightlight)))));
        }
    }
    scrape(&nightlight);
    assert_eq!(used(&nightlight, "a"), Some(120));
}

#[test]
fn series_are_kept_apart_by_all_their_labels_and_large_numbers_stay_exact() {
    let (folder, shop) = (Folder::new(), Stub::start(ok("")));
    let nightlight = nightlight(folder.path(), &config(&shop, NEVER));
    let text = "# HELP spent_total What was \\\\ spent.\n# TYPE spent_total counter\n# a comment\n\
        spent_total{account=\"a \\\"b\\\"\\\\\\n{}\",vm=\"1\"} 9007199254740993\n\
        spent_total { vm=\"2\" , account=\"a \\\"b\\\"\\\\\\n{}\", } 2e0 1700000000000\n\
        spent_total{account=\"c\"} 1.75\n\n\
        cold NaN\nfar{le=\"+Inf\"} +Inf\ndeep -Inf\nheat -3.5\n";
    shop.set(ok(text));
    let target = scrape(&nightlight);
    assert_eq!((&target["up"], &target["error"]), (&json!(true), &json!(null)), "{target}");
    let usage = |path: &str| nightlight.request("GET", path, "").json["usage"].clone();
    let odd =
        json!({ "account": "a \"b\"\\\n{}", "meter": "credits", "quantity": 9_007_199_254_740_995_u64 });
    let c = json!({ "account": "c", "meter": "credits", "quantity": 1 });
    assert_eq!(usage("/v1/usage"), json!([odd, c]));
    assert_eq!(usage("/v1/usage?account=c"), json!([c]));
    assert_eq!(used(&nightlight, "a%20%22b%22%5C%0A%7B%7D"), Some(9_007_199_254_740_995));
    // An older sample that comes late isn't a reset.
    shop.set(ok(text.replace("2e0 1700000000000", "1 1600000000000").replace("1.75", "2.25")));
    scrape(&nightlight);
    assert_eq!(usage("/v1/usage"), json!([odd, { "account": "c", "meter": "credits", "quantity": 2 }]));
}

#[test]
fn a_target_in_trouble_is_told_of_and_loses_nothing() {
    let (folder, shop, other) = (Folder::new(), Stub::start(ok(spent("a", 5))), Stub::start(ok("")));
    let mut config = config(&shop, NEVER);
    let second = json!({ "service": "other", "url": format!("{}/other/metrics", other.url()) });
    config["targets"].as_array_mut().unwrap().push(second);
    let nightlight = nightlight(folder.path(), &config);
    let good = scrape(&nightlight);
    let more = spent("a", 50);
    let troubles = [
        (ok(format!("{more}spent_total{{account=b}} 1\n")), "line 2 is wrong"),
        (ok(more.trim_end()), "breaks off"),
        (ok(more.repeat(2)), "twice"),
        (ok(format!("{more}spent_total 4\n")), "no label `account`"),
        (ok(format!("{more}spent_total{{account=\"b\"}} NaN\n")), "can't be billed"),
        (Mode::Answer(500, more), "answered 500"),
        (Mode::Down, "can't be reached"),
        (Mode::Hang, "didn't answer within"),
    ];
    for (step, (trouble, sentence)) in troubles.into_iter().enumerate() {
        shop.set(trouble.clone());
        other.set(ok(spent("b", step as u64)));
        let target = scrape(&nightlight);
        assert!(target["error"].as_str().is_some_and(|e| e.contains(sentence)), "{trouble:?}: {target}");
        let stands = (&target["up"], &target["last_scrape"]);
        assert_eq!(stands, (&json!(false), &good["last_scrape"]), "{target}");
        assert_eq!((used(&nightlight, "a"), used(&nightlight, "b")), (Some(5), Some(step as u64)));
    }
    shop.set(ok(spent("a", 8)));
    assert_eq!((&scrape(&nightlight)["up"], used(&nightlight, "a")), (&json!(true), Some(8)));
    let metrics = nightlight.request("GET", "/metrics", "").text;
    assert!(metrics.contains("\nnightlight_scrape_failures_total 8\n"), "{metrics}");
    // Two targets, at the start and ten times more.
    assert!(metrics.contains("\nnightlight_scrapes_total 22\n"), "{metrics}");
}

#[test]
fn a_wrong_request_or_configuration_gets_one_clear_sentence() {
    let (folder, shop) = (Folder::new(), Stub::start(ok("")));
    let fine = config(&shop, NEVER);
    let nightlight = nightlight(folder.path(), &fine);
    for (method, path, status) in [
        ("GET", "/v1/bills/nobody", 404),
        ("GET", "/v1/bills/%FF", 400),
        ("GET", "/v1/usage?acount=a", 400),
        ("GET", "/v1/scrape", 405),
    ] {
        let reply = nightlight.request(method, path, "");
        assert_eq!((reply.status, reply.json["error"].is_string()), (status, true), "{}", reply.text);
    }
    let rule = json!({ "alert": "A", "metric": "m", "op": "~", "value": 1, "for_ms": 0 });
    for (place, value, sentence) in [
        ("/interval_ms", json!(0), "wrong at interval_ms: "),
        ("/targets", json!([]), "wrong at targets: "),
        ("/targets", json!([fine["targets"][0], fine["targets"][0]]), "wrong at targets[1]: "),
        ("/targets/0/url", json!("ftp://x"), "wrong at targets[0].url: `ftp://x`"),
        ("/meters/0/metric", json!("a-b"), "wrong at meters[0].metric: `a-b`"),
        ("/meters/0/unit_price", json!(-1), "line 1 column"),
        ("/rules", json!([rule]), "unknown variant `~`"),
        ("/webhook", json!("here"), "wrong at webhook: `here`"),
    ] {
        let (wrong, mut config) = (Folder::new(), fine.clone());
        (config["rules"], config["webhook"]) = (json!([]), json!(null));
        *config.pointer_mut(place).unwrap() = value;
        let arguments =
            [&["--listen=127.0.0.1:0".to_owned()], &arguments(wrong.path(), &config)[..]].concat();
        let arguments = Program::of(SERVERS, "nightlight").arguments(&arguments);
        let server = Server::spawn(wrong.path(), "wrong", String::new(), SERVERS, &arguments);
        let (status, log) = server.wait_end();
        assert!(status.code() == Some(1) && log.contains(sentence), "{place}: {status}: {log}");
    }
}
