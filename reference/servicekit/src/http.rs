use std::fmt;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// A small HTTP/1.1 client without TLS. It talks to the named host itself and never to a proxy,
/// whatever the environment says.
#[derive(Clone)]
pub struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
}

/// A complete answer, whatever its status.
#[derive(Debug)]
pub struct HttpReply {
    /// The HTTP status.
    pub status: StatusCode,
    /// The whole body.
    pub body: Bytes,
}

/// Why there was no answer.
#[derive(Debug)]
pub enum HttpError {
    /// The request can't have reached the service.
    Unreachable(String),
    /// The request may have reached the service, and may have had its effect.
    Broken(String),
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) | Self::Broken(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for HttpError {}

impl Default for Http {
    fn default() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(Duration::from_secs(1)));
        Self { client: Client::builder(TokioExecutor::new()).build(connector) }
    }
}

impl Http {
    /// Sends one request (`url` like `http://127.0.0.1:7001/healthz`) and waits at most `timeout`
    /// for its whole answer.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        body: Vec<u8>,
        timeout: Duration,
    ) -> Result<HttpReply, HttpError> {
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|e| HttpError::Unreachable(format!("{url} isn't a usable address: {e}")))?;
        let exchange = async {
            let response = self.client.request(request).await.map_err(|e| match e.is_connect() {
                true => HttpError::Unreachable(format!("{url} can't be reached: {}", innermost(&e))),
                false => HttpError::Broken(format!("{url} broke off: {}", innermost(&e))),
            })?;
            let status = response.status();
            let body = response.into_body().collect().await;
            let body = body.map_err(|e| HttpError::Broken(format!("{url} broke off: {}", innermost(&e))))?;
            Ok(HttpReply { status, body: body.to_bytes() })
        };
        let late = || HttpError::Broken(format!("{url} didn't answer within {} ms", timeout.as_millis()));
        tokio::time::timeout(timeout, exchange).await.map_err(|_| late())?
    }
}

/// The last error of the chain, which is the one that tells: "Connection refused (os error 111)".
fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
