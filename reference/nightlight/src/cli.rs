use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

/// The server of nightlight, which meters, bills and alerts from metrics.
#[derive(Debug, Parser)]
#[command(name = "nightlight-server", version)]
pub struct Cli {
    /// The address to serve HTTP on
    #[arg(long, value_name = "IP:PORT")]
    pub listen: SocketAddr,
    /// The folder of its data, made when missing
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// What to scrape, to bill and to alert on
    #[arg(long, value_name = "FILE.json")]
    pub config: PathBuf,
}
