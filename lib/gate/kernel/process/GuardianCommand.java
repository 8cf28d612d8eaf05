package gate.kernel.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The command that starts the guardian's JVM. */
final class GuardianCommand {
  /** Names an AOT cache to start with; one that doesn't fit is ignored without a word. */
  static final String AOT = "matrix.aot";

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

  static Process start(Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(argv())
            .directory(new File("/")) // so that it keeps no folder busy
            .redirectError(Redirect.appendTo(log.toAbsolutePath().toFile()));
    builder.environment().keySet().removeAll(DROPPED);
    return builder.start();
  }

  private static List<String> argv() {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(FLAGS);
    String aot = System.getProperty(AOT, "");
    if (!aot.isEmpty()) {
      argv.add("-XX:AOTCache=" + Path.of(aot).toAbsolutePath());
    }
    if (Boolean.getBoolean(Platform.FALLBACK)) {
      argv.add("-D" + Platform.FALLBACK + "=true");
    }
    argv.add("-cp");
    argv.add(aot.isEmpty() ? ownPlace() : wholePath());
    argv.add(GuardianMain.class.getName());
    return argv;
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

  /** The gate's own class path, which an AOT cache is tied to. */
  private static String wholePath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }
}
