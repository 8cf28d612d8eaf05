package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.Diagnostic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A definition that uses every key, and short ways to load others. */
final class Fixture {
  static final String FULL =
      """
      # yaml-language-server: $schema=docs/matrix.schema.json
      name: integration-matrix
      workspaces:
        platform: { path: reference, env: MATRIX_WORKSPACE }
        tools: { path: ../tools, disk: 40GiB, memory: 512MiB }
      toggles:
        SKIP_PLASMA: { type: flag, help: Skip the legs that cover plasmavmc }
        TENANT_LOOP: { type: flag }
        PLASMA_ACCEL: { type: choice, values: [auto, kvm, tcg], default: auto, help: Pick one }
        PLASMAVMC_QEMU_PATH: { type: path, default: /usr/bin/qemu, help: Where QEMU is }
        ROUNDS: { type: number, default: 4, help: How often }
        REGION: { type: text, default: eu-west-1, secret: false }
        TOKEN: { type: text, secret: true }
      not-toggles: [PLASMAVMC_LOG]
      services:
        chainfire:
          endpoint: CHAINFIRE_ENDPOINT
          health: /healthz
          start:
            workspace: platform
            bin: chainfire-server
            replicas: 3
            args: ["--id", "{index}", "--listen", "127.0.0.1:{port}", "--data", "{dir}"]
            env: { RUST_LOG: info, PEERS: "{peers}" }
            timeout: 20s
          started-by: tests
        flaredb: { start: { workspace: platform, bin: flaredb, args: ["{endpoint:chainfire}"], package: flaredb } }
      legs:
        chainfire-flaredb:
          title: Raft + gossip cluster
          covers: [chainfire, flaredb]
          services: [chainfire]
          timeout: 5m
        engines:
          title: Every engine
          needs: [chainfire-flaredb]
          services: [chainfire, flaredb]
          timeout: 90s
          retries: 2
          locks: [kvm]
          skip: SKIP_PLASMA
          planned: TENANT_LOOP
          allow: [flaky, leaked]
          env: { RUST_BACKTRACE: "1" }
          axes: { engine: [redb, sled], nodes: [1, 3] }
          exclude: [{ engine: sled, nodes: 3 }]
        last: { title: The last one, needs: [engines], cpus: 4, memory: 8GiB }
      gate:
        max-age: 7d
        require: [SKIP_PLASMA]
        accelerator: kvm
        flaky: deny
        unbound: [docs/evidence/, CHANGELOG.md]
        tags: ["v*"]
        signature: required
        signers: [ada@example.org]
        cases: 1
        fewer-cases: allow
        budget: 8MiB
      runs: { most: 20, max-age: 30d }
      """;

  static final String MINIMAL = "name: m\nlegs: { a: { title: A } }\n";

  private static final Path FILE = Path.of("matrix.yaml");

  private Fixture() {}

  static Loaded parse(String yaml) {
    return DefinitionLoader.parse(FILE, yaml.getBytes(StandardCharsets.UTF_8));
  }

  /** The definition, which has no fault. */
  static Definition load(String yaml) {
    return switch (parse(yaml)) {
      case Loaded.Ok(Definition definition) -> definition;
      case Loaded.Failed(List<Diagnostic> diagnostics) ->
          throw new AssertionError(
              String.join("\n", diagnostics.stream().map(Diagnostic::render).toList()));
    };
  }

  /** What is wrong, which is something. */
  static List<Diagnostic> faults(String yaml) {
    return switch (parse(yaml)) {
      case Loaded.Ok ok -> throw new AssertionError("no fault in:\n" + yaml + "\n" + ok);
      case Loaded.Failed(List<Diagnostic> diagnostics) -> diagnostics;
    };
  }

  /** What is wrong, each as {@code line:column: message}. */
  static List<String> messages(String yaml) {
    return faults(yaml).stream()
        .map(it -> it.position().line() + ":" + it.position().column() + ": " + it.message())
        .toList();
  }

  /** The only thing that is wrong. */
  static Diagnostic fault(String yaml) {
    List<Diagnostic> faults = faults(yaml);
    assertThat(faults.stream().map(Diagnostic::render)).hasSize(1);
    return faults.getFirst();
  }

  /** A definition with these lines among its legs. */
  static String legs(String lines) {
    return "name: m\nlegs:\n" + lines.indent(2);
  }
}
