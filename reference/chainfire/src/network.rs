//! Raft's messages between replicas: JSON over HTTP.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::Method;
use openraft::error::{NetworkError, RPCError, RaftError, RemoteError, Unreachable};
use openraft::network::{Backoff, RPCOption, RaftNetwork, RaftNetworkFactory};
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, InstallSnapshotRequest, InstallSnapshotResponse,
    VoteRequest, VoteResponse,
};
use openraft::{AnyError, BasicNode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use servicekit::{Http, HttpError};

use crate::command::TypeConfig;

/// Makes the connections to the other replicas, at the addresses that this one was told.
pub struct Network {
    pub http: Http,
    pub replicas: BTreeMap<u64, String>,
}

/// The connection to one replica.
pub struct Connection {
    http: Http,
    target: u64,
    address: String,
}

impl RaftNetworkFactory<TypeConfig> for Network {
    type Network = Connection;

    async fn new_client(&mut self, target: u64, node: &BasicNode) -> Connection {
        let address = self.replicas.get(&target).unwrap_or(&node.addr).clone();
        Connection { http: self.http.clone(), target, address }
    }
}

type Failed<E> = RPCError<u64, BasicNode, RaftError<u64, E>>;

impl Connection {
    /// Posts a message and reads the answer, which is the other Raft's `Result` as it is.
    async fn call<Q, A, E>(&self, name: &str, message: &Q, option: RPCOption) -> Result<A, Failed<E>>
    where
        Q: Serialize,
        A: DeserializeOwned,
        E: std::error::Error + DeserializeOwned,
    {
        let url = format!("http://{}/internal/raft/{name}", self.address);
        let body = serde_json::to_vec(message).map_err(|e| NetworkError::new(&e))?;
        let sent = self.http.send(Method::POST, &url, body, option.hard_ttl()).await;
        let reply = sent.map_err(|error| match error {
            HttpError::Unreachable(_) => RPCError::Unreachable(Unreachable::new(&error)),
            HttpError::Broken(_) => RPCError::Network(NetworkError::new(&error)),
        })?;
        if !reply.status.is_success() {
            let error = AnyError::error(format!("{url} answered {}", reply.status));
            return Err(NetworkError::new(&error).into());
        }
        let result: Result<A, RaftError<u64, E>> =
            serde_json::from_slice(&reply.body).map_err(|e| NetworkError::new(&e))?;
        result.map_err(|error| RPCError::RemoteError(RemoteError::new(self.target, error)))
    }
}

impl RaftNetwork<TypeConfig> for Connection {
    async fn append_entries(
        &mut self,
        rpc: AppendEntriesRequest<TypeConfig>,
        option: RPCOption,
    ) -> Result<AppendEntriesResponse<u64>, RPCError<u64, BasicNode, RaftError<u64>>> {
        self.call("append", &rpc, option).await
    }

    async fn install_snapshot(
        &mut self,
        rpc: InstallSnapshotRequest<TypeConfig>,
        option: RPCOption,
    ) -> Result<InstallSnapshotResponse<u64>, Failed<openraft::error::InstallSnapshotError>> {
        self.call("snapshot", &rpc, option).await
    }

    async fn vote(
        &mut self,
        rpc: VoteRequest<u64>,
        option: RPCOption,
    ) -> Result<VoteResponse<u64>, RPCError<u64, BasicNode, RaftError<u64>>> {
        self.call("vote", &rpc, option).await
    }

    /// How long an unreachable replica is left alone.
    fn backoff(&self) -> Backoff {
        Backoff::new(std::iter::repeat(Duration::from_millis(200)))
    }
}
