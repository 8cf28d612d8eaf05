package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gate.base.Position;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A definition without a fault")
class LoadTest {
  private final Definition full = Fixture.load(Fixture.FULL);

  @Test
  @DisplayName("gives its workspaces and toggles")
  void workspacesAndToggles() {
    assertThat(full.name()).isEqualTo("integration-matrix");
    assertThat(full.workspaces().values())
        .containsExactly(
            new Workspace(
                "platform", "reference", Optional.of("MATRIX_WORKSPACE"), 6L << 30, 2L << 30),
            new Workspace("tools", "../tools", Optional.empty(), 40L << 30, 512L << 20));
    assertThat(full.toggles().values())
        .containsExactly(
            toggle("SKIP_PLASMA", Toggle.Type.FLAG, null, "Skip the legs that cover plasmavmc", 7),
            toggle("TENANT_LOOP", Toggle.Type.FLAG, null, "", 8),
            new Toggle(
                "PLASMA_ACCEL",
                Toggle.Type.CHOICE,
                List.of("auto", "kvm", "tcg"),
                Optional.of("auto"),
                false,
                "Pick one",
                new Position(9, 3)),
            toggle("PLASMAVMC_QEMU_PATH", Toggle.Type.PATH, "/usr/bin/qemu", "Where QEMU is", 10),
            toggle("ROUNDS", Toggle.Type.NUMBER, "4", "How often", 11),
            toggle("REGION", Toggle.Type.TEXT, "eu-west-1", "", 12),
            new Toggle(
                "TOKEN",
                Toggle.Type.TEXT,
                List.of(),
                Optional.empty(),
                true,
                "",
                new Position(13, 3)));
    assertThat(full.notToggles()).containsExactly("PLASMAVMC_LOG");
  }

  @Test
  @DisplayName("gives its services")
  void services() {
    assertThat(full.services().values())
        .containsExactly(
            new Service(
                "chainfire",
                Optional.of("CHAINFIRE_ENDPOINT"),
                Optional.of("/healthz"),
                Optional.of(
                    new Start(
                        "platform",
                        Optional.empty(),
                        "chainfire-server",
                        3,
                        List.of(
                            "--id", "{index}", "--listen", "127.0.0.1:{port}", "--data", "{dir}"),
                        Map.of("RUST_LOG", "info", "PEERS", "{peers}"),
                        Duration.ofSeconds(20))),
                true,
                new Position(16, 3)),
            new Service(
                "flaredb",
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                    new Start(
                        "platform",
                        Optional.of("flaredb"),
                        "flaredb",
                        1,
                        List.of("{endpoint:chainfire}"),
                        Map.of(),
                        Duration.ofSeconds(30))),
                false,
                new Position(27, 3)));
  }

  @Test
  @DisplayName("gives its legs, one with axes once a cell, with the cells of those they need")
  void legs() {
    assertThat(full.legs())
        .extracting(Leg::id)
        .containsExactly(
            "chainfire-flaredb",
            "engines@engine=redb,nodes=1",
            "engines@engine=redb,nodes=3",
            "engines@engine=sled,nodes=1",
            "last");
    assertThat(full.legs().get(1))
        .isEqualTo(
            new Leg(
                "engines@engine=redb,nodes=1",
                "engines",
                "Every engine",
                List.of(),
                List.of("chainfire-flaredb"),
                List.of("chainfire", "flaredb"),
                Duration.ofSeconds(90),
                2,
                1,
                Optional.empty(),
                List.of("kvm"),
                Optional.of("SKIP_PLASMA"),
                Optional.of("TENANT_LOOP"),
                Map.of("RUST_BACKTRACE", "1"),
                Map.of("engine", "redb", "nodes", "1"),
                Set.of("flaky", "leaked"),
                new Position(34, 3)));
    assertThat(full.legs().getLast().needs())
        .containsExactly(
            "engines@engine=redb,nodes=1",
            "engines@engine=redb,nodes=3",
            "engines@engine=sled,nodes=1");
  }

  @Test
  @DisplayName("gives its gate policy, paths without a trailing slash")
  void gate() {
    assertThat(full.gate())
        .isEqualTo(
            new GatePolicy(
                Optional.of(Duration.ofDays(7)),
                List.of("SKIP_PLASMA"),
                Optional.of("kvm"),
                GatePolicy.Flaky.DENY,
                List.of("docs/evidence", "CHANGELOG.md"),
                List.of("v*"),
                true,
                List.of("ada@example.org"),
                1,
                true,
                8L << 20));
  }

  @Test
  @DisplayName("may be a name and a leg; the rest has defaults")
  void defaults() {
    Definition minimal = Fixture.load(Fixture.MINIMAL);
    assertThat(minimal.workspaces()).isEmpty();
    assertThat(minimal.gate())
        .isEqualTo(
            new GatePolicy(
                Optional.empty(),
                List.of(),
                Optional.empty(),
                GatePolicy.Flaky.DENY,
                List.of(),
                List.of(),
                false,
                List.of(),
                0,
                false,
                16L << 20));
    assertThat(minimal.legs())
        .containsExactly(
            new Leg(
                "a",
                "a",
                "A",
                List.of(),
                List.of(),
                List.of(),
                Duration.ofMinutes(10),
                0,
                1,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Set.of(),
                new Position(2, 9)));
  }

  @Test
  @DisplayName("says what an engine sets aside for a leg")
  void resources() {
    Leg leg = full.legs().getLast();
    assertThat(leg.cpus()).isEqualTo(4);
    assertThat(leg.memory()).contains(8L << 30);
  }

  @Test
  @DisplayName("starts a service from the only workspace where none is named")
  void onlyWorkspace() {
    Definition one =
        Fixture.load(
            Fixture.MINIMAL
                + "workspaces: { only: { path: . } }\nservices: { a: { start: { bin: a } } }\n");
    assertThat(one.services().get("a").start().orElseThrow().workspace()).isEqualTo("only");
  }

  @Test
  @DisplayName("knows its folder and its scripts, also when named by a bare file name")
  void folder() {
    Definition elsewhere =
        ((Loaded.Ok)
                DefinitionLoader.parse(
                    Path.of("/a/b/../c/m.yaml"), Fixture.FULL.getBytes(StandardCharsets.UTF_8)))
            .definition();
    assertThat(elsewhere.folder()).isEqualTo(Path.of("/a/c"));
    assertThat(elsewhere.script(elsewhere.legs().get(2)))
        .isEqualTo(Path.of("/a/c/legs/engines.groovy"));
    assertThat(full.folder()).isEqualTo(Path.of("").toAbsolutePath());
  }

  @Test
  @DisplayName("can't be changed")
  void unchangeable() {
    Leg leg = full.legs().get(1);
    for (Map<String, ?> map :
        List.of(full.workspaces(), full.toggles(), full.services(), leg.env(), leg.axes())) {
      assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
    }
    assertThatThrownBy(leg.allow()::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  @DisplayName("may begin with a byte order mark, which isn't counted as a column")
  void byteOrderMark() {
    assertThat(Fixture.load("\uFEFF" + Fixture.FULL)).isEqualTo(full);
    assertThat(Fixture.fault("\uFEFFnme: m\nlegs: { a: { title: A } }\n").render())
        .startsWith("matrix.yaml:1:1: unknown key `nme`");
  }

  @Test
  @DisplayName("may have the line ends of Windows")
  void windows() {
    assertThat(Fixture.load(Fixture.FULL.replace("\n", "\r\n"))).isEqualTo(full);
  }

  private static Toggle toggle(
      String name, Toggle.Type type, String defaultValue, String help, int line) {
    return new Toggle(
        name,
        type,
        List.of(),
        Optional.ofNullable(defaultValue),
        false,
        help,
        new Position(line, 3));
  }
}
