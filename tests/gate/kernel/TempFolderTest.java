package gate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Locks are a process's, so each folder's gate is a JVM of its own. */
@DisplayName("A gate's temporary folder")
@DisabledOnOs(OS.WINDOWS)
class TempFolderTest {
  @TempDir Path among;
  private Process first;
  private Path folder;

  @BeforeEach
  void first() throws IOException {
    first = start();
    folder = Path.of(first.inputReader().readLine());
    Files.writeString(folder.resolve("content"), "of use");
  }

  @AfterEach
  void end() {
    first.destroyForcibly();
  }

  @Test
  @DisplayName("is gone when the gate ends")
  void closed() throws Exception {
    first.getOutputStream().close();
    assertThat(first.waitFor()).isZero();
    assertThat(among).isEmptyDirectory();
  }

  @Test
  @DisplayName("is gone with what nobody may read or write in it")
  void closedDoors() throws Exception {
    boolean root = System.getProperty("user.name").equals("root"); // who is above the rules
    assumeTrue(!root || Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv");
    Process bound =
        root ? start("setpriv", "--bounding-set=-dac_override,-dac_read_search") : start();
    String path = bound.inputReader().readLine();
    Path inner = Files.createDirectories(Path.of(path, "a", "b"));
    Files.createFile(inner.resolve("c"));
    for (Path folder : List.of(inner, inner.getParent())) {
      Files.setPosixFilePermissions(folder, Set.of());
    }
    bound.getOutputStream().close();
    assertThat(bound.waitFor()).isZero();
    assertThat(Path.of(path)).doesNotExist();
  }

  @Test
  @DisplayName("is gone with the next gate, where its own was killed")
  void stale() throws Exception {
    first.destroyForcibly().waitFor();
    assertThat(folder).isNotEmptyDirectory();
    another();
    assertThat(among).isEmptyDirectory();
  }

  @Test
  @DisplayName("is left alone by other gates while its own lives")
  void inUse() throws Exception {
    for (int i = 0; i < 3; i++) {
      another();
    }
    assertThat(folder.resolve("content")).hasContent("of use");
  }

  @Test
  @DisplayName("is none if it's a link, or has a link for its lock, wherever those lead")
  void links() throws Exception {
    first.destroyForcibly().waitFor();
    Path elsewhere = Files.createDirectory(among.resolve("elsewhere"));
    Files.move(folder.resolve("lock"), elsewhere.resolve("lock"));
    Files.createSymbolicLink(folder.resolve("lock"), elsewhere.resolve("lock"));
    Files.createSymbolicLink(among.resolve("matrix-1"), elsewhere);
    another();
    assertThat(folder.resolve("content")).hasContent("of use");
    assertThat(elsewhere.resolve("lock")).exists();
  }

  @Test
  @DisplayName("is left alone where it is another user's")
  void anothers() throws Exception {
    first.destroyForcibly().waitFor();
    assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a folder away");
    Files.setOwner(
        folder,
        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    another();
    assertThat(folder.resolve("content")).hasContent("of use");
  }

  @Test
  @DisplayName(
      "is gone as well where the gate was killed while it made it, but not in its first hour")
  void halfMade() throws Exception {
    for (String name :
        List.of("new-matrix-old", "new-matrix-locked", "new-matrix-filled", "new-matrix-young")) {
      Files.createDirectory(among.resolve(name));
    }
    Files.createFile(among.resolve("new-matrix-locked/lock"));
    Files.createFile(among.resolve("new-matrix-filled/of-whom"));
    for (String name : List.of("new-matrix-old", "new-matrix-locked", "new-matrix-filled")) {
      Files.setLastModifiedTime(
          among.resolve(name), FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }
    another();
    assertThat(among.resolve("new-matrix-old")).doesNotExist();
    assertThat(among.resolve("new-matrix-locked")).doesNotExist();
    assertThat(among.resolve("new-matrix-filled/of-whom")).exists();
    assertThat(among.resolve("new-matrix-young")).exists();
  }

  @ParameterizedTest(name = "{0}, of {1}")
  @CsvSource({
    "without a lock, a dead gate, false",
    "with a lock, a dead gate, false",
    "with content and no lock, a dead gate, true",
    "without a lock, a living gate, true",
    "with a lock, a living gate, true",
    "without a lock, another with its pid, false",
    "without a lock, a gate of another machine, true",
  })
  @EnabledOnOs(OS.LINUX)
  @DisplayName("is gone in its first hour where who made it, or took it down, is known to be dead:")
  void halfMadeByADeadOne(String content, String maker, boolean stays) throws Exception {
    Path half = Files.createDirectory(among.resolve(beginning(maker) + "matrix-17"));
    switch (content) {
      case "with a lock" -> Files.createFile(half.resolve("lock"));
      case "with content and no lock" -> Files.createFile(half.resolve("of-whom"));
      default -> assertThat(half).isEmptyDirectory();
    }
    another();
    assertThat(Files.exists(half)).isEqualTo(stays);
    assertThat(folder.resolve("content").toFile().exists()).isEqualTo(first.isAlive());
  }

  /** What this JVM's folders begin with, as if another had made them. */
  private String beginning(String maker) throws Exception {
    String[] mine = Maker.prefix().split("-"); // new, place, pid, since, and nothing
    String since = Long.toString(GateProcess.since(first.toHandle()));
    if (maker.equals("a dead gate")) {
      first.destroyForcibly().waitFor();
    }
    return switch (maker) {
      case "another with its pid" -> "new-%s-%d-%d-".formatted(mine[1], first.pid(), 17);
      case "a gate of another machine" -> "new-0123456789ab-%d-%s-".formatted(first.pid(), since);
      default -> "new-%s-%d-%s-".formatted(mine[1], first.pid(), since);
    };
  }

  private void another() throws Exception {
    Process another = start();
    another.inputReader().readLine();
    another.getOutputStream().close();
    assertThat(another.waitFor()).isZero();
  }

  private Process start(String... inside) throws IOException {
    List<String> argv = new ArrayList<>(List.of(inside));
    argv.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + among,
            "-cp",
            System.getProperty("java.class.path"),
            TempFolderMain.class.getName()));
    return new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
