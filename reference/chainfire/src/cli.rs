use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

/// One replica of chainfire, a replicated key-value store.
#[derive(Debug, Parser)]
#[command(name = "chainfire-server", version)]
pub struct Cli {
    /// This replica's number, from 1 on
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub id: u64,
    /// The address to serve HTTP on; gossip uses the same port number of UDP
    #[arg(long, value_name = "IP:PORT")]
    pub listen: SocketAddr,
    /// All replicas, this one among them, as 1=HOST:PORT,2=HOST:PORT,…; without it, this one alone
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = peer)]
    pub peers: Vec<(u64, String)>,
    /// The folder for this replica's data, created when missing
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Another UDP address for this replica's gossip
    #[arg(long, value_name = "IP:PORT")]
    pub gossip: Option<SocketAddr>,
}

fn peer(text: &str) -> Result<(u64, String), String> {
    let wrong = || format!("`{text}` isn't NUMBER=HOST:PORT");
    let (id, address) = text.split_once('=').ok_or_else(wrong)?;
    let (host, port) = address.rsplit_once(':').ok_or_else(wrong)?;
    if host.is_empty() || port.parse::<u16>().is_err() {
        return Err(wrong());
    }
    Ok((id.parse().map_err(|_| wrong())?, address.to_owned()))
}

impl Cli {
    /// The replicas' addresses by their numbers, this one among them.
    pub fn replicas(&self) -> Result<BTreeMap<u64, String>, String> {
        if self.peers.is_empty() {
            return Ok(BTreeMap::from([(self.id, self.listen.to_string())]));
        }
        let replicas: BTreeMap<_, _> = self.peers.iter().cloned().collect();
        if replicas.len() != self.peers.len() {
            return Err("--peers names a replica twice".to_owned());
        }
        if !replicas.contains_key(&self.id) {
            return Err(format!("--peers doesn't name this replica, {}", self.id));
        }
        Ok(replicas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Cli {
        let common = ["chainfire-server", "--listen", "127.0.0.1:7001", "--data", "d"];
        Cli::try_parse_from(common.iter().chain(arguments)).unwrap()
    }

    #[test]
    fn one_replica_needs_no_peers() {
        let replicas = parse(&["--id", "1"]).replicas().unwrap();
        assert_eq!(replicas, BTreeMap::from([(1, "127.0.0.1:7001".to_owned())]));
    }

    #[test]
    fn peers_are_checked() {
        assert_eq!(parse(&["--id", "2", "--peers", "1=a:1,2=b:2"]).replicas().unwrap().len(), 2);
        assert!(parse(&["--id", "3", "--peers", "1=a:1,2=b:2"]).replicas().is_err());
        assert!(parse(&["--id", "1", "--peers", "1=a:1,1=b:2"]).replicas().is_err());
        assert_eq!(peer("1=a").unwrap_err(), "`1=a` isn't NUMBER=HOST:PORT");
    }
}
