use std::net::SocketAddr;

use clap::Parser;

/// The server of flashdns: authoritative DNS over flaredb.
#[derive(Debug, Parser)]
#[command(name = "flashdns-server", version)]
pub struct Cli {
    /// The address to serve the HTTP API on
    #[arg(long, value_name = "IP:PORT")]
    pub listen: SocketAddr,
    /// The address to serve DNS on, by UDP and TCP
    #[arg(long, value_name = "IP:PORT")]
    pub dns: SocketAddr,
    /// The endpoints of flaredb, such as http://127.0.0.1:7101
    #[arg(long, value_name = "URL,…", value_delimiter = ',', required = true)]
    pub flaredb: Vec<String>,
    /// The zone, such as platform.test
    #[arg(long, value_name = "NAME")]
    pub zone: String,
}
