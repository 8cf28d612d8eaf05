///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS io.nextflow:nextflow:24.10.0
//JAVAC_OPTIONS -Xlint:all,-processing -Werror

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Lays the pinned Nextflow, which JBang has fetched for this script, where {@code matrix run
 * --engine nextflow} looks for it. After that no network is needed.
 */
public final class Nextflow {
  private static final String VERSION = "24.10.0";

  private Nextflow() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0) {
      System.err.println("Usage: ./jbang nextflow");
      System.exit(2);
    }
    Path folder = folder(System.getenv());
    if (Files.isDirectory(folder)) {
      System.out.println("Nextflow " + VERSION + " is in " + folder);
      return;
    }
    Files.createDirectories(folder.getParent());
    Path making = Files.createTempDirectory(folder.getParent(), "nextflow-");
    try {
      for (Path jar : jars()) {
        Files.copy(jar, making.resolve(jar.getFileName()));
      }
      move(making, folder);
    } finally {
      delete(making);
    }
    System.out.println("Nextflow " + VERSION + " is now in " + folder);
  }

  private static Path folder(Map<String, String> env) {
    String cache = env.getOrDefault("XDG_CACHE_HOME", "");
    Path caches =
        cache.startsWith("/") ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache");
    return caches.resolve("integration-matrix").resolve("nextflow-" + VERSION);
  }

  /** All that JBang resolved; not this script's own classes. */
  private static List<Path> jars() {
    return Arrays.stream(System.getProperty("java.class.path").split(":"))
        .map(Path::of)
        .filter(jar -> jar.toString().endsWith(".jar"))
        .filter(jar -> !jar.getFileName().toString().startsWith("Nextflow"))
        .toList();
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    } catch (IOException e) {
      if (!Files.isDirectory(to)) {
        throw e; // nobody else was quicker
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
