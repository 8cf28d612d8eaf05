use std::net::SocketAddr;

use clap::Parser;

/// The server of creditservice: accounts of credits, over flaredb.
#[derive(Debug, Parser)]
#[command(name = "creditservice-server", version)]
pub struct Cli {
    /// The address to serve HTTP on
    #[arg(long, value_name = "IP:PORT")]
    pub listen: SocketAddr,
    /// The endpoints of flaredb, such as http://127.0.0.1:7101
    #[arg(long, value_name = "URL,…", value_delimiter = ',', required = true)]
    pub flaredb: Vec<String>,
    /// How often expired reservations are looked for, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 200, value_parser = clap::value_parser!(u64).range(10..))]
    pub sweep_ms: u64,
}
