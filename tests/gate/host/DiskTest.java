package gate.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import gate.kernel.HostRunner;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zeroturnaround.exec.ProcessExecutor;

@DisplayName("A virtual machine's disk")
class DiskTest {
  private static final Path IMG = Path.of("/usr/bin/qemu-img");

  @TempDir Path folder;

  @BeforeEach
  void there_is_qemu_img() {
    assumeTrue(Files.isExecutable(IMG), "there is no qemu-img here");
  }

  private Fact given(Path disk) throws IOException {
    try (HostRunner runner = new HostRunner(new FakeHost(folder).world())) {
      return Disk.given(runner, Optional.of(IMG), disk);
    }
  }

  private void img(String... words) throws Exception {
    List<String> argv = new java.util.ArrayList<>(List.of(IMG.toString()));
    argv.addAll(List.of(words));
    new ProcessExecutor(argv)
        .directory(folder.toFile())
        .timeout(30, TimeUnit.SECONDS)
        .exitValueNormal()
        .execute();
  }

  @Test
  void is_made_small_and_whole() throws Exception {
    Path disk = folder.resolve("made.qcow2");
    try (HostRunner runner = new HostRunner(new FakeHost(folder).world())) {
      assertThat(Disk.make(runner, IMG, disk)).isEmpty();
    }
    assertThat(given(disk).proof())
        .isEqualTo(disk + " is a qcow2 without errors, by `qemu-img check`");
    assertThat(Files.size(disk)).isLessThan(1_000_000);
    img("convert", "-f", "qcow2", "-O", "raw", "made.qcow2", "back.img");
    assertThat(Files.readAllBytes(folder.resolve("back.img"))).startsWith(BootSector.bytes());
  }

  @Test
  void that_can_t_be_made_says_why() throws Exception {
    try (HostRunner runner = new HostRunner(new FakeHost(folder).world())) {
      assertThat(Disk.make(runner, IMG, folder.resolve("none/made.qcow2")).orElseThrow())
          .contains("`qemu-img convert` can't make", "No such file or directory");
    }
  }

  @ParameterizedTest(name = "that is {0} is refused: {1}")
  @CsvSource({
    "missing, there is no such file",
    "a folder, it is not a file",
    "empty, it is no qcow2",
    "raw, it is no qcow2",
    "cut off, it is cut off",
    "of version 7, a qcow2 of version 7",
    "encrypted, it is encrypted",
    "on another, it stands on another disk",
    "without size, a disk of 0 bytes",
    "marked corrupt, it is marked as corrupt",
    "of external data, its data lie in another file",
    "corrupt, it is corrupt",
    "unreadable, `qemu-img check` fails",
  })
  void that_can_t_be_trusted_is_refused_in_one_sentence(String kind, String sentence)
      throws Exception {
    Path disk = folder.resolve("disk.qcow2");
    img("create", "-q", "-f", "qcow2", "disk.qcow2", "1M");
    switch (kind) {
      case "missing" -> Files.delete(disk);
      case "a folder" -> {
        Files.delete(disk);
        Files.createDirectory(disk);
      }
      case "empty" -> Files.write(disk, new byte[0]);
      case "raw" -> Files.write(disk, BootSector.bytes());
      case "cut off" -> Files.write(disk, java.util.Arrays.copyOf(Files.readAllBytes(disk), 20));
      case "of version 7" -> put(disk, 7, 7);
      case "encrypted" ->
          img(
              "create",
              "-q",
              "--object",
              "secret,id=key,data=secret",
              "-f",
              "qcow2",
              "-o",
              "encrypt.format=aes,encrypt.key-secret=key",
              "disk.qcow2",
              "1M");
      case "on another" -> {
        img("create", "-q", "-f", "qcow2", "base.qcow2", "1M");
        img("create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2", "disk.qcow2");
      }
      case "without size" -> img("create", "-q", "-f", "qcow2", "disk.qcow2", "0");
      case "marked corrupt" -> put(disk, 79, 2);
      case "of external data" ->
          img("create", "-q", "-f", "qcow2", "-o", "data_file=data.raw", "disk.qcow2", "1M");
      case "corrupt" -> put(disk, 40 + 4, 1); // its first table lies beyond its end
      case "unreadable" -> put(disk, 48 + 7, 1); // where its table of reference counts lies
      default -> throw new IllegalArgumentException(kind);
    }
    Fact fact = given(disk);
    assertThat(fact.usable()).isFalse();
    assertThat(fact.proof())
        .startsWith("PLASMAVMC_QCOW2_PATH=" + disk)
        .contains(sentence)
        .doesNotContain("\n");
    assertThat(fact.fix()).contains("unset it to have one made");
  }

  private static void put(Path file, long at, int value) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      bytes.write(value);
    }
  }
}
