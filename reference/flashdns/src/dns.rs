//! Questions and answers of DNS.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use hickory_proto::op::{Edns, Metadata, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{NS, SOA};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};
use hickory_server::net::runtime::Time;
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponseBuilder;

use servicekit::sabotaged;

use crate::record::{Host, Kind};
use crate::zone::{End, Zone};

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
        if request.edns.as_ref().is_some_and(|edns| edns.version() > 0) {
            return Reply::error(ResponseCode::BADVERS);
        }
        let (asked, number) = (Name::from(info.query.name()), info.query.query_type());
        let transfer = matches!(number, RecordType::AXFR | RecordType::IXFR);
        let ours = info.query.query_class() == DNSClass::IN && name(&self.zone.name).zone_of(&asked);
        if !ours || transfer {
            return Reply::error(ResponseCode::Refused);
        }
        // What can't be stored isn't there.
        let Some(host) = Host::parse(&asked.to_string()) else {
            return self.authoritative(ResponseCode::NXDomain, Vec::new(), true);
        };
        if host == self.zone.name && matches!(number, RecordType::SOA | RecordType::NS) {
            let answer = if number == RecordType::SOA { self.soa() } else { self.ns() };
            return self.authoritative(ResponseCode::NoError, vec![answer], false);
        }
        let found = match self.zone.find(&host, Kind::asked(number)).await {
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
        match found.end {
            End::Answer | End::Alias => self.authoritative(ResponseCode::NoError, answers, false),
            End::NoData if !sabotaged("nxdomain-for-nodata") => {
                self.authoritative(ResponseCode::NoError, answers, true)
            }
            End::NoData | End::NoName => self.authoritative(ResponseCode::NXDomain, answers, true),
        }
    }

    /// An answer of this zone; where there is nothing to tell, the SOA says how long that holds.
    fn authoritative(&self, code: ResponseCode, answers: Vec<Record>, nothing: bool) -> Reply {
        let soa = if nothing { vec![self.soa()] } else { Vec::new() };
        Reply { code, authoritative: true, answers, soa }
    }

    /// The serial number is always 1: there are no secondary servers that would ask for it.
    fn soa(&self) -> Record {
        let server = name(&self.zone.server);
        let soa = SOA::new(server.clone(), server, 1, 3_600, 600, 86_400, NOTHING_TTL);
        Record::from_rdata(name(&self.zone.name), NOTHING_TTL, RData::SOA(soa))
    }

    fn ns(&self) -> Record {
        Record::from_rdata(name(&self.zone.name), 60, RData::NS(NS(name(&self.zone.server))))
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
