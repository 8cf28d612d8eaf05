use axum::body::Bytes;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

/// An HTTP answer with an error: a JSON object whose `error` is one sentence.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    body: Map<String, Value>,
}

impl Problem {
    /// An error with its HTTP status and its sentence.
    pub fn new(status: StatusCode, error: impl Into<String>) -> Self {
        let body = Map::from_iter([("error".to_owned(), Value::String(error.into()))]);
        Self { status, body }
    }

    /// 400: the request itself is wrong.
    pub fn bad_request(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// Adds a member beside `error`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.insert(name.to_owned(), value.into());
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        json_response(self.status, &Value::Object(self.body))
    }
}

pub(crate) fn json_response(status: StatusCode, body: &impl Serialize) -> Response {
    // Only maps with keys other than texts can't be JSON, and no service answers with those.
    let mut json = serde_json::to_string(body).unwrap_or_default();
    json.push('\n');
    (status, [(header::CONTENT_TYPE, "application/json")], json).into_response()
}

/// 200 with a JSON body.
pub fn json_body(body: &impl Serialize) -> Response {
    json_response(StatusCode::OK, body)
}

/// 200 with plain text in the format of Prometheus.
pub(crate) fn text(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], Bytes::from(body)).into_response()
}

/// The answer for a path that no service knows.
pub async fn fallback(uri: Uri) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("There is nothing at {}.", uri.path()))
}

/// The answer for a method that a path doesn't take.
pub async fn not_allowed(method: Method, uri: Uri) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} doesn't take {method}.", uri.path()))
}
