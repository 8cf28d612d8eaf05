//! Which replicas look alive, by gossip over UDP. Only for people and metrics: Raft alone decides
//! who leads.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chitchat::transport::UdpTransport;
use chitchat::{
    ChitchatConfig, ChitchatHandle, ChitchatId, FailureDetectorConfig, ProtocolVersion, spawn_chitchat,
};
use serde::Serialize;

/// How a replica looks from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Liveness {
    /// It gossips.
    Alive,
    /// It has gossiped, and has been silent for too long.
    Suspect,
    /// It hasn't been heard of since this replica started.
    Unknown,
}

/// The running gossip of one replica.
pub struct Gossip {
    id: u64,
    handle: ChitchatHandle,
}

impl Gossip {
    /// Starts gossip at a UDP address, with the other replicas' addresses to begin with.
    pub async fn start(
        id: u64,
        listen: SocketAddr,
        seeds: Vec<String>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        // A replica that comes back has to be a later generation: the time in milliseconds is one.
        let generation = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64;
        let config = ChitchatConfig {
            chitchat_id: ChitchatId::new(id.to_string(), generation, listen),
            cluster_id: "chainfire".to_owned(),
            gossip_interval: Duration::from_millis(100),
            listen_addr: listen,
            seed_nodes: seeds,
            failure_detector_config: FailureDetectorConfig {
                phi_threshold: 8.0,
                initial_interval: Duration::from_millis(500),
                max_interval: Duration::from_secs(2),
                ..FailureDetectorConfig::default()
            },
            marked_for_deletion_grace_period: Duration::from_secs(3600),
            catchup_callback: None,
            extra_liveness_predicate: None,
            protocol_version: ProtocolVersion::V1,
        };
        let handle = spawn_chitchat(config, Vec::new(), &UdpTransport).await?;
        Ok(Self { id, handle })
    }

    /// How these replicas look; this one itself is alive.
    pub async fn liveness(&self, ids: impl Iterator<Item = u64>) -> BTreeMap<u64, Liveness> {
        let mut seen = BTreeMap::new();
        self.handle
            .with_chitchat(|chitchat| {
                let number = |id: &ChitchatId| id.node_id.parse::<u64>().ok();
                seen.extend(chitchat.dead_nodes().filter_map(number).map(|id| (id, Liveness::Suspect)));
                // Last, for an earlier generation of a live replica may be among the dead.
                seen.extend(chitchat.live_nodes().filter_map(number).map(|id| (id, Liveness::Alive)));
            })
            .await;
        seen.insert(self.id, Liveness::Alive);
        ids.map(|id| (id, seen.get(&id).copied().unwrap_or(Liveness::Unknown))).collect()
    }

    /// Ends the gossip.
    pub fn stop(&self) {
        let _ = self.handle.initiate_shutdown();
    }
}
