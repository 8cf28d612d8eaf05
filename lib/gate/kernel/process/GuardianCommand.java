package gate.kernel.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The command that starts the guardian's JVM. */
final class GuardianCommand {
  /**
   * Names an AOT cache of the guardian's own to start with; one that doesn't fit is ignored without
   * a word. The gate's cache would cost it more than none: it holds far more, and is tied to the
   * whole class path.
   */
  static final String AOT = "matrix.guardian.aot";

  /** Names a file to make that cache in. */
  static final String AOT_OUTPUT = "matrix.guardian.aot.output";

  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx32m",
          "-Xss512k",
          "-XX:-UsePerfData",
          "-XX:-MaxFDLimit",
          "-XX:+DisplayVMOutputToStderr", // standard output is for messages only
          "-XX:+ErrorFileToStderr",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0", // the JVM's archives at the address they were made for
          "-XX:-AOTReplayTraining", // compiles what is busy, not what once was
          "-Xlog:disable",
          "--enable-native-access=ALL-UNNAMED");

  /** What would change the JVM behind our back, or make it print. */
  private static final Set<String> DROPPED =
      Set.of(
          "JAVA_TOOL_OPTIONS",
          "_JAVA_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "JDK_AOT_VM_OPTIONS",
          "LD_PRELOAD",
          "CLASSPATH");

  private GuardianCommand() {}

  static Process start(Path log, long mark) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(argv(mark))
            .directory(new File("/")) // so that it keeps no folder busy
            .redirectError(Redirect.appendTo(log.toAbsolutePath().toFile()));
    builder.environment().keySet().removeAll(DROPPED);
    return builder.start();
  }

  private static List<String> argv(long mark) {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(FLAGS);
    option("-XX:AOTCache=", AOT).ifPresent(argv::add);
    option("-XX:AOTCacheOutput=", AOT_OUTPUT).ifPresent(argv::add);
    if (Boolean.getBoolean(Platform.FALLBACK)) {
      argv.add("-D" + Platform.FALLBACK + "=true");
    }
    argv.add("-cp");
    argv.add(ownPlace());
    argv.add(GuardianMain.class.getName());
    argv.add(Long.toString(mark));
    return argv;
  }

  private static Optional<String> option(String flag, String property) {
    String file = System.getProperty(property, "");
    return file.isEmpty() ? Optional.empty() : Optional.of(flag + Path.of(file).toAbsolutePath());
  }

  /** The one jar or folder that this package is in: a shorter path to search. */
  private static String ownPlace() {
    CodeSource source = GuardianMain.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? wholePath() : Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return wholePath();
    }
  }

  /** The gate's own class path. */
  private static String wholePath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }
}
