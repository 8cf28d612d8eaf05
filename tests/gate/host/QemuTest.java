package gate.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import gate.base.World;
import gate.host.Fact.State;
import gate.kernel.HostRunner;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("QEMU")
class QemuTest {
  @TempDir Path root;

  @Test
  void that_is_on_the_PATH_tells_its_version_and_accelerators() throws IOException {
    FakeHost fake = new FakeHost(root).qemu("exit 1\n");
    try (HostRunner runner = new HostRunner(fake.world())) {
      Qemu qemu = Qemu.look(fake.world(), runner, Optional.empty());
      assertThat(qemu.fact().state()).isEqualTo(State.PRESENT);
      assertThat(qemu.fact().details())
          .containsEntry("version", "9.1.0")
          .containsEntry("accelerators", "tcg kvm");
      assertThat(qemu.booted(runner).fact().proof())
          .contains("boots no guest under TCG: QEMU ended with exit code 1");
    }
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments("nowhere/qemu", null, "there is no such file"),
        arguments("usr", null, "is not a file"),
        arguments("opt/plain", "no script", "is not executable"),
        arguments("opt/ls", "echo 'ls (GNU coreutils) 9.1'", "prints `ls (GNU coreutils) 9.1`"),
        arguments("opt/true", "exit 0", "prints ``"),
        arguments("opt/false", "exit 1", "`--version` exit code 1"),
        arguments("opt/hang", "sleep 60", "no end within 5000 ms"),
        arguments("opt/escape", "printf '\\033[31mred'", "prints `?[31mred`"),
        arguments(
            "opt/arm",
            "case $1 in --version) echo 'QEMU emulator version 8.0' ;; *) echo 'virt  ARM' ;; esac",
            "is QEMU 8.0, but not for x86-64"));
  }

  @ParameterizedTest(name = "that is named as {0} is refused: {2}")
  @MethodSource("wrong")
  void that_is_named_wrongly_is_refused_in_one_sentence(String path, String script, String sentence)
      throws IOException {
    FakeHost fake = new FakeHost(root);
    if (script != null && path.equals("opt/plain")) {
      fake.file(path, script);
    } else if (script != null) {
      fake.program(path, script + "\n");
    }
    try (HostRunner runner = new HostRunner(fake.world())) {
      Qemu qemu = Qemu.look(fake.world(), runner, Optional.of(root.resolve(path).toString()));
      assertThat(qemu.path()).isEmpty();
      assertThat(qemu.fact().proof()).contains(sentence).doesNotContain("\n");
      assertThat(qemu.fact().fix()).contains("PLASMAVMC_QEMU_PATH");
    }
  }

  @Test
  void that_is_nowhere_says_how_to_get_it() throws IOException {
    FakeHost fake = new FakeHost(root);
    try (HostRunner runner = new HostRunner(fake.world())) {
      Fact fact = Qemu.look(fake.world(), runner, Optional.empty()).fact();
      assertThat(fact.state()).isEqualTo(State.MISSING);
      assertThat(fact.fix()).contains("apt-get install qemu-system-x86");
    }
  }

  @Test
  void boots_the_guest_without_KVM_for_real() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64")), "there is no QEMU here");
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    World world =
        new World(
            System.getenv(),
            root,
            root,
            Path.of("/"),
            nowhere,
            nowhere,
            false,
            80,
            Clock.systemUTC());
    try (HostRunner runner = new HostRunner(world)) {
      Fact fact = Qemu.look(world, runner, Optional.empty()).booted(runner).fact();
      assertThat(fact.proof()).contains("a 64-bit guest ran under TCG in");
      assertThat(fact.state()).isEqualTo(State.PRESENT);
    }
  }
}
