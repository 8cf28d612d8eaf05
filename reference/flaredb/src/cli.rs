use std::net::SocketAddr;

use clap::Parser;

/// The server of flaredb, a small database on chainfire.
#[derive(Debug, Parser)]
#[command(name = "flaredb-server", version)]
pub struct Cli {
    /// The address to serve HTTP on
    #[arg(long, value_name = "IP:PORT")]
    pub listen: SocketAddr,
    /// The endpoints of chainfire's replicas, as http://HOST:PORT,http://HOST:PORT,…
    #[arg(long, value_name = "LIST", value_delimiter = ',', required = true, value_parser = endpoint)]
    pub chainfire: Vec<String>,
}

fn endpoint(text: &str) -> Result<String, String> {
    match text.strip_prefix("http://") {
        Some(rest) if !rest.is_empty() => Ok(text.to_owned()),
        _ => Err(format!("`{text}` isn't http://HOST:PORT")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_checked() {
        let parse =
            |list| Cli::try_parse_from(["flaredb-server", "--listen=127.0.0.1:7101", "--chainfire", list]);
        assert_eq!(parse("http://a:1,http://b:2").unwrap().chainfire, ["http://a:1", "http://b:2"]);
        assert!(parse("a:1").is_err());
        assert!(parse("").is_err());
    }
}
