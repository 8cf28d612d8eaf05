//! The server of creditservice.

fn main() -> std::process::ExitCode {
    creditservice::server::main(std::env::args_os().collect())
}
