//! chainfire for this package's tests: cargo shows a test only the binaries of its own package.

fn main() -> std::process::ExitCode {
    chainfire::server::main()
}
