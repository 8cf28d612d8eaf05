//! The process `flaredb-server`.

use std::ffi::OsString;
use std::process::ExitCode;

use servicekit::{Failure, listen, run_server, serve, stop_signal};

use crate::api;
use crate::cli::Cli;
use crate::database::Database;

/// Runs the server until SIGTERM or SIGINT (exit code 0). It starts without chainfire too, and is
/// unhealthy until chainfire is there. Wrong arguments end it with 2, all else with 1.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run_server("flaredb", arguments, run)
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let stopped = stop_signal()?;
    let listener = listen(cli.listen).await?;
    eprintln!("flaredb listens on {}, over chainfire at {}", cli.listen, cli.chainfire.join(", "));
    let stop = async {
        let signal = stopped.await;
        eprintln!("flaredb ends on {signal}");
    };
    Ok(serve(listener, api::routes(Database::new(&cli.chainfire)), stop).await?)
}
