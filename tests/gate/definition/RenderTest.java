package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.Diagnostic;
import gate.base.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A fault is shown")
class RenderTest {
  @Test
  @DisplayName("with all others, in the file's order, each with its line and what would be right")
  void all() {
    String yaml =
        """
        name: Integration Matrix
        toggles:
          SKIP_PLASMA: { type: flagg }
          DRY_RUN: { type: flag }
          PLASMA_ACCEL: { type: flag, values: [kvm, tcg] }
        services:
          chainfire: { health: healthz }
          flaredb: { start: { bin: flaredb, args: ["{prt}"] } }
        legs:
          chainfire-flaredb:
            titel: Raft + gossip cluster
            timeout: 5min
            covers: chainfire
            retries: "3"
            env: { RUST_BACKTRACE: 1 }
          b:
            title: B
            needs: [chainfire-flardb]
            timeout: 5
            skip: SKIP_PLASM
            exclude: []
        gate: { flaky: no, unbound: [../secret] }
        """;
    String shown =
        String.join("\n", Fixture.faults(yaml).stream().map(Diagnostic::render).toList());
    assertThat(shown)
        .isEqualTo(
            """
            matrix.yaml:1:7: `name` can't be `Integration Matrix`; wanted: lower-case letters, \
            digits and `-`, beginning with a letter, at most 64
              1 | name: Integration Matrix
                |       ^^^^^^^^^^^^^^^^^^
              did you mean `integration-matrix`?
            matrix.yaml:3:24: `type` of toggle `SKIP_PLASMA` can't be `flagg`; known: flag, \
            choice, path, number, text
              3 |   SKIP_PLASMA: { type: flagg }
                |                        ^^^^^
              did you mean `flag`?
            matrix.yaml:4:3: the name of a toggle can't be `DRY_RUN`: it is built in (a dry run: \
            print each step's commands, run none)
              4 |   DRY_RUN: { type: flag }
                |   ^^^^^^^
              leave it out, it works without being declared; or choose another name
            matrix.yaml:5:31: `values` doesn't go with `type: flag` in toggle `PLASMA_ACCEL`
              5 |   PLASMA_ACCEL: { type: flag, values: [kvm, tcg] }
                |                               ^^^^^^
              remove it, or make it `type: choice`
            matrix.yaml:7:3: service `chainfire` needs `endpoint` or `start`, or both
              7 |   chainfire: { health: healthz }
                |   ^^^^^^^^^
              add `endpoint: CHAINFIRE_ENDPOINT`, for example
            matrix.yaml:7:24: `health` of service `chainfire` can't be `healthz`; wanted: a \
            path of a URL that begins with `/`, or `grpc`, `grpc:SERVICE` or `tcp`
              7 |   chainfire: { health: healthz }
                |                        ^^^^^^^
            matrix.yaml:8:14: service `flaredb` can't be started: no workspace is declared
              8 |   flaredb: { start: { bin: flaredb, args: ["{prt}"] } }
                |              ^^^^^
              declare one: `workspaces: { platform: { path: reference } }`
            matrix.yaml:8:44: unknown placeholder `{prt}` in item 1 of `args` of `start` of \
            service `flaredb`; known: {port}, {index}, {dir}, {peers}, {endpoint:SERVICE}
              8 |   flaredb: { start: { bin: flaredb, args: ["{prt}"] } }
                |                                            ^^^^^^^
              did you mean `{port}`?
            matrix.yaml:11:5: unknown key `titel` in leg `chainfire-flaredb`; known: title, \
            covers, needs, services, timeout, retries, cpus, memory, locks, skip, planned, \
            allow, env, axes, exclude
              11 |     titel: Raft + gossip cluster
                 |     ^^^^^
              did you mean `title`?
            matrix.yaml:12:14: `timeout` of leg `chainfire-flaredb` has the unknown unit `min`; \
            units: ms, s, m, h, d
              12 |     timeout: 5min
                 |              ^^^^
              did you mean `5m`?
            matrix.yaml:13:13: `covers` of leg `chainfire-flaredb` must be a list, not the text \
            `chainfire`
              13 |     covers: chainfire
                 |             ^^^^^^^^^
              write it as a list: `[chainfire]`
            matrix.yaml:14:14: `retries` of leg `chainfire-flaredb` must be a whole number from \
            0 to 5, not the text `3`
              14 |     retries: "3"
                 |              ^^^
              remove the quotes: `3`
            matrix.yaml:15:28: variable `RUST_BACKTRACE` of leg `chainfire-flaredb` must be a \
            text, not the number `1`
              15 |     env: { RUST_BACKTRACE: 1 }
                 |                            ^
              quote it: `"1"`
            matrix.yaml:18:13: unknown leg `chainfire-flardb` in `needs` of leg `b`; known: \
            chainfire-flaredb, b
              18 |     needs: [chainfire-flardb]
                 |             ^^^^^^^^^^^^^^^^
              did you mean `chainfire-flaredb`?
            matrix.yaml:19:14: `timeout` of leg `b` has no unit: `5`; units: ms, s, m, h, d
              19 |     timeout: 5
                 |              ^
              write `5s` for seconds, or `5m` for minutes
            matrix.yaml:20:11: unknown toggle `SKIP_PLASM` in `skip` of leg `b`; known: \
            SKIP_PLASMA, PLASMA_ACCEL
              20 |     skip: SKIP_PLASM
                 |           ^^^^^^^^^^
              did you mean `SKIP_PLASMA`?
            matrix.yaml:21:5: `exclude` of leg `b` means nothing without `axes`
              21 |     exclude: []
                 |     ^^^^^^^
              add `axes: { engine: [redb, sled], nodes: [1, 3] }`, for example
            matrix.yaml:22:16: `flaky` of `gate` can't be `no`; known: deny, allow
              22 | gate: { flaky: no, unbound: [../secret] }
                 |                ^^
            matrix.yaml:22:30: item 1 of `unbound` of `gate` can't be `../secret`; wanted: \
            relative, with `/` between its parts, no `.` or `..` among them, and no wildcards
              22 | gate: { flaky: no, unbound: [../secret] }
                 |                              ^^^^^^^^^\
            """);
  }

  @Test
  @DisplayName("with a window of a long line")
  void longLine() {
    String pad = "x".repeat(90);
    Diagnostic fault =
        Fixture.fault(
            "{ name: m, legs: { a: { title: " + pad + ", titel: b, env: { A: " + pad + " } } } }");
    assertThat(fault.render())
        .isEqualTo(
            """
            matrix.yaml:1:124: unknown key `titel` in leg `a`; known: title, covers, needs, \
            services, timeout, retries, cpus, memory, locks, skip, planned, allow, env, axes, exclude
              1 | …xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, titel: b, env: { A: \
            xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
                |                                                    ^^^^^
              did you mean `title`?\
            """);
  }

  @Test
  @DisplayName("without a place where it is the whole file that is meant")
  void wholeFile() {
    Diagnostic fault =
        new Diagnostic(
            Path.of("a/b.yaml"),
            Position.WHOLE_FILE,
            "there is no such file",
            Optional.empty(),
            "");
    assertThat(fault.render()).isEqualTo("a/b.yaml: there is no such file");
  }

  @Test
  @DisplayName("fit for a terminal, whatever the file and its name hold")
  void harmless() {
    Diagnostic fault = Fixture.fault("name: \"a\\e[31m\\u202e\\n\"\nlegs: { a: { title: A } }\n");
    assertThat(fault.message()).startsWith("`name` can't be `a\\u001b[31m\\u202e\\n`; wanted:");
    Diagnostic raw =
        new Diagnostic(
            Path.of("a\nb"), new Position(1, 5), "bad", Optional.empty(), "\tx: \u001b[31m\u202e");
    assertThat(raw.render()).isEqualTo("a·b:1:5: bad\n  1 |  x: ·[31m·\n    |     ^");
  }

  @Test
  @DisplayName("under the whole of a key or value, and nothing else")
  void underline() {
    for (List<String> each :
        List.of(
            List.of("a: two words # c", "4", "   ^^^^^^^^^"),
            List.of("a: 'it: x' # c", "4", "   ^^^^^^^"),
            List.of("a: \"open", "4", "   ^^^^^"),
            List.of("a: [b, c]", "4", "   ^"),
            List.of("a: [b c, d]", "5", "    ^^^"),
            List.of("key: v", "1", "^^^"),
            List.of("a: http://x", "4", "   ^^^^^^^^"),
            List.of("a: {b: 1}", "5", "    ^"),
            List.of("a:", "3", "  ^"),
            List.of("é😀: x", "1", "^^"))) {
      Position at = new Position(1, Integer.parseInt(each.get(1)));
      Diagnostic fault = new Diagnostic(Path.of("f"), at, "m", Optional.empty(), each.get(0));
      assertThat(fault.render().lines().toList().getLast()).isEqualTo("    | " + each.get(2));
    }
  }
}
