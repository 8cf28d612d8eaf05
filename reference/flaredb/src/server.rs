//! The process `flaredb-server`.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use servicekit::{serve, stop_signal};
use tokio::net::TcpListener;

use crate::api;
use crate::cli::Cli;
use crate::database::Database;

/// Runs the server until SIGTERM or SIGINT (exit code 0). It starts without chainfire too, and is
/// unhealthy until chainfire is there. Wrong arguments end it with 2, all else with 1.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let ended = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(cli)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("flaredb-server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Box<dyn Error + Send + Sync>> {
    let stopped = stop_signal()?;
    let listener =
        TcpListener::bind(cli.listen).await.map_err(|e| format!("can't listen on {}: {e}", cli.listen))?;
    eprintln!("flaredb listens on {}, over chainfire at {}", cli.listen, cli.chainfire.join(", "));
    let stop = async {
        let signal = stopped.await;
        eprintln!("flaredb ends on {signal}");
    };
    Ok(serve(listener, api::routes(Database::new(&cli.chainfire)), stop).await?)
}
