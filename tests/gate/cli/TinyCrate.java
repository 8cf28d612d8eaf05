package gate.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A Cargo workspace with one crate: a test, and a server that answers any request: /die by that,
 * /sick with 503.
 */
final class TinyCrate {
  private static final String SERVER =
      """
      use std::io::{Read, Write};
      fn main() {
          let port = std::env::args().nth(1).unwrap();
          let listener = std::net::TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
          for stream in listener.incoming() {
              let mut stream = stream.unwrap();
              let mut buffer = [0; 1024];
              let _ = stream.read(&mut buffer);
              if buffer.starts_with(b"GET /die ") {
                  panic!("it died of that");
              }
              if buffer.starts_with(b"GET /sick ") {
                  let _ = write!(stream, "HTTP/1.1 503 Not Well\\r\\nContent-Length: 8\\r\\nConnection: close\\r\\n\\r\\nnot well");
                  continue;
              }
              let body = r#"{"name":"tiny","version":"0.1"}"#;
              let _ = write!(stream, "HTTP/1.1 200 OK\\r\\nContent-Length: {}\\r\\nConnection: close\\r\\n\\r\\n{body}", body.len());
          }
      }
      """;

  private TinyCrate() {}

  /** A package's Cargo.toml. */
  static String manifest(String name, String dependencies) {
    return "[package]\nname = \"%s\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n%s"
        .formatted(name, dependencies);
  }

  /** Makes it below a checkout, whose only leg, called {@code one}, runs its test. */
  static Checkout tested(Checkout checkout) {
    return in(checkout, "crate")
        .file(
            "matrix.yaml",
            "name: test\nworkspaces: { w: { path: crate } }\nlegs: { one: { title: One } }\n")
        .leg("one", "step('t') { cargoTest('tiny', test: 'good') }\n");
  }

  /** Makes it below a checkout, which gets what cargo needs of the environment. */
  static Checkout in(Checkout checkout, String folder) {
    assumeTrue(
        System.getenv("CI") != null
            || Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(it -> Files.isExecutable(Path.of(it, "cargo"))),
        "no cargo");
    for (String name : new String[] {"CARGO_HOME", "RUSTUP_HOME"}) {
      if (System.getenv(name) != null) {
        checkout.env(name, System.getenv(name));
      }
    }
    return checkout
        .file(folder + "/Cargo.toml", manifest("tiny", ""))
        .file(
            folder + "/Cargo.lock",
            "version = 3\n\n[[package]]\nname = \"tiny\"\nversion = \"0.1.0\"\n")
        .file(folder + "/src/main.rs", SERVER)
        .file(folder + "/tests/good.rs", "#[test] fn works() {}\n");
  }
}
