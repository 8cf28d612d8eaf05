//! The process `chainfire-server`.

use std::ffi::OsString;
use std::process::ExitCode;

use servicekit::{Failure, listen, run_server, serve, stop_signal};

use crate::api::{self, Api};
use crate::cli::Cli;
use crate::gossip::Gossip;
use crate::node::Node;
use crate::store;
use crate::wiped;

/// Runs one replica until SIGTERM or SIGINT (exit code 0), or until Raft gives up (1). Wrong
/// arguments end it with 2.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run_server("chainfire", arguments, run)
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let replicas = cli.replicas()?;
    let stopped = stop_signal()?;
    let listener = listen(cli.listen).await?;
    let seeds =
        replicas.iter().filter(|(id, _)| **id != cli.id).map(|(_, address)| address.clone()).collect();
    let gossip_at = cli.gossip.unwrap_or(cli.listen);
    let gossip = Gossip::start(cli.id, gossip_at, seeds);
    let gossip = gossip.await.map_err(|e| format!("can't gossip on UDP {gossip_at}: {e}"))?;
    let mut opened =
        store::open(&cli.data).await.map_err(|e| format!("can't open {}: {e}", cli.data.display()))?;
    wiped::refuse(cli.id, &replicas, &mut opened.0).await?;
    let (routes, api) = api::routes(Node::start(cli.id, replicas, opened, gossip).await?);
    api.node().form().await?;
    eprintln!("chainfire {} listens on {}, one of {}", cli.id, cli.listen, api.node().replicas.len());

    let (failed, mut failure) = tokio::sync::watch::channel(None);
    let watched = api.clone();
    let stop = async move {
        tokio::select! {
            signal = stopped => eprintln!("chainfire {} ends on {signal}", watched.node().id),
            error = given_up(&watched) => { let _ = failed.send(Some(error)); }
        }
    };
    tokio::select! {
        served = serve(listener, routes, stop) => served?,
        () = api.node().end_leases() => (),
    }
    api.node().gossip.stop();
    let failure = failure.borrow_and_update().clone();
    match failure {
        Some(error) => Err(format!("Raft has given up: {error}").into()),
        None => Ok(api.node().raft.shutdown().await?),
    }
}

/// Ready when Raft has stopped by itself; tells of new leaders meanwhile. A process whose Raft has
/// stopped must not live on: it would go on calling itself what it was.
async fn given_up(api: &Api) -> String {
    let mut metrics = api.node().raft.metrics();
    let mut known = None;
    loop {
        let (term, leader) = {
            let now = metrics.borrow_and_update();
            if let Err(error) = &now.running_state {
                return error.to_string();
            }
            (now.current_term, now.current_leader)
        };
        if known != Some((term, leader)) {
            known = Some((term, leader));
            match leader {
                Some(leader) => {
                    eprintln!("chainfire {}: replica {leader} leads in term {term}", api.node().id)
                }
                None => eprintln!("chainfire {}: no leader in term {term}", api.node().id),
            }
        }
        if metrics.changed().await.is_err() {
            return "its task has ended".to_owned();
        }
    }
}
