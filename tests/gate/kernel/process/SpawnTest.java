package gate.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A guardian starts a process")
@EnabledOnOs(OS.LINUX)
class SpawnTest {
  private static Guardian guardian;

  @TempDir Path folder;
  private Ground ground;

  @BeforeAll
  static void start() {
    guardian = Guardian.start();
  }

  @AfterAll
  static void close() {
    guardian.close();
    assertThat(Ground.running(guardian.pid())).isFalse();
  }

  @BeforeEach
  void ground() {
    ground = new Ground(folder);
  }

  @AfterEach
  void nothingLeft() {
    assertThat(guardian.sweep(Duration.ZERO)).isEmpty();
    assertThat(ground.left()).isEmpty();
  }

  @ParameterizedTest(name = "and tells its exit code {0}")
  @ValueSource(ints = {0, 1, 101, 127, 137, 255})
  void tellsExitCodes(int code) throws Exception {
    Exit exit = Ground.end(guardian.spawn(ground.spawn("sh", "-c", "exit " + code)));
    assertThat(exit.code()).hasValue(code);
    assertThat(exit.signal()).isEmpty();
    assertThat(exit.ok()).isEqualTo(code == 0);
    assertThat(exit.describe()).isEqualTo("exit code " + code);
  }

  @ParameterizedTest(name = "and tells that {0} killed it")
  @CsvSource({"SEGV, 11", "KILL, 9", "TERM, 15", "ABRT, 6", "HUP, 1", "INT, 2", "PIPE, 13"})
  void tellsSignals(String name, int number) throws Exception {
    Exit exit =
        Ground.end(guardian.spawn(ground.spawn("sh", "-c", "ulimit -c 0; kill -" + name + " $$")));
    assertThat(exit.code()).isEmpty();
    assertThat(exit.ok()).isFalse();
    assertThat(exit.describe()).isEqualTo("killed by SIG" + name + " (" + number + ")");
  }

  @Test
  @DisplayName("under the pid that it tells, in a session of its own")
  void ownSession() throws Exception {
    Child child = guardian.spawn(ground.spawn("sh", "-c", "cat /proc/$$/stat"));
    Ground.end(child);
    String[] fields = ground.logged().split(" ");
    assertThat(fields[0]).isEqualTo(Long.toString(child.pid()));
    assertThat(fields[3]).as("its parent").isEqualTo(Long.toString(guardian.pid()));
    assertThat(fields[4]).as("its group").isEqualTo(fields[0]);
    assertThat(fields[5]).as("its session").isEqualTo(fields[0]);
    assertThat(child.id()).isEqualTo("step");
  }

  @Test
  @DisplayName("with exactly the environment that it was given")
  void exactEnvironment() throws Exception {
    Map<String, String> env = new LinkedHashMap<>();
    env.put("B", "two = words\nand lines");
    env.put("EMPTY", "");
    env.put("ä", "ü€𝄞");
    Ground.end(guardian.spawn(ground.spawn(env, "/usr/bin/env", "-0")));
    assertThat(ground.logged().split("\0"))
        .containsExactly("B=two = words\nand lines", "EMPTY=", "ä=ü€𝄞");
  }

  @Test
  @DisplayName("with no environment at all, when none is given")
  void noEnvironment() throws Exception {
    assertThat(Ground.end(guardian.spawn(ground.spawn(Map.of(), "env"))).ok()).isTrue();
    assertThat(ground.logged()).isEmpty();
  }

  @Test
  @DisplayName(
      "with its arguments as they are, spaces, quotes, empty ones and other scripts included")
  void exactArguments() throws Exception {
    Ground.end(
        guardian.spawn(ground.spawn("printf", "<%s>", "", "a b", "'\"$HOME*", "日本", "-n", "\t")));
    assertThat(ground.logged()).isEqualTo("<><a b><'\"$HOME*><日本><-n><\t>");
  }

  @Test
  @DisplayName("with 2,000 variables and 100 kB of arguments, which are more than one write")
  void largeOrders() throws Exception {
    Map<String, String> env = new LinkedHashMap<>(Ground.PATH);
    for (int i = 0; i < 2000; i++) {
      env.put("VARIABLE_" + i, "value ".repeat(10));
    }
    List<String> argv =
        new ArrayList<>(List.of("sh", "-c", "env | grep -c ^VARIABLE_; echo ${#1}"));
    argv.add("sh");
    argv.add("x".repeat(100_000));
    Spawn spawn = ground.spawn(env, argv.toArray(String[]::new));
    assertThat(Ground.end(guardian.spawn(spawn)).ok()).isTrue();
    assertThat(ground.logged()).isEqualTo("2000\n100000\n");
  }

  @Test
  @DisplayName("whose output and errors go to one file, in order, after what is there")
  void mergedOutput() throws Exception {
    Files.writeString(ground.log(), "before\n");
    Ground.end(guardian.spawn(ground.spawn("sh", "-c", "echo 1; echo 2 >&2; echo 3; echo 4 >&2")));
    assertThat(ground.logged()).isEqualTo("before\n1\n2\n3\n4\n");
  }

  @Test
  @DisplayName("whose output and errors go to two files, and whose input comes from a third")
  void separateFiles() throws Exception {
    Path input = Files.writeString(folder.resolve("input"), "some words");
    Path errors = folder.resolve("errors");
    Spawn spawn =
        new Spawn(
            "step",
            List.of("sh", "-c", "cat; echo problem >&2"),
            Ground.PATH,
            folder,
            ground.log(),
            Optional.of(errors),
            Optional.of(input));
    Ground.end(guardian.spawn(spawn));
    assertThat(ground.logged()).isEqualTo("some words");
    assertThat(errors).hasContent("problem");
  }

  @Test
  @DisplayName("whose input is empty, when none is given")
  void noInput() throws Exception {
    assertThat(Ground.end(guardian.spawn(ground.spawn("sh", "-c", "cat; echo end"))).ok()).isTrue();
    assertThat(ground.logged()).isEqualTo("end\n");
  }

  @Test
  @DisplayName("that has no descriptor but its input, output and errors")
  void noForeignDescriptors() throws Exception {
    String look = "for n in $(seq 0 300); do [ -e /proc/$$/fd/$n ] && echo $n; done; true";
    Ground.end(guardian.spawn(ground.spawn("sh", "-c", look)));
    assertThat(ground.logged()).isEqualTo("0\n1\n2\n");
  }

  @Test
  @DisplayName("that ignores and blocks no signal, although the guardian ignores some")
  void defaultSignals() throws Exception {
    Ground.end(guardian.spawn(ground.spawn("grep", "^Sig[BI]", "/proc/self/status")));
    assertThat(ground.logged()).isEqualTo("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    assertThat(Ground.read(Path.of("/proc/" + guardian.pid() + "/status")))
        .as("the guardian ignores SIGHUP and SIGINT")
        .containsPattern("SigIgn:\\t[0-9a-f]{15}3");
  }

  @Test
  @DisplayName("whose 200 MB of output cost the guardian nothing")
  void muchOutput() throws Exception {
    long start = System.nanoTime();
    Exit exit = Ground.end(guardian.spawn(ground.spawn("head", "-c", "200000000", "/dev/zero")));
    assertThat(exit.ok()).isTrue();
    assertThat(Files.size(ground.log())).isEqualTo(200_000_000);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  @DisplayName("in its folder, spaces and other scripts in the path included")
  void inFolder() throws Exception {
    Path other = Files.createDirectory(folder.resolve("a földer"));
    Files.writeString(other.resolve("here"), "#!/bin/sh\npwd -P\n");
    Files.setPosixFilePermissions(
        other.resolve("here"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Spawn spawn =
        new Spawn(
            "step",
            List.of("./here"),
            Ground.PATH,
            other,
            other.resolve("lög"),
            Optional.empty(),
            Optional.empty());
    Ground.end(guardian.spawn(spawn));
    assertThat(other.resolve("lög")).hasContent(other.toRealPath().toString());
  }

  @Test
  @DisplayName("that it looks up in the PATH of the process, not in its own")
  void ownPath() throws Exception {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path tool = Files.writeString(bin.resolve("only-here"), "#!/bin/sh\necho \"$0\"\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    Spawn spawn = ground.spawn(Map.of("PATH", "/nowhere:bin:/usr/bin:/bin"), "only-here");
    assertThat(Ground.end(guardian.spawn(spawn)).ok()).isTrue();
    assertThat(ground.logged()).endsWith("bin/only-here\n");
  }

  @Test
  @DisplayName("but not one that isn't in PATH, and says where it looked")
  void notFound() {
    assertFails(ground.spawn("carg0", "test"))
        .hasMessage("`carg0` not found in PATH (/usr/local/bin:/usr/bin:/bin)");
    assertFails(ground.spawn(Map.of(), "carg0"))
        .hasMessage("`carg0` not found: the process is given no PATH, so /bin:/usr/bin was tried");
    assertFails(ground.spawn("/no/such/program")).hasMessage("`/no/such/program` does not exist");
  }

  @Test
  @DisplayName("but not one that isn't executable, and says how to make it so")
  void notExecutable() throws IOException {
    Path tool = Files.writeString(folder.resolve("tool"), "#!/bin/sh\n");
    String message = "`" + tool + "` is not executable (chmod +x would make it so)";
    assertFails(ground.spawn(tool.toString())).hasMessage(message);
    assertFails(ground.spawn(Map.of("PATH", folder.toString()), "tool")).hasMessage(message);
    assertFails(ground.spawn(folder.toString()))
        .hasMessage("`" + folder + "` is a folder, not a program");
  }

  @Test
  @DisplayName("but not one that is no program, or whose interpreter is missing")
  void noProgram() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "just text\n");
    Path orphan = Files.writeString(folder.resolve("orphan"), "#!/no/such/interpreter\n");
    for (Path path : List.of(text, orphan)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    assertFails(ground.spawn(text.toString()))
        .hasMessage(
            "`"
                + text
                + "` is no program that this machine can run (another architecture, or no #!"
                + " line)");
    assertFails(ground.spawn(orphan.toString()))
        .hasMessage(
            "`"
                + orphan
                + "` can't be started: the interpreter or loader that it names does not exist");
  }

  @Test
  @DisplayName("but not in a folder that isn't there")
  void noFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertFails(in(folder.resolve("gone"), ground.log()))
        .hasMessage("folder `" + folder.resolve("gone") + "` does not exist");
    assertFails(in(file, ground.log())).hasMessage("`" + file + "` is not a folder");
  }

  @Test
  @DisplayName("but not when its log can't be written, or is a link, a folder or a pipe")
  void noLog() throws Exception {
    Path missing = folder.resolve("gone/log");
    assertFails(in(folder, missing))
        .hasMessage("cannot open log `" + missing + "`: its folder does not exist");
    assertFails(in(folder, folder)).hasMessage("cannot open log `" + folder + "`: it is a folder");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
    assertFails(in(folder, link)).hasMessageContaining("it is a symbolic link");
    assertThat(folder.resolve("elsewhere")).doesNotExist();
    Path pipe = folder.resolve("pipe");
    new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor(5, TimeUnit.SECONDS);
    assertFails(in(folder, pipe))
        .hasMessage("cannot open log `" + pipe + "`: it is no regular file");
  }

  @Test
  @DisplayName("but not when its input isn't there")
  void noInputFile() {
    Path missing = folder.resolve("missing");
    Spawn spawn =
        new Spawn(
            "step",
            List.of("cat"),
            Ground.PATH,
            folder,
            ground.log(),
            Optional.empty(),
            Optional.of(missing));
    assertFails(spawn).hasMessage("cannot open input `" + missing + "`: it does not exist");
    assertThat(ground.log()).doesNotExist();
  }

  @Test
  @DisplayName("but not when its log's name is too long for a file")
  void longLogName() {
    Path log = folder.resolve("x".repeat(300));
    assertFails(in(folder, log)).hasMessage("cannot open log `" + log + "`: its name is too long");
  }

  @Test
  @DisplayName("but not with a NUL or half a character in it, nor with a broken variable's name")
  void brokenTexts() {
    assertFails(ground.spawn("echo", "a\0b")).hasMessageContaining("NUL");
    assertFails(ground.spawn("echo", "a\ud834")).hasMessageContaining("surrogate");
    assertFails(ground.spawn(Map.of("A=B", "c"), "true"))
        .hasMessage("`A=B` can't be the name of an environment variable");
    assertFails(ground.spawn()).hasMessage("`step` has no command to start");
  }

  @Test
  @DisplayName("but not with more arguments than the kernel takes")
  void tooLong() {
    for (int length : new int[] {200_000, 5_000_000, 50_000_000}) {
      assertFails(ground.spawn("echo", "x".repeat(length))).hasMessageContaining("too long");
    }
  }

  @Test
  @DisplayName("and a failed start leaves the guardian as it was")
  void usableAfterFailure() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertFails(ground.spawn("carg0"));
      assertFails(in(folder.resolve("gone"), ground.log()));
    }
    assertThat(Ground.end(guardian.spawn(ground.spawn("true"))).ok()).isTrue();
    assertThat(guardian.alive()).isTrue();
  }

  private Spawn in(Path folder, Path log) {
    return new Spawn(
        "step", List.of("true"), Ground.PATH, folder, log, Optional.empty(), Optional.empty());
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      Spawn spawn) {
    return assertThatThrownBy(() -> guardian.spawn(spawn)).isInstanceOf(SpawnFailed.class);
  }
}
