use std::fmt;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use servicekit::{Answer, Endpoints, Unavailable, new_request_id};

use crate::key::Key;

/// How long one replica may take.
const ATTEMPT: Duration = Duration::from_secs(3);

/// Talks to a cluster of chainfire over any of its replicas. A call is tried again, at another
/// replica, until it is answered or 15 s are over; a write carries a request id, so that its tries
/// have one effect together. It never goes through a proxy.
pub struct Client {
    endpoints: Endpoints,
}

/// A value with its version, which grows with every write anywhere in the store.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key, as text.
    pub key: String,
    /// Any JSON.
    pub value: Value,
    /// What a conditional write has to name.
    pub version: u64,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientError {
    /// The key has another version than the write named: this one, 0 if it is absent.
    Conflict(u64),
    /// The request itself is wrong, by the service's sentence.
    Refused {
        /// The HTTP status, such as 400.
        status: u16,
        /// The sentence.
        why: String,
    },
    /// No replica answered in time.
    Unavailable(Unavailable),
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(version) => write!(f, "the key has version {version}"),
            Self::Refused { why, .. } => f.write_str(why),
            Self::Unavailable(unavailable) => unavailable.fmt(f),
        }
    }
}

impl std::error::Error for ClientError {}

impl Client {
    /// A client of the cluster at these endpoints, like `http://127.0.0.1:7001`.
    pub fn new(endpoints: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::with_deadline(endpoints, Duration::from_secs(15))
    }

    /// The same, with another limit for a call with all its tries.
    pub fn with_deadline(endpoints: impl IntoIterator<Item = impl Into<String>>, deadline: Duration) -> Self {
        Self { endpoints: Endpoints::new(endpoints, ATTEMPT.min(deadline), deadline) }
    }

    /// The key's value, at least as new as every write acknowledged before the call.
    pub async fn get(&self, key: &Key) -> Result<Option<Entry>, ClientError> {
        let answer = self.call(Method::GET, &format!("/v1/kv/{key}"), None).await?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(None),
            _ => Ok(Some(entry(&ok(answer)?))),
        }
    }

    /// At most `limit` (1 to 1,000) keys that begin with `prefix` and follow `after`, and whether
    /// more follow them.
    pub async fn scan(
        &self,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> Result<(Vec<Entry>, bool), ClientError> {
        let path = format!("/v1/kv?prefix={prefix}&after={after}&limit={limit}");
        let body = ok(self.call(Method::GET, &path, None).await?)?;
        let items = body["items"].as_array().map(|items| items.iter().map(entry).collect());
        Ok((items.unwrap_or_default(), body["more"] == true))
    }

    /// Writes a value and returns its version. With `if_version` only if the key has that version,
    /// 0 meaning that it is absent.
    pub async fn put(&self, key: &Key, value: &Value, if_version: Option<u64>) -> Result<u64, ClientError> {
        self.put_as(&new_request_id(), key, value, if_version).await
    }

    /// [`put`](Self::put) under a request id of the caller's (1 to 64 letters, digits, `.`, `_`, `-`),
    /// with which the caller may repeat it.
    pub async fn put_as(
        &self,
        request_id: &str,
        key: &Key,
        value: &Value,
        if_version: Option<u64>,
    ) -> Result<u64, ClientError> {
        let body = ok(self.call(Method::PUT, &write_path(key, request_id, if_version), Some(value)).await?)?;
        Ok(body["version"].as_u64().unwrap_or_default())
    }

    /// Removes a key and tells whether it was there. With `if_version` only if it has that version.
    pub async fn delete(&self, key: &Key, if_version: Option<u64>) -> Result<bool, ClientError> {
        self.delete_as(&new_request_id(), key, if_version).await
    }

    /// [`delete`](Self::delete) under a request id of the caller's.
    pub async fn delete_as(
        &self,
        request_id: &str,
        key: &Key,
        if_version: Option<u64>,
    ) -> Result<bool, ClientError> {
        let body = ok(self.call(Method::DELETE, &write_path(key, request_id, if_version), None).await?)?;
        Ok(body["deleted"] == true)
    }

    /// Makes all changes or none, under a request id of the caller's, and returns the version that the
    /// keys written have now. A conflict tells of the first key that hasn't the version asked for.
    pub async fn transact_as(&self, request_id: &str, changes: &[Value]) -> Result<u64, ClientError> {
        let path = format!("/v1/transactions?request_id={request_id}");
        let body = ok(self.call(Method::POST, &path, Some(&json!({ "changes": changes }))).await?)?;
        Ok(body["version"].as_u64().unwrap_or_default())
    }

    /// Fails unless a replica is ready within the limit for a call.
    pub async fn ready(&self) -> Result<(), ClientError> {
        ok(self.call(Method::GET, "/healthz", None).await?).map(|_| ())
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, ClientError> {
        self.endpoints.call(method, path, body).await.map_err(ClientError::Unavailable)
    }
}

fn write_path(key: &Key, request_id: &str, if_version: Option<u64>) -> String {
    let condition = if_version.map(|version| format!("&if_version={version}")).unwrap_or_default();
    format!("/v1/kv/{key}?request_id={request_id}{condition}")
}

fn ok(answer: Answer) -> Result<Value, ClientError> {
    match answer.status {
        status if status.is_success() => Ok(answer.body),
        StatusCode::CONFLICT => {
            Err(ClientError::Conflict(answer.body["version"].as_u64().unwrap_or_default()))
        }
        status => {
            let sentence = answer.body["error"].as_str().map(str::to_owned);
            let why = sentence.unwrap_or_else(|| format!("chainfire answered {status}"));
            Err(ClientError::Refused { status: status.as_u16(), why })
        }
    }
}

fn entry(json: &Value) -> Entry {
    Entry {
        key: json["key"].as_str().unwrap_or_default().to_owned(),
        value: json["value"].clone(),
        version: json["version"].as_u64().unwrap_or_default(),
    }
}
