use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use serde_json::Value;

use crate::http::{Http, HttpError};

/// Several endpoints of one service, of which any may answer. A call goes to the one that
/// answered last and moves on when it doesn't answer, or says 503.
pub struct Endpoints {
    http: Http,
    urls: Vec<String>,
    current: AtomicUsize,
    attempt: Duration,
    deadline: Duration,
}

/// An answer that isn't 503, with its body read as JSON (`null` if it isn't JSON).
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

/// No endpoint gave an answer in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable {
    /// The last problem met, as one sentence.
    pub why: String,
    /// Whether a try may have had its effect all the same.
    pub unknown: bool,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Unavailable {}

impl Endpoints {
    /// Endpoints like `http://127.0.0.1:7001`. One try takes at most `attempt`, one call with all
    /// its tries at most `deadline`.
    pub fn new(
        urls: impl IntoIterator<Item = impl Into<String>>,
        attempt: Duration,
        deadline: Duration,
    ) -> Self {
        let urls = urls.into_iter().map(|url| url.into().trim_end_matches('/').to_owned()).collect();
        Self { http: Http::default(), urls, current: AtomicUsize::new(0), attempt, deadline }
    }

    /// Sends a request until an endpoint answers it with anything but 503. A write needs a request
    /// id in `path`, since a try that broke off may have had its effect.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Unavailable> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let end = Instant::now() + self.deadline;
        let mut failed = Unavailable { why: "no endpoint is named".to_owned(), unknown: false };
        for tries in 1.. {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || self.urls.is_empty() {
                break;
            }
            let current = self.current.load(Ordering::Relaxed);
            let url = format!("{}{path}", self.urls[current % self.urls.len()]);
            let sent =
                self.http.send(method.clone(), &url, body.clone().into_bytes(), self.attempt.min(left));
            match sent.await {
                Ok(reply) => {
                    let body = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
                    if reply.status != StatusCode::SERVICE_UNAVAILABLE {
                        return Ok(Answer { status: reply.status, body });
                    }
                    let reason = body["error"].as_str().or(body["reason"].as_str());
                    failed.why = format!("{url}: {}", reason.unwrap_or("503 without a reason"));
                    failed.unknown |= body["outcome"] == "unknown";
                }
                Err(error) => {
                    failed.why = error.to_string();
                    failed.unknown |= matches!(error, HttpError::Broken(_));
                }
            }
            // Only one of several callers that met the same problem moves on.
            let next = current.wrapping_add(1);
            let _ = self.current.compare_exchange(current, next, Ordering::Relaxed, Ordering::Relaxed);
            if tries % self.urls.len() == 0 {
                tokio::time::sleep(Duration::from_millis(100).min(left)).await;
            }
        }
        Err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Problem, serve};
    use axum::Router;
    use axum::routing::get;

    async fn service(answer: fn() -> Result<&'static str, Problem>) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let routes = Router::new().route("/x", get(move || async move { answer() }));
        tokio::spawn(serve(listener, routes, std::future::pending()));
        url
    }

    fn busy() -> Result<&'static str, Problem> {
        Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy").with("outcome", "unknown"))
    }

    fn endpoints(urls: &[String], deadline: u64) -> Endpoints {
        Endpoints::new(urls, Duration::from_secs(3), Duration::from_millis(deadline))
    }

    const NOBODY: &str = "http://127.0.0.1:1";

    #[tokio::test]
    async fn a_call_moves_on_to_an_endpoint_that_answers() {
        let urls = [NOBODY.to_owned(), service(busy).await, service(|| Ok("[1]")).await];
        let answer = endpoints(&urls, 10_000).call(Method::GET, "/x", None).await.unwrap();
        assert_eq!((answer.status, answer.body), (StatusCode::OK, serde_json::json!([1])));
    }

    #[tokio::test]
    async fn an_answer_other_than_503_is_final() {
        let urls = [service(|| Err(Problem::bad_request("wrong"))).await, service(|| Ok("1")).await];
        let answer = endpoints(&urls, 10_000).call(Method::GET, "/x", None).await.unwrap();
        assert_eq!((answer.status, &answer.body["error"]), (StatusCode::BAD_REQUEST, &"wrong".into()));
    }

    #[tokio::test]
    async fn a_failure_tells_whether_the_request_may_have_had_its_effect() {
        let failed = endpoints(&[NOBODY.to_owned()], 200).call(Method::GET, "/x", None).await.unwrap_err();
        assert!(
            !failed.unknown && failed.why.starts_with("http://127.0.0.1:1/x can't be reached"),
            "{failed}"
        );
        let failed = endpoints(&[service(busy).await], 300).call(Method::GET, "/x", None).await.unwrap_err();
        assert!(failed.unknown && failed.why.ends_with(": busy"), "{failed}");
    }
}
