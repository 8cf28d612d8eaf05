//! The server of fiberlb.

fn main() -> std::process::ExitCode {
    fiberlb::server::main(std::env::args_os().collect())
}
