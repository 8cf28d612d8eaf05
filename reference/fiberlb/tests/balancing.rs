//! Connections go to healthy backends in turn, and to none that is being drained.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Platform, Port, Service, eventually};

const SERVERS: &str = env!("CARGO_BIN_EXE_fiberlb-test-servers");

/// A backend under the test's control: it says its name to whoever connects and then echoes; asked
/// by HTTP, it is healthy unless it is told to be silent.
struct Backend {
    address: String,
    silent: Arc<AtomicBool>,
    gone: Arc<AtomicBool>,
}

impl Backend {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (silent, gone) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (name, quiet, ended) = (address.clone(), silent.clone(), gone.clone());
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let (name, quiet) = (name.clone(), quiet.clone());
                std::thread::spawn(move || talk(stream, &name, &quiet));
            }
        });
        Self { address, silent, gone }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(&self.address); // wakes accept()
    }
}

fn talk(mut stream: TcpStream, name: &str, silent: &AtomicBool) {
    let mut first = [0; 1];
    if stream.read_exact(&mut first).is_err() {
        return;
    }
    while silent.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(10));
    }
    if first[0] == b'G' {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
    }
    let _ = stream.write_all(format!("{name}\n").as_bytes());
    let mut from = stream.try_clone().unwrap();
    let _ = std::io::copy(&mut from, &mut stream);
    // The client has said all; so have we.
    let _ = stream.shutdown(std::net::Shutdown::Write);
}

struct Balanced {
    service: Service,
    port: Port,
    _platform: Platform,
}

impl Balanced {
    #[track_caller]
    fn start(backends: &[&Backend]) -> Self {
        let platform = Platform::start(SERVERS, 1);
        let service = platform.service("fiberlb", &[platform.database()]);
        let balanced = Self { service, port: Port::claim(), _platform: platform };
        let made = balanced.put(backends);
        assert_eq!(made.0, 200, "{}", made.1);
        balanced.healthy(backends.len());
        balanced
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.service.request(method, &format!("/v1/balancers{path}"), &body);
        (reply.status, reply.json)
    }

    fn put(&self, backends: &[&Backend]) -> (u16, Value) {
        let addresses: Vec<_> = backends.iter().map(|backend| &backend.address).collect();
        let check = json!({ "path": "/healthz", "interval_ms": 100, "rise": 2, "fall": 2 });
        self.ask(
            "PUT",
            "/web",
            &json!({ "listen": self.port.address(), "backends": addresses, "check": check }),
        )
    }

    #[track_caller]
    fn healthy(&self, expected: usize) {
        eventually(&format!("{expected} backends are healthy"), || {
            let (_, told) = self.ask("GET", "/web", &Value::Null);
            let healthy = told["backends"].as_array().into_iter().flatten();
            let count = healthy.filter(|backend| backend["healthy"] == true).count();
            if count == expected { Ok(()) } else { Err(told.to_string()) }
        });
    }

    /// Connects; gives the backend's name, too. Nothing where the connection is closed at once.
    fn connect(&self) -> Option<(String, BufReader<TcpStream>)> {
        let mut stream = TcpStream::connect(self.port.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(b"x").unwrap();
        let mut reader = BufReader::new(stream);
        let mut name = String::new();
        match reader.read_line(&mut name) {
            Ok(n) if n > 0 => Some((name.trim().to_owned(), reader)),
            _ => None,
        }
    }

    fn spread(&self, connections: usize) -> BTreeMap<String, usize> {
        let mut spread = BTreeMap::new();
        for _ in 0..connections {
            *spread.entry(self.connect().expect("a backend").0).or_default() += 1;
        }
        spread
    }
}

#[test]
fn connections_go_to_the_backends_in_turn() {
    let backends = [Backend::start(), Backend::start(), Backend::start()];
    let balanced = Balanced::start(&backends.each_ref());
    let spread = balanced.spread(30);
    assert_eq!(spread.values().copied().collect::<Vec<_>>(), [10, 10, 10], "{spread:?}");
    let metrics = balanced.service.request("GET", "/metrics", "").text;
    let line = format!("connections_total{{balancer=\"web\",backend=\"{}\"}} 10", backends[0].address);
    assert!(metrics.contains(&line), "{metrics}");
}

#[test]
fn a_silent_backend_gets_no_connection_until_it_answers_again() {
    let backends = [Backend::start(), Backend::start()];
    let balanced = Balanced::start(&backends.each_ref());
    backends[0].silent.store(true, Ordering::SeqCst);
    balanced.healthy(1);
    assert_eq!(balanced.spread(10), BTreeMap::from([(backends[1].address.clone(), 10)]));
    backends[0].silent.store(false, Ordering::SeqCst);
    balanced.healthy(2);
    assert_eq!(balanced.spread(10).len(), 2);
}

#[test]
fn without_a_healthy_backend_connections_are_closed_at_once() {
    let backend = Backend::start();
    let balanced = Balanced::start(&[&backend]);
    backend.silent.store(true, Ordering::SeqCst);
    balanced.healthy(0);
    assert!(balanced.connect().is_none());
    backend.silent.store(false, Ordering::SeqCst);
}

#[test]
fn a_draining_backend_keeps_its_connections_and_gets_no_new_ones() {
    let backends = [Backend::start(), Backend::start()];
    let balanced = Balanced::start(&backends.each_ref());
    let (name, mut open) = loop {
        let (name, open) = balanced.connect().unwrap();
        if name == backends[0].address {
            break (name, open);
        }
    };
    let path = format!("/web/backends/{name}");
    assert_eq!(balanced.ask("POST", &format!("{path}/drain"), &Value::Null).0, 200);
    assert_eq!(balanced.spread(10), BTreeMap::from([(backends[1].address.clone(), 10)]));
    let (status, refused) = balanced.ask("DELETE", &path, &Value::Null);
    assert_eq!(status, 409, "{refused}");
    // A megabyte there and back over the connection that drains: no byte is lost.
    let sent: Vec<u8> = (0..1_000_000u32).map(|n| (n % 251) as u8).collect();
    let mut writer = open.get_ref().try_clone().unwrap();
    let received = std::thread::scope(|scope| {
        scope.spawn(|| {
            writer.write_all(&sent).unwrap();
            writer.shutdown(std::net::Shutdown::Write).unwrap();
        });
        let mut received = Vec::new();
        open.read_to_end(&mut received).unwrap();
        received
    });
    assert!(received == sent, "{} bytes of {}", received.len(), sent.len());
    drop(open);
    eventually("the backend can go", || match balanced.ask("DELETE", &path, &Value::Null) {
        (200, _) => Ok(()),
        (_, why) => Err(why.to_string()),
    });
    assert_eq!(balanced.spread(4).len(), 1);
}

#[test]
fn what_is_balanced_and_drained_outlives_the_server() {
    let backends = [Backend::start(), Backend::start()];
    let mut balanced = Balanced::start(&backends.each_ref());
    let path = format!("/web/backends/{}/drain", backends[0].address);
    assert_eq!(balanced.ask("POST", &path, &Value::Null).0, 200);
    balanced.service.restart();
    balanced.healthy(2);
    assert_eq!(balanced.spread(6), BTreeMap::from([(backends[1].address.clone(), 6)]));
    assert_eq!(balanced.ask("DELETE", "/web", &Value::Null).0, 200);
    balanced.service.restart();
    assert_eq!(balanced.ask("GET", "/web", &Value::Null).0, 404);
    assert!(TcpStream::connect(balanced.port.address()).is_err());
}

#[test]
fn a_wrong_request_gets_one_clear_sentence_and_changes_nothing() {
    let backend = Backend::start();
    let balanced = Balanced::start(&[&backend]);
    let listen = Port::claim().address();
    let taken = balanced.service.address();
    let table = [
        (
            "PUT",
            "/a~b",
            json!({ "listen": listen, "backends": [] }),
            400,
            "There can't be a balancer \"a~b\"",
        ),
        ("PUT", "/x", json!({ "listen": "here", "backends": [] }), 400, "The balancer can't be read:"),
        ("PUT", "/x", json!({ "listen": taken, "backends": [] }), 409, "The balancer can't listen on"),
        (
            "PUT",
            "/x",
            json!({ "listen": listen, "backends": [listen] }),
            400,
            "The balancer can't be its own backend.",
        ),
        (
            "PUT",
            "/x",
            json!({ "listen": listen, "backends": [], "check": { "rise": 0 } }),
            400,
            "interval_ms is",
        ),
        ("GET", "/x", Value::Null, 404, "There is no balancer x."),
        ("POST", "/web/backends/127.0.0.1:1/drain", Value::Null, 404, "There is no backend 127.0.0.1:1."),
    ];
    for (method, path, body, status, sentence) in table {
        let (got, answer) = balanced.ask(method, path, &body);
        let said = answer["error"].as_str().unwrap_or_default();
        assert!(got == status && said.starts_with(sentence), "{method} {path}: {got} {answer}");
    }
    let (_, all) = balanced.ask("GET", "", &Value::Null);
    assert_eq!(all["balancers"].as_array().unwrap().len(), 1, "{all}");
}
