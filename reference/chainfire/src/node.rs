//! One replica: Raft, its state and its gossip, and what they can do for a request.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use openraft::error::{CheckIsLeaderError, ClientWriteError, InitializeError, RaftError};
use openraft::metrics::RaftMetrics;
use openraft::{BasicNode, Config, Raft, SnapshotPolicy};
use serde::Serialize;
use serde::de::DeserializeOwned;
use servicekit::{Http, HttpError, new_request_id};

use crate::api::now;
use crate::command::{Command, Operation, Outcome, TypeConfig};
use crate::gossip::Gossip;
use crate::network::Network;
use crate::refusal::Refusal;
use crate::store::{LogStore, Reader, StateMachine};

/// Milliseconds; a new leader takes about the longest election time twice to be found.
const HEARTBEAT: u64 = 100;
const ELECTION: (u64, u64) = (300, 600);
/// How long a majority may be silent before the leader refuses writes at once.
const QUORUM_SILENCE_MS: u64 = 2 * ELECTION.1;
/// How often the leader looks for leases whose time is over.
const LEASE_CHECK: Duration = Duration::from_millis(50);
/// How long a request waits for the log, here or at the leader.
const PATIENCE: Duration = Duration::from_secs(2);
/// How much longer a replica waits for the leader's answer than the leader may take.
const ON_THE_WAY: Duration = Duration::from_millis(500);

/// One replica.
pub struct Node {
    pub id: u64,
    pub replicas: BTreeMap<u64, String>,
    pub raft: Raft<TypeConfig>,
    pub reader: Reader,
    pub gossip: Gossip,
    http: Http,
}

impl Node {
    /// Starts Raft on the replica's data.
    pub async fn start(
        id: u64,
        replicas: BTreeMap<u64, String>,
        (log, machine, reader): (LogStore, StateMachine, Reader),
        gossip: Gossip,
    ) -> io::Result<Self> {
        let config = Config {
            cluster_name: "chainfire".to_owned(),
            heartbeat_interval: HEARTBEAT,
            election_timeout_min: ELECTION.0,
            election_timeout_max: ELECTION.1,
            // Small messages: one has to be sent, synced and answered within a heartbeat.
            max_payload_entries: 16,
            snapshot_max_chunk_size: 256 * 1024,
            snapshot_policy: SnapshotPolicy::LogsSinceLast(2_000),
            max_in_snapshot_log_to_keep: 500,
            ..Config::default()
        };
        let config = Arc::new(config.validate().map_err(io::Error::other)?);
        let http = Http::default();
        let network = Network { http: http.clone(), replicas: replicas.clone() };
        let raft = Raft::new(id, config, network, log, machine).await.map_err(io::Error::other)?;
        Ok(Self { id, replicas, raft, reader, gossip, http })
    }

    /// Forms the cluster, if this replica is the lowest and has no data yet.
    pub async fn form(&self) -> io::Result<()> {
        if self.replicas.keys().next() != Some(&self.id) {
            return Ok(());
        }
        let members: BTreeMap<_, _> =
            self.replicas.iter().map(|(id, address)| (*id, BasicNode::new(address))).collect();
        match self.raft.initialize(members).await {
            Ok(()) | Err(RaftError::APIError(InitializeError::NotAllowed(_))) => Ok(()),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    /// What Raft tells of itself right now.
    pub fn metrics(&self) -> RaftMetrics<u64, BasicNode> {
        self.raft.metrics().borrow().clone()
    }

    /// Writes through the leader, wherever it is. The command gets a request id where it has none:
    /// a leader that is overthrown can't tell whether its entry lives on, and the second try, at the
    /// new leader, must not be a second write.
    pub async fn write(&self, mut command: Command) -> Result<Outcome, Refusal> {
        command.request_id.get_or_insert_with(new_request_id);
        let mut unknown = None;
        match self.write_as_leader(command.clone()).await {
            Err(Refusal::NotLeader { leader: Some(leader) }) => self.ask(leader, "write", &command).await,
            Err(Refusal::Overthrown { leader: Some(leader) }) => {
                unknown = Some("the leader was overthrown meanwhile");
                self.ask(leader, "write", &command).await
            }
            result => result,
        }
        .map_err(|refusal| match unknown {
            Some(why) => Refusal::Unknown(format!("{why}: {refusal}")),
            None => refusal,
        })
    }

    /// Writes if this replica is the leader.
    pub async fn write_as_leader(&self, command: Command) -> Result<Outcome, Refusal> {
        let before = self.metrics();
        let silence = before.millis_since_quorum_ack;
        if let Some(silence) = silence.filter(|ms| *ms > QUORUM_SILENCE_MS) {
            return Err(Refusal::Unavailable(format!(
                "no majority of the replicas has answered for {silence} ms"
            )));
        }
        if servicekit::sabotaged("answered-before-write") {
            let (raft, version) = (self.raft.clone(), self.metrics().last_log_index.unwrap_or_default() + 1);
            let before =
                vec![0; if let Operation::Write(changes) = &command.operation { changes.len() } else { 0 }];
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(300)).await;
                let _ = raft.client_write(command).await;
            });
            return Ok(Outcome::Written { version, before });
        }
        match tokio::time::timeout(PATIENCE, self.raft.client_write(command)).await {
            Ok(Ok(written)) => Ok(written.data),
            Ok(Err(RaftError::APIError(ClientWriteError::ForwardToLeader(to)))) => {
                let (leader, now) = (to.leader_id, self.metrics());
                let never_led = !before.state.is_leader() && now.current_term == before.current_term;
                Err(if never_led { Refusal::NotLeader { leader } } else { Refusal::Overthrown { leader } })
            }
            Ok(Err(error)) => Err(Refusal::Unknown(format!("the write broke off: {error}"))),
            Err(_) => {
                Err(Refusal::Unknown(format!("no majority confirmed the write in {} s", PATIENCE.as_secs())))
            }
        }
    }

    /// Ready once this replica's state holds every write that was acknowledged before the call.
    pub async fn catch_up(&self, patience: Duration) -> Result<(), Refusal> {
        if servicekit::sabotaged("reads-from-anywhere") {
            return Ok(());
        }
        let index = match self.read_index_as_leader().await {
            Err(Refusal::NotLeader { leader: Some(leader) }) => self.ask(leader, "read-index", &()).await?,
            result => result?,
        };
        let applied = self.raft.wait(Some(patience)).applied_index_at_least(Some(index), "read").await;
        applied
            .map(|_| ())
            .map_err(|_| Refusal::Unavailable("this replica lags behind the leader".to_owned()))
    }

    /// The log's index that a read has to have seen, if a majority confirms this leader.
    pub async fn read_index_as_leader(&self) -> Result<u64, Refusal> {
        let known = self.metrics();
        if servicekit::sabotaged("leader-not-fenced") && known.state.is_leader() {
            return Ok(known.last_applied.map_or(0, |id| id.index));
        }
        match tokio::time::timeout(PATIENCE, self.raft.get_read_log_id()).await {
            Ok(Ok((read, _))) => Ok(read.map_or(0, |id| id.index)),
            Ok(Err(RaftError::APIError(CheckIsLeaderError::ForwardToLeader(to)))) => {
                Err(Refusal::NotLeader { leader: to.leader_id })
            }
            Ok(Err(error)) => Err(Refusal::Unavailable(format!("no majority confirms the leader: {error}"))),
            Err(_) => Err(Refusal::Unavailable("no majority confirms the leader in time".to_owned())),
        }
    }

    /// Ends the leases whose time is over, for as long as it is polled; only the leader does.
    pub async fn end_leases(&self) {
        loop {
            tokio::time::sleep(LEASE_CHECK).await;
            if !self.metrics().state.is_leader() {
                continue;
            }
            for (lease, end) in self.reader.expired(now()).await.unwrap_or_default() {
                let operation = Operation::Revoke { lease, expired_at: Some(end) };
                // Whatever comes of it, the next round sees it.
                let _ = self.write_as_leader(Command { request_id: None, operation }).await;
            }
        }
    }

    /// Why this replica can't serve right now, in one sentence; asks the leader within 1 s.
    pub async fn problem(&self) -> Option<String> {
        if let Err(error) = &self.metrics().running_state {
            return Some(format!("Raft has stopped here: {error}"));
        }
        let patience = Duration::from_secs(1);
        match tokio::time::timeout(patience, self.catch_up(patience)).await {
            Ok(Ok(())) => None,
            Ok(Err(refusal)) => Some(refusal.to_string()),
            Err(_) => Some("the leader doesn't answer within 1 s".to_owned()),
        }
    }

    async fn ask<Q: Serialize, A: DeserializeOwned>(
        &self,
        leader: u64,
        what: &str,
        message: &Q,
    ) -> Result<A, Refusal> {
        let address = self.replicas.get(&leader).map_or("an unknown address", String::as_str);
        let unavailable = |why: String| Refusal::Unavailable(format!("the leader {leader} failed: {why}"));
        let body = serde_json::to_vec(message).map_err(|e| unavailable(e.to_string()))?;
        let url = format!("http://{address}/internal/{what}");
        let reply =
            self.http.send(Method::POST, &url, body, PATIENCE + ON_THE_WAY).await.map_err(|e| match e {
                HttpError::Unreachable(why) => unavailable(why),
                HttpError::Broken(why) => Refusal::Unknown(format!("the leader {leader} failed: {why}")),
            })?;
        let answer: Result<A, Refusal> = serde_json::from_slice(&reply.body)
            .map_err(|_| Refusal::Unknown(format!("the leader {leader} answered {}", reply.status)))?;
        answer
    }
}
