//! What every reference service shares: the shape of its health and of its errors, an HTTP client
//! that retries over several endpoints, and serving until SIGTERM.

mod answer;
mod endpoints;
mod exposition;
mod health;
mod http;
mod listen;
mod process;
mod request_id;
mod sabotage;
mod serve;

pub use answer::{Problem, fallback, json_body, not_allowed};
pub use endpoints::{Answer, Endpoints, Unavailable};
pub use exposition::Exposition;
pub use health::Health;
pub use http::{Http, HttpError, HttpReply};
pub use listen::listen;
pub use process::{Failure, Main, WrongArguments, one_of, run_server};
pub use request_id::{check_request_id, new_request_id};
pub use sabotage::sabotaged;
pub use serve::{serve, stop_signal};

/// The commit that the workspace was built from: 12 hexadecimal digits, what `GIT_COMMIT` said
/// while it was built, or `unknown`.
pub const COMMIT: &str = env!("SERVICEKIT_COMMIT");
