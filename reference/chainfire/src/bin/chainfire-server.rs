//! One replica of chainfire.

fn main() -> std::process::ExitCode {
    chainfire::server::main(std::env::args_os().collect())
}
