//! The process `plasmavmc-server`.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use servicekit::{Failure, WrongArguments, listen, run_server, serve, stop_signal};

use crate::api;
use crate::cli::{Cli, Kind};
use crate::control::{Billing, Control};
use crate::hypervisor::{Guest, Hypervisor, Qemu, Simulated};
use crate::reconcile::Reconciler;

/// Runs the server until SIGTERM or SIGINT (exit code 0). It starts without flaredb too, and is
/// unhealthy until flaredb is there. Wrong arguments end it with 2, all else with 1.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run_server("plasmavmc", arguments, run)
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let stopped = stop_signal()?;
    let hypervisor = hypervisor(&cli)?;
    let listener = listen(cli.listen).await?;
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

fn hypervisor(cli: &Cli) -> Result<Arc<dyn Hypervisor>, Failure> {
    if let (Kind::Qemu, Some(disk), Some(accelerator)) = (cli.hypervisor, &cli.disk, cli.accelerator) {
        let program = cli.qemu.as_deref().unwrap_or(Path::new("qemu-system-x86_64"));
        let qemu = Qemu::new(program, disk, accelerator, cli.guest.unwrap_or(Guest::Unknown));
        return Ok(Arc::new(qemu.map_err(WrongArguments)?));
    }
    let given = [
        ("--qemu", cli.qemu.is_some()),
        ("--disk", cli.disk.is_some()),
        ("--accelerator", cli.accelerator.is_some()),
        ("--guest", cli.guest.is_some()),
    ];
    if let Some((flag, _)) = given.iter().find(|(_, given)| *given) {
        return Err(WrongArguments(format!("{flag} goes with --hypervisor qemu alone")).into());
    }
    let simulated = Simulated::open(cli.run.clone());
    Ok(Arc::new(simulated.map_err(|e| format!("{}: {e}", cli.run.display()))?))
}
