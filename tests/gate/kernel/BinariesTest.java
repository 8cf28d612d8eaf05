package gate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import gate.base.Secrets;
import gate.journal.Event.BinaryTested;
import gate.journal.Journal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A binary that is tested")
class BinariesTest {
  @TempDir Path temp;
  private Path workspace;
  private Journal journal;
  private final Binaries binaries = new Binaries();
  private final List<BinaryTested> told = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() throws IOException {
    workspace = Files.createDirectory(temp.resolve("ws ünï"));
    journal = Journal.create(temp.resolve("events.jsonl"), Clock.systemUTC());
    journal.listen(entry -> told.add((BinaryTested) entry.event()));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private LegWork leg(String name) {
    return new LegWork(name, 1, null, null, null, journal, null, temp, Secrets.NONE);
  }

  private BinaryTested tested(Path file) {
    binaries.tested(leg("l"), 2, workspace, file);
    return told.getLast();
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, 1, 262_143, 262_144, 262_145, 5_000_001})
  void has_the_digest_that_sha256sum_tells(int size) throws Exception {
    byte[] bytes = new byte[size];
    new java.util.Random(size).nextBytes(bytes);
    Path file = Files.write(workspace.resolve("bin"), bytes);
    assertThat(tested(file)).isEqualTo(new BinaryTested("l", 1, 2, "bin", size, sha256sum(file)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "in the workspace, ws ünï/target/debug/x, target/debug/x",
    "elsewhere, target/x, /target/x",
    "in a folder whose name begins alike, ws ünï too/x, /ws ünï too/x",
    "by way of a link that leads out, ws ünï/out/x, /outside/x"
  })
  void is_named_by_its_place(String what, String file, String told) throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.createSymbolicLink(workspace.resolve("out"), outside);
    Path path = temp.resolve(file);
    if (!Files.isDirectory(path.getParent())) {
      Files.createDirectories(path.getParent());
    }
    Files.writeString(path, "x");
    assertThat(tested(path).path())
        .isEqualTo(told.startsWith("/") ? temp.toRealPath() + told : told);
  }

  @Test
  void is_read_once_and_again_when_it_was_built_anew() throws IOException {
    Path file = Files.writeString(workspace.resolve("bin"), "one");
    FileTime time = Files.getLastModifiedTime(file);
    BinaryTested first = tested(file);
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, time);
    assertThat(tested(file)).as("remembered by its marks").isEqualTo(first);
    Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 2000));
    BinaryTested later = tested(file);
    assertThat(later.sha256()).isNotEqualTo(first.sha256());
    Path other = Files.writeString(workspace.resolve("new"), "six");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(tested(file).sha256()).as("another file").isNotEqualTo(later.sha256());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"missing, no such file or folder", "folder, Is a directory"})
  void that_cannot_be_read_is_an_error_and_not_told_of(String name, String why) throws IOException {
    Files.createDirectory(workspace.resolve("folder"));
    assertThatThrownBy(() -> tested(workspace.resolve(name)))
        .isInstanceOf(Broken.class)
        .hasMessage(
            "the binary %s can't be read, so that nobody could tell later what was tested: %s; let"
                + " the user who runs the gate read it",
            workspace.toRealPath().resolve(name), why);
    assertThat(told).isEmpty();
  }

  @Test
  @Timeout(120)
  void is_read_for_all_legs_also_where_the_first_one_is_told_to_stop_and_holds_up_no_other_file()
      throws Exception {
    Path slow = workspace.resolve("slow");
    assertThat(new ProcessBuilder("mkfifo", slow.toString()).start().waitFor()).isZero();
    List<Thread> legs =
        Stream.of("first", "second")
            .map(leg ->
                Thread.ofPlatform().start(() -> binaries.tested(leg(leg), 1, workspace, slow)))
            .toList();
    try (var pipe = Files.newOutputStream(slow)) { // opens once the other side reads
      while (legs.stream().noneMatch(BinariesTest::waits)) {
        Thread.sleep(10);
      }
      legs.stream().filter(it -> !waits(it)).forEach(Thread::interrupt);
      assertThat(tested(Files.writeString(workspace.resolve("other"), "x")).path())
          .isEqualTo("other");
      pipe.write("of both".getBytes(StandardCharsets.UTF_8));
    }
    for (Thread leg : legs) {
      leg.join();
    }
    assertThat(told).extracting(BinaryTested::leg).containsOnly("l", "first", "second");
    assertThat(told.stream().filter(it -> it.path().equals("slow")).map(BinaryTested::size))
        .containsExactly(7L, 7L);
  }

  private static boolean waits(Thread leg) {
    return leg.getState() == Thread.State.WAITING;
  }

  private static String sha256sum(Path file) throws Exception {
    Process process = new ProcessBuilder("sha256sum", file.toString()).start();
    String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return line.substring(0, 64);
  }
}
