use std::fmt;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use servicekit::Problem;

/// Why a replica can't do what was asked; all of them are worth another try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Another replica leads, or none does. Nothing was done.
    NotLeader {
        /// The leader's number, if known.
        leader: Option<u64>,
    },
    /// Another replica leads now, or none does; this one may have begun the write as the leader.
    Overthrown {
        /// The leader's number, if known.
        leader: Option<u64>,
    },
    /// Nothing was done, for this reason.
    Unavailable(String),
    /// A write may happen yet, or has happened; this is why it isn't known.
    Unknown(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLeader { leader: Some(leader) } | Self::Overthrown { leader: Some(leader) } => {
                write!(f, "another replica leads: {leader}")
            }
            Self::NotLeader { leader: None } | Self::Overthrown { leader: None } => {
                f.write_str("no replica leads")
            }
            Self::Unavailable(why) | Self::Unknown(why) => f.write_str(why),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let unknown = matches!(refusal, Refusal::Unknown(_) | Refusal::Overthrown { .. });
        let outcome = if unknown { "unknown" } else { "not-applied" };
        let problem =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, refusal.to_string()).with("outcome", outcome);
        match refusal {
            Refusal::NotLeader { leader: Some(leader) } => problem.with("leader", leader),
            _ => problem,
        }
    }
}
