//! Connections go to healthy backends in turn, and to none that is being drained.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Platform, Port, Service, SetOnDrop, eventually};

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
    let _ = stream.shutdown(Shutdown::Write);
}

struct Balanced {
    service: Service,
    port: Port,
    platform: Platform,
}

impl Balanced {
    #[track_caller]
    fn start(backends: &[&Backend]) -> Self {
        let platform = Platform::start(SERVERS, 1);
        let service = platform.service("fiberlb", &[platform.database()]);
        let balanced = Self { service, port: Port::claim(), platform };
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
        let addresses: Vec<_> = backends.iter().map(|backend| backend.address.as_str()).collect();
        self.ask("PUT", "/web", &self.wanted(&addresses))
    }

    fn wanted(&self, backends: &[&str]) -> Value {
        let check = json!({ "path": "/healthz", "interval_ms": 100, "rise": 2, "fall": 2 });
        json!({ "listen": self.port.address(), "backends": backends, "check": check })
    }

    /// Drains a backend, or stops that.
    #[track_caller]
    fn drain(&self, address: &str, drain: bool) {
        let verb = if drain { "drain" } else { "undrain" };
        let (status, told) = self.ask("POST", &format!("/web/backends/{address}/{verb}"), &Value::Null);
        assert_eq!(status, 200, "{told}");
    }

    /// Connects until it is this backend that answers.
    fn connect_to(&self, address: &str) -> BufReader<TcpStream> {
        loop {
            let (name, open) = self.connect().expect("a backend");
            if name == address {
                return open;
            }
        }
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

    #[track_caller]
    fn all_go_to(&self, backend: &Backend) {
        assert_eq!(self.spread(6), BTreeMap::from([(backend.address.clone(), 6)]));
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
    balanced.all_go_to(&backends[1]);
    backends[0].silent.store(false, Ordering::SeqCst);
    balanced.healthy(2);
    assert_eq!(balanced.spread(10).len(), 2);
    // With none left, connections are closed at once.
    backends.iter().for_each(|backend| backend.silent.store(true, Ordering::SeqCst));
    balanced.healthy(0);
    assert!(balanced.connect().is_none());
    backends.iter().for_each(|backend| backend.silent.store(false, Ordering::SeqCst));
}

/// A real process, stopped by SIGSTOP and ended by SIGKILL.
#[test]
fn a_backend_that_is_frozen_or_killed_leaves_and_comes_back() {
    let other = Backend::start();
    let balanced = Balanced::start(&[&other]);
    let storage = format!("--chainfire={}", balanced.platform.chainfire.urls().join(","));
    let mut process = balanced.platform.service("flaredb", &[storage]);
    let wanted = balanced.wanted(&[&other.address, &process.address()]);
    assert_eq!(balanced.ask("PUT", "/web", &wanted).0, 200);
    balanced.healthy(2);
    process.server().freeze(true);
    balanced.healthy(1);
    balanced.all_go_to(&other);
    process.server().freeze(false);
    balanced.healthy(2);
    process.kill();
    balanced.healthy(1);
    assert_eq!(balanced.spread(6).len(), 1);
    process.spawn();
    balanced.healthy(2);
}

/// The check comes once a minute, so the balancer finds out by connecting alone.
#[test]
fn a_connection_that_a_backend_refuses_goes_to_the_next() {
    let (backends, refusing) = ([Backend::start(), Backend::start()], Port::claim());
    let balanced = Balanced::start(&backends.each_ref());
    let mut wanted = balanced.wanted(&[&backends[0].address, &refusing.address(), &backends[1].address]);
    wanted["check"] = json!({ "interval_ms": 60_000 });
    let listener = TcpListener::bind(refusing.address()).unwrap();
    assert_eq!(balanced.ask("PUT", "/web", &wanted).0, 200);
    balanced.healthy(3);
    drop(listener);
    let spread = balanced.spread(30);
    assert_eq!(spread.values().copied().collect::<Vec<_>>(), [15, 15], "{spread:?}");
    eventually("no connection is counted as open", || {
        let told = balanced.ask("GET", "/web", &Value::Null).1.to_string();
        if told.matches("\"connections\":0").count() == 3 { Ok(()) } else { Err(told) }
    });
}

#[test]
fn each_direction_of_a_connection_ends_by_itself() {
    let other = Backend::start();
    let balanced = Balanced::start(&[&other]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut wanted = balanced.wanted(&[&listener.local_addr().unwrap().to_string()]);
    wanted["check"] = json!({ "interval_ms": 60_000 });
    assert_eq!(balanced.ask("PUT", "/web", &wanted).0, 200);
    balanced.healthy(1);
    drop(listener.accept().unwrap()); // the check
    let mut client = TcpStream::connect(balanced.port.address()).unwrap();
    let (mut server, _) = listener.accept().unwrap();
    server.write_all(b"all I have to say").unwrap();
    server.shutdown(Shutdown::Write).unwrap();
    let mut said = String::new();
    client.read_to_string(&mut said).unwrap();
    assert_eq!(said, "all I have to say");
    client.write_all(&[7; 300_000]).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut heard = Vec::new();
    server.read_to_end(&mut heard).unwrap();
    assert!(heard == [7; 300_000], "{} bytes", heard.len());
}

#[test]
fn a_draining_backend_keeps_its_connections_and_gets_no_new_ones() {
    let backends = [Backend::start(), Backend::start()];
    let balanced = Balanced::start(&backends.each_ref());
    let mut open = balanced.connect_to(&backends[0].address);
    balanced.drain(&backends[0].address, true);
    // Who says again what is to be balanced doesn't undo it.
    assert_eq!(balanced.put(&backends.each_ref()).0, 200);
    let path = format!("/web/backends/{}", backends[0].address);
    balanced.all_go_to(&backends[1]);
    let (status, refused) = balanced.ask("DELETE", &path, &Value::Null);
    assert_eq!(status, 409, "{refused}");
    // A megabyte there and back over the connection that drains: no byte is lost.
    let sent: Vec<u8> = (0..1_000_000u32).map(|n| (n % 251) as u8).collect();
    let mut writer = open.get_ref().try_clone().unwrap();
    let received = std::thread::scope(|scope| {
        scope.spawn(|| {
            writer.write_all(&sent).unwrap();
            writer.shutdown(Shutdown::Write).unwrap();
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

/// Clients come all the time while one backend after the other is drained: none is turned away, and
/// none that came after a drain was acknowledged gets to the backend that drains.
#[test]
fn under_load_a_backend_is_drained_without_a_lost_connection() {
    let backends = [Backend::start(), Backend::start()];
    let balanced = Balanced::start(&backends.each_ref());
    let (done, drained) = (AtomicBool::new(false), AtomicUsize::new(2));
    let (visits, wrong) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    let before = drained.load(Ordering::SeqCst);
                    let (name, mut open) = balanced.connect().expect("a backend");
                    let mut echo = [0; 3];
                    open.get_ref().write_all(b"abc").unwrap();
                    open.read_exact(&mut echo).unwrap();
                    // The same drain as before: it held for the whole of this connection.
                    if drained.load(Ordering::SeqCst) == before && before < 2 {
                        wrong.fetch_add(usize::from(name == backends[before].address), Ordering::SeqCst);
                    }
                    visits.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let _stop = SetOnDrop(&done);
        for n in 0..8 {
            let address = &backends[n % 2].address;
            balanced.drain(address, true);
            drained.store(n % 2, Ordering::SeqCst);
            let goal = visits.load(Ordering::SeqCst) + 20;
            eventually("clients come and go", || match visits.load(Ordering::SeqCst) {
                now if now >= goal => Ok(()),
                now => Err(format!("{now} of {goal}")),
            });
            drained.store(2, Ordering::SeqCst);
            assert_eq!(wrong.load(Ordering::SeqCst), 0, "connections to {address}, which drained");
            balanced.drain(address, false);
        }
    });
}

#[test]
fn a_forced_removal_leaves_the_open_connection_alone() {
    let backends = [Backend::start(), Backend::start()];
    let balanced = Balanced::start(&backends.each_ref());
    let mut open = balanced.connect_to(&backends[0].address);
    let path = format!("/web/backends/{}", backends[0].address);
    let (status, refused) = balanced.ask("DELETE", &path, &Value::Null);
    let sentence = format!("The backend {} has 1 open connections; drain it first.", backends[0].address);
    assert_eq!((status, &refused["error"]), (409, &json!(sentence)));
    // What was refused has changed nothing.
    assert_eq!(balanced.spread(4).len(), 2);
    assert_eq!(balanced.ask("DELETE", &format!("{path}?force=true"), &Value::Null).0, 200);
    balanced.all_go_to(&backends[1]);
    open.get_ref().write_all(b"still\n").unwrap();
    let mut line = String::new();
    open.read_line(&mut line).unwrap();
    assert!(line.ends_with("still\n"), "{line}");
}

#[test]
fn what_is_balanced_and_drained_outlives_the_server() {
    let backends = [Backend::start(), Backend::start()];
    let mut balanced = Balanced::start(&backends.each_ref());
    balanced.drain(&backends[0].address, true);
    balanced.service.restart();
    // Nobody who comes before the first checks is turned away.
    balanced.all_go_to(&backends[1]);
    balanced.drain(&backends[0].address, false);
    assert_eq!(balanced.spread(6).len(), 2);
    assert_eq!(balanced.ask("DELETE", "/web", &Value::Null).0, 200);
    assert!(TcpStream::connect(balanced.port.address()).is_err());
    balanced.service.restart();
    assert_eq!(balanced.ask("GET", "/web", &Value::Null).0, 404);
    assert!(TcpStream::connect(balanced.port.address()).is_err());
}

/// As after a write whose outcome this process never learnt: the database knows more.
#[test]
fn what_is_stored_counts_and_a_later_change_is_not_refused() {
    let backends = [Backend::start(), Backend::start()];
    let balanced = Balanced::start(&backends.each_ref());
    let row = "/v1/tables/balancers/rows/web";
    let flaredb = &balanced.platform.flaredb;
    let mut stored = flaredb.request("GET", row, "").json["row"].clone();
    stored["draining"] = json!([backends[0].address]);
    assert_eq!(flaredb.request("PUT", row, &stored.to_string()).status, 200);
    balanced.drain(&backends[0].address, true);
    balanced.all_go_to(&backends[1]);
    stored["draining"] = json!([]);
    assert_eq!(flaredb.request("PUT", row, &stored.to_string()).status, 200);
    eventually("what is stored runs", || {
        let (_, told) = balanced.ask("GET", "/web", &Value::Null);
        if told["backends"][0]["draining"] == false { Ok(()) } else { Err(told.to_string()) }
    });
    assert_eq!(balanced.spread(4).len(), 2);
}

#[test]
fn a_port_that_is_taken_at_the_start_stops_no_other_balancer() {
    let backend = Backend::start();
    let mut balanced = Balanced::start(&[&backend]);
    let port = Port::claim();
    let other = json!({ "listen": port.address(), "backends": [backend.address] });
    assert_eq!(balanced.ask("PUT", "/another", &other).0, 200);
    balanced.service.kill();
    let taken = TcpListener::bind(port.address()).unwrap();
    balanced.service.spawn();
    eventually("the rest is balanced", || {
        let ill = balanced.service.request("GET", "/healthz", "");
        let reason = ill.json["reason"].as_str().unwrap_or_default();
        if reason.contains(&port.address()) { Ok(()) } else { Err(ill.text) }
    });
    assert_eq!(balanced.spread(2).len(), 1);
    drop(taken);
    balanced.service.wait_healthy();
    assert!(balanced.ask("GET", "/another", &Value::Null).1["problem"].is_null());
}

#[test]
fn without_the_database_connections_and_answers_go_on() {
    let backend = Backend::start();
    let mut balanced = Balanced::start(&[&backend]);
    balanced.platform.flaredb.kill();
    assert_eq!(balanced.spread(3).len(), 1);
    assert_eq!(balanced.service.request("GET", "/healthz", "").status, 503);
    assert_eq!(balanced.ask("GET", "/web", &Value::Null).0, 200);
    let metrics = balanced.service.request("GET", "/metrics", "").text;
    assert!(metrics.contains("\nfiberlb_backend_healthy{balancer=\"web\","), "{metrics}");
}

#[test]
fn a_wrong_request_gets_one_clear_sentence_and_changes_nothing() {
    let backend = Backend::start();
    let balanced = Balanced::start(&[&backend]);
    let listen = Port::claim().address();
    let taken = balanced.service.address();
    let on = |listen: &str, backends: &[&str]| json!({ "listen": listen, "backends": backends });
    let rise = json!({ "listen": listen, "backends": [], "check": { "rise": 0 } });
    let table = [
        ("PUT", "/a~b", on(&listen, &[]), 400, "There can't be a balancer \"a~b\""),
        ("PUT", "/x", on("here", &[]), 400, "The balancer can't be read:"),
        ("PUT", "/x", on(&taken, &[]), 409, "The balancer can't listen on"),
        ("PUT", "/x", on(&listen, &[&listen]), 400, "The balancer can't be its own backend."),
        ("PUT", "/x", rise, 400, "interval_ms is"),
        ("PUT", "/x", on("127.0.0.1:0", &[]), 400, "The address 127.0.0.1:0 names no port."),
        ("PUT", "/x", on(&listen, &[&taken, &taken]), 400, "The backend 127."),
        ("GET", "/x", Value::Null, 404, "There is no balancer x."),
        ("DELETE", "/x", Value::Null, 404, "There is no balancer x."),
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
