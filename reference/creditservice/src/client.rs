use std::fmt;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use servicekit::{Answer, Endpoints};

use crate::ledger::Reservation;

/// How long one server may take: longer than it waits for flaredb.
const ATTEMPT: Duration = Duration::from_secs(12);
/// How long a call may take with all its tries.
const DEADLINE: Duration = Duration::from_secs(25);

/// Talks to creditservice over any of its servers. A call is tried again until it is answered or
/// 25 s are over.
pub struct Client {
    endpoints: Endpoints,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreditError {
    /// The account has too few credits: so many are available.
    TooFew(u64),
    /// The reservation is settled in the other way already: `committed` or `rolled-back`.
    Settled(String),
    /// The request is wrong, or names what isn't there: an HTTP status and a sentence.
    Refused(u16, String),
    /// Nobody answered in time.
    Unavailable {
        /// What went wrong last.
        why: String,
        /// Whether the request may have had its effect.
        unknown: bool,
    },
}

impl fmt::Display for CreditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew(available) => write!(f, "the account has {available} credits available"),
            Self::Settled(state) => write!(f, "the reservation is {state}"),
            Self::Refused(_, why) | Self::Unavailable { why, .. } => f.write_str(why),
        }
    }
}

impl std::error::Error for CreditError {}

type Answered<T> = Result<T, CreditError>;

impl Client {
    /// A client of the servers at these endpoints, like `http://127.0.0.1:7201`.
    pub fn new(endpoints: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { endpoints: Endpoints::new(endpoints, ATTEMPT, DEADLINE) }
    }

    /// Sets credits of an account aside under a request id of the caller's (1 to 64 letters, digits,
    /// `.`, `_`, `-`): repeated, it gives the reservation that was made first, whatever its state.
    pub async fn reserve(
        &self,
        account: &str,
        request_id: &str,
        amount: u64,
        purpose: &str,
        ttl: Duration,
    ) -> Answered<Reservation> {
        let path = format!("/v1/accounts/{account}/reservations?request_id={request_id}");
        let wanted = json!({ "amount": amount, "purpose": purpose, "ttl_ms": ttl.as_millis() as u64 });
        self.call(Method::POST, &path, Some(&wanted)).await
    }

    /// Spends what a reservation holds.
    pub async fn commit(&self, reservation: &str) -> Answered<Reservation> {
        self.call(Method::POST, &format!("/v1/reservations/{reservation}/commit"), None).await
    }

    /// Makes what a reservation holds available again.
    pub async fn roll_back(&self, reservation: &str) -> Answered<Reservation> {
        self.call(Method::POST, &format!("/v1/reservations/{reservation}/rollback"), None).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Answered<T> {
        let answer = self.endpoints.call(method, path, body).await;
        let answer =
            answer.map_err(|failed| CreditError::Unavailable { why: failed.why, unknown: failed.unknown })?;
        match answer.status {
            status if status.is_success() => serde_json::from_value(answer.body).map_err(|e| {
                let why = format!("creditservice's answer can't be read: {e}");
                CreditError::Unavailable { why, unknown: true }
            }),
            _ => Err(error(&answer)),
        }
    }
}

fn error(answer: &Answer) -> CreditError {
    let body = &answer.body;
    match answer.status {
        StatusCode::PAYMENT_REQUIRED => CreditError::TooFew(body["available"].as_u64().unwrap_or_default()),
        StatusCode::CONFLICT => CreditError::Settled(body["state"].as_str().unwrap_or("settled").to_owned()),
        status => {
            let sentence = body["error"].as_str().map(str::to_owned);
            let why = sentence.unwrap_or_else(|| format!("creditservice answered {status}"));
            CreditError::Refused(status.as_u16(), why)
        }
    }
}
