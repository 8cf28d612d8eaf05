//! Questions and answers of DNS.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use hickory_proto::op::{Edns, Metadata, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{NS, SOA};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use hickory_server::net::runtime::Time;
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponseBuilder;

use crate::record::{Host, Kind};
use crate::zone::Zone;

/// How long "there is nothing" may be kept, in seconds.
const NOTHING_TTL: u32 = 1;
/// The largest answer by UDP, where the asker takes that much (RFC 9715 has 1,232 as a safe size).
const PAYLOAD: u16 = 1_232;

/// How many answers there were, by their code.
#[derive(Default)]
pub struct Counts {
    pub noerror: AtomicU64,
    pub nxdomain: AtomicU64,
    pub refused: AtomicU64,
    pub servfail: AtomicU64,
    pub other: AtomicU64,
}

impl Counts {
    fn count(&self, code: ResponseCode) {
        let counter = match code {
            ResponseCode::NoError => &self.noerror,
            ResponseCode::NXDomain => &self.nxdomain,
            ResponseCode::Refused => &self.refused,
            ResponseCode::ServFail => &self.servfail,
            _ => &self.other,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// Answers for a zone.
pub struct Answers {
    pub zone: Arc<Zone>,
    pub counts: Arc<Counts>,
}

/// An answer's parts.
struct Reply {
    code: ResponseCode,
    authoritative: bool,
    answers: Vec<Record>,
    soa: Vec<Record>,
}

impl Reply {
    fn error(code: ResponseCode) -> Self {
        Self { code, authoritative: false, answers: Vec::new(), soa: Vec::new() }
    }
}

fn name(host: &Host) -> Name {
    let mut name = Name::from_ascii(host.to_string()).unwrap_or_default();
    name.set_fqdn(true);
    name
}

impl Answers {
    async fn reply(&self, request: &Request) -> Reply {
        if request.metadata.op_code != OpCode::Query {
            return Reply::error(ResponseCode::NotImp);
        }
        let Ok(info) = request.request_info() else { return Reply::error(ResponseCode::FormErr) };
        let (asked, number) = (info.query.name().to_string(), info.query.query_type());
        let host = Host::parse(&asked).filter(|host| host.is_in(&self.zone.name));
        let Some(host) = host else { return self.not_ours(&asked) };
        if host == self.zone.name && matches!(number, RecordType::SOA | RecordType::NS) {
            let answers = vec![if number == RecordType::SOA { self.soa() } else { self.ns() }];
            return Reply { code: ResponseCode::NoError, authoritative: true, answers, soa: Vec::new() };
        }
        let found = match self.zone.find(&host, Kind::of(number)).await {
            Ok(found) => found,
            Err(error) => {
                eprintln!("flashdns can't answer for {host}: {error}");
                return Reply::error(ResponseCode::ServFail);
            }
        };
        let mut answers = Vec::new();
        for (host, kind, records) in &found.records {
            for value in &records.values {
                match kind.data(value) {
                    Ok(data) => answers.push(Record::from_rdata(name(host), records.ttl, data)),
                    Err(_) => return Reply::error(ResponseCode::ServFail), // never an answer with gaps
                }
            }
        }
        let wanted = found.records.last().is_some_and(|(_, kind, _)| Some(*kind) == Kind::of(number));
        let code = if found.exists { ResponseCode::NoError } else { ResponseCode::NXDomain };
        let soa = if wanted { Vec::new() } else { vec![self.soa()] };
        Reply { code, authoritative: true, answers, soa }
    }

    /// A name below the zone that can't be stored doesn't exist; all else isn't our business.
    fn not_ours(&self, asked: &str) -> Reply {
        let zone = format!(".{}.", self.zone.name);
        if asked.to_ascii_lowercase().ends_with(&zone) {
            let soa = vec![self.soa()];
            return Reply { code: ResponseCode::NXDomain, authoritative: true, answers: Vec::new(), soa };
        }
        Reply::error(ResponseCode::Refused)
    }

    fn server(&self) -> Name {
        name(&Host::parse(&format!("ns.{}", self.zone.name)).unwrap_or_else(|| self.zone.name.clone()))
    }

    /// The serial number is always 1: there are no secondary servers that would ask for it.
    fn soa(&self) -> Record {
        let soa = SOA::new(self.server(), self.server(), 1, 3_600, 600, 86_400, NOTHING_TTL);
        Record::from_rdata(name(&self.zone.name), NOTHING_TTL, RData::SOA(soa))
    }

    fn ns(&self) -> Record {
        Record::from_rdata(name(&self.zone.name), 60, RData::NS(NS(self.server())))
    }
}

#[async_trait]
impl RequestHandler for Answers {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        mut response: R,
    ) -> ResponseInfo {
        let reply = self.reply(request).await;
        self.counts.count(reply.code);
        let mut metadata = Metadata::response_from_request(&request.metadata);
        metadata.response_code = reply.code;
        metadata.authoritative = reply.authoritative;
        let mut edns = Edns::new();
        let mut builder = MessageResponseBuilder::from_message_request(request);
        if let Some(asked) = &request.edns {
            edns.set_max_payload(asked.max_payload().clamp(512, PAYLOAD));
            builder.edns(&edns);
        }
        let message = builder.build(metadata, &reply.answers, [], &reply.soa, []);
        match response.send_response(message).await {
            Ok(sent) => sent,
            Err(error) => {
                eprintln!("flashdns can't send an answer: {error}");
                let mut failed = Metadata::response_from_request(&request.metadata);
                failed.response_code = ResponseCode::ServFail;
                hickory_proto::op::Header { metadata: failed, counts: Default::default() }.into()
            }
        }
    }
}
