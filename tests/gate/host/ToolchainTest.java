package gate.host;

import static org.assertj.core.api.Assertions.assertThat;

import gate.host.Host.Build;
import gate.kernel.HostRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Of the toolchain")
class ToolchainTest {
  @TempDir Path root;

  @ParameterizedTest(name = "a rustc that says {0} is {2} where {1} is the oldest")
  @CsvSource({
    "rustc 1.95.0 (59807616e 2026-04-14), 1.90, present",
    "rustc 1.90.0, 1.90, present",
    "rustc 1.90.0, 1.90.1, too old",
    "rustc 1.9.0, 1.10, too old",
    "rustc 2.0.0, 1.90, present",
    "nightly, 1.90, missing"
  })
  void the_compiler_is_held_against_the_workspace(String says, String oldest, String level)
      throws IOException {
    FakeHost fake =
        new FakeHost(root)
            .program("usr/bin/rustc", "echo '" + says + "'\n")
            .file("ws/Cargo.toml", "[workspace.package]\nrust-version = \"" + oldest + "\"\n");
    try (HostRunner runner = new HostRunner(fake.world())) {
      Fact rustc = new Toolchain(fake.world(), runner).rustc(root.resolve("ws"));
      assertThat(rustc.level()).isEqualTo(level);
      assertThat(rustc.usable()).isEqualTo(level.equals("present"));
      assertThat(rustc.fix().isEmpty()).isEqualTo(rustc.usable());
    }
  }

  @Test
  void a_program_is_found_on_the_PATH_where_it_can_be_run() throws IOException {
    FakeHost fake =
        new FakeHost(root).file("bin/cargo", "no program").program("usr/bin/git", "exit 3\n");
    assertThat(Toolchain.cargo(fake.world()).fix()).contains("rustup");
    assertThat(Toolchain.git(fake.world()).proof())
        .isEqualTo(root.resolve("usr/bin/git").toString());
    try (HostRunner runner = new HostRunner(fake.world())) {
      assertThat(new Toolchain(fake.world(), runner).git().proof()).contains("fails: exit code 3");
      assertThat(new Toolchain(fake.world(), runner).nix().usable()).isTrue();
    }
  }

  @Test
  void memory_space_and_the_clock_are_held_against_what_is_needed() throws IOException {
    FakeHost fake = new FakeHost(root).file("proc/meminfo", "MemAvailable:    1048576 kB\n");
    Build modest = new Build(root.resolve("not/there"), 1, 1L << 30);
    Build greedy = new Build(root, Long.MAX_VALUE / 4, 1L << 31);
    assertThat(Room.memory(fake.world(), List.of(modest)).proven()).isTrue();
    assertThat(Room.memory(fake.world(), List.of(modest, greedy)).proof())
        .isEqualTo("1.0 GiB available, of 2.0 GiB that a build and its tests may take");
    assertThat(Room.disks(fake.world(), List.of(modest))).allMatch(Fact::proven);
    assertThat(Room.disks(fake.world(), List.of(modest, greedy)))
        .singleElement()
        .matches(fact -> fact.level().equals("little"));
    fake.env.put("CARGO_TARGET_DIR", "/proc/target");
    assertThat(Room.disks(fake.world(), List.of(modest)))
        .singleElement()
        .matches(fact -> fact.proof().contains("free at /proc,"));
    assertThat(Room.clock(fake.world(), Optional.of(root)).proven()).isTrue();
    Path newer = root.resolve("newer");
    fake.file("newer", "");
    assertThat(newer.toFile().setLastModified(System.currentTimeMillis() + 3_600_000)).isTrue();
    assertThat(Room.clock(fake.world(), Optional.of(newer)).proof())
        .contains("newer was written at");
  }
}
