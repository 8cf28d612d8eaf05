//! The server of nightlight.

fn main() -> std::process::ExitCode {
    nightlight::server::main(std::env::args_os().collect())
}
