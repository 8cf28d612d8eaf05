use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::answer::json_response;
use crate::{COMMIT, sabotage};

/// What `/healthz` answers: 200 and `"status":"ok"`, or 503 and a reason.
pub struct Health {
    /// The service's name, such as `chainfire`.
    pub service: &'static str,
    /// The version of the service's package.
    pub version: &'static str,
    /// Why it isn't ready, in one sentence; `None` when it is.
    pub problem: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    service: &'a str,
    version: &'a str,
    commit: &'a str,
    status: &'a str,
    /// Two servers that take each other's port can be told apart.
    pid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sabotage: Option<&'a str>,
}

impl IntoResponse for Health {
    fn into_response(self) -> Response {
        let (code, status) = match self.problem {
            None => (StatusCode::OK, "ok"),
            Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        };
        let (service, version, reason) = (self.service, self.version, self.problem.as_deref());
        json_response(
            code,
            &Body {
                service,
                version,
                commit: COMMIT,
                status,
                pid: std::process::id(),
                reason,
                sabotage: sabotage::chosen(),
            },
        )
    }
}
