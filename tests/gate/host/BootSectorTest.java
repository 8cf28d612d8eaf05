package gate.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import gate.base.ThisCheckout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeroturnaround.exec.ProcessExecutor;

@DisplayName("The boot sector")
class BootSectorTest {
  @TempDir Path temp;

  @Test
  void is_what_its_source_assembles_to() throws Exception {
    for (String tool : List.of("as", "ld")) {
      assumeTrue(Files.isExecutable(Path.of("/usr/bin", tool)), tool + " is not here");
    }
    Path source = ThisCheckout.root().resolve("lib/gate/host/guest.s");
    Path object = temp.resolve("guest.o");
    Path binary = temp.resolve("guest.bin");
    run("as", "--64", "-o", object.toString(), source.toString());
    run(
        "ld",
        "-m",
        "elf_x86_64",
        "-Ttext",
        "0x7c00",
        "--oformat",
        "binary",
        "-o",
        binary.toString(),
        object.toString());
    assertThat(Files.readAllBytes(binary)).hasSize(512).isEqualTo(BootSector.bytes());
  }

  private static void run(String... argv)
      throws IOException, InterruptedException, TimeoutException {
    new ProcessExecutor(argv).timeout(30, TimeUnit.SECONDS).exitValueNormal().execute();
  }
}
