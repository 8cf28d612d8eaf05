//! The servers that this package's tests start: cargo shows a test only the binaries of its own package.

fn main() -> std::process::ExitCode {
    servicekit::one_of(&[
        ("chainfire", chainfire::server::main),
        ("creditservice", creditservice::server::main),
        ("flaredb", flaredb::server::main),
        ("nightlight", nightlight::server::main),
    ])
}
