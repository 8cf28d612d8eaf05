package gate.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Inputs that Jazzer makes, guided by the code that each reaches, in a JVM of their own; for {@code
 * -Dgate.fuzz.seconds}, by default 20.
 */
public final class Jazzer {
  /** The system property that names a folder to write into, in that JVM. */
  public static final String FOLDER = "gate.fuzz.folder";

  private static final int SECONDS = 20;
  private static final Pattern RUNS = Pattern.compile("(?m)^Done (\\d+) runs");

  /** Fewer than these in a second say that nearly nothing was tried. */
  private static final int FEWEST = 2;

  private Jazzer() {}

  /**
   * Hands inputs to {@code fuzzerTestOneInput} of a public class; fails with the first that it
   * throws for, in Base64, and the way there.
   *
   * @param seeds what to begin with
   * @param folder an empty one
   */
  public static void fuzz(Class<?> target, List<byte[]> seeds, Path folder)
      throws IOException, InterruptedException {
    int seconds = Integer.getInteger("gate.fuzz.seconds", SECONDS);
    Path corpus = Files.createDirectory(folder.resolve("corpus"));
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(corpus.resolve("seed-" + i), seeds.get(i));
    }
    File said = folder.resolve("said").toFile();
    Process process =
        new ProcessBuilder(argv(target, seconds, corpus, folder))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectOutput(said)
            .start();
    int code;
    try {
      code = process.waitFor();
    } finally {
      process.destroyForcibly();
    }
    String text =
        Files.readAllLines(said.toPath()).stream()
            .filter(line -> !line.startsWith("INFO: ") && !line.startsWith("#"))
            .collect(Collectors.joining("\n"));
    assertThat(code).as(text).isZero();
    long runs = RUNS.matcher(text).results().map(Jazzer::number).findFirst().orElse(0L);
    assertThat(runs).as(text).isGreaterThan((long) FEWEST * seconds);
    System.out.println(target.getSimpleName() + ": " + runs + " inputs in " + seconds + " s");
  }

  private static long number(MatchResult match) {
    return Long.parseLong(match.group(1));
  }

  private static List<String> argv(Class<?> target, int seconds, Path corpus, Path folder) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx768m",
        "-XX:+EnableDynamicAgentLoading",
        "-Djdk.attach.allowAttachSelf=true",
        "-Djava.io.tmpdir=" + folder,
        "-D" + FOLDER + "=" + folder,
        "-cp",
        System.getProperty("java.class.path"),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + target.getName(),
        "--instrumentation_includes=gate.**:org.yaml.snakeyaml.**",
        "--custom_hook_includes=gate.**",
        "--disabled_hooks=*",
        "--reproducer_path=" + folder,
        "-artifact_prefix=" + folder + "/",
        "-max_total_time=" + seconds,
        "-timeout=10",
        "-rss_limit_mb=3000",
        corpus.toString());
  }
}
