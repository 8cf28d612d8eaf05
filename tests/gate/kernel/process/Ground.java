package gate.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A folder of scripts and logs to try a guardian on. A process of this ground is one that has the
 * folder's path on its command line, whatever became of its parents, session and environment.
 */
record Ground(Path folder) {
  static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

  /** Runs for a minute and doesn't mind SIGTERM. */
  static final String STUBBORN =
      "trap '' TERM HUP INT; i=0; while [ $i -lt 1200 ]; do sleep 0.05; i=$((i+1)); done";

  /** Runs for a minute and ends on SIGTERM. */
  static final String MEEK = "i=0; while [ $i -lt 1200 ]; do sleep 0.05; i=$((i+1)); done";

  Ground {
    try {
      folder = folder.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A shell script of that name. */
  Path script(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path log() {
    return folder.resolve("log");
  }

  String logged() {
    return read(log());
  }

  static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Spawn spawn(String... argv) {
    return spawn(PATH, argv);
  }

  Spawn spawn(Map<String, String> env, String... argv) {
    return new Spawn("step", List.of(argv), env, folder, log(), Optional.empty(), Optional.empty());
  }

  /** A script of that name and text, to be run by sh. */
  Spawn sh(String name, String text) {
    return spawn("sh", script(name, text).toString());
  }

  static Exit end(Child child) {
    try {
      return child.exit().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(child.id() + " (pid " + child.pid() + ") has not ended", e);
    }
  }

  /** The command lines of all processes of this ground that still run. */
  List<String> left() {
    List<String> left = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) all::iterator) {
        if (!Character.isDigit(process.getFileName().toString().charAt(0))) {
          continue;
        }
        try {
          String line = Files.readString(process.resolve("cmdline")).replace('\0', ' ');
          if (line.contains(folder.toString()) && !process.endsWith(own())) {
            left.add(process.getFileName() + " " + line);
          }
        } catch (IOException gone) {
          // ended meanwhile
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return left;
  }

  private static String own() {
    return Long.toString(ProcessHandle.current().pid());
  }

  void awaitNothingLeft(Duration most) {
    boolean none = await(most, () -> left().isEmpty());
    assertThat(left()).as("processes left after %s", most).isEmpty();
    assertThat(none).isTrue();
  }

  void awaitLine(String line) {
    assertThat(await(Duration.ofSeconds(10), () -> logged().contains(line)))
        .as("`%s` in the log, which has: %s", line, logged())
        .isTrue();
  }

  /** As many of its processes as asked for. */
  void awaitRunning(int count) {
    assertThat(await(Duration.ofSeconds(10), () -> left().size() >= count))
        .as("%d processes, of which there are: %s", count, left())
        .isTrue();
  }

  /**
   * Exactly so many; a shell's fork, before it becomes what it was forked for, counts for a moment.
   */
  void awaitExactly(int count) {
    assertThat(await(Duration.ofSeconds(3), () -> left().size() == count))
        .as("exactly %d processes, of which there are: %s", count, left())
        .isTrue();
  }

  static boolean await(Duration most, BooleanSupplier what) {
    long deadline = System.nanoTime() + most.toNanos();
    while (!what.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      pause(5);
    }
    return true;
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static void kill(String signal, long pid) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Not ended: one that has, and that nobody has taken the status of, doesn't count. */
  static boolean running(long pid) {
    String stat = "";
    try {
      stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    } catch (IOException gone) {
      // ended meanwhile
    }
    return !stat.isEmpty() && !stat.contains(") Z ");
  }

  static boolean have(String program) {
    return Stream.of("/usr/local/bin", "/usr/bin", "/bin")
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** A JVM with the tests' class path. */
  static ProcessBuilder java(List<String> flags, Class<?> main, String... args) {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.add("--enable-native-access=ALL-UNNAMED");
    argv.add("-XX:TieredStopAtLevel=1");
    argv.addAll(flags);
    argv.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    argv.addAll(List.of(args));
    return new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}
