package gate.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run loads, kept once for all gates that the tests start, and for their guardians, as
 * {@code ./jbang aot} does for a user: each starts faster by it.
 */
final class Archive {
  private static final List<String> OPTIONS = made();

  private Archive() {}

  /** Options for a JVM with the serial collector; none where there is no archive. */
  static List<String> options() {
    return OPTIONS;
  }

  private static List<String> made() {
    if (Stream.of(Checkout.CLASS_PATH.split(":")).anyMatch(it -> Files.isDirectory(Path.of(it)))) {
      return List.of();
    }
    try {
      Path project = Files.createTempDirectory("gate-archive-");
      Path gate = place("gate-");
      Path guardian = place("guardian-");
      Files.createDirectory(project.resolve("legs"));
      Files.writeString(project.resolve("legs/a.groovy"), "step('a') { exec 'true' }\n");
      Files.writeString(
          project.resolve("matrix.yaml"), "name: archive\nlegs: { a: { title: A } }\n");
      List<String> argv =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-XX:AOTCacheOutput=" + gate,
                  "-Xlog:disable",
                  "--enable-native-access=ALL-UNNAMED",
                  "-Dgate.home=" + project,
                  "-Dmatrix.guardian.aot.output=" + guardian,
                  "-cp",
                  Checkout.CLASS_PATH,
                  "matrix"));
      int code =
          new ProcessBuilder(argv)
              .directory(project.toFile())
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start()
              .waitFor();
      delete(project);
      return code == 0 && Files.exists(gate) && Files.exists(guardian)
          ? List.of("-XX:AOTCache=" + gate, "-Dmatrix.guardian.aot=" + guardian, "-Xlog:disable")
          : List.of();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where there is nothing yet, and will be nothing any more at the end. */
  private static Path place(String prefix) throws IOException {
    Path file = Files.createTempFile(prefix, ".aot");
    file.toFile().deleteOnExit();
    Files.delete(file);
    return file;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
