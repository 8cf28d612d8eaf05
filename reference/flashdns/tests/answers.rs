//! What flashdns answers, asked by UDP and TCP, while records change and the database dies.

#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hickory_proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{DNSClass, Name, RecordType};
use serde_json::{Value, json};
use testkit::{Platform, Port, Reply, Service, SetOnDrop, eventually};

const SERVERS: &str = env!("CARGO_BIN_EXE_flashdns-test-servers");

struct Dns {
    service: Service,
    port: Port,
}

/// An answer's code, its values as texts, and the whole of it.
struct Answer {
    code: ResponseCode,
    values: Vec<String>,
    message: Message,
}

impl Dns {
    #[track_caller]
    fn start(platform: &Platform) -> Self {
        let port = Port::claim();
        let arguments =
            [platform.database(), format!("--dns={}", port.address()), "--zone=platform.test".to_owned()];
        Self { service: platform.service("flashdns", &arguments), port }
    }

    #[track_caller]
    fn put(&self, name: &str, kind: &str, values: &[&str]) {
        let reply = self.ask("PUT", &format!("{name}/{kind}"), values);
        assert_eq!(reply.status, 200, "{}", reply.text);
    }

    fn ask(&self, method: &str, path: &str, values: &[&str]) -> Reply {
        let body = json!({ "ttl": 5, "values": values }).to_string();
        self.service.request(method, &format!("/v1/records/{path}"), if method == "PUT" { &body } else { "" })
    }

    fn question(name: &str, kind: RecordType, payload: Option<u16>) -> Vec<u8> {
        let mut message = Message::new(7, MessageType::Query, OpCode::Query);
        message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
        if let Some(payload) = payload {
            let mut edns = Edns::new();
            edns.set_max_payload(payload);
            message.set_edns(edns);
        }
        message.to_vec().unwrap()
    }

    fn answer(bytes: &[u8]) -> Answer {
        let message = Message::from_vec(bytes).unwrap();
        let values = message.answers.iter().map(|record| record.data.to_string()).collect();
        Answer { code: message.metadata.response_code, values, message }
    }

    #[track_caller]
    fn udp(&self, name: &str, kind: RecordType) -> Answer {
        self.udp_with(name, kind, None)
    }

    #[track_caller]
    fn udp_with(&self, name: &str, kind: RecordType, payload: Option<u16>) -> Answer {
        self.send(&Self::question(name, kind, payload))
    }

    #[track_caller]
    fn send(&self, question: &[u8]) -> Answer {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        socket.send_to(question, self.port.address()).unwrap();
        let mut bytes = [0; 4096];
        let n = socket.recv(&mut bytes).expect("an answer");
        Self::answer(&bytes[..n])
    }

    #[track_caller]
    fn tcp(&self, name: &str, kind: RecordType) -> Answer {
        let mut stream = TcpStream::connect(self.port.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let question = Self::question(name, kind, None);
        stream.write_all(&(question.len() as u16).to_be_bytes()).unwrap();
        stream.write_all(&question).unwrap();
        let mut length = [0; 2];
        stream.read_exact(&mut length).expect("an answer");
        let mut bytes = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut bytes).unwrap();
        Self::answer(&bytes)
    }
}

#[test]
fn records_of_every_type_are_answered_by_udp_and_tcp() {
    let platform = Platform::start(SERVERS, 1);
    let dns = Dns::start(&platform);
    let table = [
        ("web", "A", RecordType::A, vec!["127.0.0.1", "127.0.0.2"]),
        ("web", "AAAA", RecordType::AAAA, vec!["::1"]),
        ("note", "TXT", RecordType::TXT, vec!["hello"]),
        ("_http._tcp", "SRV", RecordType::SRV, vec!["1 2 8080 web.platform.test."]),
    ];
    for (name, kind, number, values) in table {
        let name = format!("{name}.platform.test");
        dns.put(&name, kind, &values);
        for answer in [dns.udp(&name.to_uppercase(), number), dns.tcp(&name, number)] {
            assert_eq!(
                (answer.code, answer.values),
                (ResponseCode::NoError, values.iter().map(|v| v.to_string()).collect())
            );
            assert!(answer.message.metadata.authoritative);
            assert_eq!(answer.message.answers[0].ttl, 5);
        }
    }
}

#[test]
fn what_is_not_there_is_told_from_what_is_not_ours() {
    let platform = Platform::start(SERVERS, 1);
    let dns = Dns::start(&platform);
    dns.put("web.acme.platform.test", "A", &["127.0.0.1"]);
    let table = [
        ("web.acme.platform.test", RecordType::AAAA, ResponseCode::NoError, "no such type"),
        ("acme.platform.test", RecordType::A, ResponseCode::NoError, "names below it alone"),
        ("web2.acme.platform.test", RecordType::A, ResponseCode::NXDomain, "no such name"),
        ("we.acme.platform.test", RecordType::A, ResponseCode::NXDomain, "a part of a name"),
        ("xacme.platform.test", RecordType::A, ResponseCode::NXDomain, "a longer label"),
        ("example.org", RecordType::A, ResponseCode::Refused, "another zone"),
        ("xplatform.test", RecordType::A, ResponseCode::Refused, "another zone with the same end"),
    ];
    for (name, kind, code, why) in table {
        let answer = dns.udp(name, kind);
        assert_eq!((answer.code, answer.values.len()), (code, 0), "{why}");
        let soa = answer.message.authorities.iter().filter(|r| r.record_type() == RecordType::SOA).count();
        assert_eq!(soa, usize::from(code != ResponseCode::Refused), "{why}");
    }
    assert_eq!(dns.udp("platform.test", RecordType::SOA).values.len(), 1);
    assert_eq!(dns.udp("platform.test", RecordType::NS).values, ["ns.platform.test."]);
}

#[test]
fn aliases_are_followed_within_the_zone() {
    let platform = Platform::start(SERVERS, 1);
    let dns = Dns::start(&platform);
    dns.put("www.platform.test", "CNAME", &["web.platform.test"]);
    dns.put("web.platform.test", "A", &["127.0.0.9"]);
    dns.put("out.platform.test", "CNAME", &["example.org"]);
    dns.put("loop.platform.test", "CNAME", &["loop.platform.test"]);
    dns.put("none.platform.test", "CNAME", &["nothing.platform.test"]);
    for n in 0..12 {
        dns.put(&format!("hop{n}.platform.test"), "CNAME", &[&format!("hop{}.platform.test", n + 1)]);
    }
    let table: [(&str, ResponseCode, &[&str], usize); 5] = [
        ("www", ResponseCode::NoError, &["web.platform.test.", "127.0.0.9"], 0),
        ("out", ResponseCode::NoError, &["example.org."], 0),
        ("loop", ResponseCode::NoError, &["loop.platform.test."], 0),
        ("none", ResponseCode::NXDomain, &["nothing.platform.test."], 1),
        ("hop5", ResponseCode::NXDomain, &[], 1),
    ];
    for (name, code, values, soa) in table {
        let answer = dns.udp(&format!("{name}.platform.test"), RecordType::A);
        assert_eq!((answer.code, answer.message.authorities.len()), (code, soa), "{name}");
        assert!(values.is_empty() || answer.values == values, "{name}: {:?}", answer.values);
    }
    assert_eq!(dns.udp("www.platform.test", RecordType::CNAME).values, ["web.platform.test."]);
    assert_eq!(dns.tcp("hop0.platform.test", RecordType::A).values.len(), 8);
}

#[test]
fn an_alias_stands_alone_at_its_name() {
    let platform = Platform::start(SERVERS, 1);
    let dns = Dns::start(&platform);
    dns.put("web.platform.test", "A", &["127.0.0.1"]);
    let refused = dns.ask("PUT", "web.platform.test/CNAME", &["other.platform.test"]);
    let sentence = "web.platform.test has A records, and an alias stands alone.";
    assert_eq!((refused.status, refused.json["error"].as_str()), (409, Some(sentence)));
    dns.put("www.platform.test", "CNAME", &["web.platform.test"]);
    assert_eq!(dns.ask("PUT", "www.platform.test/TXT", &["x"]).status, 409);
    // At once, too, one of the two alone is stored.
    for n in 0..8 {
        let name = format!("race{n}.platform.test");
        std::thread::scope(|scope| {
            scope.spawn(|| dns.ask("PUT", &format!("{name}/A"), &["127.0.0.1"]));
            scope.spawn(|| dns.ask("PUT", &format!("{name}/CNAME"), &["web.platform.test"]));
        });
        let stored = ["A", "CNAME"].map(|kind| dns.ask("GET", &format!("{name}/{kind}"), &[]).status);
        assert!(stored == [200, 404] || stored == [404, 200], "{stored:?}");
    }
}

#[test]
fn a_repeated_write_has_one_effect_and_one_answer() {
    let platform = Platform::start(SERVERS, 1);
    let mut dns = Dns::start(&platform);
    let web = "web.platform.test/A";
    let first = dns.ask("PUT", &format!("{web}?if_version=0&request_id=make"), &["127.0.0.1"]);
    let second = dns.ask("PUT", &format!("{web}?if_version={}", first.json["version"]), &["127.0.0.2"]);
    assert_eq!((first.status, second.status), (200, 200), "{}", second.text);
    dns.service.restart();
    let again = dns.ask("PUT", &format!("{web}?if_version=0&request_id=make"), &["127.0.0.1"]);
    assert_eq!(again, first);
    let old = dns.ask("PUT", &format!("{web}?if_version={}", first.json["version"]), &["127.0.0.3"]);
    assert_eq!((old.status, &old.json["version"]), (409, &second.json["version"]));
    let listed = dns.ask("GET", "", &[]);
    assert_eq!(listed.status, 404, "{}", listed.text);
    let listed = dns.service.request("GET", "/v1/records", "").json;
    assert_eq!(listed, json!({ "zone": "platform.test", "records": [second.json] }));
    let [gone, again] = [0; 2].map(|_| dns.ask("DELETE", &format!("{web}?request_id=end"), &[]));
    assert_eq!((gone.status, &gone.json["deleted"]), (200, &json!(true)), "{}", gone.text);
    assert_eq!(again, gone);
    assert_eq!(dns.ask("DELETE", web, &[]).json["deleted"], false);
    assert_eq!(dns.udp("web.platform.test", RecordType::A).code, ResponseCode::NXDomain);
}

#[test]
fn a_question_that_is_not_for_this_server_gets_the_code_that_says_so() {
    let platform = Platform::start(SERVERS, 1);
    let dns = Dns::start(&platform);
    dns.put("web.platform.test", "A", &["127.0.0.1"]);
    dns.put("web.platform.test", "TXT", &["hello"]);
    assert_eq!(dns.udp("web.platform.test", RecordType::AXFR).code, ResponseCode::Refused);
    assert_eq!(dns.udp("web.platform.test", RecordType::ANY).values, ["127.0.0.1", "hello"]);
    assert_eq!(dns.udp("a\\.platform.test", RecordType::A).code, ResponseCode::Refused);
    let mut chaos = Message::new(7, MessageType::Query, OpCode::Query);
    let mut query = Query::query(Name::from_ascii("web.platform.test").unwrap(), RecordType::A);
    chaos.add_query(query.set_query_class(DNSClass::CH).clone());
    assert_eq!(dns.send(&chaos.to_vec().unwrap()).code, ResponseCode::Refused);
    let update = Message::new(7, MessageType::Query, OpCode::Status);
    assert_eq!(dns.send(&update.to_vec().unwrap()).code, ResponseCode::NotImp);
    let mut newer =
        Message::from_vec(&Dns::question("web.platform.test", RecordType::A, Some(1232))).unwrap();
    newer.edns.as_mut().unwrap().set_version(1);
    // BADVERS; the number has another name, too.
    assert_eq!(u16::from(dns.send(&newer.to_vec().unwrap()).code), 16);
}

#[test]
fn an_answer_too_large_for_udp_is_truncated_and_whole_by_tcp() {
    let platform = Platform::start(SERVERS, 1);
    let dns = Dns::start(&platform);
    let values: Vec<String> = (1..=60).map(|n| format!("127.0.1.{n}")).collect();
    dns.put("many.platform.test", "A", &values.iter().map(String::as_str).collect::<Vec<_>>());
    let small = dns.udp("many.platform.test", RecordType::A);
    assert!(small.message.metadata.truncation && small.values.len() < 60, "{} values", small.values.len());
    let larger = dns.udp_with("many.platform.test", RecordType::A, Some(4096));
    assert!(!larger.message.metadata.truncation);
    assert_eq!((larger.values.len(), dns.tcp("many.platform.test", RecordType::A).values), (60, values));
}

/// Two servers answer while a record changes: once a change is acknowledged, no server answers with
/// what was before it.
#[test]
fn an_acknowledged_change_is_in_every_later_answer_of_every_server() {
    let platform = Platform::start(SERVERS, 1);
    let servers = [Dns::start(&platform), Dns::start(&platform)];
    let (done, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    servers[0].put("web.platform.test", "TXT", &["0"]);
    std::thread::scope(|scope| {
        let askers: Vec<_> = servers
            .iter()
            .map(|dns| {
                let (done, acknowledged) = (&done, &acknowledged);
                scope.spawn(move || {
                    let mut asked = 0;
                    while !done.load(Ordering::Relaxed) {
                        let least = acknowledged.load(Ordering::SeqCst);
                        let answer = dns.udp("web.platform.test", RecordType::TXT);
                        assert_eq!(answer.code, ResponseCode::NoError);
                        let told: u64 = answer.values[0].parse().unwrap();
                        assert!(told >= least, "answered {told} when {least} had been acknowledged");
                        asked += 1;
                    }
                    asked
                })
            })
            .collect();
        let stop = SetOnDrop(&done);
        for n in 1..=100_u64 {
            servers[n as usize % 2].put("web.platform.test", "TXT", &[&n.to_string()]);
            acknowledged.store(n, Ordering::SeqCst);
        }
        drop(stop);
        for asker in askers {
            assert!(asker.join().unwrap() > 20, "too few questions");
        }
    });
}

#[test]
fn without_the_database_there_is_no_answer_rather_than_an_old_one() {
    let mut platform = Platform::start(SERVERS, 1);
    let dns = Dns::start(&platform);
    dns.put("web.platform.test", "A", &["127.0.0.1"]);
    assert_eq!(dns.udp("web.platform.test", RecordType::A).values, ["127.0.0.1"]);
    // Silent or gone: soon there is an answer, and it isn't the old one.
    platform.flaredb.server().freeze(true);
    let asked = Instant::now();
    assert_eq!(dns.udp("web.platform.test", RecordType::A).code, ResponseCode::ServFail);
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    platform.flaredb.server().freeze(false);
    platform.flaredb.kill();
    assert_eq!(dns.udp("web.platform.test", RecordType::A).code, ResponseCode::ServFail);
    platform.flaredb.spawn();
    eventually("it answers again", || {
        let answer = dns.udp("web.platform.test", RecordType::A);
        if answer.values == ["127.0.0.1"] { Ok(()) } else { Err(answer.code.to_string()) }
    });
    let metrics = dns.service.request("GET", "/metrics", "").text;
    assert!(metrics.contains("flashdns_queries_total{rcode=\"servfail\"} "), "{metrics}");
}

#[test]
fn a_wrong_request_gets_one_clear_sentence() {
    let platform = Platform::start(SERVERS, 1);
    let dns = Dns::start(&platform);
    let one = |value: &str| json!({ "ttl": 5, "values": [value] });
    let table = [
        (
            "PUT",
            "web.example.org/A",
            one("127.0.0.1"),
            400,
            "web.example.org isn't in the zone platform.test.",
        ),
        ("PUT", "a..platform.test/A", one("127.0.0.1"), 400, "\"a..platform.test\" isn't a name"),
        ("PUT", "web.platform.test/MX", one("x"), 400, "There are no records of type MX; known are A, AAAA"),
        ("PUT", "web.platform.test/A", one("::1"), 400, "The value \"::1\" isn't an IPv4 address."),
        ("PUT", "web.platform.test/A", json!({ "ttl": 5, "values": [] }), 400, "There are 1 to 100 values"),
        ("PUT", "web.platform.test/A", json!({ "values": ["127.0.0.1"] }), 400, "The records can't be read:"),
        ("PUT", "platform.test/CNAME", one("web.platform.test"), 400, "The zone itself can't be an alias."),
        ("PUT", "-a.platform.test/A", one("127.0.0.1"), 400, "\"-a.platform.test\" isn't a name"),
        ("DELETE", "web.platform.test/A?request_id=a%20b", Value::Null, 400, "A request id is 1 to 64"),
        ("GET", "web.platform.test/A", Value::Null, 404, "There are no A records of web.platform.test."),
    ];
    for (method, path, body, status, sentence) in table {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = dns.service.request(method, &format!("/v1/records/{path}"), &body);
        let said = reply.json["error"].as_str().unwrap_or_default();
        assert!(reply.status == status && said.starts_with(sentence), "{method} {path}: {}", reply.text);
    }
}
