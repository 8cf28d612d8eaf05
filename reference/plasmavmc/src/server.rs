//! The process `plasmavmc-server`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use servicekit::{Failure, listen, run_server, serve, stop_signal};

use crate::api;
use crate::cli::{Cli, Kind};
use crate::control::{Billing, Control};
use crate::hypervisor::{Hypervisor, Qemu, Simulated};
use crate::reconcile::Reconciler;

/// Runs the server until SIGTERM or SIGINT (exit code 0). It starts without flaredb too, and is
/// unhealthy until flaredb is there. Wrong arguments end it with 2, all else with 1.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run_server("plasmavmc", arguments, run)
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let stopped = stop_signal()?;
    let listener = listen(cli.listen).await?;
    let hypervisor = hypervisor(&cli)?;
    let billing = (!cli.creditservice.is_empty()).then(|| Billing {
        credits: creditservice::Client::new(&cli.creditservice),
        price: cli.price,
        hold: Duration::from_millis(cli.hold_ms),
    });
    let name = hypervisor.name();
    eprintln!("plasmavmc listens on {}, {name}, over flaredb at {}", cli.listen, cli.flaredb.join(", "));
    let control = Arc::new(Control::new(&cli.flaredb, billing, hypervisor));
    let reconciler = Reconciler::new(control.clone()).map_err(|e| e.to_string())?;
    let stop = async {
        let signal = stopped.await;
        eprintln!("plasmavmc ends on {signal}");
    };
    tokio::select! {
        served = serve(listener, api::routes(control.clone()), stop) => Ok(served?),
        () = reconciler.run(Duration::from_millis(cli.reconcile_ms)) => Ok(()),
    }
}

fn hypervisor(cli: &Cli) -> Result<Arc<dyn Hypervisor>, String> {
    match (cli.hypervisor, &cli.disk, cli.accelerator) {
        (Kind::Qemu, Some(disk), Some(accelerator)) => {
            let qemu = Qemu::new(program(&cli.qemu)?, disk, accelerator, cli.guest)?;
            Ok(Arc::new(qemu))
        }
        _ => {
            let simulated = Simulated::open(cli.run.clone());
            Ok(Arc::new(simulated.map_err(|e| format!("{}: {e}", cli.run.display()))?))
        }
    }
}

/// A program as a person names it: a path, or a name on the PATH.
fn program(named: &Path) -> Result<PathBuf, String> {
    if named.components().count() > 1 {
        return Ok(named.to_owned());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(named)).find(|file| file.is_file());
    found.ok_or_else(|| format!("there is no {} on the PATH", named.display()))
}
