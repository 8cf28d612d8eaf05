package gate.host;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.World;
import gate.host.Fact.State;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Of a host, faked below a folder,")
class HostTest {
  @TempDir Path root;

  private Host host(String path) {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    return new Host(
        new World(
            Map.of("PATH", path),
            root,
            root,
            root,
            nowhere,
            nowhere,
            false,
            80,
            Clock.systemUTC()));
  }

  private Path file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @ParameterizedTest(name = "with /dev/kvm {0} and the flags {1}, KVM is {2}")
  @CsvSource({"false,vmx,MISSING", "true,vmx,UNPROVEN", "true,svm,UNPROVEN", "true,sse2,MISSING"})
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
  void kvm_is_told_by_its_device_and_the_processor_s_flags(
      boolean device, String flags, State state) throws IOException {
    if (device) {
      file("dev/kvm", "");
    }
    file("proc/cpuinfo", "flags\t\t: fpu " + flags + " tsc\n");
    Fact kvm = host("").kvm();
    assertThat(kvm.state()).isEqualTo(state);
    assertThat(kvm.proof()).contains("/dev/kvm");
    assertThat(kvm.fix().isEmpty()).isEqualTo(state != State.MISSING);
  }

  @Test
  void programs_are_found_on_the_PATH_where_they_can_be_run() throws IOException {
    file("opt/bin/cargo", "not executable");
    Path git = file("usr/bin/git", "#!/bin/sh\n");
    assertThat(git.toFile().setExecutable(true)).isTrue();
    Host host = host("/opt/bin:relative:/usr/bin");
    assertThat(host.git().state()).isEqualTo(State.PRESENT);
    assertThat(host.git().proof()).isEqualTo(git.toString());
    assertThat(host.cargo().state()).isEqualTo(State.MISSING);
    assertThat(host.cargo().fix()).contains("rustup");
  }

  @Test
  void QEMU_is_looked_for_where_it_is_named() throws IOException {
    Path qemu = file("elsewhere/qemu", "");
    assertThat(host("").qemu(Optional.of(qemu.toString())).state()).isEqualTo(State.MISSING);
    assertThat(qemu.toFile().setExecutable(true)).isTrue();
    assertThat(host("").qemu(Optional.of(qemu.toString())).state()).isEqualTo(State.PRESENT);
    assertThat(host("").qemu(Optional.empty()).fix()).contains("apt-get install qemu-system");
  }
}
