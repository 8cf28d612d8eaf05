package gate.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What can be seen of a gate from outside, and done to it. */
final class Outside {
  private Outside() {}

  /** The pids of processes that run and have a text on their command line; never this one's. */
  static List<Long> running(String text) {
    List<Long> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) all::iterator) {
        String name = process.getFileName().toString();
        if (!name.matches("\\d+") || Long.parseLong(name) == ProcessHandle.current().pid()) {
          continue;
        }
        if (command(Long.parseLong(name)).contains(text)) {
          found.add(Long.parseLong(name));
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return found;
  }

  /** A command line, its words joined by blanks; empty where the process has ended. */
  static String command(long pid) {
    try {
      byte[] words = Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline"));
      return new String(words, StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  /** The environment that a process was started with, as one text; empty where it has ended. */
  static String environment(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** The guardians of a gate. */
  static List<Long> guardians(Process gate) {
    return gate.children()
        .filter(it -> it.info().commandLine().orElse("").contains("GuardianMain"))
        .map(ProcessHandle::pid)
        .toList();
  }

  static void signal(String signal, List<Long> pids) throws Exception {
    List<String> argv = new ArrayList<>(List.of("kill", "-" + signal));
    pids.forEach(pid -> argv.add(Long.toString(pid)));
    new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor();
  }

  /** Kills gate and guardians, none of which has time to clear after the others. */
  static void killAll(Process gate) throws Exception {
    signal("STOP", List.of(gate.pid()));
    List<Long> all = new ArrayList<>(guardians(gate));
    signal("STOP", all);
    all.add(gate.pid());
    signal("KILL", all);
    gate.waitFor();
  }

  static boolean await(int seconds, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }
}
