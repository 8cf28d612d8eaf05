use std::net::SocketAddr;

use clap::Parser;

/// The server of fiberlb: a TCP load balancer.
#[derive(Debug, Parser)]
#[command(name = "fiberlb-server", version)]
pub struct Cli {
    /// The address to serve the HTTP API on
    #[arg(long, value_name = "IP:PORT")]
    pub listen: SocketAddr,
    /// The endpoints of flaredb, such as http://127.0.0.1:7101
    #[arg(long, value_name = "URL,…", value_delimiter = ',', required = true)]
    pub flaredb: Vec<String>,
}
